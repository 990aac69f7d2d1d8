"""Small writes of many threads, committed together: one wait for the disk instead of one each."""

import threading
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Generic, Protocol, TypeVar

from sqlalchemy.orm import Session

T = TypeVar("T")
MOST_AT_ONCE = 128


class Work(Protocol):
    """A write that waits for its turn."""

    done: bool

    def do(self, tx: Session) -> None: ...
    def settle(self, error: BaseException | None) -> None: ...


class _Ticket(Generic[T]):
    def __init__(self, work: Callable[[Session], T]) -> None:
        self._work = work
        self._answers: list[T] = []
        self._error: BaseException | None = None
        self.done = False

    def do(self, tx: Session) -> None:
        self._answers = [self._work(tx)]

    def settle(self, error: BaseException | None) -> None:
        self._error = error
        self.done = True

    def answer(self) -> T:
        if self._error is not None:
            raise self._error
        return self._answers[0]


class Together:
    """Whoever comes while others write waits, and the next of them writes for all who wait.

    A write that fails fails alone: all of its turn are then done again, one by one.
    """

    def __init__(self, begin: Callable[[], AbstractContextManager[Session]]) -> None:
        self._begin = begin
        self._guard = threading.Lock()
        self._leader = threading.Lock()
        self._waiting: deque[Work] = deque()

    def write(self, work: Callable[[Session], T]) -> T:
        """Do the work in a transaction that is committed when this returns. The work may be done twice."""
        ticket = _Ticket(work)
        with self._guard:
            self._waiting.append(ticket)
        while not ticket.done:
            with self._leader:
                if not ticket.done:
                    self._write(self._next())
        return ticket.answer()

    def _next(self) -> list[Work]:
        with self._guard:
            count = min(len(self._waiting), MOST_AT_ONCE)
            return [self._waiting.popleft() for _ in range(count)]

    def _write(self, turn: list[Work]) -> None:
        error = self._try(turn)
        if error is not None and len(turn) > 1:
            for ticket in turn:
                ticket.settle(self._try([ticket]))
            return
        for ticket in turn:
            ticket.settle(error)

    def _try(self, turn: list[Work]) -> BaseException | None:
        try:
            with self._begin() as tx:
                for ticket in turn:
                    ticket.do(tx)
        except Exception as error:
            return error
        return None
