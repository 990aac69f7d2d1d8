"""Logs: allowed keys with plain values, and of libraries only where they spoke."""

import json
import logging
from io import StringIO

import pytest
import structlog

from app.logs import LibraryLines, keep_allowed, set_up_logs, without_texts


@pytest.fixture
def logs() -> StringIO:
    stream = StringIO()
    set_up_logs("INFO", stream)
    return stream


def test_a_line_keeps_what_is_allowed_and_drops_the_rest(logs: StringIO) -> None:
    structlog.get_logger().info("visit_opened", visit="v1", status=200, patient="Rosa Diaz", url="/v/abc")

    line = json.loads(logs.getvalue())
    assert line.pop("at")
    assert line == {"event": "visit_opened", "level": "info", "visit": "v1", "status": 200}


@pytest.mark.parametrize(
    "value", ["Grüße", "a" * 81, "two\nlines", '{"a": 1}', "R=osa", ["Rosa"], {"a": 1}, b"x"]
)
def test_a_value_that_is_no_plain_word_is_dropped(value: object) -> None:
    assert keep_allowed(None, "", {"event": "seen", "error": value}) == {"event": "seen"}


def test_a_library_is_heard_without_its_words(logs: StringIO) -> None:
    logging.getLogger("urllib3.connectionpool").warning("Retrying: /fhir/Patient/%s", "p-1")

    written = logs.getvalue()
    assert "p-1" not in written
    assert "Retrying" not in written
    assert json.loads(written)["library"] == "urllib3.connectionpool"


def test_a_librarys_error_is_named_without_its_text(logs: StringIO) -> None:
    try:
        raise ValueError("Rosa Diaz")
    except ValueError:
        logging.getLogger("gunicorn.error").exception("Error handling request /v/secret")

    written = logs.getvalue()
    assert json.loads(written)["error"] == "ValueError"
    assert "Rosa" not in written
    assert "secret" not in written


def test_a_single_word_of_our_own_rooms_is_kept_and_what_is_allowed_beside_it(logs: StringIO) -> None:
    beside = {"operation": "create_meeting", "status": 429, "seconds": 0.25, "url": "/users/rosa"}
    logging.getLogger("zoom_bridge.wire").warning("zoom_call", extra=beside)
    logging.getLogger("fhir.client").warning("GET /Patient/p-1")

    first, second = (json.loads(line) for line in logs.getvalue().splitlines())
    assert first["event"] == "zoom_call"
    assert (first["operation"], first["status"], first["seconds"]) == ("create_meeting", 429, 0.25)
    assert "url" not in first
    assert second["event"] == "library_line"


def test_below_its_level_nothing_is_written(logs: StringIO) -> None:
    structlog.get_logger().debug("noise")
    logging.getLogger("urllib3").info("noise")
    logging.getLogger("app.clock").debug("noise")

    assert logs.getvalue() == ""
    assert LibraryLines().format(logging.LogRecord("x", 30, "f.py", 1, "m", (), None))


def test_a_library_with_a_handler_of_its_own_says_only_where_it_spoke() -> None:
    server, written = logging.Logger("gunicorn.error"), StringIO()
    server.addHandler(logging.StreamHandler(written))

    without_texts(server)
    server.warning("Invalid HTTP method: 'Rosa'")

    assert json.loads(written.getvalue())["library"] == "gunicorn.error"
    assert "Rosa" not in written.getvalue()


def test_of_an_error_in_a_library_the_line_that_raised_it_is_told(logs: StringIO) -> None:
    try:
        int("Rosa")
    except ValueError:
        logging.getLogger("gunicorn.error").exception("Error handling request /v/abc")

    line = json.loads(logs.getvalue())
    assert line["error"] == "ValueError"
    assert line["where"].startswith("test_logs.py:")
