"""Each test of this folder opens a world of its own."""

from tests.world import open_world

__all__ = ["open_world"]
