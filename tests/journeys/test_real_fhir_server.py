"""The whole visit with a real FHIR R4 server as the chart, which holds a real EHR's payloads beside our day.

The server stands behind the sandbox's authorization. What had to be mended in the payloads before it took
them is listed here, and nothing of our own day is on the list.
"""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
import requests

from sandbox.walk.pages import Page
from sandbox.walk.people import Person
from sandbox.walk.stage import Ways
from tests.patience import PATIENCE, until
from tests.sandbox.ehr import peer
from tests.world import World, opened_world

META = "meta left to the server"
RANKS = "rank and preferred that were spelled as strings"
MENDED = {
    "Appointment/oracle-appointment-create": {"an appointment without times is proposed"},
    "Appointment/4822366": {
        META,
        "empty strings, lists and objects left out",
        "extensions without a value left out",
    },
    "Appointment/4817572": {META},
    "Communication/489580643.0.-4.prsnl": {META},
    "DocumentReference/198381924": {META},
    "Encounter/97939518": {META},
    "Encounter/oracle-encounter-create": {"Encounter.class set to AMB where it is missing"},
    "Location/20573078": {META},
    "Patient/12724067": {META, RANKS},
    "Practitioner/4122622": {META},
    "RelatedPerson/E-12457994-97697434": {META, RANKS},
    "Slot/4047611-32216049-61518614-0": {META},
}
WHOLE = {
    "Appointment/oracle-proposed-appointment-create",
    "Communication/oracle-communication-create",
    "DocumentReference/oracle-document-reference-post",
}
PATIENT, PRACTITIONER, ENCOUNTER = "12724067", "4122622", "97939518"


@dataclass(frozen=True)
class Hospital:
    """A world whose chart is on a real server, the server's address, and what it said of the samples."""

    world: World
    server: str
    loaded: dict[str, Any]

    def reads(self, reference: str) -> dict[str, Any]:
        """A resource as the server itself keeps it, asked without our authorization."""
        answer = requests.get(f"{self.server}/{reference}", timeout=PATIENCE)
        answer.raise_for_status()
        return dict(answer.json())

    def finds(self, query: str) -> list[dict[str, Any]]:
        """What a search of the server itself finds."""
        answer = requests.get(f"{self.server}/{query}", timeout=PATIENCE)
        answer.raise_for_status()
        return [dict(entry["resource"]) for entry in answer.json().get("entry", ())]

    def opens(self, person: Person, **context: str) -> Page:
        """The page that a click in this chart leads to."""
        at = self.world.addresses
        order = {"app": f"{at.app}/launch", "context": context}
        return person.open(self.world.ask(f"{at.ehr}/_launch", order)["url"])


@pytest.fixture(scope="module")
def hospital(shared: Path, root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hospital]:
    process, server = peer.start(shared, root)
    try:
        with opened_world(tmp_path_factory.mktemp("hospital"), Ways(fhir_backend=server)) as world:
            resources = list(samples(shared / "reference" / "fhir-samples"))
            yield Hospital(world, server, world.ask(f"{world.addresses.ehr}/_load", {"resources": resources}))
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def samples(folder: Path) -> Iterator[dict[str, Any]]:
    """Every payload that is a resource. Those that create one have no id yet: they get their file's name."""
    for path in sorted(folder.glob("*.json")):
        told = json.loads(path.read_text())
        if isinstance(told, dict):
            raw = told.get("resource", told)
            yield {"id": path.stem.replace("_", "-"), **raw}


def test_the_server_takes_our_day_as_it_is_and_every_sample_as_listed(hospital: Hospital) -> None:
    mended: dict[str, set[str]] = {}
    for one in hospital.loaded["mended"]:
        mended.setdefault(one["reference"], set()).add(one["rule"])

    assert hospital.loaded["refused"] == []
    assert set(hospital.loaded["taken"]) == MENDED.keys() | WHOLE
    assert mended == MENDED
    assert all(hospital.reads(reference)["id"] for reference in hospital.loaded["taken"])


def test_a_visit_walks_on_its_chart(hospital: Hospital) -> None:
    day = hospital.world.ask(f"{hospital.world.addresses.ehr}/_day")

    hospital.world.visit.walk()

    def stands(one: dict[str, str]) -> bool:
        return bool(hospital.reads(f"Appointment/{one['id']}")["status"] == one["status"])

    (walked,) = [one for one in day["appointments"] if not stands(one)]
    until(lambda: hospital.reads(f"Appointment/{walked['id']}")["status"] == "fulfilled", what="its status")
    (note,) = hospital.finds(f"DocumentReference?patient={walked['patient']}")
    assert note["author"] == [{"reference": f"Practitioner/{walked['practitioner']}"}]
    assert base64.b64decode(note["content"][0]["attachment"]["data"]).startswith(b"Telehealth visit by video")


@pytest.mark.parametrize("around", [{}, {"encounter": ENCOUNTER}], ids=["patient", "encounter"])
def test_a_visit_of_a_sample_patient_is_made_from_what_it_keeps(
    around: dict[str, str], hospital: Hospital
) -> None:
    patient, person = hospital.reads(f"Patient/{PATIENT}"), Person(hospital.world.addresses.app)

    choice = hospital.opens(person, patient=PATIENT, practitioner=PRACTITIONER, **around)
    made = person.act(choice.url, "ad-hoc")
    page = person.browser.get(urljoin(made.url, made.headers["Location"]))

    assert choice.name == "choose"
    assert 'data-page="visit"' in page.text
    assert patient["name"][0]["family"] in page.text
    assert str(date.fromisoformat(patient["birthDate"]).year) in page.text


def test_a_sample_that_names_somebody_who_is_not_in_the_chart_leads_to_a_page_with_a_code(
    hospital: Hospital,
) -> None:
    page = hospital.opens(Person(hospital.world.addresses.app), appointment="4817572")

    assert (page.status, page.main["data-code"]) == (404, "VB-1306")
