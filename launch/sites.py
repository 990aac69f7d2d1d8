"""The EHRs that we know, and nothing else: who they are and who we are to them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
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
    post_authorize: bool = False  # ask by a form wherever the EHR takes one
    csn_systems: tuple[str, ...] = ()  # identifier systems of a contact serial number that comes in context
    vendor_settings: Mapping[str, str] = field(default_factory=dict, repr=False)  # for its rungs
    backend_client_id: str | None = None  # as whom we come without a person, always with private_key_jwt
    backend_scopes: tuple[str, ...] = ()

    @property
    def standalone_iss(self) -> str:
        """Where a launch without the EHR begins: the first issuer."""
        return self.issuers[0]

    @property
    def backend(self) -> "Site | None":
        """The site as our back end meets it. None where no back end is registered."""
        if self.backend_client_id is None:
            return None
        return replace(
            self,
            client_id=self.backend_client_id,
            client_kind="private_key_jwt",
            client_secret=None,
            scopes=self.backend_scopes,
        )


class SiteBook:
    """All sites, found by `iss` or by name. Raises ValueError if two of them share one."""

    def __init__(self, sites: Iterable[Site]) -> None:
        self._by_name: dict[str, Site] = {}
        self._by_issuer: dict[str, Site] = {}
        for site in sites:
            if site.name in self._by_name:
                raise ValueError(f"two sites are called {site.name}")
            self._by_name[site.name] = site
            for iss in site.issuers:
                if self._by_issuer.setdefault(iss.removesuffix("/"), site) is not site:
                    raise ValueError(f"the site {site.name} names an iss that another site names")

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
