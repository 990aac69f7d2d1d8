"""The database's side of the launch room's ports keeps the same contracts as the ones in memory."""

import pytest

from app.store.launches import LaunchBook
from app.store.sessions import NewSession, add_session
from app.store.staff import Identity, meet_staff
from app.store.tokens import Vault
from tests.launch.state_store_contract import StateStoreContract, a_launch
from tests.launch.token_vault_contract import TOKENS, TokenVaultContract


@pytest.fixture
def store(database, clock):
    return LaunchBook(database, clock)


@pytest.fixture
def move(clock):
    def move(delta):
        clock.instant += delta

    return move


@pytest.fixture
def vault(database, clock):
    return Vault(database, clock)


@pytest.fixture
def sessions(database, clock):
    with database.write() as tx:
        person = Identity("https://login.ehr.test/oauth2", "user-7", "sandbox", "Practitioner/dr-7")
        staff_id = meet_staff(tx, person, "Amara Osei", [], "staff-1", clock.now())
        for session_id in ("session-1", "session-2"):
            new = NewSession(
                id=session_id, kind="launch", browser_hash="browser-1", staff_id=staff_id, site="sandbox"
            )
            add_session(tx, new, clock.now())
    return "session-1", "session-2"


class TestLaunchBook(StateStoreContract):
    """See the contract."""


class TestVault(TokenVaultContract):
    """See the contract."""


def test_nothing_secret_of_a_launch_lies_open_in_the_database(store, vault, sessions, database, clock):
    store.put(a_launch(clock.now()))
    vault.save(sessions[0], TOKENS)

    with database.read() as tx:
        rows = [
            str(row)
            for table in ("launch_state", "token_set")
            for row in tx.connection().exec_driver_sql(f"SELECT * FROM {table}").all()  # noqa: S608  # two names
        ]

    assert len(rows) == 2
    for secret in ("state-1", "launch-1", "verifier-of-this", "nonce-of-this", "access-1", "refresh-1"):
        assert not any(secret in row for row in rows)
