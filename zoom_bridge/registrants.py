"""Registrants: one person, one link. https://developers.zoom.us/docs/api/meetings/#tag/invitation--registration"""

from dataclasses import dataclass, field

from zoom_bridge._fields import Raw, text
from zoom_bridge.errors import ZoomAnswerMalformed
from zoom_bridge.ids import RegistrantId
from zoom_bridge.languages import zoom_language
from zoom_bridge.secret import Secret

LONGEST_NAME = 64
LONGEST_ADDRESS = 128


@dataclass(frozen=True)
class RegistrantOrder:
    """A person to register, under an address that says nothing of them. `language` is BCP-47."""

    address: str = field(repr=False)
    display_name: str = field(repr=False)
    language: str | None = None

    def __post_init__(self) -> None:
        """Refuse an address that Zoom would refuse."""
        if "@" not in self.address or len(self.address) > LONGEST_ADDRESS:
            raise ValueError(f"an address has an @ and at most {LONGEST_ADDRESS} characters")

    def as_json(self) -> Raw:
        """The request's body."""
        order: dict[str, object] = {
            "email": self.address,
            "first_name": self.display_name[:LONGEST_NAME],
            # An account may lock approval to manual; without this the answer would hold no link.
            "auto_approve": True,
        }
        language = zoom_language(self.language)
        return {**order, "language": language} if language else order


@dataclass(frozen=True)
class Registrant:
    """A registered person. Zoom gives no link to somebody who waits for approval."""

    id: RegistrantId
    address: str | None = field(repr=False)
    join_url: Secret | None

    @classmethod
    def from_json(cls, raw: Raw) -> "Registrant":
        """From the answer to a registration, whose `id` is the meeting's. Raises ZoomAnswerMalformed."""
        return cls._known_as(text(raw, "registrant_id"), raw)

    @classmethod
    def from_row(cls, raw: Raw) -> "Registrant":
        """From a row of the list, whose `id` is the registrant's. Raises ZoomAnswerMalformed."""
        return cls._known_as(text(raw, "id"), raw)

    @classmethod
    def _known_as(cls, registrant_id: str | None, raw: Raw) -> "Registrant":
        if registrant_id is None:
            raise ZoomAnswerMalformed("registrant_id")
        join_url = text(raw, "join_url")
        return cls(RegistrantId(registrant_id), text(raw, "email"), Secret(join_url) if join_url else None)
