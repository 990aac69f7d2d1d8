"""Our keys towards the EHRs, for all processes at once: the launch room's ClientKeys."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.keys import DeploymentKeys, as_jwk, key_from
from app.models import ClientKey
from app.store.database import Database
from launch.ports import SigningKey

KeyState = Literal["published", "signing", "replaced"]


@dataclass(frozen=True)
class KeptKey:
    """A key that is published. `since`: when it came into its state."""

    kid: str
    alg: str
    state: KeyState
    since: datetime


def add_key(tx: Session, key: SigningKey, now: datetime, signs_from: datetime | None = None) -> None:
    """Publish the key from now on. A kid that was there before, retired or not, is left as it is."""
    if tx.get(ClientKey, key.kid) is not None:
        return
    tx.add(
        ClientKey(
            kid=key.kid,
            alg=key.alg,
            private_jwk=json.dumps(as_jwk(key, private=True)),
            public_jwk=json.dumps(as_jwk(key, private=False)),
            created_at=now,
            signs_from=signs_from,
        )
    )
    tx.flush()


def published_keys(tx: Session) -> tuple[KeptKey, ...]:
    """All keys that are not retired: the newest first, those that do not sign yet before those that did."""
    rows = _living(tx)
    signing = _signing(rows)
    replaced_at = signing.signs_from if signing else None
    return tuple(_kept(row, signing, replaced_at) for row in rows)


def let_sign(tx: Session, kid: str, now: datetime) -> None:
    """From now on this key signs."""
    row, before = tx.get_one(ClientKey, kid), _signing(_living(tx))
    # A clock that was set back, or stands, must not leave the old key in front.
    last = before.signs_from if before is not None and before.signs_from else now
    row.signs_from = max(now, last + timedelta(milliseconds=1))


def retire_key(tx: Session, kid: str, now: datetime) -> None:
    """The key is published no more, and its private half is gone."""
    row = tx.get_one(ClientKey, kid)
    row.retired_at, row.private_jwk = now, None


def has_keys(db: Database) -> bool:
    """Whether a key may sign. False also where the database cannot say."""
    try:
        with db.read() as tx:
            return _signing(_living(tx)) is not None
    except DBAPIError:
        return False


class ClientKeyBook:
    """The database's keys; those of the settings while none of the database's signs.

    Asked anew each time, so that a rotation is seen by every process at once.
    """

    def __init__(self, db: Database, given: DeploymentKeys) -> None:
        self._db = db
        self._given = given

    def signing_key(self) -> SigningKey:
        """The key that signs now. Raises KeysWrong if there is none."""
        with self._db.read() as tx:
            row = _signing(_living(tx))
            if row is not None and row.private_jwk is not None:
                return key_from(json.loads(row.private_jwk))
        return self._given.signing_key()

    def public_jwks(self) -> Mapping[str, object]:
        """The public halves of all that are not retired, the settings' own among them."""
        with self._db.read() as tx:
            known = set(tx.scalars(select(ClientKey.kid)))
            kept = [json.loads(row.public_jwk) for row in _living(tx)]
        given = [as_jwk(key, private=False) for key in self._given.keys if key.kid not in known]
        return {"keys": [*kept, *given]}


def _living(tx: Session) -> list[ClientKey]:
    living = select(ClientKey).where(ClientKey.retired_at.is_(None))
    return list(tx.scalars(living.order_by(ClientKey.created_at.desc(), ClientKey.kid)))


def _signing(rows: list[ClientKey]) -> ClientKey | None:
    begun = [row for row in rows if row.signs_from is not None]
    return max(begun, key=lambda row: (row.signs_from, row.kid), default=None)


def _kept(row: ClientKey, signing: ClientKey | None, replaced_at: datetime | None) -> KeptKey:
    if row is signing and row.signs_from is not None:
        return KeptKey(row.kid, row.alg, "signing", row.signs_from)
    if row.signs_from is None or replaced_at is None:
        return KeptKey(row.kid, row.alg, "published", row.created_at)
    return KeptKey(row.kid, row.alg, "replaced", replaced_at)
