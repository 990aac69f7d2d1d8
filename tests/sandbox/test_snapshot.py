"""A simulator's state file."""

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.snapshot import Snapshot
from tests.patience import until


def test_what_is_flushed_is_loaded_again(tmp_path):
    path = tmp_path / "deep" / "state.json"
    Snapshot(path, lambda: {"day": "2026-03-01", "name": "María"}).flush()

    assert Snapshot(path, dict).load() == {"day": "2026-03-01", "name": "María"}
    assert list(path.parent.iterdir()) == [path]


def test_a_burst_of_changes_is_one_write(tmp_path, monkeypatch):
    writes, timers = [], []
    monkeypatch.setattr(
        "sandbox.snapshot.threading.Timer", lambda *about: timers.append(Timer(*about)) or timers[-1]
    )
    snapshot = Snapshot(tmp_path / "s.json", lambda: writes.append(1) or {}, delay=7)

    for _ in range(50):
        snapshot.touch()
    assert (writes, [timer.seconds for timer in timers]) == ([], [7])
    timers[0].work()
    assert writes == [1]

    snapshot.touch()
    assert len(timers) == 2


@dataclass
class Timer:
    """One that goes off when a test says so."""

    seconds: float
    work: Callable[[], None]
    daemon: bool = False

    def start(self):
        """It runs."""

    def cancel(self):
        """It is not needed any more."""


def test_a_change_is_written_without_anybody_asking(tmp_path):
    snapshot = Snapshot(tmp_path / "s.json", lambda: {"name": "María"}, delay=0.01)

    snapshot.touch()

    until(lambda: Snapshot(tmp_path / "s.json", dict).load() == {"name": "María"})


def test_a_torn_file_counts_as_none(tmp_path):
    path = tmp_path / "s.json"
    path.write_text('{"half": ')

    assert Snapshot(path, dict).load() is None


def test_without_a_path_nothing_is_kept():
    snapshot = Snapshot(None, dict)

    snapshot.touch()
    snapshot.flush()

    assert snapshot.load() is None
