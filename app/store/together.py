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
    def wake(self) -> None: ...


class _Ticket(Generic[T]):
    def __init__(self, work: Callable[[Session], T]) -> None:
        self._work = work
        self._answers: list[T] = []
        self._error: BaseException | None = None
        self._woken = threading.Event()
        self.done = False

    def do(self, tx: Session) -> None:
        self._answers = [self._work(tx)]

    def settle(self, error: BaseException | None) -> None:
        self._error = error
        self.done = True
        self.wake()

    def wake(self) -> None:
        self._woken.set()

    def wait(self) -> None:
        self._woken.wait()

    def answer(self) -> T:
        if self._error is not None:
            raise self._error
        return self._answers[0]


class Together:
    """Whoever comes while others write waits, and the first of them writes for all who wait by then.

    A write that fails fails alone: all of its turn are then done again, one by one.
    """

    def __init__(self, begin: Callable[[], AbstractContextManager[Session]]) -> None:
        self._begin = begin
        self._guard = threading.Lock()
        self._waiting: deque[Work] = deque()
        self._is_writing = False

    def write(self, work: Callable[[Session], T]) -> T:
        """Do the work in a transaction that is committed when this returns. The work may be done twice."""
        ticket = _Ticket(work)
        if not self._is_first(ticket):
            ticket.wait()
        if not ticket.done:
            try:
                self._write_for_all()
            finally:
                self._hand_over()
        return ticket.answer()

    def _is_first(self, ticket: Work) -> bool:
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

    def _next(self) -> list[Work]:
        with self._guard:
            count = min(len(self._waiting), MOST_AT_ONCE)
            return [self._waiting.popleft() for _ in range(count)]

    def _write_for_all(self) -> None:
        turn: list[Work] = []
        error = self._try(turn)
        if error is not None and len(turn) > 1:
            for ticket in turn:
                ticket.settle(self._try([ticket]))
            return
        for ticket in turn or self._next():
            ticket.settle(error)

    def _try(self, turn: list[Work]) -> BaseException | None:
        """Do a turn; an empty one is filled once the database is ours, with all who came until then."""
        try:
            with self._begin() as tx:
                turn.extend(() if turn else self._next())
                for ticket in turn:
                    ticket.do(tx)
        except BaseException as error:
            # Also what ends a thread: those who wait for this one must not wait for ever.
            return error
        return None
