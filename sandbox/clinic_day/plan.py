"""What happens on the day, drawn from a seed: whose visit is when, and what becomes of it."""

import random
from collections.abc import Iterable
from dataclasses import dataclass

from sandbox.chaos.plan import Script
from sandbox.clinic.people import Clinician, Person

# Minutes from the first slot; a day of ten hours is full.
DAY = 600
LONGEST, SHORTEST = 20, 4
# How a visit goes, and how many of a hundred go so; the first visits of a day go in each of the ways.
KINDS = {
    "plain": 34,
    "behind": 6,
    "early": 7,
    "late": 10,
    "no_show": 8,
    "cancelled": 5,
    "moved": 5,
    "old_phone": 6,
    "drops": 7,
    "put_back": 5,
    "colleague": 4,
    "double_click": 3,
}
# These begin long before their slot: they cannot be anybody's first visits.
NOT_FIRST = ("early", "cancelled", "moved", "behind")
NO_SHOW_AFTER = 16
EARLY = 40
NOTED = 0.8

Act = tuple[int, str]


@dataclass(frozen=True)
class DayScript(Script):
    """One visit of the day. ``start`` and the minutes of ``acts`` count from the day's first slot."""

    kind: str = "plain"
    start: int = 0
    minutes: int = LONGEST
    acts: tuple[Act, ...] = ()
    moved_by: int = 0
    came: bool = False  # of one that was given up

    @property
    def appointment(self) -> str:
        """The id that its appointment has in the chart."""
        return f"day-{self.number:04}"

    @property
    def state(self) -> str:
        """Where the visit must end."""
        return "cancelled" if self.kind == "cancelled" else super().state

    @property
    def chart_status(self) -> str:
        """What the chart must say of its appointment."""
        if self.kind == "given_up":
            # Who calls a visit off in the app leaves the appointment as it is.
            return "arrived" if self.came else "booked"
        return "cancelled" if self.kind == "cancelled" else super().chart_status

    @property
    def wording(self) -> str:
        """What its provider would write."""
        return f"Note of visit {self.number} of the clinic day."


def plan(seed: int, providers: list[Clinician], patients: list[Person]) -> list[DayScript]:
    """The day's visits, the same for the same seed, dealt out to the providers in turn."""
    dice = random.Random(seed)  # noqa: S311  # draws a day, protects nothing
    rounds = -(-len(patients) // len(providers))
    minutes = max(SHORTEST, min(LONGEST, DAY // rounds)) // 4 * 4
    kinds = _kinds(dice, len(patients), len(providers))
    spare = dict.fromkeys(range(len(providers)), rounds)
    scripts = []
    for index, (patient, kind) in enumerate(zip(patients, kinds, strict=True)):
        turn, whose = divmod(index, len(providers))
        new_turn = turn
        if kind == "moved":
            new_turn, spare[whose] = spare[whose], spare[whose] + 1
        ending = "no_show" if kind == "no_show" else "note" if dice.random() < NOTED else "finish"
        acts = _acts(kind, turn * minutes, new_turn * minutes, minutes)
        scripts.append(
            DayScript(
                number=index + 1,
                provider=providers[whose].id,
                patient=patient.id,
                steps=tuple(act for _, act in acts),
                ending="cancel" if kind == "cancelled" else ending,
                pauses=(),
                kind=kind,
                start=turn * minutes,
                minutes=minutes,
                acts=acts,
                moved_by=(new_turn - turn) * minutes,
            )
        )
    return scripts


def minutes_of(scripts: Iterable[DayScript], at_most: int) -> list[int]:
    """Every minute at which something happens, and one now and then while somebody waits."""
    scripts = list(scripts)
    waits = [wait for script in scripts if (wait := _wait(script))]
    found: list[int] = []
    for minute in sorted({minute for script in scripts for minute, _ in script.acts}):
        while found and minute - found[-1] > at_most and any(a <= found[-1] < b for a, b in waits):
            found.append(found[-1] + at_most)
        found.append(minute)
    return found


def _wait(script: DayScript) -> tuple[int, int] | None:
    """From when to when its patient waits, as planned."""
    at = {name: minute for minute, name in reversed(script.acts)}
    return (at["come"], at["join"]) if "come" in at else None


def _kinds(dice: random.Random, visits: int, providers: int) -> list[str]:
    """The first round is for those who may be first, then one of each, then as the shares say.

    So the first who waits behind another has somebody on time before them.
    """
    may_be_first = [kind for kind in KINDS if kind not in NOT_FIRST]
    first = [may_be_first[index % len(may_be_first)] for index in range(providers)]
    each = [kind for kind in KINDS if kind not in first]
    drawn = dice.choices(tuple(KINDS), tuple(KINDS.values()), k=visits)
    return [*first, *each, *drawn][:visits]


def _acts(kind: str, start: int, moved_to: int, minutes: int) -> tuple[Act, ...]:
    quarter = minutes // 4
    return tuple(sorted(_in_order(kind, start, moved_to, quarter), key=lambda act: act[0]))


def _in_order(kind: str, start: int, moved_to: int, quarter: int) -> list[Act]:
    if kind == "cancelled":
        return [(start - 2 * quarter, "cancel_in_chart"), (start - quarter, "read_cancelled")]
    if kind == "no_show":
        return [(start + max(3 * quarter, NO_SHOW_AFTER), "close")]
    before: list[Act] = []
    if kind == "moved":
        before, start = [(start - 2 * quarter, "move_in_chart"), (start - quarter, "read_moved")], moved_to
    elif kind == "early":
        before = [(start - EARLY, "come_too_early")]
    come = {"late": start + quarter, "behind": start - 5 * quarter}.get(kind, start - quarter)
    begin = "double_click" if kind == "double_click" else "start"
    call = [(max(start, come), "join"), (max(start, come), "enter"), (max(start, come), "admit")]
    return [*before, (come, "come"), (start, begin), *call, *_middle(kind, start, quarter)]


def _middle(kind: str, start: int, quarter: int) -> list[Act]:
    """From the call to the end."""
    between: dict[str, list[Act]] = {
        "drops": [
            (start + quarter, "drop"),
            *((start + 2 * quarter, act) for act in ("join", "enter", "admit")),
        ],
        "put_back": [(start + quarter, "put_back"), (start + 2 * quarter, "admit")],
        "colleague": [(start + quarter, "colleague_looks")],
    }
    end = start + 3 * quarter
    return [*between.get(kind, []), (end, "leave"), (end, "host_leaves"), (end, "close")]
