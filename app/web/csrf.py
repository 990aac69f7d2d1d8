"""Form tokens, and where a request to change something may come from."""

from urllib.parse import urlsplit

from flask import g, request

from app.crypto import KEYRING, BadSignature
from app.errors.session import ForeignOrigin, FormStale
from app.web.current import rooms

FIELD = "csrf"
HEADER = "X-CSRF-Token"


def csrf_token() -> str:
    """The token of every form on this page: bound to its session and browser, or to its link."""
    return KEYRING.signer("form").dumps(g.form_subject)


def check_form() -> None:
    """Raises FormStale if the form's token is not this page's."""
    token = request.form.get(FIELD) or request.headers.get(HEADER) or ""
    try:
        subject = KEYRING.signer("form").loads(token)
    except BadSignature:
        raise FormStale from None
    if subject != g.form_subject:
        raise FormStale


def check_origin(*, link: bool) -> None:
    """Raises ForeignOrigin for a request from another site.

    `link`: the path is the authority. Such pages send no referrer, so Chromium sends `Origin: null`.
    https://fetch.spec.whatwg.org/#append-a-request-origin-header
    """
    origin = request.headers.get("Origin")
    fetched_from = request.headers.get("Sec-Fetch-Site")
    if fetched_from is not None and fetched_from not in ("same-origin", "none"):
        raise ForeignOrigin
    if origin == own_origin() or (link and origin in (None, "null")):
        return
    if origin is None and fetched_from == "same-origin":
        return
    raise ForeignOrigin


def own_origin() -> str:
    """Scheme, host and port of this deployment, as browsers write them."""
    parts = urlsplit(rooms().settings.base_url)
    return f"{parts.scheme}://{parts.netloc}"
