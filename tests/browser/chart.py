"""The way through the sandbox's EHR to our app in its frame."""

from datetime import datetime

from playwright.sync_api import FrameLocator, Page

from tests.world import World

SOON_MS = 15_000


def visits_of(world: World, clinician: str) -> list[dict[str, str]]:
    """The clinician's video visits of about now, the earliest first.

    Their times were rounded down, and the tests that share the world take their minutes.
    """
    day = world.ask(f"{world.addresses.ehr}/_day")
    now = datetime.fromisoformat(day["now"])
    return [
        one
        for one in day["appointments"]
        if clinician in one["practitioner"] and one["video"] and one["status"] in ("booked", "arrived")
        if -8 * 60 < (datetime.fromisoformat(one["start"]) - now).total_seconds() < 30 * 60
    ]


def in_the_chart(world: World, page: Page, clinician: str, number: int) -> FrameLocator:
    """Click through the EHR's schedule to a chart; the frame in which our app is."""
    visit = visits_of(world, clinician)[number]
    page.goto(f"{world.addresses.ehr}/ehr?provider={visit['practitioner']}")
    page.locator(f"[data-appointment='{visit['id']}'] a").click()
    return page.frame_locator("iframe[name=visitbridge]")


def open_chart(world: World, page: Page, clinician: str, number: int) -> FrameLocator:
    """The same, once our app shows the visit."""
    app = in_the_chart(world, page, clinician, number)
    app.locator("main[data-page=visit]").wait_for(timeout=SOON_MS)
    return app


def launch_of(world: World, clinician: str, number: int) -> str:
    """The address of a launch that the EHR makes for this visit."""
    visit = visits_of(world, clinician)[number]
    context = {"patient": visit["patient"], "appointment": visit["id"], "practitioner": visit["practitioner"]}
    order = {"app": f"{world.addresses.app}/launch", "context": context}
    return str(world.ask(f"{world.addresses.ehr}/_launch", order)["url"])
