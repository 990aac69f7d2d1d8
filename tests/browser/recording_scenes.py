"""Pages that speak of recordings."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from app.models import Recording, RecordingConsent, RecordingFile
from tests.browser.scenes import BROWSER, Scene
from tests.clinic_day import HERE, HOST_IN_CALL, IN_CALL, ClinicDay

CLOUD = {"recording": "cloud", "recording_after": "store"}


def _wishes(day: ClinicDay, **policy: Any) -> None:
    site = day.rooms.sites.site  # type: ignore[attr-defined]  # the registry of these tests
    day.rooms.sites.site = replace(site, default_policy=site.default_policy.model_copy(update=policy))  # type: ignore[attr-defined]  # likewise


def _answered(day: ClinicDay, visit_id: str, answer: str | None) -> None:
    if answer is not None:
        with day.rooms.db.write() as tx:
            tx.add(RecordingConsent(visit_id=visit_id, answer=answer, at=day.rooms.clock.now()))


def _patient(answer: str | None, **about: Any) -> Callable[[ClinicDay], str]:
    def arrange(day: ClinicDay) -> str:
        _wishes(day, **CLOUD)
        visit_id = day.visit(patient=HERE, **about)
        _answered(day, visit_id, answer)
        return f"/v/{day.token_of(visit_id)}"

    return arrange


def _staff(answer: str | None, by_itself: str = "none") -> Callable[[ClinicDay], str]:
    def arrange(day: ClinicDay) -> str:
        _wishes(day, **CLOUD)
        visit_id = day.visit(start=-5, state="in_progress", patient=IN_CALL, host=HOST_IN_CALL)
        day.meeting(visit_id, recording=by_itself)
        _answered(day, visit_id, answer)
        return f"/clinic/s/{day.sign_in(BROWSER)}/visits/{visit_id}"

    return arrange


def _kept(day: ClinicDay) -> str:
    """A visit with a recording that is kept, one that is on its way and one whose time is over; its path."""
    _wishes(day, **CLOUD)
    now, visit_id = day.rooms.clock.now(), day.visit(start=-50, state="finished", patient=IN_CALL)
    meeting = day.meeting(visit_id, recording="cloud")
    _answered(day, visit_id, "yes")
    times: tuple[tuple[str, dict[str, datetime]], ...] = (
        ("kept", {"stored_at": now, "shred_at": now + timedelta(days=30)}),
        ("fetched", {}),
        ("over", {"stored_at": now, "shredded_at": now}),
    )
    with day.rooms.db.write() as tx:
        for name, told in times:
            began = now - timedelta(minutes=40)
            tx.add(
                Recording(
                    id=name,
                    meeting_id=meeting,
                    instance=name,
                    told_at=now,
                    began_at=began,
                    completed_at=now,
                    handling="store",
                )
            )
            tx.flush()
            copy = "copy" if name == "kept" else None
            tx.add(
                RecordingFile(
                    id=name,
                    recording_id=name,
                    vendor_id=name,
                    kind="video",
                    name=copy,
                    size=88_200_000,
                    **told,
                )
            )
    return f"visits/{visit_id}"


def _kept_page(tail: str) -> Callable[[ClinicDay], str]:
    def arrange(day: ClinicDay) -> str:
        path = _kept(day)
        return f"/clinic/s/{day.sign_in(BROWSER)}/{path}{tail}"

    return arrange


def _all_kept(day: ClinicDay) -> str:
    _kept(day)
    return f"/clinic/s/{day.sign_in(BROWSER, role='admin')}/recordings"


def _unwanted(day: ClinicDay) -> str:
    visit_id = day.visit(start=-5, state="in_progress", patient=IN_CALL, host=HOST_IN_CALL)
    meeting, now = day.meeting(visit_id), day.rooms.clock.now()
    with day.rooms.db.write() as tx:
        told = {"meeting_id": meeting, "instance": "one", "told_at": now, "began_at": now}
        tx.add(Recording(id="one", handling="unwanted", **told))
    return f"/clinic/s/{day.sign_in(BROWSER)}/visits/{visit_id}"


RECORDED = (
    Scene("patient-asked", _patient(None), "#recording", also=("dark", "zh")),
    Scene("patient-agreed", _patient("yes", start=-2, state="open"), "#recording"),
    Scene("visit-unanswered", _staff(None), "#recording"),
    Scene("visit-press", _staff("yes"), "#recording", also=("zh",)),
    Scene("visit-withdrawn", _staff("no", "cloud"), "#recording"),
    Scene("visit-recorded", _kept_page(""), "#recording", also=("dark", "zh")),
    Scene("visit-alarm", _unwanted, "#recording"),
    Scene("recording-kept", _kept_page("/recordings/kept"), ".film", also=("zh",)),
    Scene("recordings-some", _all_kept, "[data-file]", also=("zh",)),
)
