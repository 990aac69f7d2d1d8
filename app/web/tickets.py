"""Tickets: what a form carries into a window that has no cookie of ours."""

from app.crypto import KEYRING, BadSignature
from app.errors.session import TicketRefused
from app.signin.session_view import SessionView

FIELD = "ticket"


def ticket_for(session: SessionView, visit_id: str, action: str) -> str:
    """A ticket for one action on one visit, good as often as wanted while the session lives."""
    return KEYRING.signer("ticket").dumps([session.id, visit_id, action])


def check_ticket(ticket: str, session_id: str, visit_id: str, action: str) -> None:
    """Raises TicketRefused unless the ticket is for exactly this."""
    try:
        said = KEYRING.signer("ticket").loads(ticket)
    except BadSignature:
        raise TicketRefused from None
    if said != [session_id, visit_id, action]:
        raise TicketRefused
