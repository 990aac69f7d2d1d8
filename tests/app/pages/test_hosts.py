"""The page of hosts: who may see it, what it says, and what is decided there."""

import re

import pytest

from app.metrics import HOSTS_OVERPLANNED, VISITS_WITHOUT_HOST
from app.models import AuditRow, HostQuota, PractitionerHost, Visit
from app.services.backlog import measure_backlog
from app.services.hosts_page import read_hosts_page
from app.services.read_directory import read_directory
from tests.clinic_day import DR_LEE, DR_OSEI
from zoom_bridge.rooms import HostAccount

TOMORROW = 24 * 60
AMARA = HostAccount("u-amara", DR_OSEI[2], licensed=True, active=True)
DAVID = HostAccount("u-david", DR_LEE[2], licensed=False, active=True)


@pytest.fixture
def known(rooms, clock, video):
    """Two practitioners seen in the chart, and the account with both, of whom one has no licence."""
    with rooms.db.write() as tx:
        for who in (DR_OSEI, DR_LEE):
            tx.add(
                PractitionerHost(
                    site="sandbox",
                    practitioner_id=who[0],
                    name=who[1],
                    emails=who[2],
                    seen_at=clock.now(),
                )
            )
    video.listed = [AMARA, DAVID]
    for one in video.listed:
        video.accounts |= {one.email: one, one.host_id: one}
    read_directory(rooms)


def conflicts(page):
    return dict(re.findall(r'data-practitioner="([\w-]+)" data-conflicts="([\w ]*)"', page))


@pytest.fixture
def press(provider, rooms):
    """A form of the page, sent by an admin."""
    admin = provider(role="admin")
    page = admin.read("hosts")

    def send(act, practitioner, user):
        token = re.search(r'name="csrf" value="([^"]+)"', page)
        form = {"csrf": token[1], "practitioner": practitioner, "user": user}
        address = f"https://localhost/clinic/s/{admin.session}/hosts/sandbox/{act}"
        return admin.http.post(address, data=form, headers={"Origin": rooms.settings.base_url})

    send.admin = admin
    return send


def test_whoever_looks_after_no_ehr_does_not_see_it(provider, known):
    assert provider().get("hosts").status_code == 403


def test_it_names_practitioners_their_users_and_what_is_wrong(provider, known):
    page = provider(role="admin").read("hosts")

    assert conflicts(page) == {DR_OSEI[0]: "", DR_LEE[0]: "unlicensed"}
    assert "1 licensed" in page and "1 without licence" in page


def test_tomorrow_s_visits_without_a_host_are_listed_without_their_patients(provider, day, known, rooms):
    day.visit("Rosa Diaz", start=TOMORROW, doctor=DR_LEE)
    day.visit("Omar Haddad", start=TOMORROW, host_key=None)
    day.visit("Ida Berg", start=TOMORROW)
    day.visit("Lin Wu", start=3 * TOMORROW, doctor=DR_LEE)

    page = provider(role="admin").read("hosts")
    measure_backlog(rooms)

    assert re.findall(r'data-problem="(\w+)"', page) == ["unlicensed", "nobody", "unlicensed"]
    assert not re.search("Rosa|Omar|Ida|Lin Wu", page)
    assert VISITS_WITHOUT_HOST.labels("sandbox", "unlicensed")._value.get() == 1


def test_a_host_chosen_by_hand_hosts_and_the_choice_is_written_down(press, day, known, rooms):
    visit_id = day.visit(start=TOMORROW, doctor=DR_LEE)

    assert press("choose", DR_LEE[0], AMARA.email).status_code == 303

    page = press.admin.read("hosts")
    assert conflicts(page) == {DR_OSEI[0]: "shared", DR_LEE[0]: "shared"}
    assert "chosen by hand" in page
    with rooms.db.read() as tx:
        assert tx.get_one(Visit, visit_id).host_key == "u-amara"
        assert tx.query(AuditRow).filter(AuditRow.act == "name_host").count() == 1

    assert press("choose", DR_LEE[0], "").status_code == 303
    with rooms.db.read() as tx:
        assert tx.get_one(Visit, visit_id).host_key == DR_LEE[2]


@pytest.mark.parametrize(
    ("act", "user", "code"),
    [
        ("choose", DR_LEE[2], "VB-1502"),
        ("choose", "nobody", "VB-1518"),
        ("cover", DR_LEE[2], "VB-1521"),
        ("cover", "nobody", "VB-1521"),
    ],
)
def test_whoever_cannot_host_is_not_taken(press, known, rooms, act, user, code):
    assert code in press(act, DR_OSEI[0], user).get_data(as_text=True)

    with rooms.db.read() as tx:
        row = tx.get_one(PractitionerHost, ("sandbox", DR_OSEI[0]))
    assert (row.chosen_key, row.cover_key) == (None, None)


def test_whoever_covers_takes_the_visits_of_a_host_without_licence(press, day, known, rooms):
    visit_id = day.visit(start=TOMORROW, doctor=DR_LEE)

    press("cover", DR_LEE[0], AMARA.email)

    with rooms.db.read() as tx:
        assert tx.get_one(Visit, visit_id).host_key == "u-amara"


def test_an_unknown_practitioner_is_refused(press, known):
    assert "VB-1010" in press("choose", "dr-nobody", AMARA.email).get_data(as_text=True)


def test_the_ledger_counts_by_host_and_warns_ahead(provider, day, known, rooms, clock):
    with rooms.db.write() as tx:
        tx.add(HostQuota(host_key="u-amara", day=clock.now().date(), spent=99))
    for _ in range(2):
        day.visit(start=30)
    day.visit(start=TOMORROW)

    (amara,) = read_hosts_page(rooms, rooms.sites.all()).ledger
    page = provider(role="admin").read("hosts")
    measure_backlog(rooms)

    assert (amara.host, amara.spent, amara.planned, amara.left, amara.planned_tomorrow) == (
        *(AMARA.email, 99, 2, 1),
        1,
    )
    assert "More than Zoom takes" in page
    assert HOSTS_OVERPLANNED._value.get() == 1
