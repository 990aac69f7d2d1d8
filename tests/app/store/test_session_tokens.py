"""Whose tokens are found for a write that is owed, and how long those of sessions that are over are kept."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.clock import FrozenClock
from app.models import Staff
from app.models import TokenSet as TokenRow
from app.ports import Owner
from app.store.backend_tokens import BackendTokens
from app.store.database import Database
from app.store.sessions import IDLE, LIFE, NewSession, add_session, end_session
from app.store.staff import Identity, meet_staff
from app.store.tokens import Vault, forget_tokens
from launch.ports import TokenSet
from tests.launch.token_vault_contract import TOKENS

OSEI, LEE = Owner("harbor", "osei"), Owner("harbor", "lee")
Begin = Callable[..., str]


@pytest.fixture
def vault(database: Database, clock: FrozenClock) -> Vault:
    return Vault(database, clock)


@pytest.fixture
def begin(database: Database, clock: FrozenClock, vault: Vault) -> Begin:
    """A launch session with tokens; each a second later than the one before."""

    def begin(session_id: str, owner: Owner = OSEI, tokens: TokenSet | None = TOKENS) -> str:
        clock.instant += timedelta(seconds=1)
        person = Identity("https://login.ehr.test/oauth2", owner.staff_id, owner.site)
        with database.write() as tx:
            meet_staff(tx, person, owner.staff_id, [], owner.staff_id, clock.now())
            new = NewSession(session_id, "launch", "browser", owner.staff_id, site=owner.site)
            add_session(tx, new, clock.now())
        if tokens:
            vault.save(session_id, replace(tokens, site=owner.site))
        return session_id

    return begin


@pytest.fixture
def forget(database: Database, clock: FrozenClock) -> Callable[..., int]:
    def forget(*keep: Owner) -> int:
        with database.write() as tx:
            return len(forget_tokens(tx, clock.now(), keep))

    return forget


def end(database: Database, clock: FrozenClock, *session_ids: str) -> None:
    with database.write() as tx:
        for session_id in session_ids:
            end_session(tx, session_id, clock.now())


def dismiss(database: Database, staff_id: str) -> None:
    with database.write() as tx:
        tx.execute(update(Staff).where(Staff.id == staff_id).values(active=False))


def kept(database: Database) -> set[str]:
    with database.read() as tx:
        return set(tx.scalars(select(TokenRow.session_id)))


def test_a_persons_sessions_come_newest_first_over_or_not(
    begin: Begin, vault: Vault, database: Database, clock: FrozenClock
) -> None:
    begin("one")
    begin("two")
    begin("three")
    end(database, clock, "three")

    assert vault.sessions_of(OSEI) == ("three", "two", "one")


def test_another_persons_and_another_ehrs_are_never_among_them(begin: Begin, vault: Vault) -> None:
    begin("mine")
    begin("colleagues", LEE)
    begin("elsewhere", Owner("river", "osei-there"))

    assert vault.sessions_of(OSEI) == ("mine",)
    assert vault.sessions_of(LEE) == ("colleagues",)
    assert vault.sessions_of(Owner("river", "osei-there")) == ("elsewhere",)
    assert vault.sessions_of(Owner("river", "osei")) == ()
    assert vault.sessions_of(Owner("river", "lee")) == ()


def test_tokens_of_another_ehr_under_a_session_of_this_one_are_not_among_them(
    begin: Begin, vault: Vault
) -> None:
    begin("mixed")
    vault.save("mixed", replace(TOKENS, site="river"))

    assert vault.sessions_of(OSEI) == ()
    assert vault.sessions_of(Owner("river", "osei")) == ()


def test_a_session_without_tokens_is_not_among_them(begin: Begin, vault: Vault) -> None:
    begin("local", tokens=None)

    assert vault.sessions_of(OSEI) == ()


def test_nobody_acts_for_a_person_who_may_not_sign_in_any_more(
    begin: Begin, vault: Vault, database: Database
) -> None:
    begin("one")
    dismiss(database, "osei")

    assert vault.sessions_of(OSEI) == ()


def test_what_was_set_aside_is_not_found_until_it_is_renewed(begin: Begin, vault: Vault) -> None:
    begin("one")
    vault.set_aside("one", "access-1")
    assert vault.sessions_of(OSEI) == ()

    vault.save("one", replace(TOKENS, access_token="access-2"))

    assert vault.sessions_of(OSEI) == ("one",)


def test_tokens_that_were_renewed_meanwhile_are_not_set_aside(begin: Begin, vault: Vault) -> None:
    begin("one", tokens=replace(TOKENS, access_token="access-2"))

    vault.set_aside("one", "access-1")
    vault.set_aside("nobodys", "access-1")

    assert vault.sessions_of(OSEI) == ("one",)


def test_tokens_go_when_their_session_is_over(
    begin: Begin, forget: Callable[..., int], database: Database, clock: FrozenClock
) -> None:
    begin("ended")
    begin("open")
    end(database, clock, "ended")

    assert forget() == 1
    assert kept(database) == {"open"}
    assert forget() == 0


@pytest.mark.parametrize("passed", [IDLE, LIFE])
def test_a_session_that_nobody_ended_is_over_by_time(
    begin: Begin, forget: Callable[..., int], database: Database, clock: FrozenClock, passed: timedelta
) -> None:
    begin("left")
    clock.instant += passed - timedelta(seconds=1)
    if passed == IDLE:
        assert forget() == 0

    clock.instant += timedelta(seconds=1)

    assert forget() == 1
    assert kept(database) == set()


def test_they_stay_while_their_owner_owes_this_ehr_a_write(
    begin: Begin, forget: Callable[..., int], database: Database, clock: FrozenClock
) -> None:
    begin("mine")
    begin("my-older")
    begin("colleagues", LEE)
    begin("elsewhere", Owner("river", "osei-there"))
    end(database, clock, "mine", "my-older", "colleagues", "elsewhere")

    assert forget(OSEI, Owner("nowhere", "nobody")) == 2
    assert kept(database) == {"mine", "my-older"}
    assert forget() == 2


def test_what_is_good_for_nothing_goes_though_a_write_is_owed(
    begin: Begin, vault: Vault, forget: Callable[..., int], database: Database, clock: FrozenClock
) -> None:
    begin("refused")
    begin("open-and-refused")
    begin("dismissed", LEE)
    for session_id in ("refused", "open-and-refused"):
        vault.set_aside(session_id, "access-1")
    end(database, clock, "refused")
    dismiss(database, "lee")

    assert forget(OSEI, LEE) == 2
    assert kept(database) == {"open-and-refused"}


def test_a_back_ends_token_is_one_for_all_processes(database: Database, database_url: str) -> None:
    ours = replace(TOKENS, refresh_token=None)
    BackendTokens(database).save(ours)
    BackendTokens(database).save(replace(ours, site="river", access_token="access-9"))
    other = Database(database_url)

    assert BackendTokens(other).load("harbor") == ours
    assert BackendTokens(other).load("nowhere") is None
    BackendTokens(other).save(replace(ours, access_token="access-2"))
    other.dispose()

    assert BackendTokens(database).load("harbor") == replace(ours, access_token="access-2")


def test_a_back_ends_token_does_not_lie_open_in_the_database(database: Database) -> None:
    BackendTokens(database).save(TOKENS)

    with database.read() as tx:
        [row] = tx.connection().exec_driver_sql("SELECT * FROM backend_token").all()

    assert "access-1" not in str(row)
    assert "refresh-1" not in str(row)
