"""Large files that only we can read: encrypted chunk by chunk, each file with a key of its own.

The key is kept in the database, sealed with the keyring: a file without its row is noise. Chunks are sealed
with AES-256-GCM under their number and whether they are the last, so that none can be moved, left out or
put behind the end unnoticed (the STREAM construction: https://eprint.iacr.org/2015/189).
"""

import errno
import hashlib
import os
import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

CHUNK = 64 * 1024
TAG = 16
PART = ".part"
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.ENOENT, errno.ENOTDIR, errno.EIO)


class FileTooLarge(Exception):
    """More bytes came than may be kept."""


class FolderFull(Exception):
    """The folder takes nothing now."""


class FileDamaged(Exception):
    """A file is gone, cut off or changed."""


@dataclass(frozen=True)
class SealedFile:
    """A file as it was written. `key` and `name` find and open it; `sha256` is of what went in."""

    name: str
    key: str = field(repr=False)
    size: int
    sha256: str


def write_sealed(folder: Path, parts: Iterable[bytes], most: int) -> SealedFile:
    """Keep the bytes as a new file, on the disk when this returns; where it fails, nothing of it is left.

    Raises FileTooLarge, FolderFull, and whatever the parts raise.
    """
    name, key = secrets.token_hex(16), AESGCM.generate_key(256)
    path = folder / (name + PART)
    try:
        with _made(folder, path) as file:
            size, sha256 = _write(file, AESGCM(key), parts, most)
            file.flush()
            os.fsync(file.fileno())
        path.rename(folder / name)
        _flush(folder)
    except OSError as fault:
        if fault.errno in NO_ROOM:
            raise FolderFull from fault
        raise
    finally:
        with suppress(OSError):  # it has its name by now, or was never made
            path.unlink()
    return SealedFile(name, b64encode(key).decode(), size, sha256)


def read_sealed(folder: Path, name: str, key: str, size: int, start: int, end: int) -> Iterator[bytes]:
    """The bytes from `start` up to `end`, which the file has. Raises FileDamaged, perhaps on the way."""
    cipher, last = AESGCM(b64decode(key)), _last_of(size)
    try:
        with (folder / name).open("rb") as file:
            for number in range(start // CHUNK, -(-end // CHUNK)):
                file.seek(number * (CHUNK + TAG))
                chunk = _opened(cipher, file.read(CHUNK + TAG), number, is_last=number == last)
                begin = number * CHUNK
                yield chunk[max(start - begin, 0) : end - begin]
    except OSError as gone:
        raise FileDamaged from gone


def remove_sealed(folder: Path, name: str) -> None:
    """Take the file away; one that is gone is gone."""
    (folder / name).unlink(missing_ok=True)


def names_in(folder: Path, older_than: float) -> frozenset[str]:
    """All files of ours, half ones too, that nobody has written to since then (seconds of the epoch)."""
    if not folder.is_dir():
        return frozenset()
    return frozenset(
        path.name for path in folder.iterdir() if path.is_file() and path.stat().st_mtime < older_than
    )


def _made(folder: Path, path: Path) -> BinaryIO:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _write(file: BinaryIO, cipher: AESGCM, parts: Iterable[bytes], most: int) -> tuple[int, str]:
    buffer, size, number, sha256 = bytearray(), 0, 0, hashlib.sha256()
    for part in parts:
        size += len(part)
        if size > most:
            raise FileTooLarge
        sha256.update(part)
        buffer += part
        # The last chunk is known as such only when no more comes.
        while len(buffer) > CHUNK:
            file.write(cipher.encrypt(_nonce(number, is_last=False), bytes(buffer[:CHUNK]), None))
            del buffer[:CHUNK]
            number += 1
    file.write(cipher.encrypt(_nonce(number, is_last=True), bytes(buffer), None))
    return size, sha256.hexdigest()


def _last_of(size: int) -> int:
    return max(size - 1, 0) // CHUNK


def _opened(cipher: AESGCM, chunk: bytes, number: int, *, is_last: bool) -> bytes:
    try:
        return cipher.decrypt(_nonce(number, is_last=is_last), chunk, None)
    except (InvalidTag, ValueError) as changed:
        raise FileDamaged from changed


def _nonce(number: int, *, is_last: bool) -> bytes:
    """A key seals one file, so a number is never used with it again."""
    return number.to_bytes(11, "big") + bytes([is_last])


def _flush(folder: Path) -> None:
    """The new name is on the disk, too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
