"""Pages of a list: ``next_page_token``, good for fifteen minutes, or ``page_number``."""

from collections.abc import Sequence
from datetime import timedelta

from itsdangerous import BadSignature, URLSafeSerializer

from sandbox.zoom.gate import Call, Json
from sandbox.zoom.refusals import stale_page_token
from sandbox.zoom.world import World

PAGE_TOKEN_LIFE = timedelta(minutes=15)
PAGE_SIZE = 30


def page_of(world: World, call: Call, name: str, rows: Sequence[Json], numbered: bool = True) -> Json:
    """One page of ``rows`` under ``name``, with the counts and the token for the next. Raises Refusal."""
    size = call.number("page_size", PAGE_SIZE)
    small = (world.switches.details("small_pages") or {}).get("size")
    size = min(size, small) if isinstance(small, int) else size
    start = _start(world, call, size)
    page: Json = {
        "next_page_token": _token(world, start + size) if start + size < len(rows) else "",
        "page_count": -(-len(rows) // size),
        "page_size": size,
        "total_records": len(rows),
        name: list(rows[start : start + size]),
    }
    if numbered:
        page["page_number"] = start // size + 1
    return page


def _signer(world: World) -> URLSafeSerializer:
    return URLSafeSerializer(world.state.signing_key, salt="page")


def _token(world: World, start: int) -> str:
    until = int((world.now() + PAGE_TOKEN_LIFE).timestamp())
    return str(_signer(world).dumps([start, until]))


def _start(world: World, call: Call, size: int) -> int:
    token = call.text("next_page_token")
    if not token:
        return (call.number("page_number", 1) - 1) * size
    try:
        start, until = _signer(world).loads(token)
    except BadSignature as bad:
        raise stale_page_token() from bad
    if until <= world.now().timestamp():
        raise stale_page_token()
    return int(start)
