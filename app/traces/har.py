"""A launch as an HTTP Archive, which browsers' developer tools open. http://www.softwareishard.com/blog/har-12-spec/"""

import json
from collections.abc import Iterable
from typing import Any

from app.traces.exchange import Exchange, Fields

UNKNOWN = -1


def as_har(exchanges: Iterable[Exchange]) -> dict[str, Any]:
    """HAR 1.2, of what was kept."""
    creator = {"name": "VisitBridge", "version": "1"}
    return {"log": {"version": "1.2", "creator": creator, "entries": [_entry(one) for one in exchanges]}}


def _entry(one: Exchange) -> dict[str, Any]:
    return {
        "startedDateTime": one.at,
        "time": one.ms,
        "request": _request(one),
        "response": _response(one),
        "cache": {},
        "timings": {"send": 0, "wait": one.ms, "receive": 0},
        "comment": "from a browser" if one.way == "in" else "to the EHR",
    }


def _request(one: Exchange) -> dict[str, Any]:
    told = _both("request", one.method, one.headers) | {"url": one.url, "queryString": []}
    if one.method == "GET":
        return told | {"queryString": _pairs(one.sent)}
    params = _pairs(one.sent)
    return told | {
        "postData": {"mimeType": "application/x-www-form-urlencoded", "params": params, "text": ""}
    }


def _response(one: Exchange) -> dict[str, Any]:
    text = json.dumps(dict(one.answer)) if one.answer else ""
    content = {"size": UNKNOWN, "mimeType": one.answer_headers.get("content-type", ""), "text": text}
    told = _both("response", "", one.answer_headers)
    return told | {
        "status": one.status,
        "statusText": one.fault or "",
        "content": content,
        "redirectURL": one.answer.get("location", ""),
    }


def _both(kind: str, method: str, headers: Fields) -> dict[str, Any]:
    named = {"method": method} if kind == "request" else {}
    sizes = {"headersSize": UNKNOWN, "bodySize": UNKNOWN}
    return {**named, "httpVersion": "HTTP/1.1", "cookies": [], "headers": _pairs(headers), **sizes}


def _pairs(fields: Fields) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in fields.items()]
