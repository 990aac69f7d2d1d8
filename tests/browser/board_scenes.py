"""The board of a virtual clinic, and checking a patient in."""

from dataclasses import replace

from tests.browser.scenes import BROWSER, Scene
from tests.clinic_day import DR_LEE, HERE, HOST_IN_CALL, IN_CALL, NAMES, WAITING, ClinicDay

STEPS = ("Name and birth date asked", "Where the patient is", "Consent to the video visit", "Medicines")


def _waits(minutes: int) -> dict[str, object]:
    return {**HERE, "presence_since": -minutes, "page_here_since": -minutes}


def _clinic(day: ClinicDay) -> str:
    """Somebody in every column, two of them without a provider."""
    nobody = {"practitioner_id": None, "practitioner_name": None, "host_key": None}
    now = day.rooms.clock.now()
    day.visit(NAMES[1], start=40)
    day.visit(NAMES[2], start=70, doctor=DR_LEE)
    day.visit(NAMES[3], patient=_waits(12), **nobody)
    day.visit(NAMES[4], patient=_waits(3), **nobody)
    day.visit(NAMES[5], start=-4, patient=_waits(9), ready_at=now, ready_by="Kim Park", checked_in="[]")
    day.meeting(day.visit(NAMES[6], start=-15, state="in_progress", patient=IN_CALL, host=HOST_IN_CALL))
    day.visit(NAMES[7], start=-10, patient=WAITING, state="open", doctor=DR_LEE)
    day.visit(NAMES[8], start=-60, state="finished", closed_at=now)
    return f"/clinic/s/{day.sign_in(BROWSER)}/board"


def _check_in(day: ClinicDay) -> str:
    site = day.rooms.sites.site  # type: ignore[attr-defined]  # the registry of these tests
    policy = site.default_policy.model_copy(update={"check_in": STEPS})
    day.rooms.sites.site = replace(site, default_policy=policy)  # type: ignore[attr-defined]  # likewise
    done = '["Name and birth date asked", "Consent to the video visit"]'
    about = {"ready_at": day.rooms.clock.now(), "ready_by": "Kim Park", "checked_in": done}
    visit = day.visit(patient=_waits(6), **about)
    return f"/clinic/s/{day.sign_in(BROWSER, role='assistant')}/visits/{visit}"


BOARD = (
    Scene("board-some", _clinic, "[data-column]", also=("dark", "zh")),
    Scene("board-empty", lambda day: f"/clinic/s/{day.sign_in(BROWSER)}/board", "[data-column]"),
    Scene("visit-checked_in", _check_in, "[data-check-in=ready]", also=("zh",)),
)
