"""What browsers are told about every answer: what it may load, who may frame it, and to forget it."""

from flask import Flask, g
from werkzeug.wrappers import Response

from app.crypto import new_token
from app.web.current import rooms
from app.web.guards import Guard

# The patient's pages try out camera and microphone; nothing of ours needs anything else.
PERMISSIONS = "camera=(self), microphone=(self), geolocation=(), payment=(), usb=(), display-capture=()"


def install(app: Flask) -> None:
    """Add the headers to every answer, and `csp_nonce()` to every template."""
    app.after_request(_add)
    app.jinja_env.globals["csp_nonce"] = csp_nonce


def csp_nonce() -> str:
    """This answer's nonce for inline scripts and styles."""
    if "csp_nonce" not in g:
        g.csp_nonce = new_token()
    return str(g.csp_nonce)


def _add(response: Response) -> Response:
    guard: Guard = g.get("guard") or Guard()
    headers = response.headers
    headers["Content-Security-Policy"] = _policy(guard)
    headers["Referrer-Policy"] = "no-referrer" if guard.entry in ("link", "public") else "same-origin"
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Permissions-Policy"] = PERMISSIONS
    headers.setdefault("Cache-Control", "no-store")
    if rooms().settings.base_url.startswith("https:"):
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return response


def _policy(guard: Guard) -> str:
    nonce = f"'nonce-{csp_nonce()}'"
    # Chromium applies form-action to the redirect that answers a form, too.
    forms = " ".join(("'self'", g.get("form_targets") or " ".join(rooms().video_origins)))
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' {nonce}",
            f"style-src 'self' {nonce}",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            "worker-src 'self'",
            "manifest-src 'self'",
            f"form-action {forms}",
            "base-uri 'none'",
            f"frame-ancestors {_ancestors(guard)}",
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
