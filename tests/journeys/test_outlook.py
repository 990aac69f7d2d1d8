"""What will reach the chart, told before the visit by a whole deployment at the strict sandbox EHR."""

from pathlib import Path

import requests

from sandbox.walk.people import Person
from tests.world import World, opened_world


def test_a_provider_who_comes_from_the_ehr_reads_what_will_reach_the_chart(tmp_path: Path) -> None:
    with opened_world(tmp_path) as world:
        day = world.ask(f"{world.addresses.ehr}/_day")["appointments"]
        one = next(each for each in day if each["status"] == "booked" and each["video"])
        page, told = outlook(world, one["id"])

        assert 'data-from="/clinic/s/' in page
        assert "All that this clinic wants in the chart will get there." in told
        assert told.count("data-prospect=") == 5
        assert "As a draft in your name." in told
        assert told.count("In the app&#39;s own name.") == 3


def outlook(world: World, appointment: str) -> tuple[str, str]:
    """The visit's page, and the part that its script asks for."""
    person = Person(world.addresses.app)
    order = {"app": f"{world.addresses.app}/launch", "context": {"appointment": appointment}}
    page = person.open(world.ask(f"{world.addresses.ehr}/_launch", order)["url"])
    answer = person.browser.get(f"{page.url}/outlook/fragment")
    assert answer.status_code == requests.codes.ok
    return person.browser.get(page.url).text, answer.text
