"""Every error of every room, and what people are told of it: one table, told apart by type."""

from collections import ChainMap
from dataclasses import replace

from app.errors import (
    chart,
    launch,
    links,
    people,
    recording,
    requests,
    session,
    video,
    visit,
    webhooks,
    writes,
)
from app.errors.base import Explanation, ProductError, Table

TABLES: tuple[Table, ...] = (
    requests.TABLE,
    launch.TABLE,
    session.TABLE,
    chart.TABLE,
    writes.TABLE,
    visit.TABLE,
    video.TABLE,
    recording.TABLE,
    links.TABLE,
    people.TABLE,
    webhooks.TABLE,
)
_ALL = ChainMap(*(dict(table) for table in TABLES))
_BY_CODE = {told.code: told for told in _ALL.values()}


def explain(error: Exception) -> Explanation:
    """What is said of the error: the entry of its type or of the nearest base that has one."""
    for kind in type(error).__mro__:
        if kind in _ALL:
            return _exactly(_ALL[kind], error)
    return requests.UNEXPECTED


def explanation_of(code: str | None) -> Explanation | None:
    """What is said of the error that has this code."""
    return _BY_CODE.get(code or "")


def explain_name(name: str) -> Explanation | None:
    """What is said of the error whose type has this name, as rows keep it; None where nobody knows it."""
    return next((said for kind, said in _ALL.items() if kind.__name__ == name), None)


def _exactly(said: Explanation, error: Exception) -> Explanation:
    cause = said.exact_cause(error) if said.exact_cause else None
    return said if cause is None else replace(said, cause=cause)


__all__ = ["TABLES", "Explanation", "ProductError", "Table", "explain", "explain_name", "explanation_of"]
