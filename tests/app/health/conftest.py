"""A visit to owe something for, a day with people in it, and deliveries as the vendor signs them."""

from tests.app.pages.conftest import day
from tests.app.signin.conftest import a_visit
from tests.app.webhooks.conftest import sign

__all__ = ["a_visit", "day", "sign"]
