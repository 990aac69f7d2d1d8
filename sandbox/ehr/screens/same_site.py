"""Forms of these screens are sent by these screens only."""

from flask import abort, request

OURS = (None, "same-origin", "none")


def refuse_foreign_posts() -> None:
    """Answer 403 to a form that a page of another site sent. Tools that are no browser say nothing of it."""
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site") not in OURS:
        abort(403)
