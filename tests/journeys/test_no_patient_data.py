"""No name, birth date, number, address, id or token leaves us on a way that is not its own.

A visit is walked and much goes wrong; then all that came out is searched for everybody whom the EHR knows and
for every secret that was given out. Three ways are their own: requests to the EHR and what its glass wall
shows of them; the pages of the visit; and the messages to the patient.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.journeys.conftest import ZOOMS_OWN, Eventful
from tests.journeys.witness import Opened
from tests.leaks import Leak, Needle, leaks, people_needles, secret

# What went wrong, by the code of the page that said so.
PROVOKED = {
    "VB-1101": "an unknown iss",
    "VB-1105": "access denied",
    "VB-1107": "an unknown state",
    "VB-1111": "a refused code",
    "VB-1113": "a malformed token answer",
    "VB-1128": "a wrong nonce",
    "VB-1202": "an unknown session",
    "VB-1205": "a form without its token",
    "VB-1206": "a form from another site",
    "VB-1207": "a forged ticket",
    "VB-1301": "an EHR that is down",
    "VB-1514": "a Zoom 429",
    "VB-1601": "an unknown patient link",
    "VB-1602": "a message by no channel of ours",
    "VB-1701": "a forged webhook",
    "VB-1704": "a webhook that is no event",
}
# Parameters that SMART and OAuth put into an address of ours, and no other.
OF_THE_PROTOCOL = {
    "/launch": ("launch",),
    "/launch/callback": ("code", "state"),
    "/launch/callback/sandbox": ("code", "state"),
}


@dataclass(frozen=True)
class Searched:
    """Everything that is looked for, and the words that Zoom may hear."""

    people: Sequence[Needle]
    secrets: Sequence[Needle]
    hosts: Sequence[str]

    @property
    def all(self) -> list[Needle]:
        return [*self.people, *self.secrets]


@pytest.fixture(scope="module")
def searched(eventful: Eventful) -> Searched:
    day = eventful.troubles.day
    secrets = [secret(what, value) for what, values in eventful.secrets.items() for value in values]
    return Searched(people_needles(day), secrets, [one["zoom_email"] for one in day["practitioners"]])


def test_everything_meant_to_go_wrong_went_wrong(eventful: Eventful) -> None:
    pages = [row.body for row in eventful.opened_here if row.status >= 400]

    codes = {code for page in pages for code in re.findall(r"VB-\d{4}", page)}

    assert codes >= set(PROVOKED)
    assert "delivery_failed" in eventful.world.log("app")


def test_there_are_secrets_of_every_kind_to_be_looked_for(eventful: Eventful) -> None:
    assert [what for what, values in eventful.secrets.items() if not values] == []


def test_our_logs_hold_nobody_and_no_secret(eventful: Eventful, searched: Searched) -> None:
    for part in ("app", "migrate"):
        assert leaks(searched.all, eventful.world.log(part)) == []


def test_every_line_of_the_log_is_one_of_ours(eventful: Eventful) -> None:
    lines = eventful.world.log("app").splitlines()

    assert len(lines) > 100
    assert [line for line in lines if not _is_json(line)] == []


def test_a_request_is_logged_by_its_template(eventful: Eventful) -> None:
    lines = [json.loads(line) for line in eventful.world.log("app").splitlines() if _is_json(line)]

    routes = {line["route"] for line in lines if line["event"] == "request"}

    assert {"/v/<token>", "/v/<token>/join", "/clinic/s/<sid>/visits/<visit_id>", "<unmatched>"} <= routes


@pytest.mark.parametrize("path", ["/metrics", "/healthz", "/readyz", "/.well-known/jwks.json"])
def test_what_machines_read_holds_nobody_and_no_secret(
    path: str, eventful: Eventful, searched: Searched
) -> None:
    assert leaks(searched.all, eventful.read(path)) == []


def test_zoom_hears_of_nobody_but_its_own_hosts(eventful: Eventful, searched: Searched) -> None:
    rows = [row for row in eventful.zoom_requests if row["system"] == "zoom"]
    needles = [needle for needle in searched.all if needle.what != ZOOMS_OWN]
    told = [json.dumps([row["path"], row["request"]], ensure_ascii=False) for row in rows]

    assert len(told) >= 5
    assert any("registrants" in one for one in told)
    assert [leaks(needles, _without_hosts(one, searched.hosts)) for one in told] == [[]] * len(told)


def test_our_addresses_hold_nobody_and_only_the_secrets_that_are_theirs(
    eventful: Eventful, searched: Searched
) -> None:
    addresses = set(_our_addresses(eventful))

    assert len(addresses) > 5
    assert [leaks(searched.people, url) for url in addresses] == [[]] * len(addresses)
    assert [leaks(searched.secrets, _as_allowed(url)) for url in addresses] == [[]] * len(addresses)


def test_the_addresses_we_send_people_to_hold_nobody(eventful: Eventful, searched: Searched) -> None:
    away = {row.location for row in eventful.opened_here if row.location.startswith("http")}

    assert any("/s/" in url for url in away)
    assert any("/j/" in url or "/w/" in url for url in away)
    assert [leaks(searched.people, url) for url in away] == [[]] * len(away)


def test_pages_of_what_went_wrong_hold_nobody_and_no_secret(eventful: Eventful, searched: Searched) -> None:
    wrong = [row for row in eventful.opened_here if row.status >= 400]

    found = [(row.status, leak) for row in wrong for leak in _leaks_of_a_page(row, searched)]

    assert len(wrong) > 20
    assert found == []


@pytest.mark.parametrize("planted", ["Marchetti", "1984-01-09", "MRN-204884", "2125550104", "vb-patient-04"])
def test_somebody_in_a_log_or_at_zoom_would_be_found(
    planted: str, eventful: Eventful, searched: Searched
) -> None:
    row = {**eventful.zoom_requests[0], "request": {"body": json.dumps({"topic": f"Visit of {planted}"})}}

    assert leaks(searched.all, eventful.world.log("app") + f'{{"event": "seen", "error": "{planted}"}}\n')
    assert leaks(searched.all, _without_hosts(json.dumps(row), searched.hosts))


def test_every_secret_would_be_found(eventful: Eventful, searched: Searched) -> None:
    values = [value for group in eventful.secrets.values() for value in group]

    assert [value for value in values if not leaks(searched.secrets, f"x={value}&y=1")] == []
    assert [value for value in values if not leaks(searched.secrets, f"Bearer {value[:6]}…")] == []


def _is_json(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def _without_hosts(told: str, hosts: Sequence[str]) -> str:
    """Zoom knows a host by their own address there and, until it has told us an id, by nothing else."""
    for host in hosts:
        told = told.replace(host, "").replace(host.replace("@", "%40"), "")
    return told


def _our_addresses(eventful: Eventful) -> Iterator[str]:
    """All that a browser was led to; not those in which an attacker's test had written names."""
    app = eventful.world.addresses.app
    for row in eventful.before_the_troubles:
        yield from (url for url in (row.url, row.location) if url.startswith((f"{app}/", "/")))


def _as_allowed(url: str) -> str:
    """The address without what the protocol, or the patient's link itself, puts there."""
    parts = urlsplit(url)
    path = re.sub(r"^/v/[\w-]+", "/v/<token>", parts.path)
    allowed = OF_THE_PROTOCOL.get(path, ())
    return path + json.dumps([pair for pair in parse_qsl(parts.query) if pair[0] not in allowed])


def _leaks_of_a_page(row: Opened, searched: Searched) -> list[Leak]:
    """A page under somebody's own link leads back to it."""
    own = urlsplit(row.url).path if "/v/" in row.url else None
    token = own.split("/")[2] if own else None
    return leaks(searched.all, row.body.replace(f"/v/{token}", "") if token else row.body)
