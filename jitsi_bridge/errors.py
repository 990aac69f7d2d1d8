"""What can go wrong with Jitsi. Little can: nothing is asked of it."""


class JitsiError(Exception):
    """Base, with the marks that a product reads: see its Video port."""

    retryable = False
    outcome_known = True
    room_gone = False
    not_offered = False
    user_unknown = False


class JitsiNotOffered(JitsiError):
    """A room that is known by its address alone can neither be asked, nor ended, nor does it tell."""

    not_offered = True

    def __init__(self) -> None:
        super().__init__("Jitsi does not offer this")


class JitsiUrlWrong(JitsiError, ValueError):
    """The template of addresses is none."""
