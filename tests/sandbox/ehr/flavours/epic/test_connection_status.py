"""SetExternalConnectionStatus: each rule, broken alone."""

import pytest


def test_who_connects_is_told_and_shown_among_what_was_written(app):
    answer = app.tell()

    [row] = app.http.get("/_written").json
    visit = app.appointment(4)
    page = app.http.get(f"/ehr/charts/{visit['patient']}/written").text
    assert answer.status_code == 200
    assert row["interaction"] == "SetExternalConnectionStatus"
    assert row["reference"] == f"Appointment/{visit['id']}"
    assert row["resource"]["ConnectionStatus"] == "1"
    assert "ConnectionStatus 1" in page


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"user": "visitbridge"}, 401),
        ({"password": "wrong"}, 401),
        ({"client": ""}, 403),
        ({"client": "a stranger"}, 403),
        ({"ConferenceID": None}, 400),
        ({"ConferenceID": "0"}, 400),
        ({"ExternalID": None}, 400),
        ({"ExternalID": "nobody of this visit"}, 400),
        ({"ExternalIDType": None}, 400),
        ({"ExternalIDType": "3"}, 400),
        ({"VendorName": None}, 400),
        ({"ConnectionStatus": None}, 400),
        ({"ConnectionStatus": "connected"}, 400),
    ],
)
def test_what_is_wrong_is_refused_and_nothing_shown(app, changes, status):
    assert app.tell(**changes).status_code == status
    assert app.http.get("/_written").json == []


def test_it_goes_down_with_the_ehr(app):
    app.switch("ehr_down", status=503)

    answer = app.http.get("/api/epic/2018/Telehealth/ContextLinking/SetExternalConnectionStatus")

    assert answer.status_code == 503
