"""Pages of a clinic with a second video service, while the usual one does not answer."""

from app.services.take_detour import take_detour
from app.store.video_health import FAILURES_BEFORE_IT_IS_ONE, VideoWatch
from jitsi_bridge.addresses import RoomAddresses
from jitsi_bridge.bridge import JitsiBridge
from tests.browser.scenes import BROWSER, Scene
from tests.clinic_day import DR_LEE, HOST_IN_CALL, ClinicDay


def _silent(day: ClinicDay) -> None:
    """Zoom answers nobody; Jitsi is there."""
    rooms = day.rooms
    jitsi = JitsiBridge(RoomAddresses("https://meet.clinic.example/{room}"), str.lower, rooms.clock)
    object.__setattr__(rooms, "other_videos", (jitsi,))
    watch = VideoWatch(rooms.db, rooms.clock, "zoom")
    for _ in range(FAILURES_BEFORE_IT_IS_ONE):
        watch.note("unreachable")
    day.visit()
    day.meeting(day.visit(start=-8, state="in_progress", host=HOST_IN_CALL, doctor=DR_LEE))


def _tended(day: ClinicDay) -> str:
    return f"/clinic/s/{day.sign_in(BROWSER, kind='local', role='engineer')}/video"


def _before(day: ClinicDay) -> str:
    _silent(day)
    return _tended(day)


def _after(day: ClinicDay) -> str:
    _silent(day)
    take_detour(day.rooms, None, day.rooms.sites.by_name(day.site), "jitsi")
    return _tended(day)


def _visit(day: ClinicDay) -> str:
    _silent(day)
    return f"/clinic/s/{day.sign_in(BROWSER)}/visits/{day.made[1]}"


def _schedule(day: ClinicDay) -> str:
    _after(day)
    return f"/clinic/s/{day.sign_in(BROWSER)}/schedule?view=all"


OUTAGE = (
    Scene("video-silent", _before, "[data-silent=yes]", also=("dark", "zh")),
    Scene("video-detour", _after, "[data-detour=jitsi]"),
    Scene("visit-silent", _visit, "[data-notice=silent]"),
    Scene("schedule-detour", _schedule, "[data-notice=detour]"),
)
