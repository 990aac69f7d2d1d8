"""The visit of the services' tests."""

from tests.app.services.conftest import appointment, patient, seen, session, sign_in, world

__all__ = ["appointment", "patient", "seen", "session", "sign_in", "world"]
