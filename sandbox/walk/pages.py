"""A page as a client without a screen reads it: its main element, forms and fields, who is and was where."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

VOID_FIELDS = ("input", "button", "textarea", "select")


@dataclass
class Form:
    """A form that does something, found by its ``data-act``."""

    act: str
    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)


@dataclass
class Page:
    """What was found, with the address that it came from."""

    url: str
    status: int
    main: dict[str, str] = field(default_factory=dict)
    forms: list[Form] = field(default_factory=list)
    data_fields: dict[str, str] = field(default_factory=dict)
    presence: list[str] = field(default_factory=list)
    writes: dict[str, str] = field(default_factory=dict)
    times: dict[str, list[str]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Which page it is: ``visit``, ``schedule``, ``patient``, ``error``, …"""
        return self.main.get("data-page", "")

    @property
    def state(self) -> str:
        """The state that the page shows."""
        return self.main.get("data-state", "")

    def form(self, act: str) -> Form | None:
        """The first form for this act."""
        return next((form for form in self.forms if form.act == act), None)

    def described(self) -> str:
        """For a failing step: which page, in what state, with what code and reference."""
        parts = [f"page {self.name or '?'}", f"status {self.status}"]
        told = (("state", "data-state"), ("code", "data-code"), ("reference", "data-reference"))
        parts += [f"{word} {self.main[key]}" for word, key in told if self.main.get(key)]
        return ", ".join(parts)


def page_from(url: str, status: int, html: str) -> Page:
    """Read a page."""
    reader = _Reader(Page(url, status))
    reader.feed(html)
    return reader.page


class _Reader(HTMLParser):
    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page = page
        self._form: Form | None = None
        self._select = self._textarea = self._shown = self._person = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "main":
            self.page.main = found
        if "data-write" in found:
            self.page.writes[found["data-write"]] = found.get("data-write-state", "")
        if "data-person" in found:
            self._person = found["data-person"]
            self.page.times.setdefault(self._person, [])
        if tag == "time" and self._person:
            self.page.times[self._person].append(found.get("datetime", ""))
        if "data-presence" in found:
            self.page.presence.append(found["data-presence"])
        if "data-field" in found and "value" in found:
            self.page.data_fields[found["data-field"]] = found["value"]
        if tag == "textarea" and "data-field" in found:
            self._shown = found["data-field"]
            self.page.data_fields[self._shown] = ""
        if tag == "form":
            self._form = Form(
                found.get("data-act", ""),
                urljoin(self.page.url, found.get("action", "")),
                found.get("method", "get").lower(),
            )
            self.page.forms.append(self._form)
        elif self._form is not None:
            self._read_control(tag, found)

    def handle_data(self, data: str) -> None:
        if self._shown:
            self.page.data_fields[self._shown] += data
        if self._form is not None and self._textarea:
            self._form.fields[self._textarea] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        if tag == "tr":
            self._person = ""
        if tag == "textarea":
            self._textarea = self._shown = ""

    def _read_control(self, tag: str, found: dict[str, str]) -> None:
        if self._form is None:
            return
        if "data-act" in found and not self._form.act:
            self._form.act = found["data-act"]
        if tag == "select":
            self._select = found.get("name", "")
        if (
            tag == "option"
            and self._select
            and ("selected" in found or self._select not in self._form.fields)
        ):
            self._form.fields[self._select] = found.get("value", "")
        if tag == "textarea":
            self._textarea = found.get("name", "")
        named = found.get("name") and tag in ("input", "button", "textarea")
        if named and not _left_alone(tag, found, self._form):
            self._form.fields[found["name"]] = found.get(
                "value", "on" if found.get("type") == "checkbox" else ""
            )


def _left_alone(tag: str, found: dict[str, str], form: Form) -> bool:
    """What a person who only presses the first button does not send."""
    kind = found.get("type", "submit" if tag == "button" else "text")
    if kind in ("checkbox", "radio"):
        return "checked" not in found
    return kind in ("button", "reset") or (kind in ("submit", "image") and found["name"] in form.fields)
