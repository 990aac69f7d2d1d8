"""The EHRs that we know, and nothing else: who they are and who we are to them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from launch.errors import UnknownIssuer

ClientKind = Literal["public", "client_secret_basic", "private_key_jwt"]


@dataclass(frozen=True)
class Site:
    """One EHR. `issuers` are its FHIR bases without a trailing slash (Oracle Health has two)."""

    name: str
    issuers: tuple[str, ...]
    vendor: str
    client_id: str
    client_kind: ClientKind
    client_secret: str | None = field(repr=False)
    scopes: tuple[str, ...]
    frame_ancestors: tuple[str, ...] = ()
    nonce: bool = True

    @property
    def standalone_iss(self) -> str:
        """Where a launch without the EHR begins: the first issuer."""
        return self.issuers[0]


class SiteBook:
    """All sites, found by `iss` or by name."""

    def __init__(self, sites: Iterable[Site]) -> None:
        self._by_name = {site.name: site for site in sites}
        self._by_issuer = {iss: site for site in self._by_name.values() for iss in site.issuers}

    def by_issuer(self, iss: str) -> Site:
        """The site that names this `iss`, whether or not it ends with a slash. Raises UnknownIssuer."""
        try:
            return self._by_issuer[iss.removesuffix("/")]
        except KeyError:
            raise UnknownIssuer from None

    def by_name(self, name: str) -> Site:
        """The site of this name. Raises UnknownIssuer."""
        try:
            return self._by_name[name]
        except KeyError:
            raise UnknownIssuer from None
