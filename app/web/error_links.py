"""The ways on that an error page offers."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ErrorLink:
    """A way on. `new_window`: it opens at top level, out of the EHR's frame."""

    label: str
    href: str
    new_window: bool = False


def links_for(error: Exception) -> tuple[ErrorLink, ...]:
    """The ways on from this error."""
    return ()
