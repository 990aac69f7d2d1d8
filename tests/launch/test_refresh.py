"""A token that is about to end is renewed once, by whoever comes first."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
import requests

from launch.errors import ClientRefused, EhrUnreachable, RefreshRefused, UnknownIssuer
from launch.ports import TokenSet
from launch.refresh import TokenKeeper
from launch.sites import SiteBook
from tests.launch.conftest import CONFIG, ISS, NOW, LockInMemory, VaultInMemory
from tests.patience import PATIENCE

URL = CONFIG.token_endpoint
TOKENS = TokenSet("harbor", ISS, "access-0", "refresh-0", "launch", NOW + timedelta(seconds=570))


@pytest.fixture
def vault():
    vault = VaultInMemory()
    vault.save("session-1", TOKENS)
    return vault


@pytest.fixture
def lock():
    return LockInMemory()


@pytest.fixture
def keeper(site, discovery, desk, vault, lock, clock, published):
    published()
    return TokenKeeper(SiteBook([site]), discovery, desk, vault, lock, clock)


def renews(wire, number=1, **more):
    wire.post(
        URL, json={"access_token": f"access-{number}", "token_type": "Bearer", "expires_in": 570, **more}
    )


def refreshes(wire):
    return [call for call in wire.calls if call.request.method == "POST"]


def test_a_token_with_time_left_is_given_as_it_is(keeper, wire):
    assert keeper.access_token("session-1") == "access-0"
    assert len(wire.calls) == 0


@pytest.mark.parametrize("seconds", [540, 569, 570, 5000])
def test_a_token_that_is_about_to_end_is_renewed_and_kept(keeper, vault, clock, wire, lock, seconds):
    renews(wire)
    clock.forward(seconds=seconds)

    assert keeper.access_token("session-1") == "access-1"

    kept = vault.load("session-1")
    assert kept.access_token == "access-1"
    assert kept.refresh_token == "refresh-0"
    assert kept.expires_at == clock.now() + timedelta(seconds=570)
    assert lock.names == ["refresh:session-1"]


@pytest.mark.smart(117)
def test_a_refresh_token_that_is_replaced_is_never_used_again(keeper, clock, wire):
    renews(wire, 1, refresh_token="refresh-1")
    renews(wire, 2)
    for _ in range(2):
        clock.forward(seconds=560)
        keeper.access_token("session-1")

    sent = [call.request.body for call in refreshes(wire)]
    assert "refresh_token=refresh-0" in sent[0]
    assert "refresh_token=refresh-1" in sent[1]


def test_many_who_need_it_at_once_renew_it_once(keeper, clock, wire):
    renews(wire)
    clock.forward(seconds=560)
    ready = threading.Barrier(8)

    def ask(_):
        ready.wait(timeout=PATIENCE)
        return keeper.access_token("session-1")

    with ThreadPoolExecutor(8) as pool:
        given = list(pool.map(ask, range(8)))

    assert given == ["access-1"] * 8
    assert len(refreshes(wire)) == 1


def test_a_refused_token_is_renewed_also_with_time_left(keeper, wire):
    renews(wire)

    assert keeper.renewed_token("session-1", "access-0") == "access-1"


def test_a_refused_token_that_somebody_renewed_already_is_not_renewed_again(keeper, vault, wire):
    vault.save("session-1", replace(TOKENS, access_token="access-9"))

    assert keeper.renewed_token("session-1", "access-0") == "access-9"
    assert len(wire.calls) == 0


def test_without_a_refresh_token_it_is_used_to_its_end(keeper, vault, clock, wire):
    vault.save("session-1", replace(TOKENS, refresh_token=None))
    clock.forward(seconds=569)
    assert keeper.access_token("session-1") == "access-0"

    clock.forward(seconds=1)
    with pytest.raises(RefreshRefused):
        keeper.access_token("session-1")
    assert len(refreshes(wire)) == 0


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"status": 400, "json": {"error": "invalid_grant"}}, RefreshRefused),
        ({"status": 401, "json": {"error": "invalid_client"}}, ClientRefused),
        ({"body": requests.ConnectionError()}, EhrUnreachable),
    ],
)
def test_a_refusal_is_told_when_the_token_is_over_and_not_before(keeper, vault, clock, wire, answer, error):
    wire.post(URL, **answer)
    clock.forward(seconds=560)
    assert keeper.access_token("session-1") == "access-0"

    clock.forward(seconds=10)
    with pytest.raises(error):
        keeper.access_token("session-1")
    assert vault.load("session-1") == TOKENS


def test_a_session_without_tokens_is_refused(keeper):
    with pytest.raises(RefreshRefused):
        keeper.access_token("session-2")


def test_a_site_that_was_taken_out_gets_no_token_request(keeper, vault, clock, wire):
    vault.save("session-1", replace(TOKENS, site="gone"))
    clock.forward(seconds=600)

    with pytest.raises(UnknownIssuer):
        keeper.access_token("session-1")
    assert len(wire.calls) == 0
