"""One EHR a TOML file: what the launch room needs of it, and what its departments want."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.errors.requests import SiteUnknown
from app.ports import RoomPolicy
from app.signin.roles import StaffRole
from app.site_file import SECRET, USUAL_POLLING_BUDGET, SiteFile
from app.sync_plan import SyncPlan
from app.telehealth import TelehealthRules, is_telehealth
from app.visits.recording import RecordingRule
from fhir.appointments import ChartAppointment
from launch.sites import Site, SiteBook


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
    dial_in: bool = False
    early_message: Mapping[str, str] = Field(default_factory=dict)
    waiting_room: bool = True
    recording: Literal["none", "local", "cloud"] = "none"
    recording_after: Literal["nothing", "link", "store"] = "nothing"
    recording_keep_days: int = Field(default=30, ge=1, le=36500)
    recording_consent: Literal["ask", "clinic"] = "ask"
    chat: bool = False
    summary: bool = False
    default_host: str | None = None
    alternative_hosts: tuple[str, ...] = ()
    pool_hosts: tuple[str, ...] = ()
    concurrent_meetings: int = Field(default=1, ge=1, le=20)

    @property
    def recording_rule(self) -> RecordingRule:
        """What is wanted of recordings."""
        asks = self.recording != "none" and self.recording_consent == "ask"
        return RecordingRule(self.recording, self.recording_after, asks, self.recording_keep_days)

    @property
    def room(self) -> RoomPolicy:
        """What is asked of the video vendor where everybody agrees."""
        return RoomPolicy(self.waiting_room, self.recording, self.chat, self.summary)


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
    video_fallback_minutes: int | None = None  # of silence, until the day moves by itself; None: never
    message_recipients: tuple[str, ...] = ()  # told of a waiting patient beside the practitioner
    message_sender: str | None = None  # in whose name, where an EHR wants one
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

    @property
    def policies(self) -> tuple[Policy, ...]:
        """Its own, and those of its departments."""
        return (self.default_policy, *self.department_policies.values())

    @property
    def stores_recordings(self) -> bool:
        """Whether any department keeps recordings of its own."""
        return any(one.recording != "none" and one.recording_after == "store" for one in self.policies)

    @property
    def asks_about_recording(self) -> bool:
        """Whether the patients of any department are asked."""
        return any(one.recording_rule.asks for one in self.policies)

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
        told = SiteFile.model_validate(tomllib.loads(path.read_text()))
        policies = _policies(told.policy)
    except tomllib.TOMLDecodeError as error:
        raise SiteFileWrong((f"{path.name}: not TOML: {error}",)) from error
    except ValidationError as error:
        raise SiteFileWrong(tuple(f"{path.name}: {_where(fault)}" for fault in error.errors())) from error
    secret = environment.get(told.client_secret_env) if told.client_secret_env else None
    if told.client_kind == "client_secret_basic" and not secret:
        raise SiteFileWrong((f"{path.name}: client_secret_env names no secret that is set",))
    return ClinicSite(
        launch=_launch_site(told, secret, _settings(path, told.vendor_settings, environment)),
        title=told.title,
        time_zone=told.time_zone,
        send_links=told.send_links,
        polling_budget=told.polling_budget,
        video_fallback_minutes=told.video_fallback_minutes,
        language=told.language,
        roles=told.roles,
        zoom_hosts=told.zoom_hosts,
        default_policy=policies.pop(""),
        department_policies=policies,
        own_callback=told.own_callback,
        message_recipients=told.message_recipients,
        message_sender=told.message_sender,
        video_services=frozenset(service.casefold() for service in told.video_services),
        telehealth=told.telehealth,
        sync=told.sync,
        ladder=told.ladder,
    )


def _launch_site(told: SiteFile, secret: str | None, settings: Mapping[str, str]) -> Site:
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
        vendor_settings=settings,
        backend_client_id=told.backend_client_id,
        backend_scopes=told.backend_scopes,
    )


def _settings(path: Path, told: Mapping[str, str], environment: Mapping[str, str]) -> dict[str, str]:
    """As told, and secrets from the environment. Raises SiteFileWrong for one that is not set."""
    found: dict[str, str] = {}
    for key, value in told.items():
        if key.endswith(SECRET) and not environment.get(value):
            raise SiteFileWrong((f"{path.name}: vendor_settings: {key} names no secret that is set",))
        found[key.removesuffix(SECRET)] = environment[value] if key.endswith(SECRET) else value
    return found


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
