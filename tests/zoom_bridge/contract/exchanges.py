"""A recorded exchange with Zoom, held against Zoom's own files: request, answer, scopes, webhooks."""

import json
import re
from datetime import datetime
from urllib.parse import parse_qsl, urlsplit

from jsonschema import Draft202012Validator, FormatChecker

from tests.zoom_bridge.contract.conftest import Specification, closed

# What any operation may answer: https://developers.zoom.us/docs/api/errors/
ALWAYS_POSSIBLE = {"401", "429", "500", "503"}
HOOKS = ("meetings", "users")
formats = FormatChecker(formats=())


@formats.checks("date-time", raises=ValueError)
def _is_instant(value):
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


def breaches(value, schema):
    """What is wrong with a value, by the place where it is wrong."""
    errors = Draft202012Validator(schema, format_checker=formats).iter_errors(value)
    return [f"{'.'.join(map(str, error.path)) or 'body'}: {error.message}" for error in errors]


class Exchanges:
    """Says of each recorded row what the specification does not allow."""

    def __init__(self, folder):
        self._specification = Specification(folder)
        self._patterns = [
            (
                one["method"],
                re.compile(re.sub(r"\{\w+\}", "[^/]+", one["path"])),
                one["path"].count("{"),
                name,
            )
            for name, one in self._specification.operations.items()
        ]
        self._hooks = {}
        for name in HOOKS:
            document = json.loads((folder / f"webhooks-{name}.json").read_text("utf-8"))
            self._hooks |= document["webhooks"]

    def operation_of(self, row):
        """The operation id of a call; None for what Zoom does not have."""
        path = urlsplit(row["path"]).path.removeprefix("/v2")
        fits = [
            (variable, name)
            for method, pattern, variable, name in self._patterns
            if method == row["method"] and pattern.fullmatch(path)
        ]
        return min(fits)[1] if fits else None

    def wrong_with(self, row):
        """Everything wrong with a row: a call or a webhook."""
        if row["system"] == "webhook":
            return self._wrong_with_event(row)
        operation = self.operation_of(row)
        if operation is None:
            return [f"no such operation: {row['method']} {row['path']}"]
        found = [*self._wrong_with_request(operation, row), *self._wrong_with_answer(operation, row)]
        return [f"{operation}: {one}" for one in found]

    def scopes_of(self, operation):
        """The granular scopes any of which an operation wants."""
        return set(self._specification.operations[operation]["x-extensions"]["x-granular-scopes"])

    def _wrong_with_request(self, operation, row):
        documented = self._specification.operations[operation]
        known = self._specification.query(operation)
        sent = dict(parse_qsl(urlsplit(row["path"]).query, keep_blank_values=True))
        found = [f"query {name} is not documented" for name in sent if name not in known]
        for entry in documented.get("parameters", ()):
            if entry["in"] == "query" and entry.get("required") and entry["name"] not in sent:
                found.append(f"query {entry['name']} is missing")
        for name in sent.keys() & known.keys():
            found += [f"query {name} {one}" for one in breaches(_typed(sent[name], known[name]), known[name])]
        body = row["request"]["body"]
        if "requestBody" not in documented:
            return [*found, *(["a body is not documented"] if body else [])]
        if not row["request"]["headers"].get("Content-Type", "").startswith("application/json"):
            found.append("the body is not sent as JSON")
        return [*found, *breaches(json.loads(body), self._specification.request(operation))]

    def _wrong_with_answer(self, operation, row):
        status, body = str(row["status"]), row["response"]["body"]
        answers = self._specification.operations[operation]["responses"]
        if status not in answers and status not in ALWAYS_POSSIBLE:
            return [f"status {status} is not documented"]
        if not status.startswith("2"):
            refusal = json.loads(body)
            right = isinstance(refusal.get("code"), int) and isinstance(refusal.get("message"), str)
            return [] if right else [f"a refusal of {status} without code and message"]
        content = answers[status].get("content", {}).get("application/json")
        if content is None:
            return [f"a body with {status}"] if body else []
        return breaches(json.loads(body), closed(content["schema"]))

    def _wrong_with_event(self, row):
        body = json.loads(row["request"]["body"])
        hook = self._hooks.get(body["event"])
        if hook is None:
            return [f"no such event: {body['event']}"]
        schema = json.loads(json.dumps(hook["post"]["requestBody"]["content"]["application/json"]["schema"]))
        payload = schema["properties"]["payload"]["properties"]
        if "$ref" in payload.get("old_object", {}):  # refers to a path that the file does not have
            payload["old_object"] = payload["object"]
        return [f"{body['event']}: {one}" for one in breaches(body, schema)]


def _typed(value, schema):
    """A text of the query as what it should be; as it is where it cannot be that."""
    if schema.get("type") not in ("integer", "boolean"):
        return value
    try:
        return json.loads(value)
    except json.JSONDecodeError:
        return value
