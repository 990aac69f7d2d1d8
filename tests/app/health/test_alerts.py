"""The example alerts and the runbook speak of figures, codes and commands that there are."""

import re
import shlex
from pathlib import Path

import click
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from app import metrics
from app.cli import main
from app.errors import TABLES
from app.factory import create_app
from app.services.deliver_outbox import HANDLERS
from app.visits.states import WriteState
from app.visits.windows import Band
from tests.architecture.test_deployment import parsed
from zoom_bridge import errors as zoom
from zoom_bridge.api import outcome_of

NAME = re.compile(r"visitbridge_\w+")
SELECTOR = re.compile(r"(visitbridge_\w+)\{([^}]*)\}")
MATCHER = re.compile(r'(\w+)(?:=~|=|!=|!~)"([^"]*)"')
CODES = {said.code for table in TABLES for said in table.values()}
ENDINGS = {"counter": ("_total",), "gauge": ("",), "histogram": ("", "_bucket", "_count", "_sum")}


@pytest.fixture(scope="module")
def documents(root: Path) -> dict[str, str]:
    folder = root / "docs" / "operations"
    return {path.name: path.read_text() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def rules(documents):
    groups = yaml.safe_load(documents["alerts.yaml"])["groups"]
    return {rule["alert"]: rule for group in groups for rule in group["rules"]}


@pytest.fixture
def told(rooms) -> set[str]:
    """The names of all figures that /metrics tells of."""
    text = create_app(rooms).test_client().get("/metrics").get_data(as_text=True)
    return {
        family.name + ending
        for family in text_string_to_metric_families(text)
        for ending in ENDINGS.get(family.type, ("",))
    }


def labels_of(name: str) -> set[str]:
    plain = name.removesuffix("_total")
    return next(set(one._labelnames) for one in vars(metrics).values() if getattr(one, "_name", "") == plain)


def all_outcomes() -> set[str]:
    def below(kind: type[Exception]) -> set[type[Exception]]:
        return {kind}.union(*(below(one) for one in kind.__subclasses__()))

    return {"answered", *(outcome_of(kind.__new__(kind)) for kind in below(zoom.ZoomError))}


def test_every_figure_of_a_rule_is_told(rules, told):
    assert len(rules) > 10
    for name, rule in rules.items():
        used = set(NAME.findall(rule["expr"]))
        assert used, name
        assert used <= told, name


def test_every_figure_of_the_documents_is_told(documents, told):
    for text in documents.values():
        for name in NAME.findall(text):
            assert any(one.startswith(name) for one in told), name


def test_rules_ask_for_labels_and_words_that_there_are(rules):
    words = {
        "outcome": all_outcomes(),
        "state": {state.value for state in WriteState},
        "told": {"yes", "no"},
        "code": CODES,
        "kind": {*HANDLERS, *Band},
    }
    for name, rule in rules.items():
        for figure, matchers in SELECTOR.findall(rule["expr"]):
            for label, asked in MATCHER.findall(matchers):
                assert label in labels_of(figure), name
                assert set(asked.split("|")) <= words[label], name


def test_every_rule_is_explained_where_it_says(rules, documents):
    headings = re.findall(r"^## (.+)$", documents["runbook.md"], re.MULTILINE)
    anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}

    assert len([heading for heading in headings if heading[0].isdigit()]) == 10
    for name, rule in rules.items():
        page, _, anchor = rule["annotations"]["runbook"].partition("#")
        assert page == "runbook.md"
        assert anchor in anchors, name
        assert rule["labels"]["severity"] in ("page", "warn")
        assert name in documents["runbook.md"], name


def test_every_code_is_one_of_ours_and_every_kind_is_owed(documents):
    for name, text in documents.items():
        assert set(re.findall(r"VB-\d{4}", text)) <= CODES, name
    for kind in re.findall(r"`(\w+)` \(e-mail, SMS\), `(\w+)`", documents["runbook.md"])[0]:
        assert kind in HANDLERS


def test_every_command_of_ours_can_be_typed(documents):
    commands = [
        shlex.split(line.strip().replace('"$HEAD"', f"3:{'a' * 64}"))[3:]
        for text in documents.values()
        for line in text.splitlines()
        if line.strip().startswith("python -m app ")
    ]

    assert len(commands) > 4
    for name, *arguments in commands:
        group = main.get_command(click.Context(main), name)
        if isinstance(group, click.Group):
            name, arguments = arguments[0], arguments[1:]
            command = group.get_command(click.Context(group), name)
            assert command is not None, name
            command.make_context(name, arguments)
        else:
            parsed([name, *arguments])
