"""The ports kept in memory keep the contracts that the product's own stores keep."""

import pytest

from tests.launch.conftest import StatesInMemory, VaultInMemory
from tests.launch.state_store_contract import StateStoreContract
from tests.launch.token_vault_contract import TokenVaultContract


@pytest.fixture
def store(clock):
    return StatesInMemory(clock)


@pytest.fixture
def move(clock):
    return lambda delta: clock.forward(seconds=delta.total_seconds())


@pytest.fixture
def vault():
    return VaultInMemory()


@pytest.fixture
def sessions():
    return "session-1", "session-2"


class TestStatesInMemory(StateStoreContract):
    """See the contract."""


class TestVaultInMemory(TokenVaultContract):
    """See the contract."""
