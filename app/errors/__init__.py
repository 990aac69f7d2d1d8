"""Every error of every room, and what people are told of it: one table, told apart by type alone."""

from collections import ChainMap

from app.errors import chart, launch, links, requests, session, video, visit, webhooks, writes
from app.errors.base import Explanation, ProductError, Table

TABLES: tuple[Table, ...] = (
    requests.TABLE,
    launch.TABLE,
    session.TABLE,
    chart.TABLE,
    writes.TABLE,
    visit.TABLE,
    video.TABLE,
    links.TABLE,
    webhooks.TABLE,
)
_ALL = ChainMap(*(dict(table) for table in TABLES))
_BY_CODE = {told.code: told for told in _ALL.values()}


def explain(error: Exception) -> Explanation:
    """What is said of the error: the entry of its type or of the nearest base that has one."""
    for kind in type(error).__mro__:
        if kind in _ALL:
            return _ALL[kind]
    return requests.UNEXPECTED


def explanation_of(code: str | None) -> Explanation | None:
    """What is said of the error that has this code."""
    return _BY_CODE.get(code or "")


__all__ = ["TABLES", "Explanation", "ProductError", "Table", "explain", "explanation_of"]
