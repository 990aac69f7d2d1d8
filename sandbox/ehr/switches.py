"""Break-it switches: how this EHR misbehaves on demand."""

import random
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Switch:
    """A way to misbehave, with its settings and their defaults. An act happens once, at the call."""

    name: str
    says: str
    options: Mapping[str, Any] = field(default_factory=dict)
    act: bool = False


# Said of any switch: how many times, or what share of the times that it could apply, drawn from a seed.
ABOUT_TIMES = ("times", "chance", "seed")
WHAT = ("all", "fhir", "oauth")

TABLE = (
    Switch(
        "ehr_down", "Cut the line of FHIR and OAuth requests, or answer status", {"what": "all", "status": 0}
    ),
    Switch("ehr_slow", "Wait before each FHIR and OAuth answer", {"what": "all", "seconds": 8.0}),
    Switch("refuse_launch_reuse", "A launch code is good once, as in stricter EHRs"),
    Switch("access_denied", "The person, or the EHR for them, says no"),
    Switch(
        "authorization_error",
        "Come back to the app with an error, and a page that explains it, as Oracle Health does",
        {"error": "server_error", "error_uri": "https://ehr.example/errors/1"},
    ),
    Switch("discovery_incomplete", "Leave the token endpoint out of the SMART configuration"),
    Switch(
        "openid_elsewhere", "Let the OpenID configuration name another issuer than the SMART configuration"
    ),
    Switch("keys_without_kid", "Publish the keys that sign id_tokens without their kid"),
    Switch(
        "basic_url_encoded", "Take Basic credentials only if both halves are URL-encoded, as RFC 6749 says"
    ),
    Switch(
        "other_base", "Name another FHIR base in the CapabilityStatement", {"url": "https://ehr.example/r4"}
    ),
    Switch("wrong_state", "Come back to the app with another state"),
    Switch("drop_scope", "Grant less: scopes that begin with one of these", {"scopes": ["user/Encounter"]}),
    Switch("v1_scopes", "Answer scopes in the spelling of SMART v1"),
    Switch("refuse_code", "Refuse every authorization code (invalid_grant)"),
    Switch("refuse_client", "Refuse every client at the token endpoint (invalid_client)"),
    Switch("token_answer_malformed", "Answer a token request with 200 and no access_token"),
    Switch("refuse_refresh", "Refuse every refresh token (invalid_grant)"),
    Switch("rotate_refresh", "Give a new refresh token at each refresh; the old one is spent"),
    Switch("no_refresh_token", "Give no refresh token"),
    Switch("short_tokens", "Access tokens live this many seconds", {"seconds": 60}),
    Switch("expire_tokens", "All access tokens expire now", act=True),
    Switch("revoke_tokens", "All access and refresh tokens are revoked now", act=True),
    Switch("rotate_keys", "Sign id_tokens with a new key; the old one is withdrawn", act=True),
    Switch("id_token_missing", "Give no id_token"),
    Switch("id_token_malformed", "Give an id_token that is no JWT"),
    Switch("id_token_bad_signature", "Sign the id_token with another key under the same kid"),
    Switch("id_token_unknown_kid", "Sign the id_token with a key that is not published"),
    Switch("id_token_wrong_issuer", "Name another issuer in the id_token"),
    Switch("id_token_wrong_audience", "Name another client in the id_token"),
    Switch("id_token_expired", "Give an id_token that expired an hour ago"),
    Switch("id_token_wrong_nonce", "Put another nonce into the id_token"),
    Switch("fhir_user_is_patient", "The person who signed in is the patient"),
    Switch("fhir_user_relative", "Give fhirUser as a relative reference, as some EHRs do"),
    Switch("fhir_user_missing", "Leave fhirUser out of the id_token"),
    Switch("patient_not_in_context", "Leave the patient out of the token answer"),
    Switch("appointment_as_key", "Give the appointment as a key of the token answer, not in fhirContext"),
    Switch(
        "appointment_only_by_encounter", "Give the encounter, and leave the appointment to be found from it"
    ),
    Switch("appointment_not_in_context", "Give neither appointment nor encounter"),
    Switch("forget_creates", "Answer a create with 201 and its address, and keep nothing"),
    Switch("drop_after_write", "Do what a write asks, then cut the line"),
    Switch("slow_after_write", "Do what a write asks, then wait before the answer", {"seconds": 15.0}),
    Switch("fail_after_write", "Do what a write asks, then answer status", {"status": 502}),
    Switch("lose", "Know nothing of the resources with these ids any more", {"ids": [""]}),
    Switch("terse_writes", "Answer writes with a relative Location and no ETag, as Epic does"),
    Switch("no_conditional_create", "Pass over If-None-Exist, and do not offer it"),
    Switch("resource_locked", "Refuse changes: somebody has the record open (423)"),
    Switch("failed_dependency", "Refuse changes: something that they need has failed (424)"),
    Switch(
        "incomplete_resource",
        "Answer the read of a type with 500 (fatal, required), as for one that lacks a required element",
        {"type": "Encounter"},
    ),
    Switch("no_patch", "Take no patch, and do not offer it"),
    Switch("no_if_match", "Pass over If-Match, and do not promise to honour it"),
    Switch(
        "no_search",
        "Refuse to search these types, and do not offer it",
        {"types": ["Communication", "DocumentReference"]},
    ),
    Switch("no_subscriptions", "Tell nobody of changes, and do not offer it"),
    Switch("lose_notifications", "Tell nothing of a change, though it is counted"),
    Switch("no_heartbeats", "Send no heartbeats"),
    Switch("banner_as_string", 'Answer need_patient_banner as the string "true" or "false"'),
)
SWITCHES: dict[str, Switch] = {switch.name: switch for switch in TABLE}


class BadSwitch(ValueError):
    """A request for a switch or an option that there is not."""


class Switches:
    """Which switches are on, with what options, and for how many more times (none: until switched off)."""

    def __init__(self) -> None:
        self._on: dict[str, dict[str, Any]] = {}
        self._lock = threading.Lock()

    def set(self, order: Mapping[str, Any]) -> Switch:
        """Obey the body of ``POST /_break``. Raises BadSwitch. An act is left to the caller."""
        switch = SWITCHES.get(str(order.get("name")))
        if switch is None:
            raise BadSwitch("there is no such switch; GET /_break lists them")
        options = {name: value for name, value in order.items() if name not in ("name", "on", *ABOUT_TIMES)}
        _check(switch, options)
        if not switch.act:
            self._turn(switch, options, order)
        return switch

    def take(self, name: str) -> Mapping[str, Any] | None:
        """The options of a switch that is on, using up one of its times; None if it is off."""
        with self._lock:
            state = self._on.get(name)
            if state is None or not _falls(state):
                return None
            if state["times"] is not None:
                state["times"] -= 1
                if state["times"] <= 0:
                    del self._on[name]
            return dict(state["options"])

    def peek(self, name: str) -> Mapping[str, Any] | None:
        """The options of a switch that is on, using nothing up; None if it is off."""
        with self._lock:
            state = self._on.get(name)
            return dict(state["options"]) if state else None

    def on(self, name: str) -> bool:
        """Whether a switch is on, using up one of its times."""
        return self.take(name) is not None

    def clear(self) -> None:
        """All off."""
        with self._lock:
            self._on.clear()

    def as_json(self) -> dict[str, object]:
        """Every switch and how it stands: the body of ``GET /_break``."""
        with self._lock:
            return {
                switch.name: {
                    "says": switch.says,
                    "act": switch.act,
                    "on": switch.name in self._on,
                    "options": dict(self._on.get(switch.name, {}).get("options", switch.options)),
                    "times": self._on.get(switch.name, {}).get("times"),
                }
                for switch in TABLE
            }

    def _turn(self, switch: Switch, options: dict[str, Any], order: Mapping[str, Any]) -> None:
        times, chance = order.get("times"), order.get("chance")
        if times is not None and (not isinstance(times, int) or isinstance(times, bool) or times < 1):
            raise BadSwitch("times is a number, 1 or more")
        if chance is not None and not (_both_numbers(chance, 1) and 0 <= chance <= 1):
            raise BadSwitch("chance is a share from 0 to 1")
        dice = random.Random(str(order.get("seed", 1)))  # noqa: S311  # breaks things, protects nothing
        with self._lock:
            if order.get("on", True):
                state = {"options": {**switch.options, **options}, "times": times, "chance": chance}
                self._on[switch.name] = {**state, "dice": dice}
            else:
                self._on.pop(switch.name, None)


def _check(switch: Switch, options: Mapping[str, Any]) -> None:
    if unknown := set(options) - set(switch.options):
        raise BadSwitch(f"{switch.name} has no option {min(unknown)}")
    for name, value in options.items():
        if type(value) is not type(switch.options[name]) and not _both_numbers(value, switch.options[name]):
            raise BadSwitch(f"{name} is of another type")
    if options.get("what", "all") not in WHAT:
        raise BadSwitch(f"what is one of {', '.join(WHAT)}")


def _falls(state: Mapping[str, Any]) -> bool:
    """Whether this one is among the switch's share; without ``chance`` every one is."""
    return state["chance"] is None or state["dice"].random() < state["chance"]


def _both_numbers(*values: object) -> bool:
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)
