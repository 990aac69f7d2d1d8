"""Where the API is: the configured address, or the region that Zoom names with a token.

https://developers.zoom.us/docs/api/using-zoom-apis/
"""

from urllib.parse import urlsplit, urlunsplit

DOMAINS = ("zoom.us", "zoomgov.com")


def api_base(configured: str, told: str | None) -> str:
    """The address for calls with a token that came with `api_url = told`.

    A region is followed only inside the domain that was configured, by https, and with the configured path:
    an answer never sends a token to a stranger. A configured host outside Zoom (a proxy) always stands.
    """
    configured = configured.rstrip("/")
    home = urlsplit(configured)
    try:
        region = urlsplit(told or "")
        safe = region.scheme == "https" and region.port in (None, 443) and region.username is None
    except ValueError:
        return configured
    if not safe or region.hostname is None or _domain(home.hostname) != _domain(region.hostname):
        return configured
    return urlunsplit(("https", region.hostname, home.path, "", "")) if _domain(home.hostname) else configured


def _domain(hostname: str | None) -> str | None:
    for domain in DOMAINS:
        if hostname and (hostname == domain or hostname.endswith(f".{domain}")):
            return domain
    return None
