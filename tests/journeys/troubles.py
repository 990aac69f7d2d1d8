"""Everything that goes wrong in a clinic's day, with people's names in whatever comes from outside."""

import hashlib
import hmac
import json
import socket
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

import requests

from sandbox.run.browser import Browser
from sandbox.walk.pages import Page, page_from
from sandbox.walk.people import Person
from tests.patience import PATIENCE, until
from tests.world import World

NAMED = "Tobias Marchetti, born 1984-01-09, MRN-204884, +1 212-555-0104, tobias.marchetti@mail.example"
IN_A_URL = quote(NAMED)
WEBHOOK_SECRET = b"sandbox-webhook-secret"


class Troubles:
    """Makes trouble in a world where a visit has been walked."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._at = world.addresses
        self.day: Mapping[str, Any] = {}
        self._provider = Person(self._at.app)
        self._visit = Page("", 0)

    def make(self) -> None:
        """All of them, one after the other."""
        self.day = self._world.ask(f"{self._at.ehr}/_day")
        self.a_message_that_is_refused()
        self.a_busy_zoom()
        self.forms_that_are_wrong()
        self.launches_that_fail()
        self.an_ehr_that_is_down()
        self.links_and_pages_that_are_not_there()
        self.deliveries_of_all_kinds()
        self.requests_that_are_no_http()

    def a_message_that_is_refused(self) -> None:
        """The visit is seen for the first time, so its link is sent; and sent once more by hand."""
        for name in ("mail_refused", "sms_refused"):
            self._world.ask(f"{self._at.messages}/_break", {"name": name})
        self._visit = self._launched(self._provider)
        self._provider.act(self._visit.url, "send-link")
        self._until_logged("delivery_failed")

    def a_busy_zoom(self) -> None:
        """Zoom cuts the line when the meeting is made, and says 429 the next time."""
        for name, details in (("fail_before", {"drop": True}), ("rate_limit", {"kind": "daily"})):
            # Whoever else asks Zoom something meanwhile makes no meeting.
            switch = {"name": name, "operation": "meetingCreate", "count": 1, **details}
            self._world.ask(f"{self._at.zoom}/_break", switch)
            answer = self._provider.act(self._visit.url, "start", Browser())
            form = page_from(answer.url, answer.status_code, answer.text).form("confirm-host")
            if form is not None:
                self._provider.send(form, Browser())

    def forms_that_are_wrong(self) -> None:
        """Without their tokens, and full of names."""
        wrong = {"csrf": NAMED, "ticket": NAMED, "reason": NAMED, "participant": NAMED, "channel": NAMED}
        headers = {"Origin": self._at.app, "User-Agent": NAMED, "Referer": f"{self._at.app}/{IN_A_URL}"}
        for act in ("start", "finish", "cancel", "send-link"):
            self._provider.browser.post(f"{self._visit.url}/{act}", wrong, headers=headers)
        foreign = {**headers, "Origin": f"https://{IN_A_URL}.example"}
        self._provider.browser.post(f"{self._link}/join", wrong, headers=foreign)
        form = self._provider.open(self._visit.url).form("send-link")
        assert form is not None
        half_right = {**wrong, "csrf": form.fields["csrf"]}
        self._provider.browser.post(form.action, half_right, headers=headers)

    def launches_that_fail(self) -> None:
        """From an unknown EHR, refused by the person, answered to somebody else, with broken tokens."""
        stranger = Person(self._at.app)
        stranger.open(f"{self._at.app}/launch?iss=https://ehr.example/{IN_A_URL}&launch={IN_A_URL}")
        stranger.open(f"{self._at.app}/launch/callback?state={IN_A_URL}&code={IN_A_URL}")
        stranger.open(
            f"{self._at.app}/launch/callback?error=server_error&error_description={IN_A_URL}&state={IN_A_URL}"
        )
        for switch in ("access_denied", "refuse_code", "id_token_wrong_nonce", "token_answer_malformed"):
            self._world.ask(f"{self._at.ehr}/_break", {"name": switch, "times": 1})
            self._launched(Person(self._at.app))

    def an_ehr_that_is_down(self) -> None:
        """At a launch, and while a schedule is read; then it answers, and takes no token any more."""
        schedule = f"{self._visit.url.rsplit('/visits/')[0]}/schedule"
        self._world.ask(f"{self._at.ehr}/_break", {"name": "ehr_down", "what": "fhir"})
        self._launched(Person(self._at.app))
        self._provider.open(schedule)
        self._world.ask(f"{self._at.ehr}/_break", {"name": "ehr_down", "on": False})
        for switch in ("expire_tokens", "refuse_refresh"):
            self._world.ask(f"{self._at.ehr}/_break", {"name": switch})
        self._provider.open(schedule)

    def links_and_pages_that_are_not_there(self) -> None:
        """Guessed, mistyped, or with a name in the path or query."""
        patient = day_patient(self.day)
        for path in (
            f"/v/{IN_A_URL}",
            f"/v/{patient}/live?name={IN_A_URL}",
            f"/clinic/s/{patient}/visits/{patient}?mrn={IN_A_URL}",
            f"/signin/{IN_A_URL}",
            f"/events/poll?after={IN_A_URL}",
            f"/launch/standalone/{IN_A_URL}",
            f"/{IN_A_URL}",
            f"{urlsplit(self._link).path}/{IN_A_URL}",
        ):
            for accepted in ("text/html", "application/json", "application/fhir+json"):
                headers = {"Accept": accepted, "X-Forwarded-For": NAMED}
                self._provider.browser.get(self._at.app + path, headers=headers)

    def deliveries_of_all_kinds(self) -> None:
        """Forged ones, and authentic ones that hold names, or no event at all."""
        told = {"object": {"topic": NAMED, "participant": {"user_name": NAMED}}}
        joined = {"event": "meeting.participant_joined", "event_ts": 1, "payload": told}
        for body in (json.dumps(joined), json.dumps({"event": NAMED, "payload": NAMED}), NAMED, "[]"):
            self._deliver(body, {"x-zm-signature": f"v0={NAMED}", "x-zm-request-timestamp": "1"})
            self._deliver(body, self._signed(body))

    def requests_that_are_no_http(self) -> None:
        """What a broken client sends reaches no route of ours, and the server's own log."""
        link = urlsplit(self._link).path
        for lines in (
            f"GET {link} {NAMED}",
            f"{NAMED} {link} HTTP/1.1",
            f"GET {link} HTTP/1.1\r\nHost: localhost\r\n{NAMED}",
            f"GET {link} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: {NAMED}",
            f"GET {link} HTTP/1.1\r\nHost: localhost\r\nName: x\r\n {NAMED}",
            f"POST {link}/join HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n{NAMED}",
        ):
            with socket.create_connection(("127.0.0.1", self._at.base), timeout=PATIENCE) as line:
                line.sendall(f"{lines}\r\n\r\n".encode())
                line.recv(4096)

    @property
    def _link(self) -> str:
        return self._visit.data_fields["patient-link"]

    def _launched(self, person: Person) -> Page:
        context = an_appointment(self.day)
        order = {"app": f"{self._at.app}/launch", "context": context}
        return person.open(self._world.ask(f"{self._at.ehr}/_launch", order)["url"])

    def _deliver(self, body: str, headers: Mapping[str, str]) -> None:
        url = f"{self._at.app}/webhooks/zoom"
        with requests.Session() as session:
            session.trust_env = False
            session.post(url, data=body.encode(), headers=dict(headers), timeout=PATIENCE)

    def _signed(self, body: str) -> Mapping[str, str]:
        now = datetime.fromisoformat(self._world.ask(f"{self._at.ehr}/clock")["now"])
        stamp = str(int(now.timestamp()))
        signed = hmac.new(WEBHOOK_SECRET, f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
        return {"x-zm-request-timestamp": stamp, "x-zm-signature": f"v0={signed}"}

    def _until_logged(self, event: str) -> None:
        until(lambda: event in self._world.log("app"), what=f"{event} in the log")


def an_appointment(day: Mapping[str, Any]) -> Mapping[str, Any]:
    """One that may be started now, of a provider whom Zoom lets host, and that is not the one walked."""
    hosts = {one["id"] for one in day["practitioners"] if one["zoom_licensed"]}
    now = datetime.fromisoformat(day["now"])
    found = next(
        one
        for one in day["appointments"]
        if one["video"] and one["status"] == "booked" and one["practitioner"] in hosts
        if timedelta() < datetime.fromisoformat(one["start"]) - now < timedelta(minutes=20)
    )
    return {"patient": found["patient"], "appointment": found["id"]}


def day_patient(day: Mapping[str, Any]) -> str:
    """Some patient's id."""
    return str(day["patients"][3]["id"])
