"""Puts the rooms together. Nothing else does."""

import os
import secrets
from collections.abc import Mapping
from urllib.parse import urlsplit

import requests

from app.bell import LocalBell
from app.capability_book import CapabilityBook
from app.clock import FollowedClock, SystemClock
from app.crypto import KEYRING, new_token
from app.ehr import SmartEhr, SystemRandom
from app.http import new_http_session
from app.keys import DeploymentKeys, KeysWrong
from app.messages.sms import SmsGateway
from app.messages.smtp import SmtpGateway
from app.metrics import VIDEO_CALLS
from app.ports import Bell, Clock, Ehr, MessageGateway, Randomness, Rooms, Video
from app.settings import LOOPBACK, Settings, SettingsWrong
from app.sites import ClinicSite, ClinicSites, SiteFileWrong, read_sites
from app.store.backend_tokens import BackendTokens
from app.store.client_keys import ClientKeyBook, has_keys
from app.store.database import Database
from app.store.launches import LaunchBook
from app.store.leases import LeaseBook
from app.store.pace import PacedGate
from app.store.postgres_bells import Exchange, PostgresBell
from app.store.quotas import SharedQuotaBook, SharedRateGate
from app.store.tokens import Vault
from app.store.video_health import VideoWatch
from app.store.video_token import SharedTokenStore
from jitsi_bridge.addresses import RoomAddresses
from jitsi_bridge.bridge import JitsiBridge
from jitsi_bridge.secret import Secret as JitsiSecret
from jitsi_bridge.tokens import TokenMaker
from launch.backend import BackendKeeper
from launch.credentials import Credentials
from launch.discovery import Discovery
from launch.exchange import TokenDesk
from launch.refresh import TokenKeeper
from launch.sites import SiteBook
from launch.style import StyleBook
from zoom_bridge.account import connect
from zoom_bridge.auth import ZoomApp
from zoom_bridge.bridge import ZoomBridge
from zoom_bridge.downloads import Downloads
from zoom_bridge.plans import PLANS
from zoom_bridge.ports import RateGate
from zoom_bridge.secret import Secret


def check(settings: Settings) -> tuple[tuple[ClinicSite, ...], DeploymentKeys]:
    """The sites and keys that the settings name. Raises SettingsWrong or SiteFileWrong."""
    if settings.video not in ("zoom", *(("jitsi",) if settings.jitsi_url else ())):
        raise SettingsWrong(("VISITBRIDGE_VIDEO: no service of this name is set up",))
    sites = read_sites(settings.ehr_dir, os.environ)
    try:
        keys = DeploymentKeys(settings.client_jwks)
    except KeysWrong as wrong:
        raise SettingsWrong((f"VISITBRIDGE_CLIENT_JWKS: {wrong}",)) from wrong
    in_clear = [site.name for site in sites if not settings.is_loopback and _is_in_clear(site)]
    if in_clear:
        raise SiteFileWrong((f"{in_clear[0]}.toml: iss: use https: tokens go there",))
    storing = [site.name for site in sites if site.stores_recordings]
    if storing and settings.recordings_dir is None:
        raise SettingsWrong((f"VISITBRIDGE_RECORDINGS_DIR: is not set, and {storing[0]} stores recordings",))
    needs = [need for site in sites if (need := _needs_keys(site))]
    if needs and settings.client_jwks is None and not _kept_keys(settings):
        raise SettingsWrong((f"VISITBRIDGE_CLIENT_JWKS: is not set, and {needs[0]}",))
    return sites, keys


def _kept_keys(settings: Settings) -> bool:
    """Whether the database has keys to sign with."""
    db = Database(settings.database_url)
    try:
        return has_keys(db)
    finally:
        db.dispose()


def _is_in_clear(site: ClinicSite) -> bool:
    return any(urlsplit(iss).scheme != "https" for iss in site.launch.issuers)


def _needs_keys(site: ClinicSite) -> str | None:
    """Why the site needs keys of ours to sign with, in words."""
    if site.launch.client_kind == "private_key_jwt":
        return f"{site.name} is private_key_jwt"
    return f"{site.name} has a backend_client_id" if site.launch.backend_client_id else None


def compose(settings: Settings) -> Rooms:
    """The rooms of this process. A sandbox's clock is followed from here on. Raises as `check` does."""
    sites, keys = check(settings)
    KEYRING.load(settings.secret_keys)
    db, wall, http = Database(settings.database_url), SystemClock(), new_http_session()
    bell, inbox_bell = connect_bells(db)
    clock: Clock = FollowedClock(settings.clock_url, http) if settings.clock_url else wall
    usual, *others = connect_videos(settings, db, http, clock)
    return Rooms(
        settings=settings,
        clock=clock,
        wall=wall,
        random=Randomness(new_token, secrets.choice),
        db=db,
        sites=ClinicSites(sites),
        video=usual,
        other_videos=tuple(others),
        video_origins=_video_origins(settings),
        ehr=connect_ehrs(settings, sites, keys, db, http, clock, wall),
        gateways=message_gateways(settings, http),
        bell=bell,
        inbox_bell=inbox_bell,
        http=http,
    )


def connect_bells(db: Database) -> tuple[Bell, Bell]:
    """The bells for committed lines and for kept deliveries, heard by all processes of the database."""
    if db.is_sqlite:
        return LocalBell(), LocalBell()
    exchange = Exchange(db.url.render_as_string(hide_password=False))
    return PostgresBell("visitbridge_lines", exchange), PostgresBell("visitbridge_inbox", exchange)


def connect_ehrs(
    settings: Settings,
    sites: tuple[ClinicSite, ...],
    keys: DeploymentKeys,
    db: Database,
    http: requests.Session,
    clock: Clock,
    wall: Clock,
) -> Ehr:
    """The sites' EHRs: `clock` is their time, `wall` ours."""
    book, random, vault = SiteBook(site.launch for site in sites), SystemRandom(), Vault(db, wall)
    discovery = Discovery(http, wall)
    book_of_keys = ClientKeyBook(db, keys)
    desk = TokenDesk(http, Credentials(book_of_keys, random))
    lock = LeaseBook(db, wall, new_token)
    return SmartEhr(
        base_url=settings.base_url,
        sites=book,
        discovery=discovery,
        desk=desk,
        keeper=TokenKeeper(book, discovery, desk, vault, lock, clock),
        backend=BackendKeeper(book, discovery, desk, BackendTokens(db), lock, clock),
        states=LaunchBook(db, wall),
        vault=vault,
        keys=book_of_keys,
        http=http,
        clock=clock,
        wall=wall,
        random=random,
        book=CapabilityBook(wall),
        styles=StyleBook(http, wall),
    )


def connect_videos(
    settings: Settings, db: Database, http: requests.Session, clock: Clock
) -> tuple[Video, ...]:
    """Every video service that is set up, the usual one first: a line for each."""
    found = [connect_video(settings, db, http, clock)]
    found += connect_jitsi(settings, clock)
    return tuple(sorted(found, key=lambda video: video.vendor != settings.video))


def connect_jitsi(settings: Settings, clock: Clock) -> list[Video]:
    """The Jitsi server, if one is named. A room's name follows from our reference and our keys."""
    if settings.jitsi_url is None:
        return []
    addresses, tokens = RoomAddresses(settings.jitsi_url), None
    if settings.jitsi_app_id and settings.jitsi_secret:
        tokens = TokenMaker(settings.jitsi_app_id, JitsiSecret(settings.jitsi_secret), addresses.host)
    return [JitsiBridge(addresses, _unguessable, clock, tokens)]


def _unguessable(reference: str) -> str:
    """128 bits in small letters: Jitsi does not tell capitals apart."""
    return KEYRING.macs("jitsi.room", reference)[0][:32]


def connect_video(settings: Settings, db: Database, http: requests.Session, clock: Clock) -> Video:
    """The Zoom account."""
    zoom, watch = settings.zoom, VideoWatch(db, clock, ZoomBridge.vendor)

    def count(operation: str, outcome: str) -> None:
        VIDEO_CALLS.labels(operation, outcome).inc()
        watch.note(outcome)

    client = connect(
        http,
        ZoomApp(zoom.account_id, zoom.client_id, Secret(zoom.client_secret), zoom.oauth_url, zoom.api_url),
        store=SharedTokenStore(db),
        gate=_gate(settings, db, clock),
        quota=SharedQuotaBook(db, clock),
        clock=clock,
        told=count,
    )
    hosts = tuple(host.strip() for host in zoom.download_hosts.split(",") if host.strip())
    downloads = Downloads(http, zoom.api_url, hosts)
    return ZoomBridge(client, Secret(zoom.webhook_secret), clock, downloads, zoom.account_id)


def _gate(settings: Settings, db: Database, clock: Clock) -> RateGate:
    """Calls are held back before Zoom refuses them where the account's plan is known, else after."""
    if settings.zoom_plan is None:
        return SharedRateGate(db, clock)
    return PacedGate(db, clock, SystemClock(), PLANS[settings.zoom_plan])


def message_gateways(settings: Settings, http: requests.Session) -> Mapping[str, MessageGateway]:
    """The kinds of messages that are set up."""
    found: dict[str, MessageGateway] = {}
    if settings.smtp_url:
        found["email"] = SmtpGateway(settings.smtp_url, settings.mail_from)
    if settings.sms_url:
        found["sms"] = SmsGateway(settings.sms_url, http)
    return found


def _video_origins(settings: Settings) -> tuple[str, ...]:
    """Where links into meetings lead: Zoom's own hosts or a simulated Zoom on this machine, and Jitsi's."""
    jitsi = (RoomAddresses(settings.jitsi_url).origin,) if settings.jitsi_url else ()
    if urlsplit(settings.zoom.api_url).hostname in LOOPBACK:
        return ("http://localhost:*", "http://127.0.0.1:*", *jitsi)
    return ("https://zoom.us", "https://*.zoom.us", "https://*.zoomgov.com", *jitsi)
