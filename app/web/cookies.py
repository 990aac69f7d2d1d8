"""The cookie that names the browser, and nothing else."""

from flask import g, request
from werkzeug.wrappers import Response

from app.crypto import digest, new_token

NAME = "__Host-vb"
LIFE_SECONDS = 12 * 3600


def browser_hash() -> str | None:
    """What finds this browser's sessions; None where no cookie came."""
    token = request.cookies.get(NAME)
    return digest(token) if token else None


def browser_token() -> str:
    """The token of this browser, made now if it brought none. `remember_browser` sends it."""
    if "browser_token" not in g:
        g.browser_token = request.cookies.get(NAME) or new_token()
    return str(g.browser_token)


def remember_browser(response: Response) -> Response:
    """Send the cookie: it works in the frame of another site, and only in the top site that it was set in."""
    response.set_cookie(
        NAME,
        browser_token(),
        max_age=LIFE_SECONDS,
        path="/",
        secure=True,
        httponly=True,
        samesite="None",
        partitioned=True,
    )
    return response
