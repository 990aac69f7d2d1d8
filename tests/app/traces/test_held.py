"""A rehearsal holds back what would change a chart, and nothing else."""

import pytest
import requests

from app.traces.held import held_answer, holding

READ = {"Accept": "application/fhir+json", "Authorization": "Bearer token"}
WRITE = READ | {"Content-Type": "application/fhir+json"}
BY_PASSWORD = {"Authorization": "Basic c29tZW9uZQ=="}


def prepared(method, headers):
    return requests.Request(method, "https://ehr.example/fhir/Patient", headers=headers).prepare()


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [("POST", WRITE, 201), ("PUT", WRITE, 200), ("GET", BY_PASSWORD, 200)],
)
def test_what_would_tell_the_chart_something_is_held(method, headers, status):
    with holding() as hold:
        answer = held_answer(prepared(method, headers))

    assert answer is not None
    assert answer.status_code == status
    assert [one.method for one in hold.writes] == [method]


@pytest.mark.parametrize(("method", "headers"), [("GET", READ), ("POST", BY_PASSWORD)])
def test_reading_and_asking_for_a_token_go_on(method, headers):
    with holding() as hold:
        assert held_answer(prepared(method, headers)) is None

    assert hold.writes == []


def test_nothing_is_held_outside_a_rehearsal():
    assert held_answer(prepared("POST", WRITE)) is None
