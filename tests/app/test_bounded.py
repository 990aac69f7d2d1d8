"""No server holds a thread by dripping, by never ending, or by ending too early."""

import gzip
import socket
import threading
from collections.abc import Callable, Iterator

import pytest
import requests

from app import bounded
from app.http import new_http_session
from tests.patience import PATIENCE

pytestmark = pytest.mark.wire
HEAD = b"HTTP/1.1 200 OK\r\n"
Serve = Callable[[bytes, bool], str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """A server that answers these bytes, and then drips one after the other, if it is told to."""
    over, listening = threading.Event(), socket.create_server(("127.0.0.1", 0))

    def answer(said: bytes, drips: bool) -> None:
        line, _ = listening.accept()
        with line:
            line.recv(65536)
            line.sendall(said)
            while drips and not over.wait(0.02):
                try:
                    line.sendall(b"x")
                except OSError:
                    return

    def start(said: bytes, drips: bool) -> str:
        threading.Thread(target=answer, args=(said, drips), daemon=True).start()
        return f"http://127.0.0.1:{listening.getsockname()[1]}/"

    yield start
    over.set()
    listening.close()


def get(url: str) -> requests.Response:
    with new_http_session() as session:
        return session.get(url, timeout=PATIENCE)


def test_an_answer_that_drips_is_given_up(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "LONGEST_SECONDS", 0.3)

    with pytest.raises(requests.ReadTimeout):
        get(serve(HEAD + b"Content-Length: 100000\r\n\r\n", True))


def test_an_answer_that_never_ends_is_given_up(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "MOST_BYTES", 20)

    with pytest.raises(bounded.AnswerTooLarge):
        get(serve(HEAD + b"Connection: close\r\n\r\n", True))


def test_an_answer_that_grows_when_unpacked_is_given_up(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded, "MOST_BYTES", 100_000)
    packed = gzip.compress(bytes(1_000_000))
    head = HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)

    with pytest.raises(bounded.AnswerTooLarge):
        get(serve(head + packed, False))


def test_an_answer_that_ends_too_early_is_none(serve: Serve) -> None:
    with pytest.raises(requests.ConnectionError):
        get(serve(HEAD + b"Content-Length: 100\r\n\r\nhalf", False))


@pytest.mark.parametrize(
    "said",
    [
        HEAD + b"Content-Length: 5\r\n\r\nwhole",
        HEAD + b"Connection: close\r\n\r\nwhole",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\nwh\r\n3\r\nole\r\n0\r\n\r\n",
    ],
)
def test_an_answer_is_read_whole(serve: Serve, said: bytes) -> None:
    assert get(serve(said, False)).content == b"whole"
