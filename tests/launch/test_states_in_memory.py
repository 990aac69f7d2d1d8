"""The tests' own StateStore keeps the contract that the product's keeps."""

import pytest

from tests.launch.conftest import StatesInMemory
from tests.launch.state_store_contract import StateStoreContract


@pytest.fixture
def store(clock):
    return StatesInMemory(clock)


@pytest.fixture
def move(clock):
    return lambda delta: clock.forward(seconds=delta.total_seconds())


class TestStatesInMemory(StateStoreContract):
    """See the contract."""
