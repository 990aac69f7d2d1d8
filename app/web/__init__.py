"""Routes, pages and guards."""

from importlib import import_module

from flask import Flask

# Modules with a blueprint.
PARTS = (
    "acts",
    "deliveries",
    "detours",
    "doctor",
    "finish",
    "hand_over",
    "health",
    "home",
    "hosts",
    "launch",
    "outlook",
    "patient",
    "people",
    "recordings",
    "schedule",
    "signin",
    "static_files",
    "stream",
    "sync",
    "timeline",
    "traces",
    "visits",
    "waits",
    "webhooks",
    "writes",
)


def register(app: Flask) -> None:
    """All routes."""
    for name in PARTS:
        app.register_blueprint(import_module(f"app.web.{name}").blueprint)
