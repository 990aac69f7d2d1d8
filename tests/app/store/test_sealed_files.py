"""Files that only we can read: whole or in parts, and never otherwise than they were written."""

import pytest

from app.store.sealed_files import (
    CHUNK,
    TAG,
    FileDamaged,
    FileTooLarge,
    FolderFull,
    names_in,
    read_sealed,
    remove_sealed,
    write_sealed,
)

SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 7]


def film(size):
    return bytes(number % 251 for number in range(size))


def written(folder, content, piece=10_000):
    parts = (content[start : start + piece] for start in range(0, len(content), piece))
    return write_sealed(folder, parts, 10**9)


def read(folder, kept, start=0, end=None):
    return b"".join(
        read_sealed(folder, kept.name, kept.key, kept.size, start, kept.size if end is None else end)
    )


@pytest.mark.parametrize("size", SIZES)
def test_what_went_in_comes_out(tmp_path, size):
    kept = written(tmp_path, film(size))

    assert read(tmp_path, kept) == film(size)
    assert (kept.size, [path.name for path in tmp_path.iterdir()]) == (size, [kept.name])


@pytest.mark.parametrize("size", SIZES[1:])
def test_any_part_comes_alone(tmp_path, size):
    kept = written(tmp_path, film(size))

    for start in {0, size // 2, size - 1, max(size - CHUNK, 0)}:
        for end in {start + 1, min(start + CHUNK, size), size}:
            assert read(tmp_path, kept, start, end) == film(size)[start:end]


def test_each_file_has_a_key_of_its_own_and_another_ones_opens_nothing(tmp_path):
    one, other = written(tmp_path, film(100)), written(tmp_path, film(100))

    assert one.key != other.key
    assert (tmp_path / one.name).read_bytes() != (tmp_path / other.name).read_bytes()
    with pytest.raises(FileDamaged):
        list(read_sealed(tmp_path, one.name, other.key, 100, 0, 100))


def changed(raw):
    sealed = CHUNK + TAG
    yield "a byte", raw[:5] + bytes([raw[5] ^ 1]) + raw[6:]
    yield "cut off", raw[:-1]
    yield "the last chunk gone", raw[: 2 * sealed]
    yield "the first chunk gone", raw[sealed:]
    yield "two chunks exchanged", raw[sealed : 2 * sealed] + raw[:sealed] + raw[2 * sealed :]
    yield "empty", b""


def test_whatever_is_changed_is_noticed(tmp_path):
    kept = written(tmp_path, film(2 * CHUNK + 7))
    path = tmp_path / kept.name

    for what, raw in list(changed(path.read_bytes())):
        path.write_bytes(raw)
        with pytest.raises(FileDamaged):
            read(tmp_path, kept)
            pytest.fail(what)
    remove_sealed(tmp_path, kept.name)
    with pytest.raises(FileDamaged):
        read(tmp_path, kept)


def test_a_size_that_is_not_the_files_is_noticed(tmp_path):
    kept = written(tmp_path, film(2 * CHUNK))

    with pytest.raises(FileDamaged):
        list(read_sealed(tmp_path, kept.name, kept.key, CHUNK, 0, CHUNK))


def test_what_grows_too_large_leaves_nothing(tmp_path):
    with pytest.raises(FileTooLarge):
        write_sealed(tmp_path, iter([film(100), film(1)]), 100)

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_takes_nothing_says_so(tmp_path):
    (tmp_path / "file").write_text("no folder")

    with pytest.raises(FolderFull):
        write_sealed(tmp_path / "file" / "below", iter([b"x"]), 100)


def test_nobody_else_may_read_the_folder(tmp_path):
    kept = written(tmp_path / "new", film(10))

    assert (tmp_path / "new").stat().st_mode & 0o077 == 0
    assert (tmp_path / "new" / kept.name).stat().st_mode & 0o077 == 0


def test_a_folder_that_was_never_made_holds_nothing(tmp_path):
    assert names_in(tmp_path / "nowhere", 10**12) == frozenset()
