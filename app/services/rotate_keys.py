"""A new key towards the EHRs, the change to it, and the end of the old one: with time between them.

https://hl7.org/fhir/smart-app-launch/STU2.2/client-confidential-asymmetric.html
"""

from datetime import datetime, timedelta

from app.keys import DeploymentKeys, KeysWrong, new_key
from app.ports import Rooms
from app.store.client_keys import KeptKey, add_key, let_sign, published_keys, retire_key

# Twice what our page lets EHRs keep it for; an assertion lives for less.
OVERLAP = timedelta(minutes=10)


def publish_new_key(rooms: Rooms, alg: str) -> KeptKey:
    """Make a key, publish it, and let it not sign yet. The very first one signs at once.

    The settings' keys are taken over with it, so that they can be retired as well.
    """
    now, key = rooms.wall.now(), new_key(alg)
    given = DeploymentKeys(rooms.settings.client_jwks).keys
    with rooms.db.write() as tx:
        is_first = not published_keys(tx)
        for n, old in enumerate(given if is_first else ()):
            add_key(tx, old, now, signs_from=now - n * timedelta(seconds=1))
        add_key(tx, key, now, signs_from=None if given or not is_first else now)
        return next(one for one in published_keys(tx) if one.kid == key.kid)


def rotate_keys(rooms: Rooms, at_once: bool = False) -> KeptKey:
    """Let the newest key that does not sign yet sign from now on. Raises KeysWrong, with what to do."""
    now = rooms.wall.now()
    with rooms.db.write() as tx:
        waiting = [one for one in published_keys(tx) if one.state == "published"]
        if not waiting:
            raise KeysWrong("no key waits to sign: make one with `keys new`")
        _check_time(waiting[0].since, now, at_once, "EHRs may not have fetched it yet")
        let_sign(tx, waiting[0].kid, now)
        return next(one for one in published_keys(tx) if one.kid == waiting[0].kid)


def retire_keys(rooms: Rooms, kid: str | None = None, at_once: bool = False) -> tuple[str, ...]:
    """Publish the replaced keys, or this one, no more; which ones. Raises KeysWrong, with what to do."""
    now = rooms.wall.now()
    with rooms.db.write() as tx:
        kept = published_keys(tx)
        ending = [one for one in kept if (one.kid == kid if kid else one.state == "replaced")]
        if not ending:
            raise KeysWrong("no such key: `keys list` names them" if kid else "no key was replaced")
        for one in ending:
            if one.state == "signing":
                raise KeysWrong("this key signs: `keys rotate` to another one first")
            if one.state == "replaced":
                _check_time(one.since, now, at_once, "what it signed may still be on its way")
            retire_key(tx, one.kid, now)
    return tuple(one.kid for one in ending)


def list_keys(rooms: Rooms) -> tuple[KeptKey, ...]:
    """The keys of the database that are published, newest first."""
    with rooms.db.read() as tx:
        return published_keys(tx)


def _check_time(since: datetime, now: datetime, at_once: bool, reason: str) -> None:
    if at_once or now >= since + OVERLAP:
        return
    minutes = -(-(since + OVERLAP - now).total_seconds() // 60)
    raise KeysWrong(f"{reason}: try again in {minutes:.0f} min, or use --now")
