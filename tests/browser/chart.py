"""The way through the sandbox's EHR to our app in its frame."""

from playwright.sync_api import FrameLocator, Page

from sandbox.clinic.plan import SLOTS
from tests.patience import PATIENCE
from tests.world import World

SOON_MS = PATIENCE * 1000
SOON_AT_THE_OPENING = range(31)


def visits_of(world: World, clinician: str) -> list[dict[str, str]]:
    """The clinician's video visits of the half hour after the world's beginning, whatever the hour is now."""
    planned = [
        slot.number
        for slot in SLOTS
        if slot.clinician == clinician and slot.video and slot.offset in SOON_AT_THE_OPENING
    ]
    day = {int(one["id"][-2:]): one for one in world.ask(f"{world.addresses.ehr}/_day")["appointments"]}
    return [day[number] for number in planned]


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
