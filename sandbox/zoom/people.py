"""The users of the simulated account; synthetic."""

from dataclasses import dataclass
from enum import IntEnum


class Licence(IntEnum):
    """Zoom's user types."""

    BASIC = 1
    LICENSED = 2


@dataclass(frozen=True)
class User:
    """A user of the account, with the fields that Zoom's API answers."""

    id: str
    email: str
    first_name: str
    last_name: str
    licence: Licence
    status: str = "active"  # active | inactive | pending
    dept: str = "Telehealth"
    role_name: str = "Member"
    timezone: str = "America/New_York"
    pmi: int = 0

    @property
    def display_name(self) -> str:
        """The name that others see in a call."""
        return f"{self.first_name} {self.last_name}"

    @property
    def licensed(self) -> bool:
        """Whether this user may host meetings with registration."""
        return self.licence is Licence.LICENSED


OWNER = User(
    "oWn3rAccTq2vXy0Zk1LmNp",
    "zoom.owner@clinic.example",
    "Telehealth",
    "Office",
    Licence.LICENSED,
    role_name="Owner",
    pmi=5550100900,
)

USERS = (
    OWNER,
    User(
        "aM4r4OseiR7tYu1Io9PlKj",
        "amara.osei@clinic.example",
        "Amara",
        "Osei",
        Licence.LICENSED,
        pmi=5550100901,
    ),
    User(
        "dAv1dLeeQw8eRt5YuI0oPa", "david.lee@clinic.example", "David", "Lee", Licence.LICENSED, pmi=5550100902
    ),
    User(
        "mE1l1ngChenZx6CvB3nMqW",
        "mei-ling.chen@clinic.example",
        "Mei-Ling",
        "Chen",
        Licence.LICENSED,
        pmi=5550100903,
    ),
    User(
        "jOn4sBrandtGh2JkL7zXcV",
        "jonas.brandt@clinic.example",
        "Jonas",
        "Brandt",
        Licence.BASIC,
        pmi=5550100904,
    ),
    User(
        "iN4ct1veMoreauTy4UiO8p",
        "ines.moreau@clinic.example",
        "Inès",
        "Moreau",
        Licence.LICENSED,
        status="inactive",
        pmi=5550100905,
    ),
    User(
        "pR1yaNa1rWq2Er3Ty4Ui5O",
        "priya.nair@clinic.example",
        "Priya",
        "Nair",
        Licence.BASIC,
        status="pending",
        pmi=5550100906,
    ),
)

_BY_KEY = {key: user for user in USERS for key in (user.id, user.email)}


def find_user(key: str) -> User | None:
    """The user with this id or e-mail address (its case does not matter)."""
    return _BY_KEY.get(key) or _BY_KEY.get(key.lower())
