"""One EHR a TOML file: what the launch room needs of it, and what its departments want."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from app.errors.requests import SiteUnknown
from app.ports import RoomPolicy
from app.signin.roles import StaffRole
from app.sync_plan import SyncPlan
from app.telehealth import TelehealthRules, is_telehealth
from fhir.appointments import ChartAppointment
from launch.scopes import wrong_to_ask
from launch.sites import Site, SiteBook
from launch.vendors.registry import profile_of
from launch.vendors.rung import rung_names

# Of the tens of thousands of calls that Zoom allows an account in a day.
USUAL_POLLING_BUDGET = 10_000


class SiteFileWrong(Exception):
    """A site's TOML cannot be used. `lines` names the file, the key and what to do."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


class Policy(BaseModel):
    """What a department wants. Keys are explained in sandbox_config/README.md."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    early_minutes: int = Field(default=30, ge=0, le=24 * 60)
    zoom_room_from: int | None = Field(default=None, ge=0, le=120)
    on_drift: Literal["show", "refuse"] = "show"
    display_name: Literal["code", "given_initial"] = "code"
    phone: str | None = None
    early_message: Mapping[str, str] = Field(default_factory=dict)
    waiting_room: bool = True
    recording: Literal["none", "local", "cloud"] = "none"
    chat: bool = False
    summary: bool = False
    default_host: str | None = None

    @property
    def room(self) -> RoomPolicy:
        """What is asked of the video vendor."""
        return RoomPolicy(self.waiting_room, self.recording, self.chat, self.summary)


class _SiteFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z0-9-]{1,40}$")
    title: str = Field(pattern=r"^[^\x00-\x1f\x7f]+$")  # stands in the subject of messages
    iss: tuple[str, ...] = Field(min_length=1)
    vendor: str = "generic"
    client_id: str
    client_kind: Literal["public", "client_secret_basic", "private_key_jwt"]
    client_secret_env: str | None = None
    scopes: tuple[str, ...] = Field(min_length=1)
    nonce: bool = True
    post_authorize: bool = False
    frame_ancestors: tuple[str, ...] = ()
    time_zone: str
    send_links: bool = False
    polling_budget: int = Field(default=USUAL_POLLING_BUDGET, ge=0)
    language: str = "en"
    roles: tuple[StaffRole, ...] = (StaffRole.PROVIDER,)
    own_callback: bool = False
    video_services: tuple[str, ...] = ()
    telehealth: TelehealthRules | None = None
    sync: SyncPlan | None = None
    csn_systems: tuple[str, ...] = ()
    backend_client_id: str | None = Field(default=None, min_length=1)
    backend_scopes: tuple[Annotated[str, Field(pattern=r"^system/\S+$")], ...] = ()
    zoom_hosts: Mapping[str, str] = Field(default_factory=dict)
    ladder: Mapping[str, bool] = Field(default_factory=dict)
    policy: Mapping[str, Any] = Field(default_factory=dict)

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError("no such IANA time zone") from None
        return value

    @field_validator("scopes", "backend_scopes")
    @classmethod
    def _scopes_to_ask_for(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if wrong := wrong_to_ask(value):
            raise ValueError(wrong)
        return value

    @model_validator(mode="after")
    def _known_rungs(self) -> "_SiteFile":
        known = rung_names(profile_of(self.vendor).rungs)
        unknown = sorted(set(self.ladder) - known)
        if unknown:
            raise ValueError(f"ladder: no such way: {unknown[0]}; there are {', '.join(sorted(known))}")
        return self

    @model_validator(mode="after")
    def _whole_back_end(self) -> "_SiteFile":
        if bool(self.backend_client_id) != bool(self.backend_scopes):
            raise ValueError("backend_client_id and backend_scopes go together: give both or neither")
        return self

    @model_validator(mode="after")
    def _one_set_of_rules(self) -> "_SiteFile":
        if self.telehealth is not None and self.video_services:
            raise ValueError("video_services: give its names as [telehealth] services instead, not both")
        return self

    @model_validator(mode="after")
    def _back_end_for_sync(self) -> "_SiteFile":
        if self.sync is not None and not self.backend_client_id:
            raise ValueError("sync: needs backend_client_id: nobody is signed in when it reads")
        return self


@dataclass(frozen=True)
class ClinicSite:
    """One EHR as the product sees it: the launch room's Site, and the clinic's own wishes."""

    launch: Site
    title: str
    time_zone: str
    send_links: bool
    language: str
    roles: tuple[StaffRole, ...]  # of those who come by launch
    zoom_hosts: Mapping[str, str]
    default_policy: Policy
    department_policies: Mapping[str, Policy]
    own_callback: bool = False  # the redirect URI registered at this EHR ends with the site's name
    polling_budget: int = USUAL_POLLING_BUDGET  # calls a day
    video_services: frozenset[str] = frozenset()  # service codes or texts of video visits; none: all are
    telehealth: TelehealthRules | None = None  # takes the place of `video_services`
    sync: SyncPlan | None = None  # None: appointments are seen when staff look at them
    ladder: Mapping[str, bool] = field(default_factory=dict)  # ways of writing that are switched on or off

    @property
    def name(self) -> str:
        """The name of its file."""
        return self.launch.name

    def is_by_video(self, appointment: ChartAppointment, encounter_class: str | None = None) -> bool:
        """Whether an appointment on a schedule is a video visit. No standard code says so: sites differ."""
        if self.telehealth is not None:
            return is_telehealth(self.telehealth, appointment, encounter_class)
        told = {code.casefold() for code in (*appointment.service_codes, appointment.service or "")}
        return not self.video_services or appointment.has_video_room or bool(told & self.video_services)

    @property
    def callback_path(self) -> str:
        """Where this EHR sends people back."""
        return f"/launch/callback/{self.name}" if self.own_callback else "/launch/callback"

    @property
    def zone(self) -> ZoneInfo:
        """The clinic's time zone."""
        return ZoneInfo(self.time_zone)

    def policy(self, department: str) -> Policy:
        """The department's policy; the site's where it has none of its own."""
        return self.department_policies.get(department, self.default_policy)


class ClinicSites:
    """All sites of this deployment, found by name or by `iss`."""

    def __init__(self, sites: tuple[ClinicSite, ...]) -> None:
        self._by_name = {site.name: site for site in sites}
        self._book = SiteBook(site.launch for site in sites)

    def by_name(self, name: str) -> ClinicSite:
        """The site of this name. Raises SiteUnknown."""
        try:
            return self._by_name[name]
        except KeyError:
            raise SiteUnknown from None

    def by_issuer(self, iss: str) -> ClinicSite:
        """The site that names this FHIR base. Raises UnknownIssuer."""
        return self._by_name[self._book.by_issuer(iss).name]

    def all(self) -> tuple[ClinicSite, ...]:
        """All of them, by name."""
        return tuple(self._by_name[name] for name in sorted(self._by_name))


def read_sites(folder: Path, environment: Mapping[str, str]) -> tuple[ClinicSite, ...]:
    """All sites of a folder, by file name. Raises SiteFileWrong."""
    sites: list[ClinicSite] = []
    wrong: list[str] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            sites.append(_site_from(path, environment))
        except SiteFileWrong as error:
            wrong.extend(error.lines)
    if not sites and not wrong:
        wrong.append(f"{folder}: no *.toml here: name one file per EHR (VISITBRIDGE_EHR_DIR)")
    if wrong:
        raise SiteFileWrong(tuple(wrong))
    try:
        SiteBook(site.launch for site in sites)
    except ValueError as error:
        raise SiteFileWrong((f"{folder}: {error}",)) from error
    return tuple(sites)


def sharing_a_callback(sites: Iterable[ClinicSite]) -> tuple[str, ...]:
    """The EHRs of which one could pass off another's answer as its own: the names, or none.

    https://www.rfc-editor.org/rfc/rfc9700#section-4.4
    """
    names = tuple(sorted(site.name for site in sites if not site.own_callback))
    return names if len(names) > 1 else ()


def _site_from(path: Path, environment: Mapping[str, str]) -> ClinicSite:
    try:
        told = _SiteFile.model_validate(tomllib.loads(path.read_text()))
        policies = _policies(told.policy)
    except tomllib.TOMLDecodeError as error:
        raise SiteFileWrong((f"{path.name}: not TOML: {error}",)) from error
    except ValidationError as error:
        raise SiteFileWrong(tuple(f"{path.name}: {_where(fault)}" for fault in error.errors())) from error
    secret = environment.get(told.client_secret_env) if told.client_secret_env else None
    if told.client_kind == "client_secret_basic" and not secret:
        raise SiteFileWrong((f"{path.name}: client_secret_env names no secret that is set",))
    return ClinicSite(
        launch=_launch_site(told, secret),
        title=told.title,
        time_zone=told.time_zone,
        send_links=told.send_links,
        polling_budget=told.polling_budget,
        language=told.language,
        roles=told.roles,
        zoom_hosts=told.zoom_hosts,
        default_policy=policies.pop(""),
        department_policies=policies,
        own_callback=told.own_callback,
        video_services=frozenset(service.casefold() for service in told.video_services),
        telehealth=told.telehealth,
        sync=told.sync,
        ladder=told.ladder,
    )


def _launch_site(told: _SiteFile, secret: str | None) -> Site:
    return Site(
        name=told.name,
        issuers=tuple(iss.rstrip("/") for iss in told.iss),
        vendor=told.vendor,
        client_id=told.client_id,
        client_kind=told.client_kind,
        client_secret=secret,
        scopes=told.scopes,
        frame_ancestors=told.frame_ancestors,
        nonce=told.nonce,
        post_authorize=told.post_authorize,
        csn_systems=told.csn_systems,
        backend_client_id=told.backend_client_id,
        backend_scopes=told.backend_scopes,
    )


def _policies(table: Mapping[str, Any]) -> dict[str, Policy]:
    """`[policy]` holds the site's wishes; `[policy."<Location id>"]` overrides them key by key."""
    known = Policy.model_fields
    general = {key: value for key, value in table.items() if key in known or not isinstance(value, dict)}
    departments = {key: value for key, value in table.items() if key not in general}
    found = {"": Policy.model_validate(general)}
    for department, wishes in departments.items():
        found[department] = Policy.model_validate({**general, **wishes})
    return found


def _where(fault: Any) -> str:
    place = ".".join(str(part) for part in fault["loc"])
    reason = str(fault["msg"]).removeprefix("Value error, ")
    return f"{place}: {reason}" if place else reason
