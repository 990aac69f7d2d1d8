"""What was promised, and is of no use any more."""


class NotNeeded(Exception):
    """The visit is closed, or open again, or the person is gone, or somebody has answered meanwhile."""
