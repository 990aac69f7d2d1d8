"""Every word that a person reads goes through the catalogues, and each catalogue has them all."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

from app.catalogues import DEFAULT, DOMAIN, FOLDER, SPOKEN

TEMPLATES = Path(__file__).parents[3] / "app" / "web" / "templates"
KEYWORDS = {"_": None, "_l": None, "gettext": None, "ngettext": (1, 2), "texts": (1, 2)}
READ_ALOUD = {"title", "aria-label", "placeholder", "alt", "data-say", "data-done", "data-yours"}
NAMES = {"VisitBridge"}
TEMPLATE_CODE = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
# A block that fills in the attributes of its parent's tag.
ATTRIBUTES = re.compile(r"\{% block \w+_attrs %\}((?:(?!\{% endblock).)+)\{% endblock %\}", re.DOTALL)
TRANSLATED = {"_", "gettext", "ngettext"}


def catalogue_of(locale: str) -> Catalog:
    with (FOLDER / locale / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as source:
        return read_po(source, locale=locale)


@pytest.fixture(scope="module")
def said(root: Path) -> set[str]:
    """Every message of the product, as babel.cfg finds them."""
    methods, options = parse_mapping_cfg(StringIO((root / "babel.cfg").read_text()))
    found = extract_from_dir(root, methods, options, keywords=KEYWORDS)
    return {one[2] if isinstance(one[2], str) else one[2][0] for one in found}


@pytest.mark.parametrize("locale", [one for one in SPOKEN if one != DEFAULT])
def test_a_catalogue_translates_every_message(locale: str, said: set[str]) -> None:
    catalogue = catalogue_of(locale)

    missing = {
        one for one in said if (found := catalogue.get(one)) is None or not found.string or found.fuzzy
    }

    assert len(said) > 300
    assert missing == set()


@pytest.mark.parametrize("locale", [one for one in SPOKEN if one != DEFAULT])
def test_a_catalogue_holds_nothing_else_and_keeps_every_placeholder(locale: str, said: set[str]) -> None:
    catalogue = catalogue_of(locale)

    ids = {one.id if isinstance(one.id, str) else one.id[0] for one in catalogue if one.id}

    assert ids - said == set()
    assert list(catalogue.check()) == []


class Bare(HTMLParser):
    """Words between tags, and in attributes that are read."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self._note(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in READ_ALOUD:
                self._note(value or "")

    def _note(self, text: str) -> None:
        self.words += [word for word in re.findall(r"[^\W\d_]{2,}", text) if word not in NAMES]


def templates() -> list[Path]:
    return sorted(TEMPLATES.rglob("*.html"))


@pytest.mark.parametrize("path", templates(), ids=lambda path: path.stem)
def test_a_template_has_no_word_of_its_own(path: Path) -> None:
    bare = Bare()

    bare.feed(TEMPLATE_CODE.sub("", ATTRIBUTES.sub(r"<i \1>", path.read_text())))

    assert bare.words == []


@pytest.mark.parametrize("path", templates(), ids=lambda path: path.stem)
def test_a_template_says_nothing_untranslated(path: Path) -> None:
    tree = Environment(autoescape=True, extensions=["jinja2.ext.i18n"]).parse(path.read_text())

    shown = {one for output in tree.find_all(nodes.Output) for one in untranslated(output)}

    assert {one for one in shown if re.search(r"[A-Z][a-z]|[a-z] [a-z]", one)} - NAMES == set()


def untranslated(node: nodes.Node) -> Iterator[str]:
    """Texts in an expression that reach the page as they are."""
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in TRANSLATED:
        return
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        yield node.value
    if not isinstance(node, nodes.Compare | nodes.TemplateData):
        for child in node.iter_child_nodes():
            yield from untranslated(child)
