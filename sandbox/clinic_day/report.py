"""What the day prints at its end: the truth table, what it cost, what could not be done."""

from collections import Counter
from collections.abc import Mapping, Sequence

from sandbox.clinic_day.drive import SPENT, DayDrive
from sandbox.clinic_day.tape import Tape, costs

NOT_POSSIBLE = {SPENT: "the host's meetings of the day were spent; the provider called by telephone"}


def say(text: str) -> None:
    """A line, at once."""
    print(text, flush=True)


def say_costs(tape: Tape, drives: Sequence[DayDrive], notes: int) -> None:
    """Calls, refusals, webhooks, and how late providers heard."""
    calls, limited, events = costs(tape.rows())
    say(f"Zoom was called {calls.total()} times, {calls.total() / max(len(drives), 1):.1f} for a visit:")
    for name, count in calls.most_common():
        say(f"  {count:6}  {name}")
    said = ", ".join(f"{count} for {kind}" for kind, count in sorted(limited.items()))
    say(f"refused with 429: {said or 'never'}")
    say(f"webhooks sent: {events.total()}")
    late = sorted(drive.late for drive in drives if drive.late is not None)
    if late:
        middle, worst = late[len(late) // 2], late[-1]
        say(f"a provider heard that a patient waits after {middle:.2f} s, {worst:.2f} s at worst")
    say(f"notes in the chart, each once: {notes}")


def say_not_done(drives: Sequence[DayDrive]) -> None:
    """What the account's limits did not allow."""
    refused = Counter((drive.refused, drive.script.provider) for drive in drives if drive.refused)
    for (code, provider), count in sorted(refused.items()):
        say(f"not done: {count} visits of {provider} ({code}): {NOT_POSSIBLE.get(code, code)}")


def first_wrong(drives: Sequence[DayDrive], wrong: Mapping[str, Mapping[str, str]]) -> str:
    """The earliest visit that is wrong, and how."""
    order = {drive.script.appointment: drive.script.start for drive in drives}
    name = min(wrong, key=lambda one: (order.get(one, 10**6), one))
    kind, how = next(iter(wrong[name].items()))
    return f"first wrong thing: {name}, {kind}: {how}"
