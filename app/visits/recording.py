"""When a call may be recorded, and what is done with its recording."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

Kind = Literal["none", "local", "cloud"]
After = Literal["nothing", "link", "store"]
OFF: Kind = "none"
RECORDINGS: tuple[Kind, ...] = ("none", "local", "cloud")


class Answer(StrEnum):
    """To the question whether the visit may be recorded."""

    YES = "yes"
    NO = "no"


class Handling(StrEnum):
    """What is done with a recording: NOTHING, LINK and STORE as the department says.

    UNWANTED: the department records nothing. UNCONSENTED: the patient has not agreed. Neither is kept.
    """

    RUNNING = "running"
    NOTHING = "nothing"
    LINK = "link"
    STORE = "store"
    UNWANTED = "unwanted"
    UNCONSENTED = "unconsented"


# Once complete, and nobody against it: later answers undo nothing by themselves.
DECIDED = frozenset({Handling.NOTHING, Handling.LINK, Handling.STORE})
ALARMS = frozenset({Handling.UNWANTED, Handling.UNCONSENTED})


@dataclass(frozen=True)
class RecordingRule:
    """What a department wants of recordings. `asks`: of the patient, who may say no."""

    kind: Kind
    after: After
    asks: bool
    keep_days: int


@dataclass(frozen=True)
class Consent:
    """The last answer, when it was given (UTC), and whether staff wrote it down for the patient."""

    answer: Answer
    at: datetime
    spoken: bool


def is_agreed(rule: RecordingRule, consent: Consent | None) -> bool:
    """Whether nobody stands against a recording. No answer is no."""
    return not rule.asks or (consent is not None and consent.answer is Answer.YES)


def kind_to_ask_for(rule: RecordingRule, consent: Consent | None) -> Kind:
    """What the video vendor is asked to record by itself."""
    return rule.kind if is_agreed(rule, consent) else OFF


def handling_of(rule: RecordingRule, consent: Consent | None, *, is_complete: bool) -> Handling:
    """What is done with a recording that is under way or complete."""
    if rule.kind == OFF:
        return Handling.UNWANTED
    if not is_agreed(rule, consent):
        return Handling.UNCONSENTED
    return Handling(rule.after) if is_complete else Handling.RUNNING


def worst(handlings: frozenset[Handling]) -> Handling:
    """Of a call of several visits: one that is against it decides for all, then the one that keeps least."""
    order = (
        Handling.UNWANTED,
        Handling.UNCONSENTED,
        Handling.RUNNING,
        Handling.NOTHING,
        Handling.LINK,
        Handling.STORE,
    )
    return min(handlings, key=order.index)
