"""What a route finds in the current request."""

from typing import cast

from flask import current_app

from app.ports import Rooms

KEY = "visitbridge"


def rooms() -> Rooms:
    """The rooms that this application was made with."""
    return cast(Rooms, current_app.extensions[KEY])
