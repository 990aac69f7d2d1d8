"""Small writes of many threads, done in one go: one statement and one wait for the disk for all of them."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

Item = TypeVar("Item")
Answer = TypeVar("Answer")
MOST_AT_ONCE = 128
# Writes all of the items. Answers as many, in the same order.
WriteAll = Callable[[Session, Sequence[Item]], Sequence[Answer]]


class _Ticket(Generic[Item, Answer]):
    """One item that waits for its turn."""

    def __init__(self, item: Item) -> None:
        self.item = item
        self.done = False
        self._answers: list[Answer] = []
        self._error: BaseException | None = None
        self._woken = threading.Event()

    def settle(self, answers: list[Answer], error: BaseException | None) -> None:
        self._answers, self._error = answers, error
        self.done = True
        self.wake()

    def wake(self) -> None:
        self._woken.set()

    def wait(self) -> None:
        self._woken.wait()

    def answer(self) -> Answer:
        if self._error is not None:
            raise self._error
        return self._answers[0]


class Together(Generic[Item, Answer]):
    """Whoever comes while others write waits, and the first of them writes for all who wait by then.

    A write that fails fails alone: all of its turn are then done again, one by one.
    """

    def __init__(
        self, begin: Callable[[], AbstractContextManager[Session]], write_all: WriteAll[Item, Answer]
    ) -> None:
        self._begin = begin
        self._write_all = write_all
        self._guard = threading.Lock()
        self._waiting: deque[_Ticket[Item, Answer]] = deque()
        self._is_writing = False

    def write(self, item: Item) -> Answer:
        """Write the item in a transaction that is committed when this returns. It may be tried twice."""
        ticket = _Ticket[Item, Answer](item)
        if not self._is_first(ticket):
            ticket.wait()
        if not ticket.done:
            try:
                self._write_for_all()
            finally:
                self._hand_over()
        return ticket.answer()

    def _is_first(self, ticket: _Ticket[Item, Answer]) -> bool:
        with self._guard:
            self._waiting.append(ticket)
            is_first, self._is_writing = not self._is_writing, True
        return is_first

    def _hand_over(self) -> None:
        """Whoever has waited longest writes next."""
        with self._guard:
            if self._waiting:
                self._waiting[0].wake()
            else:
                self._is_writing = False

    def _next(self) -> list[_Ticket[Item, Answer]]:
        with self._guard:
            count = min(len(self._waiting), MOST_AT_ONCE)
            return [self._waiting.popleft() for _ in range(count)]

    def _write_for_all(self) -> None:
        turn: list[_Ticket[Item, Answer]] = []
        answers, error = self._try(turn)
        if error is None:
            for ticket, answer in zip(turn, answers, strict=True):
                ticket.settle([answer], None)
        elif len(turn) > 1:
            for ticket in turn:
                alone, failed = self._try([ticket])
                ticket.settle(list(alone), failed)
        else:
            for ticket in turn or self._next():
                ticket.settle([], error)

    def _try(self, turn: list[_Ticket[Item, Answer]]) -> tuple[Sequence[Answer], BaseException | None]:
        """Do a turn; an empty one is filled once the database is ours, with all who came until then."""
        try:
            with self._begin() as tx:
                turn.extend(() if turn else self._next())
                answers = self._write_all(tx, [ticket.item for ticket in turn])
        except BaseException as error:
            # Also what ends a thread: those who wait for this one must not wait for ever.
            return (), error
        return answers, None
