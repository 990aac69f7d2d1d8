"""The states of a visit, its meeting, its people and what is written about it, and who moves a visit."""

from collections.abc import Mapping
from enum import StrEnum


class VisitState(StrEnum):
    """Where a visit stands. Hanging up moves none of these."""

    PLANNED = "planned"
    OPEN = "open"
    IN_PROGRESS = "in_progress"
    FINISHED = "finished"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    ENTERED_IN_ERROR = "entered_in_error"


class MeetingState(StrEnum):
    """Where a video meeting stands."""

    NONE = "none"
    CREATING = "creating"
    READY = "ready"
    LIVE = "live"
    IDLE = "idle"
    CLOSED = "closed"
    FAILED = "failed"


class Presence(StrEnum):
    """Where a participant is. Any may follow any."""

    INVITED = "invited"
    HERE = "here"
    ON_THE_WAY = "on_the_way"
    WAITING = "waiting"
    IN_CALL = "in_call"
    LEFT = "left"
    STALE = "stale"


class PresenceSource(StrEnum):
    """Who says so: our own page, the video vendor's event, or a poll of the vendor."""

    PAGE = "page"
    ZOOM = "zoom"
    POLL = "poll"


class PassState(StrEnum):
    """Where a person's own way into a meeting stands."""

    CREATING = "creating"
    READY = "ready"
    TAKEN_BACK = "taken_back"


class WriteState(StrEnum):
    """Where something that we owe to another system stands."""

    PENDING = "pending"
    SENDING = "sending"
    WRITTEN = "written"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    NEEDS_SIGN_IN = "needs_sign_in"
    GIVEN_UP = "given_up"


class Role(StrEnum):
    """What a participant is in the visit."""

    PATIENT = "patient"
    HOST = "host"
    FAMILY = "family"
    INTERPRETER = "interpreter"
    COLLEAGUE = "colleague"


class Act(StrEnum):
    """What is done to a visit: an act of staff, the chart's word, or host and patient meeting in the call."""

    START = "start"
    MEET = "meet"
    FINISH = "finish"
    NO_SHOW = "no_show"
    CANCEL = "cancel"
    CHART_CANCELLED = "chart_cancelled"
    CHART_IN_ERROR = "chart_in_error"
    REOPEN = "reopen"
    HAND_OVER = "hand_over"  # to another provider: it moves no state


UNFINISHED = frozenset({VisitState.PLANNED, VisitState.OPEN, VisitState.IN_PROGRESS})
GONE = frozenset({Presence.LEFT, Presence.STALE})
WAITS = frozenset({Presence.HERE, Presence.ON_THE_WAY, Presence.WAITING})


class IllegalMove(Exception):
    """The visit's state does not allow this act."""

    def __init__(self, state: VisitState, act: Act) -> None:
        super().__init__(f"{act} is not possible in {state}")
        self.state = state
        self.act = act


def _moves() -> Mapping[tuple[VisitState, Act], VisitState]:
    moves = {
        (VisitState.PLANNED, Act.START): VisitState.OPEN,
        (VisitState.OPEN, Act.START): VisitState.OPEN,
        (VisitState.IN_PROGRESS, Act.START): VisitState.IN_PROGRESS,
        (VisitState.PLANNED, Act.CHART_CANCELLED): VisitState.CANCELLED,
        (VisitState.OPEN, Act.CHART_CANCELLED): VisitState.CANCELLED,
        (VisitState.OPEN, Act.MEET): VisitState.IN_PROGRESS,
        (VisitState.FINISHED, Act.REOPEN): VisitState.OPEN,
        (VisitState.NO_SHOW, Act.REOPEN): VisitState.OPEN,
    }
    for state in UNFINISHED:
        moves[state, Act.FINISH] = VisitState.FINISHED
        moves[state, Act.NO_SHOW] = VisitState.NO_SHOW
        moves[state, Act.CANCEL] = VisitState.CANCELLED
    for state in VisitState:
        moves[state, Act.CHART_IN_ERROR] = VisitState.ENTERED_IN_ERROR
    return moves


_MOVES = _moves()


def move(state: VisitState, act: Act) -> VisitState:
    """The state after the act. Raises IllegalMove."""
    try:
        return _MOVES[state, act]
    except KeyError:
        raise IllegalMove(state, act) from None


def allows(state: VisitState, act: Act) -> bool:
    """Whether the act is possible in this state."""
    return (state, act) in _MOVES
