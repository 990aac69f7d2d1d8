"""Answers of other systems are read whole, within a time and up to a size, whatever the other side does."""

import time
from collections.abc import Iterator
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError, ReadTimeoutError

# A read's timeout begins anew with each byte; this one does not.
LONGEST_SECONDS = 30.0
MOST_BYTES = 32 * 1024 * 1024
CHUNK = 64 * 1024


class AnswerTooLarge(requests.RequestException):
    """There was more of it than anybody needs."""


class BoundedAdapter(HTTPAdapter):
    """As requests', but that a server that drips, or never ends, holds no thread.

    Raises what requests raises, and AnswerTooLarge. An answer that is asked for as a stream is the caller's
    to bound.
    """

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """The answer, read."""
        ends = time.monotonic() + LONGEST_SECONDS
        answer = super().send(request, *args, **kwargs)
        if kwargs.get("stream"):
            return answer
        try:
            answer._content = b"".join(_parts(answer, ends))
        except ReadTimeoutError as slow:
            raise requests.ReadTimeout(slow, request=request) from slow
        except HTTPError as broken:
            raise requests.ConnectionError(broken, request=request) from broken
        except requests.RequestException:
            answer.close()
            raise
        return answer


def _parts(answer: requests.Response, ends: float) -> Iterator[bytes]:
    """What is there, as it comes."""
    size = 0
    while part := answer.raw.read1(CHUNK, decode_content=True):
        size += len(part)
        if size > MOST_BYTES:
            raise AnswerTooLarge(request=answer.request)
        if time.monotonic() > ends:
            raise requests.ReadTimeout(request=answer.request)
        yield part
