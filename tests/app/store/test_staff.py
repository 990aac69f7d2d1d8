"""Who somebody is: at each EHR for itself, under a local account once for all."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.models import Staff
from app.signin.roles import Grant, StaffRole
from app.store.staff import LOCAL, Identity, add_staff, find_local_staff, meet_staff

ISSUER = "https://login.ehr.example"


def meet(database, clock, site, staff_id):
    who = Identity(ISSUER, "user-7", site, f"Practitioner/{site}-7")
    with database.write() as tx:
        return meet_staff(tx, who, "Amara Osei", [Grant(StaffRole.PROVIDER, site)], staff_id, clock.now())


def roles_of(database, staff_id):
    with database.read() as tx:
        return {(role.role, role.site) for role in tx.get_one(Staff, staff_id).roles}


def test_who_is_known_at_one_ehr_gets_the_first_roles_at_the_next(database, clock):
    harbor, river = meet(database, clock, "harbor", "one"), meet(database, clock, "river", "two")

    assert (harbor, river) == ("one", "two")
    assert roles_of(database, harbor) == {("provider", "harbor")}
    assert roles_of(database, river) == {("provider", "river")}


def test_who_comes_again_is_the_same_person_whatever_other_ehr_they_were_at(database, clock):
    meet(database, clock, "harbor", "one")
    meet(database, clock, "river", "two")

    assert meet(database, clock, "harbor", "three") == "one"
    with database.read() as tx:
        assert tx.scalars(select(Staff.fhir_user).order_by(Staff.id)).all() == [
            "Practitioner/harbor-7",
            "Practitioner/river-7",
        ]


def test_a_local_account_is_there_once(database, clock):
    with database.write() as tx:
        add_staff(tx, Identity(LOCAL, "lee"), "David Lee", [], "one", clock.now())

    with pytest.raises(IntegrityError), database.write() as tx:
        add_staff(tx, Identity(LOCAL, "lee"), "David Lee", [], "two", clock.now())

    with database.read() as tx:
        assert find_local_staff(tx, "lee").id == "one"
