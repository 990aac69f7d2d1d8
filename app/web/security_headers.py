"""What browsers are told about every answer: what it may load, who may frame it, and to forget it."""

from base64 import b64encode
from functools import lru_cache
from hashlib import sha256

from flask import Flask, g
from werkzeug.wrappers import Response

from app.web.current import rooms
from app.web.guards import Guard

# The patient's pages try out camera and microphone; nothing of ours needs anything else.
PERMISSIONS = "camera=(self), microphone=(self), geolocation=(), payment=(), usb=(), display-capture=()"


def install(app: Flask) -> None:
    """Add the headers to every answer."""
    app.after_request(_add)


def _add(response: Response) -> Response:
    guard: Guard = g.get("guard") or Guard()
    headers = response.headers
    headers["Content-Security-Policy"] = _policy(
        g.get("form_targets") or rooms().video_origins, g.get("look", ""), _ancestors(guard)
    )
    headers["Referrer-Policy"] = "no-referrer" if guard.entry in ("link", "public") else "same-origin"
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Permissions-Policy"] = PERMISSIONS
    headers.setdefault("Cache-Control", "no-store")
    if rooms().settings.base_url.startswith("https:"):
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return response


@lru_cache
def _policy(form_targets: tuple[str, ...], look: str, ancestors: str) -> str:
    # Chromium applies form-action to the redirect that answers a form, too.
    forms = " ".join(("'self'", *form_targets))
    styles = f"'self' 'sha256-{b64encode(sha256(look.encode()).digest()).decode()}'" if look else "'self'"
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            f"style-src {styles}",
            "img-src 'self' data:",
            "font-src 'self'",
            "media-src 'self'",
            "connect-src 'self'",
            "worker-src 'self'",
            "manifest-src 'self'",
            f"form-action {forms}",
            "base-uri 'none'",
            f"frame-ancestors {ancestors}",
        )
    )


def _ancestors(guard: Guard) -> str:
    """Who may frame the answer. Without a session or site it is an error page: no data, and to be seen."""
    session = g.get("session")
    if not guard.framed or (session is not None and session.kind == "local"):
        return "'none'"
    site = session.site if session is not None else g.get("site")
    if site is None:
        return "*"
    return " ".join(("'self'", *rooms().sites.by_name(site).launch.frame_ancestors))
