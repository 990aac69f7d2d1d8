"""Our keys towards the EHRs change with time between the steps, for all processes at once."""

import json
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select, text

from app.clock import FrozenClock
from app.keys import DeploymentKeys, KeysWrong, new_client_jwks
from app.models import ClientKey
from app.ports import Rooms
from app.services.rotate_keys import OVERLAP, list_keys, publish_new_key, retire_keys, rotate_keys
from app.settings import Settings
from app.store.client_keys import ClientKeyBook, has_keys
from app.store.database import Database

GIVEN = new_client_jwks("ES384")
GIVEN_KID = json.loads(GIVEN)["keys"][0]["kid"]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, client_jwks=GIVEN)


@pytest.fixture
def our_keys() -> DeploymentKeys:
    return DeploymentKeys(GIVEN)


@pytest.fixture
def rooms(rooms: Rooms, settings: Settings) -> Rooms:
    return replace(rooms, settings=settings)


@pytest.fixture
def other_process(database_url: str) -> Any:
    """What another process of the deployment signs with and publishes; it was started before."""
    database = Database(database_url)
    yield ClientKeyBook(database, DeploymentKeys(GIVEN))
    database.dispose()


def published(person: Any) -> list[str]:
    return [key["kid"] for key in person.get("/.well-known/jwks.json").json["keys"]]


@pytest.mark.smart(290, 294, 298)
def test_a_key_is_published_before_it_signs_and_after_it_has_signed(
    rooms: Rooms, person: Any, other_process: ClientKeyBook, clock: FrozenClock
) -> None:
    assert published(person) == [GIVEN_KID]
    assert other_process.signing_key().kid == GIVEN_KID

    made = publish_new_key(rooms, "ES384")
    assert set(published(person)) == {GIVEN_KID, made.kid}
    assert other_process.signing_key().kid == GIVEN_KID

    clock.forward(seconds=OVERLAP.total_seconds())
    rotate_keys(rooms)
    assert set(published(person)) == {GIVEN_KID, made.kid}
    assert other_process.signing_key().kid == made.kid

    clock.forward(seconds=OVERLAP.total_seconds())
    assert retire_keys(rooms) == (GIVEN_KID,)
    assert published(person) == [made.kid]
    assert other_process.public_jwks() == person.get("/.well-known/jwks.json").json


def test_each_step_waits_until_ehrs_have_followed_unless_it_must_not(
    rooms: Rooms, clock: FrozenClock
) -> None:
    made = publish_new_key(rooms, "ES384")
    clock.forward(seconds=60)
    with pytest.raises(KeysWrong, match="try again in 9 min"):
        rotate_keys(rooms)
    assert rotate_keys(rooms, at_once=True).kid == made.kid

    with pytest.raises(KeysWrong, match="try again in 10 min"):
        retire_keys(rooms)
    assert retire_keys(rooms, at_once=True) == (GIVEN_KID,)


def test_what_cannot_be_done_says_what_to_do(rooms: Rooms) -> None:
    with pytest.raises(KeysWrong, match="keys new"):
        rotate_keys(rooms)
    with pytest.raises(KeysWrong, match="no key was replaced"):
        retire_keys(rooms)
    publish_new_key(rooms, "ES384")
    with pytest.raises(KeysWrong, match="this key signs"):
        retire_keys(rooms, GIVEN_KID, at_once=True)
    with pytest.raises(KeysWrong, match="keys list"):
        retire_keys(rooms, "nobody")


def test_a_key_that_never_signed_may_be_taken_back(rooms: Rooms) -> None:
    made = publish_new_key(rooms, "ES384")

    assert retire_keys(rooms, made.kid) == (made.kid,)

    assert [(one.kid, one.state) for one in list_keys(rooms)] == [(GIVEN_KID, "signing")]


def test_a_retired_key_comes_back_neither_from_the_settings_nor_with_the_next(
    rooms: Rooms, person: Any, other_process: ClientKeyBook
) -> None:
    publish_new_key(rooms, "ES384")
    rotate_keys(rooms, at_once=True)
    retire_keys(rooms, at_once=True)

    newest = publish_new_key(rooms, "ES384")

    assert GIVEN_KID not in published(person)
    assert newest.state == "published"
    assert other_process.signing_key().kid != GIVEN_KID


def test_of_several_keys_of_the_settings_the_first_signs_and_the_others_were_replaced(
    rooms: Rooms, settings: Settings
) -> None:
    old = json.loads(new_client_jwks("ES384"))["keys"]
    two = json.dumps({"keys": json.loads(GIVEN)["keys"] + old})
    rooms = replace(rooms, settings=replace(settings, client_jwks=two))

    made = publish_new_key(rooms, "RS384")

    states = {one.kid: one.state for one in list_keys(rooms)}
    assert states == {made.kid: "published", GIVEN_KID: "signing", old[0]["kid"]: "replaced"}


def test_without_keys_in_the_settings_the_first_one_signs_at_once(rooms: Rooms, settings: Settings) -> None:
    bare = replace(rooms, settings=replace(settings, client_jwks=None))
    assert not has_keys(rooms.db)

    assert publish_new_key(bare, "ES384").state == "signing"

    assert has_keys(rooms.db)
    assert publish_new_key(bare, "ES384").state == "published"


@pytest.mark.smart(313, 314, 315)
def test_both_kinds_of_keys_are_published_bare_and_without_their_private_parts(
    rooms: Rooms, person: Any
) -> None:
    publish_new_key(rooms, "RS384")

    keys = {key["kty"]: key for key in person.get("/.well-known/jwks.json").json["keys"]}

    assert keys["RSA"].keys() == {"kty", "kid", "use", "alg", "n", "e"}
    assert keys["EC"].keys() == {"kty", "kid", "use", "alg", "crv", "x", "y"}
    assert (keys["RSA"]["alg"], keys["EC"]["alg"]) == ("RS384", "ES384")
    assert keys["RSA"]["kid"] != keys["EC"]["kid"]


@pytest.mark.smart(295)
def test_a_private_key_is_sealed_and_destroyed_when_it_is_retired(rooms: Rooms) -> None:
    made = publish_new_key(rooms, "ES384")
    with rooms.db.read() as tx:
        kept = tx.scalars(select(ClientKey.private_jwk).where(ClientKey.kid == made.kid)).one()
        raw = bytes(tx.execute(text("SELECT private_jwk FROM client_key LIMIT 1")).scalar_one())
    assert json.loads(str(kept))["d"]
    assert b'"kty"' not in raw

    retire_keys(rooms, made.kid)

    with rooms.db.read() as tx:
        assert tx.scalars(select(ClientKey.private_jwk).where(ClientKey.kid == made.kid)).one() is None
        assert tx.scalar(select(func.count()).select_from(ClientKey)) == 2
