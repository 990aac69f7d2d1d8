"""The settings of a process, read once from the environment; a wrong one stops the start by its name."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeVar
from urllib.parse import SplitResult, urlsplit

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from jitsi_bridge.addresses import RoomAddresses

T = TypeVar("T", bound=BaseSettings)
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
DEMO_MARK = "demo-only"
SANDBOX_MARK = "sandbox-"
DATABASES = "give sqlite:///a/file.db or postgresql+psycopg://user:password@host/name"
USUAL_PORTS = {"http": 80, "https": 443}
SHORTEST_KEY = 32


class SettingsWrong(Exception):
    """Settings are missing or malformed. `lines` names each and says what to do."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


class _Product(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="VISITBRIDGE_", frozen=True, extra="ignore")

    base_url: str
    secret_keys: str = Field(repr=False)
    database_url: str = "sqlite:///var/visitbridge.db"
    client_jwks: str | None = Field(default=None, repr=False)
    ehr_dir: Path = Path("sandbox_config/ehr")
    redis_url: str | None = None
    smtp_url: str | None = Field(default=None, repr=False)
    sms_url: str | None = None
    mail_from: str = "visits@localhost"
    registrant_domain: str = "visits.invalid"
    trusted_proxies: int = Field(default=0, ge=0)
    clock_url: str | None = None
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    poll_seconds: float = Field(default=20.0, ge=1, le=300)
    keep_deliveries_days: int = Field(default=30, ge=1, le=3650)
    zoom_plan: Literal["free", "pro", "business"] | None = None
    video: str = "zoom"
    jitsi_url: str | None = None
    jitsi_app_id: str | None = None
    jitsi_secret: str | None = Field(default=None, repr=False)
    recordings_dir: Path | None = None
    recording_most_mb: int = Field(default=4096, ge=1)

    @field_validator("base_url")
    @classmethod
    def _origin(cls, value: str) -> str:
        parts = urlsplit(value)
        more = parts.path.rstrip("/") or parts.query or parts.fragment or "@" in parts.netloc
        if parts.scheme not in USUAL_PORTS or not parts.hostname or more or not _has_a_port(parts):
            raise ValueError("give scheme and host only, such as https://visits.example.org")
        if parts.scheme == "http" and parts.hostname not in LOOPBACK:
            raise ValueError("use https: http is for loopback only")
        return _as_browsers_write(parts)

    @field_validator("secret_keys")
    @classmethod
    def _long_enough(cls, value: str) -> str:
        if not value or any(len(key.strip()) < SHORTEST_KEY for key in value.split(",")):
            raise ValueError(f"give one or more keys of {SHORTEST_KEY} characters, separated by commas")
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        return database_url(value)

    @field_validator("jitsi_url")
    @classmethod
    def _with_a_room(cls, value: str | None) -> str | None:
        if value is not None:
            RoomAddresses(value)
        return value

    @model_validator(mode="after")
    def _whole_jitsi(self) -> "_Product":
        if (self.jitsi_app_id is None) is not (self.jitsi_secret is None):
            raise ValueError("VISITBRIDGE_JITSI_APP_ID and VISITBRIDGE_JITSI_SECRET: give both, or neither")
        if self.jitsi_secret is not None and len(self.jitsi_secret) < SHORTEST_KEY:
            raise ValueError(f"VISITBRIDGE_JITSI_SECRET: give {SHORTEST_KEY} characters or more")
        return self

    @model_validator(mode="after")
    def _loopback_only(self) -> "_Product":
        if urlsplit(self.base_url).hostname in LOOPBACK:
            return self
        if self.clock_url:
            raise ValueError("VISITBRIDGE_CLOCK_URL moves the clock and is for loopback only")
        if DEMO_MARK in self.secret_keys or DEMO_MARK in (self.client_jwks or ""):
            raise ValueError("the demo's keys are for loopback only: make your own")
        return self


class _Zoom(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="ZOOM_", frozen=True, extra="ignore")

    account_id: str
    client_id: str
    client_secret: str = Field(repr=False)
    webhook_secret: str = Field(repr=False)
    api_url: str = "https://api.zoom.us/v2"
    oauth_url: str = "https://zoom.us/oauth/token"
    signin_url: str = "https://zoom.us/signin"
    download_hosts: str = ""

    @property
    def is_the_sandboxs(self) -> bool:
        """Whether a secret is one that everybody can read."""
        return any(secret.startswith(SANDBOX_MARK) for secret in (self.client_secret, self.webhook_secret))


@dataclass(frozen=True)
class ZoomSettings:
    """The Zoom account."""

    account_id: str
    client_id: str
    client_secret: str = field(repr=False)
    webhook_secret: str = field(repr=False)
    api_url: str
    oauth_url: str
    signin_url: str
    download_hosts: str = ""  # from which recordings may come beside Zoom's own, a comma between them


@dataclass(frozen=True)
class Settings:
    """Everything that the environment decides. Secrets have no repr."""

    base_url: str
    secret_keys: tuple[str, ...] = field(repr=False)
    database_url: str = field(repr=False)
    client_jwks: str | None = field(repr=False)
    ehr_dir: Path
    redis_url: str | None
    smtp_url: str | None = field(repr=False)
    sms_url: str | None
    mail_from: str
    registrant_domain: str
    trusted_proxies: int
    clock_url: str | None
    log_level: str
    poll_seconds: float  # between two looks at a call that is under way
    keep_deliveries_days: int  # then the bodies of webhooks are emptied
    zoom_plan: str | None  # of the account; None: calls are held back only once Zoom has refused some
    video: str  # the service of visits that nobody moved to another
    jitsi_url: str | None  # where a room is, with {room}; None: there is no second service
    jitsi_app_id: str | None
    jitsi_secret: str | None = field(repr=False)
    recordings_dir: Path | None  # where our own copies are; None: nothing is ever stored
    recording_most_mb: int  # a larger one is not fetched
    zoom: ZoomSettings

    @property
    def is_loopback(self) -> bool:
        """Whether this is a try-out on one machine."""
        return urlsplit(self.base_url).hostname in LOOPBACK


def database_url(value: str) -> str:
    """The address with the driver that we use. Raises ValueError with what to give instead."""
    try:
        url = make_url(value)
    except (ArgumentError, ValueError):
        raise ValueError(DATABASES) from None
    if url.drivername in ("postgres", "postgresql"):
        url = url.set(drivername="postgresql+psycopg")
    if url.drivername not in ("sqlite", "postgresql+psycopg") or not url.database:
        raise ValueError(DATABASES)
    return url.render_as_string(hide_password=False)


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings. Raises SettingsWrong with a line for each name that is missing or malformed."""
    given = os.environ if environment is None else environment
    wrong: list[str] = []
    product = _read(_Product, given, wrong)
    zoom = _read(_Zoom, given, wrong)
    if product is None or zoom is None:
        raise SettingsWrong(tuple(wrong))
    if zoom.is_the_sandboxs and urlsplit(product.base_url).hostname not in LOOPBACK:
        raise SettingsWrong(("ZOOM_CLIENT_SECRET, ZOOM_WEBHOOK_SECRET: the sandbox's are for loopback only",))
    values = product.model_dump()
    keys = tuple(key.strip() for key in values.pop("secret_keys").split(","))
    return Settings(**values, secret_keys=keys, zoom=ZoomSettings(**zoom.model_dump()))


def _has_a_port(parts: SplitResult) -> bool:
    try:
        return parts.port != 0
    except ValueError:
        return False


def _as_browsers_write(parts: SplitResult) -> str:
    """The origin as it comes with their requests: small letters, no usual port."""
    host, port = parts.netloc.lower(), parts.port
    if port is not None:
        host = host.rpartition(":")[0] + ("" if port == USUAL_PORTS[parts.scheme] else f":{port}")
    return f"{parts.scheme}://{host.removesuffix(':')}"


def _read(model: type[T], given: Mapping[str, str], wrong: list[str]) -> T | None:
    prefix = model.model_config["env_prefix"]
    values = {
        name: given[prefix + name.upper()] for name in model.model_fields if given.get(prefix + name.upper())
    }
    try:
        return model.model_validate(values)
    except ValidationError as error:
        for fault in error.errors():
            name = prefix + str(fault["loc"][0]).upper() if fault["loc"] else prefix.rstrip("_")
            reason = (
                "is not set" if fault["type"] == "missing" else fault["msg"].removeprefix("Value error, ")
            )
            wrong.append(f"{name}: {reason}")
        return None
