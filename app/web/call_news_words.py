"""What staff read of a call beside who is in it: trouble, device tests, recording, a meeting that is gone."""

from collections.abc import Iterator

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.services.call_news import TROUBLE_LASTS, DeviceTest, Trouble
from app.services.visit_page import VisitPage
from app.store.facts import HOST
from app.visits.states import UNFINISHED, Role
from app.web.chips import ROLE, Tone
from app.web.clocks import clock_time
from app.web.notices import Notice

TROUBLES = {
    "audio": _l("the sound is unstable"),
    "video": _l("the picture is unstable"),
    "share": _l("the shared screen is poor"),
    "cpu": _l("a computer is at its limit"),
    "reconnect": _l("a connection is lost again and again"),
    "other": _l("something else is wrong with the call"),
}
DEVICES = {"camera": _l("camera"), "speaker": _l("speaker"), "microphone": _l("microphone")}
RESULTS = {"works": _l("works"), "fails": _l("does not work"), "untested": _l("not tested")}
LOST = {
    "gone": _l(
        "Somebody deleted this visit’s meeting in %(video)s. Start makes a new one, and all links stay."
    ),
    "changed": _l(
        "Somebody changed this visit’s meeting in %(video)s against the rules of this department."
        " Start makes a new one, and all links stay."
    ),
}


def news_notices(page: VisitPage) -> tuple[Notice, ...]:
    """The lines of a visit that is not finished."""
    return tuple(_notices(page)) if page.state in UNFINISHED else ()


def _notices(page: VisitPage) -> Iterator[Notice]:
    news = page.news
    if news.lost is not None:
        yield Notice("lost", "wait", LOST[news.lost] % {"video": page.video})
    if news.recording is not None:
        at = clock_time(news.recording.since, page.zone)
        is_on = _("This visit is being recorded since %(time)s.", time=at)
        yield Notice(
            "recording",
            "wait",
            is_on if news.recording.is_on else _("The recording is paused since %(time)s.", time=at),
        )
    if news.trouble is not None and page.now - news.trouble.at < TROUBLE_LASTS:
        yield Notice("trouble", "wait", _trouble(page, news.trouble))
    for test in news.tests:
        tone: Tone = "wait" if "fails" in test.results.values() else "quiet"
        yield Notice("test", tone, _test(page, test))


def _trouble(page: VisitPage, trouble: Trouble) -> str:
    what = ", ".join(str(TROUBLES.get(word, TROUBLES["other"])) for word in trouble.words)
    said = {"time": clock_time(trouble.at, page.zone), "video": page.video, "what": what}
    who = _who(page, trouble.person)
    if who:
        return str(_("%(video)s noted at %(time)s, of %(who)s: %(what)s.", who=who, **said))
    return str(_("%(video)s noted at %(time)s: %(what)s.", **said))


def _test(page: VisitPage, test: DeviceTest) -> str:
    found = ", ".join(f"{DEVICES[one]} {RESULTS[how]}" for one, how in test.results.items())
    who = _who(page, test.person) or _("Somebody")
    at = clock_time(test.at, page.zone)
    return str(_("%(who)s tested their devices at %(time)s: %(found)s.", who=who, time=at, found=found))


def _who(page: VisitPage, person: str | None) -> str:
    roles = {one.id: one.role for one in page.people} | {HOST: Role.HOST}
    return str(ROLE[roles[person]]) if person in roles else ""
