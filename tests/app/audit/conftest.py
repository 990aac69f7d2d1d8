"""A visit that somebody does things with."""

from tests.app.services.conftest import appointment, patient, seen, session, sign_in, world

__all__ = ["appointment", "patient", "seen", "session", "sign_in", "world"]
