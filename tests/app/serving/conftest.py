"""Where a server may listen."""

import pytest

from tests import world


@pytest.fixture
def free_port() -> int:
    return world.free_port()
