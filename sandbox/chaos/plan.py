"""What each visit will be like, drawn from the seed."""

import random
from dataclasses import dataclass

PROVIDERS = ("vb-practitioner-osei", "vb-practitioner-lee", "vb-practitioner-chen")
LICENSED_PATIENTS = 12
ENDINGS = {"note": "finished", "finish": "finished", "no_show": "no_show", "cancel": "cancelled"}


@dataclass(frozen=True)
class Script:
    """One visit: whose it is, what happens in the call, how it ends. Truth as far as people decide it."""

    number: int
    provider: str
    patient: str
    steps: tuple[str, ...]
    ending: str
    pauses: tuple[float, ...]

    @property
    def appointment(self) -> str:
        """The id that its appointment has in the chart."""
        return f"chaos-{self.number:04}"

    @property
    def state(self) -> str:
        """Where the visit must end."""
        return ENDINGS[self.ending]

    @property
    def note(self) -> str | None:
        """What its provider writes; None where they write nothing."""
        return f"Chaos note of visit {self.number}." if self.ending == "note" else None


def plan(seed: int, visits: int) -> list[Script]:
    """The scripts, the same for the same seed."""
    dice = random.Random(seed)  # noqa: S311  # draws scripts, protects nothing
    return [_script(dice, number) for number in range(1, visits + 1)]


def _script(dice: random.Random, number: int) -> Script:
    ending = dice.choices(tuple(ENDINGS), (60, 15, 15, 10))[0]
    steps = ("start", *_call(dice)) if ending in ("note", "finish") else ()
    return Script(
        number,
        dice.choice(PROVIDERS),
        f"vb-patient-{dice.randint(1, LICENSED_PATIENTS):02}",
        steps,
        ending,
        tuple(dice.uniform(1.2, 4.0) for _ in range(len(steps) + 1)),
    )


def _call(dice: random.Random) -> list[str]:
    """Host and patient in the call, with what may come between."""
    steps = ["join", "enter", "admit"]
    if dice.random() < 0.3:
        steps += ["put_back", "admit"]
    if dice.random() < 0.3:
        steps += ["leave", "enter", "admit"]
    return [*steps, *(("host_leaves", "leave") if dice.random() < 0.4 else ("leave", "host_leaves"))]
