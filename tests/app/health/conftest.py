"""A visit to owe something for, and deliveries as the vendor signs them."""

from tests.app.signin.conftest import a_visit
from tests.app.webhooks.conftest import sign

__all__ = ["a_visit", "sign"]
