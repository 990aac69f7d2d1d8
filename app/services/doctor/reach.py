"""Whether the EHR answers at its address, over TLS that holds, and at what time of its clock."""

import socket
import ssl
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _l
from requests.utils import DEFAULT_CA_BUNDLE_PATH

from app.services.doctor.findings import Finding, broken, fine, note, unknown
from app.services.doctor.look import Look
from app.settings import LOOPBACK

CONNECT_SECONDS = 5.0
EXPIRES_SOON = 21  # days
# An assertion of ours lives four minutes of the five that an EHR may accept.
MOST_SKEW = 60
SKEW_TO_NOTE = 15
DAY = 86_400


def check_reach(look: Look) -> Finding:
    """Whether anybody answers at `iss`."""
    heard, check = look.smart, "reach"
    if heard.fault == "untrusted":
        return broken(check, _l("The EHR's certificate is not trusted."), _CERTIFICATE, look.iss)
    if heard.fault == "slow":
        return broken(check, _l("The EHR does not answer in time."), _ADDRESS, look.iss)
    if heard.fault is not None or heard.status >= 500:
        return broken(
            check, _l("The EHR cannot be reached at the address that the file names."), _ADDRESS, look.iss
        )
    return fine(check, _l("The EHR answers."), look.iss, f"{heard.ms} ms")


def check_tls(look: Look) -> Finding:
    """What certificate the EHR shows, and for how long it is good."""
    parts, check = urlsplit(look.iss), "tls"
    if parts.scheme != "https":
        if parts.hostname in LOOPBACK:
            return fine(check, _l("Without TLS, on this machine only."))
        return broken(check, _l("The EHR's address is not https: tokens would go in the clear."), _HTTPS)
    try:
        return _shown(check, *_certificate(parts.hostname or "", parts.port or 443))
    except ssl.SSLCertVerificationError as refused:
        return broken(
            check, _l("The EHR's certificate is not trusted."), _CERTIFICATE, f"OpenSSL {refused.verify_code}"
        )
    except OSError:
        return unknown(check, _l("The EHR's certificate could not be looked at."))


def check_clock(look: Look) -> Finding:
    """How far the EHR's clock and ours are apart."""
    check, told = "clock", look.smart.headers.get("Date", "")
    try:
        theirs = parsedate_to_datetime(told)
    except (ValueError, TypeError):
        return unknown(check, _l("The EHR does not say what time it is there."))
    ahead = round((theirs.astimezone(UTC) - look.case.now()).total_seconds())
    fact = f"{ahead:+d} s"
    if abs(ahead) > MOST_SKEW:
        says = (
            _l("The EHR's clock is %(minutes)s minutes ahead of ours.", minutes=_minutes(ahead))
            if ahead > 0
            else _l("The EHR's clock is %(minutes)s minutes behind ours.", minutes=_minutes(-ahead))
        )
        return broken(check, says, _CLOCK, fact)
    if abs(ahead) > SKEW_TO_NOTE:
        return note(check, _l("The clocks drift apart."), _CLOCK, fact)
    return fine(check, _l("The clocks agree."), fact)


_ADDRESS = _l(
    "Compare iss in the site's file with the address that the EHR team gave you,"
    " and ask for a way through firewalls."
)
_CERTIFICATE = _l(
    "Ask the EHR team for a certificate of a public authority that names this host and is not over."
)
_HTTPS = _l("Ask the EHR team for the https address.")
_CLOCK = _l(
    "Tokens are refused when clocks differ: let both machines take the time from NTP, and look at ours first."
)


def _minutes(seconds: int) -> str:
    return f"{seconds / 60:.0f}" if seconds > 300 else f"{seconds / 60:.1f}"


def _certificate(host: str, port: int) -> tuple[datetime, str]:
    """Until when the certificate is good, and the version of TLS. Raises OSError."""
    context = ssl.create_default_context(cafile=DEFAULT_CA_BUNDLE_PATH)
    with (
        socket.create_connection((host, port), CONNECT_SECONDS) as line,
        context.wrap_socket(line, server_hostname=host) as secured,
    ):
        shown = secured.getpeercert() or {}
        ends = ssl.cert_time_to_seconds(str(shown["notAfter"]))
        return datetime.fromtimestamp(ends, UTC), secured.version() or ""


def _shown(check: str, ends: datetime, version: str) -> Finding:
    left = int((ends - datetime.now(UTC)).total_seconds() // DAY)
    facts = (version, f"{ends:%Y-%m-%d}")
    if left < EXPIRES_SOON:
        return note(
            check, _l("The EHR's certificate ends in %(days)s days.", days=left), _CERTIFICATE, *facts
        )
    return fine(check, _l("The EHR's certificate is trusted."), *facts)
