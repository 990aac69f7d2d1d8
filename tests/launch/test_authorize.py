"""The authorization request has all that SMART App Launch asks of it."""

from base64 import urlsafe_b64encode
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from urllib.parse import parse_qsl, urlsplit

import pytest

from launch.authorize import begin_launch
from tests.launch.conftest import CALLBACK, ISS, NOW


@pytest.fixture
def begin(site, config, random):
    def begin(site=site, config=config, iss=ISS, launch="launch-1"):
        pending, asked = begin_launch(
            site,
            config,
            iss=iss,
            launch=launch,
            redirect_uri=CALLBACK,
            browser="browser-1",
            now=NOW,
            random=random,
        )
        assert not asked.by_post
        return pending, asked.url

    return begin


def asked(url):
    parameters = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    assert len(dict(parameters)) == len(parameters), "a parameter comes twice"
    return dict(parameters)


@pytest.mark.smart(3, 32, 33, 34, 35, 37, 41, 44, 45, 47, 51, 150, 151, 161, 211, 215)
def test_an_ehr_launch_asks_for_everything(begin):
    pending, url = begin()

    challenge = urlsafe_b64encode(sha256(pending.code_verifier.encode()).digest()).rstrip(b"=").decode()
    assert url.startswith("https://login.ehr.test/oauth2/authorize?")
    assert asked(url) == {
        "tenant": "7",
        "response_type": "code",
        "client_id": "our-client",
        "redirect_uri": CALLBACK,
        "launch": "launch-1",
        "scope": "launch openid fhirUser online_access user/Patient.rs user/Appointment.rs",
        "state": pending.state,
        "aud": ISS,
        "nonce": pending.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }


def test_what_is_kept_is_what_the_answer_needs(begin, site):
    pending, _ = begin()

    assert pending.site == "harbor"
    assert pending.iss == ISS
    assert pending.launch == "launch-1"
    assert pending.redirect_uri == CALLBACK
    assert pending.scopes == site.scopes
    assert pending.browser == "browser-1"
    assert pending.created_at == NOW
    assert pending.expires_at == NOW + timedelta(minutes=10)


@pytest.mark.smart(2, 40)
def test_what_must_not_be_guessed_is_long_and_never_the_same(begin):
    first, second = begin()[0], begin()[0]

    secrets = [
        first.state,
        first.code_verifier,
        first.nonce,
        second.state,
        second.code_verifier,
        second.nonce,
    ]
    assert len(set(secrets)) == 6
    # 122 bits are what SMART asks of a state, 43 characters what PKCE asks of a verifier.
    assert len(first.state) * 6 >= 122
    assert 43 <= len(first.code_verifier) <= 128


def test_the_verifier_does_not_travel(begin):
    pending, url = begin()

    assert pending.code_verifier not in url
    for secret in (pending.state, pending.code_verifier, pending.nonce, "launch-1", "browser-1"):
        assert secret not in repr(pending)


@pytest.mark.smart(36, 152, 166)
def test_a_standalone_launch_asks_for_a_patient_and_sends_no_launch(begin):
    pending, url = begin(launch=None)

    assert "launch" not in asked(url)
    assert asked(url)["scope"].split()[0] == "launch/patient"
    assert "launch" not in asked(url)["scope"].split()
    assert pending.launch is None
    assert "launch/patient" in pending.scopes


@pytest.mark.smart(36, 150)
@pytest.mark.parametrize(
    ("scopes", "launch", "sent"),
    [
        (("openid",), "l", "launch openid"),
        (("openid", "launch"), "l", "launch openid"),
        (("launch", "launch/patient"), "l", "launch launch/patient"),
        (("launch", "launch/patient"), None, "launch/patient"),
        (("openid",), None, "launch/patient openid"),
    ],
)
def test_the_launch_scope_goes_with_the_kind_of_launch(begin, make_site, scopes, launch, sent):
    assert asked(begin(site=make_site(scopes=scopes), launch=launch)[1])["scope"] == sent


@pytest.mark.parametrize("changes", [{"nonce": False}, {"scopes": ("launch", "user/Patient.rs")}])
def test_a_nonce_goes_only_where_a_site_wants_it_and_an_id_token_will_come(begin, make_site, changes):
    pending, url = begin(site=make_site(**changes))

    assert pending.nonce is None
    assert "nonce" not in asked(url)


@pytest.mark.smart(13)
def test_pkce_is_sent_also_to_a_server_that_does_not_advertise_it(begin, config):
    _, url = begin(config=replace(config, code_challenge_methods=(), capabilities=()))

    assert asked(url)["code_challenge_method"] == "S256"


@pytest.mark.smart(41)
def test_aud_is_the_iss_letter_by_letter(begin):
    assert asked(begin(iss=f"{ISS}/")[1])["aud"] == f"{ISS}/"


@pytest.mark.smart(35, 161)
def test_a_launch_that_holds_anything_arrives_whole(begin):
    odd = "a b&c=d/é?#+%20"

    assert asked(begin(launch=odd)[1])["launch"] == odd


@pytest.fixture
def ask(make_site, config, random):
    """The whole request, at an EHR that offers forms or not."""

    def ask(launch="launch-1", offered=True, **changes):
        capabilities = ("launch-ehr", "authorize-post") if offered else ("launch-ehr",)
        return begin_launch(
            make_site(**changes),
            replace(config, capabilities=capabilities),
            iss=ISS,
            launch=launch,
            redirect_uri=CALLBACK,
            browser="browser-1",
            now=NOW,
            random=random,
        )[1]

    return ask


@pytest.mark.smart(50, 52, 133)
def test_a_request_too_long_for_an_address_goes_as_a_form_where_the_ehr_takes_one(ask):
    handle = "h" * 1800

    asked_for = ask(handle)

    assert len(asked_for.url) > 2000
    assert asked_for.by_post
    assert asked_for.endpoint == "https://login.ehr.test/oauth2/authorize?tenant=7"
    assert {**asked_for.parameters, "tenant": "7"} == asked(asked_for.url)
    assert not ask(handle, offered=False).by_post


@pytest.mark.smart(50, 51)
def test_a_short_request_goes_as_an_address_unless_the_site_wants_forms(ask):
    assert not ask().by_post
    assert ask(post_authorize=True).by_post
    assert not ask(post_authorize=True, offered=False).by_post


@pytest.mark.smart(51)
def test_a_standalone_request_is_never_a_form(ask):
    assert not ask(launch=None, post_authorize=True).by_post


def test_no_request_shows_its_secrets(ask):
    told = ask()

    assert told.parameters["state"] not in repr(told)
