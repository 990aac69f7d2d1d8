"""What a patient's telephone has to load, and a provider's visit page."""

import gzip
import http.client
import re
from dataclasses import dataclass
from itertools import repeat
from urllib.parse import urljoin, urlsplit

from bench.clinic import open_visits
from bench.deployment import Deployment
from bench.http_lines import request_bytes
from bench.load import Load, Unexpected, load
from bench.open_page import COOKIE, open_page
from bench.plan import Plan

_LOADED = re.compile(r"""(?:src="|<link[^>]+?href=")(/[^"]+)""")
BROWSER = {"Accept-Encoding": "gzip", "User-Agent": "Mozilla/5.0 (iPhone)"}


@dataclass(frozen=True)
class Weight:
    """Kilobytes over the wire, heads included: the page with all that it loads, and its style sheets."""

    whole: float
    sheets: float


def weigh_patient_page(here: Deployment) -> Weight:
    """A first visit of the page, with an empty cache."""
    token = open_visits(here.database, 1, joined=True)[0].token
    page, text = _fetched(here.app, f"/v/{token}")
    parts = {path: _fetched(here.app, urljoin("/v/", path))[0] for path in set(_LOADED.findall(text))}
    sheets = sum(size for path, size in parts.items() if urlsplit(path).path.endswith(".css"))
    return Weight((page + sum(parts.values())) / 1000, sheets / 1000)


def read_visit_pages(here: Deployment, plan: Plan) -> Load:
    """A provider's page of one visit, again and again; nothing is asked of the EHR."""
    visit = open_visits(here.database, 1, joined=True)[0]
    page = open_page(here.database, [visit])
    address = f"{here.app}/clinic/s/{page.session_id}/visits/{visit.id}"
    same = request_bytes("GET", address, {"Cookie": f"{COOKIE}={page.cookie}", "Accept": "text/html"})
    return load(here.app, repeat(same), seconds=plan.seconds, connections=1, expect=200)


def _fetched(app: str, path: str) -> tuple[int, str]:
    """How many bytes came over the wire, and the text."""
    line = http.client.HTTPConnection(urlsplit(app).netloc, timeout=10)
    line.request("GET", path, headers=BROWSER)
    answer = line.getresponse()
    body = answer.read()
    line.close()
    if answer.status != 200:
        raise Unexpected(f"{answer.status} instead of 200")
    head = sum(len(name) + len(value) + 4 for name, value in answer.getheaders())
    packed = answer.getheader("Content-Encoding") == "gzip"
    return head + len(body), (gzip.decompress(body) if packed else body).decode("utf-8", "replace")
