"""Tokens of people who left: forgotten here, and given back to EHRs that take them."""

import structlog

from app.ports import Rooms
from app.store.outbox import owners_owing
from app.store.tokens import forget_tokens
from launch.errors import LaunchError

log = structlog.get_logger()
AT_A_TIME = 50


def give_tokens_back(rooms: Rooms) -> None:
    """Tokens of sessions that are over go, but for those of people in whose names something is owed.

    They are forgotten first: an EHR that is away keeps nobody's tokens with us, and is not waited for twice.
    """
    with rooms.db.write() as tx:
        gone = forget_tokens(tx, rooms.wall.now(), owners_owing(tx), AT_A_TIME)
    away: set[str] = set()
    for tokens in gone:
        if tokens.site in away:
            continue
        try:
            outcome = "revoked" if rooms.ehr.revoke(tokens) else "not_taken"
        except LaunchError as fault:
            away.add(tokens.site)
            outcome = type(fault).__name__
        log.info("tokens_given_back", site=tokens.site, outcome=outcome)
