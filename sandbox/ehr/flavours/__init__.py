"""The kinds of EHR that the sandbox can play: a module each, found by its name."""

import importlib
import pkgutil

from sandbox.ehr.flavours.flavour import Flavour

NOT_ONE = "flavour"


class UnknownFlavour(ValueError):
    """There is no such flavour; its text lists those that there are."""


def flavour_of(name: str) -> Flavour:
    """The flavour of this name; ``generic`` keeps to the standard. Raises UnknownFlavour."""
    if name == Flavour.name:
        return Flavour()
    if name not in flavour_names():
        raise UnknownFlavour(f"There is no flavour {name}. There are: {', '.join(flavour_names())}.")
    found: type[Flavour] = importlib.import_module(f"{__name__}.{name}").FLAVOUR
    return found()


def flavour_names() -> tuple[str, ...]:
    """All of them."""
    found = sorted(one.name for one in pkgutil.iter_modules(__path__) if one.name != NOT_ONE)
    return (Flavour.name, *found)
