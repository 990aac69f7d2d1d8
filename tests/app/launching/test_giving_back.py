"""Tokens that nobody needs any more go back to the EHR, and are forgotten whether or not it takes them."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from app.models import StaffSession
from app.models import TokenSet as TokenRow
from app.ports import Owner, Rooms
from app.services import give_tokens_back as giving
from app.services.give_tokens_back import give_tokens_back
from app.services.sign_in import sign_out
from launch.scopes import GrantedScopes
from tests.app.launching.wire_ehr import DOWN, ISSUER, WireEhr

REVOCATION = {"revocation_endpoint": f"{ISSUER}/revoke"}


@pytest.fixture
def launch(new_person: Any, ehr: WireEhr) -> Callable[[str], str]:
    """Somebody comes in from the EHR; the id of the session."""

    def launch(subject: str = "user-1") -> str:
        ehr.claims, ehr.offered = {"sub": subject}, REVOCATION
        session_id: str = new_person().launch().location.split("/")[3]
        return session_id

    return launch


def kept(rooms: Rooms) -> set[str]:
    with rooms.db.read() as tx:
        return set(tx.scalars(select(TokenRow.session_id)))


def test_who_signs_out_gives_their_tokens_back_and_nobody_elses(
    rooms: Rooms, ehr: WireEhr, launch: Callable[[str], str]
) -> None:
    leaving, staying = launch("user-1"), launch("user-2")
    sign_out(rooms, leaving)

    give_tokens_back(rooms)
    give_tokens_back(rooms)

    assert ehr.given_back == ["secret-refresh", "secret-token-1"]
    assert kept(rooms) == {staying}


def test_who_owes_a_write_keeps_their_tokens(
    rooms: Rooms, ehr: WireEhr, launch: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    session_id = launch("user-1")
    sign_out(rooms, session_id)
    with rooms.db.read() as tx:
        staff_id = tx.scalars(select(StaffSession.staff_id)).one()
    monkeypatch.setattr(giving, "owners_owing", lambda _: (Owner("sandbox", staff_id),))

    give_tokens_back(rooms)

    assert ehr.given_back == []
    assert kept(rooms) == {session_id}


@pytest.mark.parametrize("spoiled", [DOWN, (503, {}, ""), (400, {}, "{}")])
def test_an_ehr_that_does_not_take_them_keeps_none_with_us(
    rooms: Rooms, ehr: WireEhr, launch: Callable[[str], str], spoiled: Any
) -> None:
    for subject in ("user-1", "user-2"):
        sign_out(rooms, launch(subject))
    ehr.spoiled["revoke"] = spoiled

    give_tokens_back(rooms)

    assert kept(rooms) == set()
    # One that is away is not waited for twice.
    assert len(ehr.given_back) == (4 if spoiled == (400, {}, "{}") else 1)


def test_an_ehr_that_offers_no_way_back_is_not_asked(rooms: Rooms, ehr: WireEhr, person: Any) -> None:
    sign_out(rooms, person.launch().location.split("/")[3])

    give_tokens_back(rooms)

    assert ehr.given_back == []
    assert kept(rooms) == set()


@pytest.mark.smart(147, 270)
def test_a_token_answer_without_a_scope_is_asked_about_where_it_can_be(
    rooms: Rooms, ehr: WireEhr, person: Any
) -> None:
    ehr.token = {"scope": None}
    ehr.offered = {"introspection_endpoint": f"{ISSUER}/introspect"}
    less = "launch openid fhirUser user/Patient.rs user/Appointment.rs"
    ehr.introspection = {"active": True, "scope": less}

    assert person.launch().status_code == 303

    with rooms.db.read() as tx:
        granted = GrantedScopes.parse(tx.scalars(select(TokenRow.scope)).one())
    assert granted.allows("Appointment", "r")
    assert not granted.allows("Encounter", "r")


@pytest.mark.parametrize("spoiled", [DOWN, (401, {}, "{}"), None])
def test_an_ehr_that_answers_nothing_is_believed_to_have_granted_what_was_asked(
    rooms: Rooms, ehr: WireEhr, person: Any, spoiled: Any
) -> None:
    ehr.token = {"scope": None}
    ehr.offered = {"introspection_endpoint": f"{ISSUER}/introspect"} if spoiled else {}
    ehr.spoiled = {"asked": spoiled} if spoiled else {}

    assert person.launch().status_code == 303

    with rooms.db.read() as tx:
        assert tx.scalars(select(TokenRow.scope)).one() == ehr.asked["scope"]
