"""Every event that Zoom documents has a named effect or a reason, in the schema's and the example's shape."""

import json

import pytest

from zoom_bridge.catalogue import UNUSED, USED
from zoom_bridge.directory import host_news_of
from zoom_bridge.events import cover_of, facts_of, parse_event
from zoom_bridge.masking import masked
from zoom_bridge.notes import NOTED, notes_of

FILES = ("healthcare", "meetings", "phone", "users")
# The examples name these people, and how to reach them.
PEOPLE = ("Jill", "Chill", "jchill", "example.com", "8615250064084", "@")


@pytest.fixture(scope="module")
def hooks(shared):
    """What is documented of each event: its schema and its example."""
    found = {}
    for name in FILES:
        path = shared / "reference" / "zoom-spec" / f"webhooks-{name}.json"
        for event, hook in json.loads(path.read_text("utf-8"))["webhooks"].items():
            found[event] = hook["post"]["requestBody"]["content"]["application/json"]
    return found


def by_schema(schema, name=""):
    """A body with every property of the schema, each of its first type."""
    schema = schema if "anyOf" not in schema else schema["anyOf"][0]
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type", "object")
    if kind == "object":
        return {key: by_schema(inside, key) for key, inside in schema.get("properties", {}).items()}
    if kind == "array":
        items = schema.get("items", {})
        return [by_schema(items[0] if isinstance(items, list) else items, name)]
    plain = {"integer": 1_626_230_691_572 if name == "event_ts" else 7, "number": 7.5, "boolean": True}
    return plain.get(kind, "2021-07-13T21:44:51Z" if name.endswith(("_time", "time")) else f"a-{name}")


def bodies(hooks, event):
    """The event in both shapes."""
    spelled = by_schema(hooks[event]["schema"]) | {"event": event}
    examples = [one["value"] for one in hooks[event]["examples"].values()]
    examples = [one if isinstance(one, str) else json.dumps(one) for one in examples]
    return [json.dumps(spelled).encode(), *(one.encode() for one in examples)]


def tells(body):
    return bool(facts_of(parse_event(body)) or notes_of(body) or host_news_of(body))


def test_the_catalogue_names_every_documented_event_once(hooks):
    assert {*USED, *UNUSED} == set(hooks)
    assert not USED.keys() & UNUSED.keys()
    assert set(USED) >= NOTED
    assert all(reason.strip() for reason in (*USED.values(), *UNUSED.values()))


@pytest.mark.parametrize("event", sorted(USED))
def test_an_event_in_use_tells_something_in_either_shape(hooks, event):
    assert all(tells(body) for body in bodies(hooks, event))


@pytest.mark.parametrize("event", sorted(UNUSED))
def test_an_event_that_is_not_used_tells_nothing(hooks, event):
    assert not any(tells(body) for body in bodies(hooks, event))


@pytest.mark.parametrize("event", sorted({*USED, *UNUSED}))
def test_every_event_is_read_and_shown_without_its_people(hooks, event):
    for body in bodies(hooks, event):
        assert cover_of(body).event == event
        shown = masked(body)
        assert event in shown
        assert not [word for word in PEOPLE if word in shown]
