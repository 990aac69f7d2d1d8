"""A simulator's state file."""

import time

from sandbox.snapshot import Snapshot


def test_what_is_flushed_is_loaded_again(tmp_path):
    path = tmp_path / "deep" / "state.json"
    Snapshot(path, lambda: {"day": "2026-03-01", "name": "María"}).flush()

    assert Snapshot(path, dict).load() == {"day": "2026-03-01", "name": "María"}
    assert list(path.parent.iterdir()) == [path]


def test_a_burst_of_changes_is_one_write(tmp_path):
    writes = []
    snapshot = Snapshot(tmp_path / "s.json", lambda: writes.append(1) or {}, delay=0.05)

    for _ in range(50):
        snapshot.touch()
    time.sleep(0.3)

    assert len(writes) == 1


def test_a_torn_file_counts_as_none(tmp_path):
    path = tmp_path / "s.json"
    path.write_text('{"half": ')

    assert Snapshot(path, dict).load() is None


def test_without_a_path_nothing_is_kept():
    snapshot = Snapshot(None, dict)

    snapshot.touch()
    snapshot.flush()

    assert snapshot.load() is None
