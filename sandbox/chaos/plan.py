"""What each visit will be like, drawn from the seed."""

import random
from dataclasses import dataclass

PROVIDERS = ("vb-practitioner-osei", "vb-practitioner-lee", "vb-practitioner-chen")
PATIENTS = 12
# How a visit ends, the state that this leaves it in, and how many of a hundred end so.
ENDINGS = {
    "note": ("finished", 50),
    "finish": ("finished", 15),
    "nobody_came": ("no_show", 15),
    "no_show": ("no_show", 10),
    "cancel": ("cancelled", 10),
}


@dataclass(frozen=True)
class Script:
    """One visit: whose it is, what happens in the call, how it ends. Truth as far as people decide it."""

    number: int
    provider: str
    patient: str
    steps: tuple[str, ...]
    ending: str
    pauses: tuple[float, ...]  # minutes after each step

    @property
    def appointment(self) -> str:
        """The id that its appointment has in the chart."""
        return f"chaos-{self.number:04}"

    @property
    def state(self) -> str:
        """Where the visit must end."""
        return ENDINGS[self.ending][0]

    @property
    def chart_status(self) -> str:
        """What the chart must say of its appointment."""
        return {"finished": "fulfilled", "no_show": "noshow"}.get(self.state, "booked")

    @property
    def wording(self) -> str:
        """What its provider would write."""
        return f"Chaos note of visit {self.number}."

    @property
    def note(self) -> str | None:
        """What its provider writes; None where they write nothing."""
        return self.wording if self.ending == "note" else None


def plan(seed: int, visits: int) -> list[Script]:
    """The scripts, the same for the same seed. The first ones end in each of the ways."""
    dice = random.Random(seed)  # noqa: S311  # draws scripts, protects nothing
    return [_script(dice, number) for number in range(1, visits + 1)]


def _script(dice: random.Random, number: int) -> Script:
    drawn = dice.choices(tuple(ENDINGS), [share for _, share in ENDINGS.values()])[0]
    ending = tuple(ENDINGS)[number - 1] if number <= len(ENDINGS) else drawn
    steps = _steps(dice, ending)
    return Script(
        number,
        dice.choice(PROVIDERS),
        f"vb-patient-{dice.randint(1, PATIENTS):02}",
        steps,
        ending,
        tuple(dice.uniform(1.2, 4.0) for _ in steps),
    )


def _steps(dice: random.Random, ending: str) -> tuple[str, ...]:
    if ending == "nobody_came":
        return ("start", "host_leaves")
    if ending not in ("note", "finish"):
        return ()
    waits = ("wait",) if dice.random() < 0.4 else ()
    start = ("start", "start") if dice.random() < 0.2 else ("start",)
    return (*waits, *start, *_call(dice))


def _call(dice: random.Random) -> list[str]:
    """Host and patient in the call, with what may come between."""
    steps = ["join", "enter", "admit"]
    if dice.random() < 0.3:
        steps += ["put_back", "admit"]
    if dice.random() < 0.3:
        steps += ["leave", "join", "enter", "admit"]
    return [*steps, *(("host_leaves", "leave") if dice.random() < 0.4 else ("leave", "host_leaves"))]
