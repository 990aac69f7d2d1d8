"""What an app must protect: its pages from what is passed to them, and its tokens from the browser."""

from typing import Any

import pytest

from tests.app.launching.wire_ehr import ISS, WireEhr

SCRIPT = "<script>alert(1)</script>"
ELSEWHERE = "https://elsewhere.example/take"


@pytest.mark.smart(5)
@pytest.mark.parametrize(
    "query",
    [
        f"error={SCRIPT}&state={{state}}",
        f"error=server_error&error_description={SCRIPT}&state={{state}}",
        "error=server_error&error_uri=javascript:alert(1)&state={state}",
        f"code={SCRIPT}&state={SCRIPT}",
        "code={{{{7*191}}}}&state={{{{7*191}}}}",
    ],
)
def test_nothing_that_comes_to_the_callback_runs(person: Any, ehr: WireEhr, query: str) -> None:
    person.click()

    answer = person.get(f"/launch/callback?{query.format(state=ehr.asked['state'])}")

    for dangerous in (SCRIPT, "javascript:", "1337"):
        assert dangerous not in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "script-src" in policy or "default-src" in policy


@pytest.mark.smart(6)
@pytest.mark.parametrize("name", ["redirect", "redirect_uri", "next", "url", "return_to", "target_link_uri"])
def test_the_answer_is_sent_on_to_no_address_that_came_with_it(person: Any, name: str) -> None:
    arrived = person.get(f"{person.click()}&{name}={ELSEWHERE}")
    refused = person.get(f"/launch/callback?state=unknown&code=c&{name}={ELSEWHERE}")

    assert arrived.status_code == 303
    assert arrived.location.startswith("/clinic/s/")
    assert "the-code" not in arrived.location
    assert refused.location is None
    assert ELSEWHERE not in refused.text


@pytest.mark.smart(6)
def test_a_launch_goes_where_the_ehrs_own_configuration_says(person: Any) -> None:
    begun = person.get(
        f"/launch?iss={ISS}&launch=x&redirect_uri={ELSEWHERE}&authorization_endpoint={ELSEWHERE}"
    )

    assert begun.location.startswith("https://ehr.example/oauth2/authorize?")
    assert "elsewhere" not in begun.location


@pytest.mark.smart(7, 9)
def test_no_token_reaches_the_browser(person: Any, ehr: WireEhr) -> None:
    answers = [person.get(person.click())]
    answers.append(person.get(answers[0].location))

    assert ehr.forms, "no token was got"
    for answer in answers:
        for secret in ("secret-token", "secret-refresh"):
            assert secret not in answer.text
            assert secret not in str(answer.headers)
