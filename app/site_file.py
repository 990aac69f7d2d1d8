"""A site's TOML as it is written: its keys, and what is wrong with them."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from app.signin.roles import StaffRole
from app.sync_plan import SyncPlan
from app.telehealth import TelehealthRules
from launch.scopes import wrong_to_ask
from launch.vendors.registry import profile_of
from launch.vendors.rung import each_rung, rung_names

# Of the tens of thousands of calls that Zoom allows an account in a day.
USUAL_POLLING_BUDGET = 10_000
# Ends the name of a setting that names an environment variable.
SECRET = "_env"  # noqa: S105  # no secret, the mark of one


class SiteFile(BaseModel):
    """All keys of a file. They are explained in sandbox_config/README.md."""

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
    video_fallback_minutes: int | None = Field(default=None, ge=1, le=240)
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
    message_recipients: tuple[Annotated[str, Field(pattern=r"^(Practitioner|Group)/[^/\s]+$")], ...] = ()
    message_sender: str | None = Field(default=None, pattern=r"^Practitioner/[^/\s]+$")
    ladder: Mapping[str, bool] = Field(default_factory=dict)
    vendor_settings: Mapping[str, str] = Field(default_factory=dict)
    policy: Mapping[str, Any] = Field(default_factory=dict)

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError("no such IANA time zone") from None
        return value

    @field_validator("iss", "client_id", "backend_client_id")
    @classmethod
    def _filled_in(cls, value: tuple[str, ...] | str | None) -> tuple[str, ...] | str | None:
        told = value if isinstance(value, tuple) else (value or "",)
        if left := next((one for one in told if "<" in one), None):
            raise ValueError(f"{left} stands for something: write what the EHR gave you")
        return value

    @field_validator("scopes", "backend_scopes")
    @classmethod
    def _scopes_to_ask_for(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if wrong := wrong_to_ask(value):
            raise ValueError(wrong)
        return value

    @model_validator(mode="after")
    def _known_rungs(self) -> "SiteFile":
        known = rung_names(profile_of(self.vendor).rungs)
        unknown = sorted(set(self.ladder) - known)
        if unknown:
            raise ValueError(f"ladder: no such way: {unknown[0]}; there are {', '.join(sorted(known))}")
        return self

    @model_validator(mode="after")
    def _set_up_rungs(self) -> "SiteFile":
        told = {key.removesuffix(SECRET) for key in self.vendor_settings}
        rungs = tuple(each_rung(profile_of(self.vendor).rungs))
        known = {key for rung in rungs for key in rung.settings}
        if unknown := sorted(told - known):
            raise ValueError(f"vendor_settings: no such key: {unknown[0]}")
        for rung in rungs:
            is_on = self.ladder.get(rung.name, rung.on_by_default)
            if is_on and (missing := [key for key in rung.settings if key not in told]):
                raise ValueError(f"ladder: {rung.name} needs vendor_settings: {', '.join(missing)}")
        return self

    @model_validator(mode="after")
    def _whole_back_end(self) -> "SiteFile":
        if bool(self.backend_client_id) != bool(self.backend_scopes):
            raise ValueError("backend_client_id and backend_scopes go together: give both or neither")
        return self

    @model_validator(mode="after")
    def _one_set_of_rules(self) -> "SiteFile":
        if self.telehealth is not None and self.video_services:
            raise ValueError("video_services: give its names as [telehealth] services instead, not both")
        return self

    @model_validator(mode="after")
    def _back_end_for_sync(self) -> "SiteFile":
        if self.sync is not None and not self.backend_client_id:
            raise ValueError("sync: needs backend_client_id: nobody is signed in when it reads")
        return self
