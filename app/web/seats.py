"""Who may hold an event stream open: so many in all, and so many of one browser."""

import threading
from collections import Counter


class Seats:
    """Streams hold a thread each. Whoever gets no seat polls instead."""

    def __init__(self, most: int, most_of_one: int) -> None:
        self._most, self._most_of_one = most, most_of_one
        self._guard = threading.Lock()
        self._taken: Counter[str] = Counter()

    def take(self, browser: str) -> bool:
        """Whether there was a seat for this browser. It has to be given back once."""
        with self._guard:
            if self._taken.total() >= self._most or self._taken[browser] >= self._most_of_one:
                return False
            self._taken[browser] += 1
            return True

    def give_back(self, browser: str) -> None:
        """One seat of the browser's is free again."""
        with self._guard:
            self._taken[browser] -= 1
            if self._taken[browser] <= 0:
                del self._taken[browser]
