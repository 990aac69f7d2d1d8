"""Launches, authorizations, codes and tokens that this EHR has given out. All times are epoch seconds."""

import secrets
import threading
from dataclasses import asdict, dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class LaunchContext:
    """Who works, and on what: ids without their type, except ``user``, which is ``Practitioner/…``,
    ``Patient/…`` or ``RelatedPerson/…``.
    """

    user: str
    patient: str | None = None
    encounter: str | None = None
    appointment: str | None = None
    intent: str | None = None
    need_patient_banner: bool = False

    @property
    def is_from_portal(self) -> bool:
        """Whether a patient came, or somebody who acts for one: they see this patient's chart alone."""
        return is_patients_side(self.user)


def is_patients_side(user: str) -> bool:
    """Whether somebody enters by the portal; ``user`` as in LaunchContext."""
    return user.startswith(("Patient/", "RelatedPerson/"))


@dataclass(frozen=True)
class Launch:
    """A launch code and the context that it stands for."""

    context: LaunchContext
    issued: float
    used: bool = False


@dataclass(frozen=True)
class Grant:
    """What a person allowed a client: every code and token belongs to one."""

    client_id: str
    scopes: tuple[str, ...]
    context: LaunchContext | None
    nonce: str | None = None


@dataclass(frozen=True)
class Code:
    """An authorization code, with what its exchange must repeat."""

    grant: str
    redirect_uri: str
    challenge: str
    issued: float
    used: bool = False


@dataclass(frozen=True)
class AccessToken:
    """An access token; its scopes may be fewer than its grant's."""

    grant: str
    scopes: tuple[str, ...]
    expires: float


@dataclass(frozen=True)
class RefreshToken:
    """A refresh token; spent once it has been replaced."""

    grant: str
    spent: bool = False


@dataclass
class Grants:
    """Everything given out, by its value. Callers hold ``lock`` where they look and then change."""

    launches: dict[str, Launch] = field(default_factory=dict)
    grants: dict[str, Grant] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    access: dict[str, AccessToken] = field(default_factory=dict)
    refresh: dict[str, RefreshToken] = field(default_factory=dict)
    assertions: dict[str, float] = field(default_factory=dict)
    id_tokens: list[str] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock, repr=False)

    def launch(self, context: LaunchContext, now: float) -> str:
        """A fresh launch code."""
        with self.lock:
            return _keep(self.launches, Launch(context, now))

    def begin(self, grant: Grant, redirect_uri: str, challenge: str, now: float) -> str:
        """A fresh authorization code for a fresh grant."""
        return _keep(self.codes, Code(_keep(self.grants, grant), redirect_uri, challenge, now))

    def begin_backend(self, grant: Grant) -> str:
        """A fresh grant without a person."""
        return _keep(self.grants, grant)

    def give_access(self, grant: str, scopes: tuple[str, ...], expires: float) -> str:
        """A fresh access token."""
        return _keep(self.access, AccessToken(grant, scopes, expires))

    def give_refresh(self, grant: str) -> str:
        """A fresh refresh token."""
        return _keep(self.refresh, RefreshToken(grant))

    def spend_code(self, value: str) -> None:
        """The code has been tried."""
        self.codes[value] = replace(self.codes[value], used=True)

    def spend_refresh(self, value: str) -> None:
        """The refresh token has been replaced."""
        self.refresh[value] = replace(self.refresh[value], spent=True)

    def use_launch(self, value: str) -> None:
        """The launch code has been used."""
        self.launches[value] = replace(self.launches[value], used=True)

    def revoke(self, grant: str) -> None:
        """No token of this grant is good any more."""
        self.access = {value: one for value, one in self.access.items() if one.grant != grant}
        self.refresh = {value: one for value, one in self.refresh.items() if one.grant != grant}

    def revoke_all(self) -> None:
        """No token is good any more."""
        self.access, self.refresh = {}, {}

    def expire_access(self, now: float) -> None:
        """Every access token has just expired."""
        self.access = {
            value: replace(one, expires=min(one.expires, now)) for value, one in self.access.items()
        }

    def shift(self, seconds: float) -> None:
        """The clock was moved: what was alive stays alive for as long as it had."""
        self.launches = {key: replace(one, issued=one.issued + seconds) for key, one in self.launches.items()}
        self.codes = {key: replace(one, issued=one.issued + seconds) for key, one in self.codes.items()}
        self.access = {key: replace(one, expires=one.expires + seconds) for key, one in self.access.items()}

    def issued(self) -> dict[str, list[str]]:
        """Every secret that was given out and is known still, for tests that look for leaks."""
        return {
            "launches": list(self.launches),
            "codes": list(self.codes),
            "access_tokens": list(self.access),
            "refresh_tokens": list(self.refresh),
            "id_tokens": list(self.id_tokens),
        }

    def dump(self) -> dict[str, Any]:
        """For the snapshot."""
        with self.lock:
            kept = {name: {key: asdict(one) for key, one in vars(self)[name].items()} for name in _KINDS}
            return {**kept, "assertions": dict(self.assertions)}

    def load(self, state: dict[str, Any]) -> None:
        """Take over the state of a snapshot, and only this."""
        with self.lock:
            for name, kind in _KINDS.items():
                setattr(self, name, {key: _revived(kind, one) for key, one in state.get(name, {}).items()})
            self.assertions = dict(state.get("assertions", {}))
            self.id_tokens = []


_KINDS: dict[str, type] = {
    "launches": Launch,
    "grants": Grant,
    "codes": Code,
    "access": AccessToken,
    "refresh": RefreshToken,
}


def _revived(kind: type, state: dict[str, Any]) -> object:
    if state.get("context"):
        state = {**state, "context": LaunchContext(**state["context"])}
    if "scopes" in state:
        state = {**state, "scopes": tuple(state["scopes"])}
    return kind(**state)


def _keep(where: dict[str, Any], one: object) -> str:
    value = secrets.token_urlsafe(32)
    where[value] = one
    return value
