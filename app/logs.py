"""Logs as JSON lines that hold allowed keys only: no name, no id of the chart, no token, no body."""

import json
import logging
import re
import sys
from collections.abc import MutableMapping
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

import structlog

ALLOWED = frozenset(
    {
        "at",
        "attempt",
        "channel",
        "code",
        "count",
        "effect",
        "error",
        "event",
        "guard",
        "hint",
        "kind",
        "level",
        "library",
        "method",
        "ms",
        "n",
        "operation",
        "outcome",
        "pid",
        "reference",
        "route",
        "seconds",
        "site",
        "state",
        "status",
        "vendor",
        "visit",
        "where",
    }
)
# What we write ourselves is a word or a short code. Anything longer came from outside.
_PLAIN = re.compile(r"[\w.,:/<>@ \-]{0,80}", re.ASCII)
_WORD = re.compile(r"[a-z][a-z0-9_]{2,60}")
OURS = ("app", "launch", "fhir", "zoom_bridge", "jitsi_bridge")


def keep_allowed(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drop every key that is not on the list, and every value that is no plain word or number."""
    return {key: value for key, value in line.items() if key in ALLOWED and _is_plain(value)}


def set_up_logs(level: str, stream: TextIO | None = None) -> None:
    """Send all logs of this process to standard output, those of libraries without their texts."""
    out = stream or sys.stdout
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            keep_allowed,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.WriteLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(LibraryLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for room in OURS:
        logging.getLogger(room).setLevel(level)


def without_texts(library: logging.Logger) -> None:
    """What this logger's own handlers write says where it spoke, never what."""
    for handler in library.handlers:
        handler.setFormatter(LibraryLines())


class LibraryLines(logging.Formatter):
    """A line that says where somebody logged, never what: libraries log addresses and bodies.

    What our own rooms log is kept if it is a single word, such as `clock_unreachable`, and what is allowed
    beside it too.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line as JSON."""
        ours = record.name.split(".")[0] in OURS and _WORD.fullmatch(str(record.msg)) is not None
        line = {
            "event": record.msg if ours else "library_line",
            "level": record.levelname.lower(),
            "library": record.name,
            "where": f"{record.filename}:{record.lineno}",
        }
        if ours:
            line |= keep_allowed(None, "", vars(record).copy())
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            line["where"] = _origin(record.exc_info[2]) or line["where"]
        return json.dumps(line)


def _origin(trace: TracebackType | None) -> str | None:
    """The line that raised."""
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else None


def _is_plain(value: object) -> bool:
    if isinstance(value, str):
        return _PLAIN.fullmatch(value) is not None
    return isinstance(value, bool | int | float)
