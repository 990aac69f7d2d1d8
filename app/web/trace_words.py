"""What people read of a launch on record, and of how it differs from a good one."""

from flask_babel import lazy_gettext as _l

from app.services.compare_traces import Kind
from app.web.chips import Chip

OUTCOMES = {
    "begun": Chip(_l("Not come back"), "hourglass", "wait"),
    "entered": Chip(_l("Went well"), "check", "good"),
    "failed": Chip(_l("Failed"), "alert", "bad"),
}
KINDS = {
    Kind.NOT_ASKED: _l("Not reached this time"),
    Kind.NEW: _l("Not in the good launch"),
    Kind.STATUS: _l("Another answer"),
    Kind.FIELD: _l("Another value"),
    Kind.SLOWER: _l("Much slower"),
    Kind.SCOPES_LESS: _l("Scopes missing"),
    Kind.SCOPES_MORE: _l("Scopes added"),
}
