"""A request as a line for a shell; what was cut stands as a variable to be set by hand."""

import shlex

from app.traces.exchange import Exchange
from app.traces.redaction import CUT


def as_curl(exchange: Exchange) -> str:
    """The command."""
    parts = ["curl", "--include", "--request", exchange.method]
    for name, value in exchange.headers.items():
        if name != "content-length":
            parts += ["--header", f"{name}: {_shown(value, name)}"]
    for name, value in exchange.sent.items():
        # Of a proof its parts are shown beside it; the proof itself is sent.
        if "." not in name:
            parts += ["--data-urlencode", f"{name}={_shown(value, name)}"]
    if exchange.method == "GET" and exchange.sent:
        parts.insert(1, "--get")
    return " ".join(_quoted(part) for part in (*parts, exchange.url.replace("{id}", "$ID")))


def _shown(value: str, name: str) -> str:
    return value.replace(CUT, f"${name.upper().replace('-', '_')}")


def _quoted(part: str) -> str:
    """Double quotes where a variable stands, so that the shell puts it in."""
    if "$" not in part:
        return shlex.quote(part)
    safe = part.replace("\\", "\\\\").replace('"', '\\"').replace("`", "\\`")
    return f'"{safe}"'
