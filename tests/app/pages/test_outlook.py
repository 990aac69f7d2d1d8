"""What will reach the chart and what will not is told before the visit, each with the reason."""

import html
import re
from dataclasses import replace

import pytest

from app.ports import OwnerChart, SystemChart
from app.store.notes import refuse_rung
from fhir.capability import Capabilities, TypeCapabilities
from fhir.errors import ChartUnreachable
from launch.errors import EhrUnreachable
from launch.scopes import GrantedScopes
from launch.vendors.profile import VendorProfile
from launch.vendors.registry import PROFILES
from launch.vendors.rung import Rungs
from tests.app.conftest import OneSite

ALL = TypeCapabilities(
    frozenset({"read", "search-type", "create", "update", "patch"}), frozenset({"identifier"})
)
TYPES = ("Appointment", "Encounter", "Communication", "DocumentReference")
EVERYTHING = dict.fromkeys(TYPES, ALL)
USER = "user/Appointment.ru user/Encounter.ru user/Communication.c user/DocumentReference.c"
SYSTEM = "system/Appointment.ru system/Encounter.ru system/Communication.c"
KINDS = ["chart_join_link", "chart_presence", "chart_message", "chart_status", "chart_note"]


class TalkativeEhr:
    """An EHR of which a test says what it can do and what it grants; `fault`: it does not say now."""

    def __init__(self, user=USER, system=None, can=None, fault=None):
        self.user, self.system, self.can, self.fault = user, system, can or EVERYTHING, fault

    def own_chart(self, _session_id, _patience=None):
        return OwnerChart(None, GrantedScopes.parse(self.user))

    def system_chart(self, _site):
        if isinstance(self.fault, EhrUnreachable):
            raise self.fault
        return SystemChart(None, GrantedScopes.parse(self.system)) if self.system else None

    def capabilities(self, _chart):
        if self.fault:
            raise self.fault
        return Capabilities(self.can)


class Chart:
    base_url = "https://ehr.example/fhir"


@pytest.fixture
def asks(day, rooms, provider):
    """The outlook's rows by kind, as a provider reads them: the chip and the text; and its line."""

    def ask(ehr=None, ladder=None, kind="launch", lang="en", **about):
        told = ehr or TalkativeEhr()
        told.own_chart = lambda *_: OwnerChart(Chart(), GrantedScopes.parse(told.user))
        site = replace(rooms.sites.by_name("sandbox"), ladder=ladder or {})
        everywhere = replace(rooms, ehr=told, sites=OneSite(site))
        visit = day.visit(**about)
        someone = provider(rooms=everywhere)
        page = someone.read(f"visits/{visit}/outlook/fragment?lang={lang}")
        assert someone.read(f"visits/{visit}/outlook?lang={lang}").count("data-prospect") == page.count(
            "data-prospect"
        )
        return page

    return ask


def row(page, kind):
    found = re.search(
        rf'data-prospect="{kind}"><div><b>[^<]*</b><small>([^<]*)</small></div>(.*?)</li>', page, re.S
    )
    return html.unescape(found[1]), html.unescape(re.sub("<[^>]+>", " ", found[2])).split()[-1]


def line(page):
    return html.unescape(re.search(r"<summary>([^<]*)</summary>", page)[1])


def test_where_all_is_well_a_line_says_so_and_each_kind_has_its_row(asks):
    page = asks()

    assert line(page) == "All that this clinic wants in the chart will get there."
    assert re.findall(r'data-prospect="(\w+)"', page) == KINDS
    assert row(page, "chart_note") == ("As a draft in your name.", "chart")
    assert row(page, "chart_status") == ("In the name of the person who acts.", "chart")
    assert row(page, "chart_join_link") == ("This clinic does not want it there.", "off")


def test_what_no_way_leads_to_at_this_ehr_is_told_and_is_no_alarm(asks, monkeypatch):
    notes_only = VendorProfile("acme", rungs=Rungs(note=PROFILES["generic"].rungs.note))
    monkeypatch.setitem(PROFILES, "generic", notes_only)

    page = asks()

    assert line(page) == "All that this EHR takes from here will get into the chart."
    assert row(page, "chart_message")[0] == "This product has no way of writing it to this EHR."
    assert row(page, "chart_join_link")[0].endswith("There is text to copy.")
    assert row(page, "chart_note")[1] == "chart"
    assert line(asks(TalkativeEhr(user="user/Patient.r"))) == "1 thing will not reach the chart by itself."


def test_in_whose_name_it_goes_is_told(asks):
    assert row(asks(TalkativeEhr(system=SYSTEM)), "chart_presence")[0] == "In the app's own name."


def test_what_was_not_granted_is_named(asks):
    page = asks(TalkativeEhr(user=USER.replace("user/Communication.c", "")))

    assert line(page) == "1 thing will not reach the chart by itself."
    assert row(page, "chart_message")[0] == "The EHR did not grant it (Communication.c)."


def test_what_the_server_does_not_offer_is_named_and_what_is_left_to_do(asks):
    page = asks(TalkativeEhr(can={"Appointment": ALL}))

    assert line(page) == "2 things will not reach the chart by themselves."
    assert row(page, "chart_note")[0] == (
        "The EHR does not offer it (create DocumentReference). There is text to copy."
    )


def test_what_the_site_switched_off_is_no_loss(asks):
    page = asks(ladder={"communication": False})

    assert "All that this clinic wants" in line(page)
    assert row(page, "chart_message") == ("This clinic does not want it there.", "off")


def test_a_link_that_is_wanted_there_goes_there(asks):
    assert row(asks(ladder={"virtual-service": True}), "chart_join_link")[1] == "chart"


def test_what_the_ehr_refused_of_late_is_told(asks, rooms):
    with rooms.db.write() as tx:
        refuse_rung(tx, "sandbox", "communication", rooms.clock.now())

    assert row(asks(), "chart_message")[0] == "The EHR refused it within the last day."


def test_a_visit_without_an_appointment_has_no_place_for_an_arrival(asks):
    page = asks(appointment_id=None, encounter_id=None)

    for kind in ("chart_presence", "chart_status"):
        assert "lacks what it needs" in row(page, kind)[0]


@pytest.mark.parametrize("fault", [ChartUnreachable(), EhrUnreachable()])
def test_an_ehr_that_does_not_say_is_no_promise(asks, fault):
    page = asks(TalkativeEhr(fault=fault))

    assert line(page).startswith("The EHR does not say now")
    assert "data-prospect" not in page


def test_it_is_said_in_chinese_too(asks):
    page = asks(TalkativeEhr(user="user/Appointment.ru"), lang="zh_Hant")

    assert not re.search("will|chart|EHR does", line(page))
    assert "（DocumentReference.c）" in page


@pytest.mark.parametrize(
    ("state", "told"), [("planned", True), ("open", True), ("in_progress", True), ("finished", False)]
)
def test_the_visits_page_leads_there_while_the_visit_is_not_over(day, rooms, provider, state, told):
    visit = day.visit(state=state, opened_at=rooms.clock.now())

    assert (f"/visits/{visit}/outlook/fragment" in provider().read(f"visits/{visit}")) is told
