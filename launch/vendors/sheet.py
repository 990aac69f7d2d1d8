"""What is typed into an EHR to register us there: field by field, in the words of its own screens."""

import importlib
import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """A field and what belongs into it; `{names}` stand for what differs between deployments."""

    field: str
    value: str

    def filled(self, places: Mapping[str, str]) -> "Line":
        """With the deployment's own values."""
        return Line(self.field, self.value.format_map(places))


@dataclass(frozen=True)
class Sheet:
    """A screen of the EHR's, and its fields."""

    screen: str
    lines: tuple[Line, ...]


GENERIC = (
    Sheet(
        "App registration",
        (
            Line("Launch URL", "{launch_url}"),
            Line("Redirect URI", "{redirect_uri}"),
            Line("JWKS URL", "{jwks_url}"),
            Line("Client id", "{client_id}"),
            Line("Scopes", "{scopes}"),
        ),
    ),
)


def sheets_of(vendor: str) -> tuple[Sheet, ...]:
    """The vendor's sheets, from `sheet.py` of its folder; the standard's where there is none."""
    name = f"{__package__}.{vendor}"
    if not vendor.isidentifier() or importlib.util.find_spec(name) is None:
        return GENERIC
    if importlib.util.find_spec(f"{name}.sheet") is None:
        return GENERIC
    found: tuple[Sheet, ...] = importlib.import_module(f"{name}.sheet").SHEETS
    return found
