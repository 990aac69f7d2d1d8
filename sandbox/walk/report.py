"""What ``make visit`` prints: a line a step, with milliseconds."""

import contextlib
import time
from collections.abc import Iterator

import requests


class StepFailed(Exception):
    """A step did not lead where it must; the message says what came instead."""


class Skipped(Exception):
    """A step that this double does not offer."""


class Report:
    """Prints each step as it ends."""

    def __init__(self) -> None:
        self._number = 0
        self._notes: list[str] = []
        self._began = time.perf_counter()
        self.step_name = "start"

    @contextlib.contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time a step and print its line; a failing one is printed too, and ends the visit."""
        self._number += 1
        self.step_name = name
        self._notes = []
        began = time.perf_counter()
        try:
            yield
        except Skipped as skipped:
            self._line("skipped", name, str(skipped))
        except StepFailed:
            self._line(f"{_ms(began):.0f} ms", name, "FAILED")
            raise
        except requests.RequestException as error:
            self._line(f"{_ms(began):.0f} ms", name, "FAILED")
            raise StepFailed(f"no answer ({type(error).__name__})") from error
        else:
            self._line(f"{_ms(began):.0f} ms", name, "; ".join(self._notes))

    def note(self, text: str) -> None:
        """Add a word to the line of the step under way."""
        self._notes.append(text)

    def say(self, text: str) -> None:
        """Print something beside the steps."""
        print(f"      {text}", flush=True)

    def complete(self) -> None:
        """The last line."""
        print(f"visit complete ({_ms(self._began) / 1000:.1f} s)", flush=True)

    def _line(self, took: str, name: str, note: str) -> None:
        print(f"  {self._number:2}  {took:>9}  {name}{f' ({note})' if note else ''}", flush=True)


def _ms(began: float) -> float:
    return (time.perf_counter() - began) * 1000
