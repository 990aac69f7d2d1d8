"""HTTP to other systems: one pooled session, without cookies and without retries of its own."""

from http.cookiejar import DefaultCookiePolicy

import requests

from app.traces.tape import TapedAdapter

POOL = 64


def new_http_session() -> requests.Session:
    """A session that many threads may use. Timeouts are the callers' to set."""
    session = requests.Session()
    # A .netrc would replace our Authorization header, and a proxy variable send tokens through others.
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    adapter = TapedAdapter(pool_connections=POOL, pool_maxsize=POOL, max_retries=0)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session
