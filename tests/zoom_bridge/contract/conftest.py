"""Zoom's own OpenAPI files, read as JSON Schema."""

import json
import re

import pytest

API = "https://api.zoom.us/v2"
FILES = ("rest-meetings.json", "rest-users.json", "rest-accounts.json")


class Specification:
    """Zoom's OpenAPI files, read as JSON Schema."""

    def __init__(self, folder):
        self.operations = {}
        for name in FILES:
            document = json.loads((folder / name).read_text("utf-8"))
            for path, methods in document["paths"].items():
                for method, operation in methods.items():
                    found = {**_resolved(operation, document), "method": method.upper(), "path": path}
                    self.operations[operation["operationId"]] = found

    def address(self, operation_id):
        """The method, and a pattern of the addresses that the operation has."""
        operation = self.operations[operation_id]
        steps = re.sub(r"\\{\w+\\}", r"[^/]+", re.escape(operation["path"]))
        return operation["method"], re.compile(re.escape(API) + steps + r"(\?.*)?$")

    def query(self, operation_id):
        """The schema of each parameter of the query."""
        parameters = self.operations[operation_id]["parameters"]
        return {entry["name"]: entry["schema"] for entry in parameters if entry["in"] == "query"}

    def request(self, operation_id):
        """The schema of what we send; Zoom takes no field that it does not know."""
        body = self.operations[operation_id]["requestBody"]
        return closed(body["content"]["application/json"]["schema"])

    def answer(self, operation_id):
        """The schema of what Zoom answers when all goes well."""
        answered = self.operations[operation_id]["responses"]
        (good,) = (answer for status, answer in answered.items() if status.startswith("2"))
        return good["content"]["application/json"]["schema"]


def _resolved(node, document):
    """References replaced by what they point at, and OpenAPI's `nullable` by a type of its own."""
    if isinstance(node, list):
        return [_resolved(entry, document) for entry in node]
    if not isinstance(node, dict):
        return node
    if isinstance(node.get("$ref"), str):
        target = document
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step.replace("~1", "/").replace("~0", "~")]
        return _resolved(target, document)
    node = {name: _resolved(entry, document) for name, entry in node.items()}
    if node.pop("nullable", False) is True:
        node["type"] = [node["type"], "null"]
    return node


def closed(schema):
    """The parts of `allOf` made one, and unknown properties refused."""
    merged = {name: entry for name, entry in schema.items() if name != "allOf"}
    for part in map(closed, schema.get("allOf", ())):
        merged["required"] = [*merged.get("required", []), *part.get("required", [])]
        merged["properties"] = {**merged.get("properties", {}), **part.get("properties", {})}
        merged["type"] = part.get("type", "object")
    if "properties" in merged:
        merged["properties"] = {name: closed(entry) for name, entry in merged["properties"].items()}
        merged["additionalProperties"] = False
    if "items" in merged:
        merged["items"] = closed(merged["items"])
    return merged


@pytest.fixture(scope="session")
def specification(shared):
    return Specification(shared / "reference" / "zoom-spec")
