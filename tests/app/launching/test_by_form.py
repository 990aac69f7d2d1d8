"""A launch whose request is a form: a page that sends itself, in the EHR's frame too."""

import re
from dataclasses import replace
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest

from app.sites import ClinicSite
from tests.app.launching.wire_ehr import ISS, WireEhr


@pytest.fixture
def site(site: ClinicSite) -> ClinicSite:
    return replace(site, launch=replace(site.launch, post_authorize=True))


def form_of(page: str) -> tuple[str, dict[str, str]]:
    """Where the form goes, and what it holds."""
    [(method, action)] = re.findall(r'<form[^>]* method="(\w+)" action="([^"]+)"', page)
    assert method == "post"
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return unescape(action), {name: unescape(value) for name, value in fields}


@pytest.mark.smart(50, 52)
def test_the_page_sends_the_request_and_the_launch_goes_on(person: Any, ehr: WireEhr) -> None:
    ehr.capabilities = ("authorize-post",)

    page = person.get(f"/launch?iss={ISS}&launch=handle-1")
    action, fields = form_of(page.text)
    arrived = person.get(f"/launch/callback?{ehr.authorize(f'{action}?{urlencode(fields)}')}")

    assert page.status_code == 200
    assert action == "https://ehr.example/oauth2/authorize"
    assert fields["launch"] == "handle-1"
    assert fields["aud"] == ISS
    assert "csrf" not in fields
    assert arrived.status_code == 303


def test_the_page_may_be_framed_and_may_send_its_form_and_runs_nothing_else(
    person: Any, ehr: WireEhr
) -> None:
    ehr.capabilities = ("authorize-post",)

    page = person.get(f"/launch?iss={ISS}&launch=handle-1")

    told = page.headers["Content-Security-Policy"].split("; ")
    policy = dict(part.partition(" ")[::2] for part in told)
    assert policy["form-action"] == "'self' https:"
    assert policy["frame-ancestors"] == "'self' https://ehr.example"
    [script] = re.findall(r'<script src="([^"]+)"', page.text)
    assert "submit()" in person.get(script).text
    assert page.headers["Cache-Control"] == "no-store"


def test_an_ehr_that_takes_no_form_is_sent_an_address(person: Any) -> None:
    assert person.get(f"/launch?iss={ISS}&launch=handle-1").status_code == 302
    assert person.get("/launch/standalone/sandbox").status_code == 302
