"""What staff read of what will reach the chart: a line, and a row for each kind of fact."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.services.chart_errands import JOIN_LINK, NOTE
from app.services.chart_outlook import Prospect
from app.web.chips import Chip
from app.web.write_words import KINDS
from launch.vendors.ladder import PassedOver, Why

WILL = Chip(_l("Will reach the chart"), "check", "good")
WILL_NOT = Chip(_l("Will not"), "alert", "wait")
NEVER = Chip(_l("Will not"), "slash", "quiet")
OFF = Chip(_l("Switched off"), "slash", "quiet")
# What staff can bring there by hand.
BY_HAND = (JOIN_LINK, NOTE)
REASONS = {
    Why.SWITCHED_OFF: _l("One way is switched off for this clinic."),
    Why.NOT_SUITED: _l("The visit lacks what it needs, such as an appointment or an encounter in the chart."),
    Why.REFUSED_BEFORE: _l("The EHR refused it within the last day."),
}


@dataclass(frozen=True)
class OutlookRow:
    """A kind of fact: whether it will reach the chart, and how, or why not."""

    kind: str
    title: str
    chip: Chip
    text: str


def outlook_line(prospects: Sequence[Prospect] | None) -> str:
    """The whole in a line."""
    if prospects is None:
        return str(_("The EHR does not say now what it takes. What is due is tried all the same."))
    missed = sum(one.is_missed for one in prospects)
    if not missed and all(one.has_ways for one in prospects):
        return str(_("All that this clinic wants in the chart will get there."))
    if not missed:
        return str(_("All that this EHR takes from here will get into the chart."))
    return str(
        ngettext(
            "%(num)d thing will not reach the chart by itself.",
            "%(num)d things will not reach the chart by themselves.",
            missed,
        )
    )


def outlook_rows(prospects: Sequence[Prospect] | None) -> list[OutlookRow]:
    """A row for each kind; none where nothing is known."""
    return [_row(one) for one in prospects or ()]


def _row(one: Prospect) -> OutlookRow:
    title = str(KINDS[one.kind])
    if one.way is not None:
        return OutlookRow(one.kind, title, WILL, _how(one))
    if not one.is_wanted:
        return OutlookRow(one.kind, title, OFF, str(_("This clinic does not want it there.")))
    text = " ".join((*_why_not(one), *([str(_("There is text to copy."))] if one.kind in BY_HAND else [])))
    return OutlookRow(one.kind, title, WILL_NOT if one.has_ways else NEVER, text)


def _how(one: Prospect) -> str:
    if one.kind == NOTE:
        return str(_("As a draft in your name.") if one.is_draft else _("As final, in your name."))
    return str(
        _("In the app's own name.") if one.whose == "system" else _("In the name of the person who acts.")
    )


def _why_not(one: Prospect) -> Iterator[str]:
    if one.needs_launch:
        yield str(_("It goes in a person's name: open the visit from the EHR."))
    elif not one.has_ways:
        yield str(_("This product has no way of writing it to this EHR."))
    yield from dict.fromkeys(_reason(passed) for passed in one.because)


def _reason(passed: PassedOver) -> str:
    missing = ", ".join(passed.missing)
    if passed.why is Why.NOT_OFFERED:
        return str(_("The EHR does not offer it (%(missing)s).", missing=missing))
    if passed.why is Why.NOT_GRANTED:
        return str(_("The EHR did not grant it (%(missing)s).", missing=missing))
    return str(REASONS[passed.why])
