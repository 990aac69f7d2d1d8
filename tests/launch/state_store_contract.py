"""What every StateStore does, in memory or in a database.

Inherit in a `Test…` class of a module that offers the fixtures `store` (an empty one), `clock` (which the
store reads) and `move(delta)` (which moves that clock).
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from launch.errors import StateExpired, StateOfAnotherBrowser, StateUnknown, StateUsed
from launch.ports import PendingLaunch

LIFE = timedelta(minutes=10)


def a_launch(now, state="state-1", **changes):
    """A launch that began now."""
    plain = {
        "state": state,
        "site": "harbor",
        "iss": "https://ehr.test/fhir",
        "launch": "launch-1",
        "redirect_uri": "https://visits.test/launch/callback",
        "code_verifier": "verifier-of-this-launch",
        "nonce": "nonce-of-this-launch",
        "scopes": ("launch", "openid", "user/Patient.rs"),
        "browser": "browser-1",
        "created_at": now,
        "expires_at": now + LIFE,
    }
    return PendingLaunch(**(plain | changes))


class StateStoreContract:
    """The tests themselves."""

    def test_a_launch_comes_back_as_it_was_put(self, store, clock):
        pending = a_launch(clock.now())
        store.put(pending)

        assert store.take("state-1", "browser-1") == pending

    def test_a_standalone_launch_without_nonce_comes_back_too(self, store, clock):
        pending = a_launch(clock.now(), launch=None, nonce=None)
        store.put(pending)

        assert store.take("state-1", "browser-1") == pending

    def test_a_state_that_nobody_put_is_unknown(self, store, clock):
        store.put(a_launch(clock.now()))

        with pytest.raises(StateUnknown):
            store.take("state-2", "browser-1")

    def test_a_state_is_taken_once(self, store, clock):
        store.put(a_launch(clock.now()))
        store.take("state-1", "browser-1")

        with pytest.raises(StateUsed):
            store.take("state-1", "browser-1")

    def test_a_state_expires(self, store, clock, move):
        store.put(a_launch(clock.now()))
        move(LIFE)

        with pytest.raises(StateExpired):
            store.take("state-1", "browser-1")

    def test_a_state_lives_until_then(self, store, clock, move):
        store.put(a_launch(clock.now()))
        move(LIFE - timedelta(seconds=1))

        assert store.take("state-1", "browser-1").state == "state-1"

    def test_another_browser_does_not_get_it_and_leaves_it_untaken(self, store, clock):
        store.put(a_launch(clock.now()))

        with pytest.raises(StateOfAnotherBrowser):
            store.take("state-1", "browser-2")

        assert store.take("state-1", "browser-1").browser == "browser-1"

    def test_another_browser_learns_nothing_of_a_used_or_expired_one(self, store, clock, move):
        store.put(a_launch(clock.now()))
        store.take("state-1", "browser-1")
        store.put(a_launch(clock.now(), "state-2"))
        move(LIFE)

        for state in ("state-1", "state-2"):
            with pytest.raises(StateOfAnotherBrowser):
                store.take(state, "browser-2")

    def test_a_used_one_is_called_used_also_when_its_time_is_over(self, store, clock, move):
        store.put(a_launch(clock.now()))
        store.take("state-1", "browser-1")
        move(LIFE)

        with pytest.raises(StateUsed):
            store.take("state-1", "browser-1")

    def test_one_browser_has_many_launches_on_their_way(self, store, clock):
        for state in ("state-1", "state-2"):
            store.put(a_launch(clock.now(), state))

        assert store.take("state-2", "browser-1").state == "state-2"
        assert store.take("state-1", "browser-1").state == "state-1"

    def test_of_many_who_take_it_at_once_one_gets_it(self, store, clock):
        store.put(a_launch(clock.now()))

        def take(_):
            try:
                return store.take("state-1", "browser-1").state
            except StateUsed:
                return None

        with ThreadPoolExecutor(8) as pool:
            taken = list(pool.map(take, range(8)))

        assert sorted(taken, key=str) == [None] * 7 + ["state-1"]
