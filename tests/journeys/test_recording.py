"""A visit whose patient agrees to be recorded: asked, recorded, fetched, sealed, watched by its provider."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sandbox.run.browser import Browser
from sandbox.walk.people import Person
from sandbox.walk.report import Report
from sandbox.walk.stage import Ways
from sandbox.zoom.recordings import FILM
from tests.patience import until
from tests.world import World, opened_world

WISHES = 'early_minutes = 30\nrecording = "cloud"\nrecording_after = "store"'


class Agreeing(Report):
    """As the provider is about to start, the patient says yes."""

    world: World

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Do it on the way."""
        with super().step(name):
            if name == "start: a host link":
                self._agree()
            yield

    def _agree(self) -> None:
        patient = Person("null")
        form = patient.open(self.world.visit.link).form("recording")
        assert form is not None
        form.fields["answer"] = "yes"
        assert patient.send(form).status_code == 303


def test_a_recorded_visit_is_fetched_and_can_be_watched(tmp_path: Path) -> None:
    folder, report = tmp_path / "recordings", Agreeing()
    ways = Ways({"VISITBRIDGE_RECORDINGS_DIR": str(folder)}, {"early_minutes = 30": WISHES})
    with opened_world(tmp_path, ways, report) as world:
        report.world = world
        world.ask(f"{world.addresses.zoom}/_break", {"name": "complete_twice"})
        world.ask(f"{world.addresses.zoom}/_break", {"name": "expire_downloads", "count": 1})

        world.visit.walk()

        provider = world.visit.provider.browser
        page = world.visit.page_url
        until(lambda: watching(provider, page), what="the recording")
        player = provider.get(world.addresses.app + watching(provider, page)).text
        film = re.search(r'<video[^>]* src="([^"]+)"', player)
        assert film is not None
        whole = provider.get(world.addresses.app + film[1])
        part = provider.get(world.addresses.app + film[1], headers={"Range": "bytes=100000-100009"})
        assert (whole.status_code, whole.content) == (200, FILM)
        assert (part.status_code, part.content) == (206, FILM[100_000:100_010])
        kept = [path for path in folder.iterdir() if path.is_file()]
        assert len(kept) == 1
        assert FILM[:1000] not in kept[0].read_bytes()
        asked = world.ask(f"{world.addresses.zoom}/_requests?since=0")
        told = [row for row in asked if row["system"] == "webhook" and "recording.completed" in row["note"]]
        assert [row["status"] for row in told] == [204, 204]
        assert Browser().get(world.addresses.app + film[1]).status_code == 403


def watching(provider: Browser, page: str) -> str:
    """Where the visit's page lets its provider watch, once it does."""
    found = re.search(r'href="(/clinic/s/[^"]+/recordings/[^"]+)"', provider.get(page).text)
    return found[1] if found else ""
