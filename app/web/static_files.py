"""Style sheets, scripts and the font: read once, pressed once, and kept by browsers for a year."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Blueprint, Flask, Response, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from app.web.guards import public

blueprint = Blueprint("static_files", __name__)
FOLDER = Path(__file__).parent / "static"
KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}
PRESSED_ALREADY = {".woff2"}
A_YEAR = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class StaticFile:
    """One file as it is sent."""

    kind: str
    body: bytes
    pressed: bytes | None


def install(app: Flask) -> None:
    """Let templates name a file: `static_url('staff.css')`."""
    app.jinja_env.globals["static_url"] = static_url


def static_url(name: str) -> str:
    """The address of a file; another one as soon as any file is another."""
    return f"/static/{_version()}/{name}"


@blueprint.get("/static/<version>/<name>")
@public
def send(version: str, name: str) -> ResponseReturnValue:
    """A file. A page of an older version gets the newest one."""
    found = _files().get(name)
    if found is None:
        raise NotFound
    pressed = found.pressed if "gzip" in request.headers.get("Accept-Encoding", "") else None
    response = Response(pressed or found.body, content_type=found.kind)
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = A_YEAR if version == _version() else "no-cache"
    if pressed:
        response.headers["Content-Encoding"] = "gzip"
    return response


@cache
def _files() -> dict[str, StaticFile]:
    return {path.name: _read(path) for path in sorted(FOLDER.iterdir()) if path.suffix in KINDS}


@cache
def _version() -> str:
    whole = hashlib.sha256()
    for name, one in _files().items():
        whole.update(name.encode() + b"\0" + one.body)
    return whole.hexdigest()[:12]


def _read(path: Path) -> StaticFile:
    body = path.read_bytes()
    pressed = None if path.suffix in PRESSED_ALREADY else gzip.compress(body, 9, mtime=0)
    return StaticFile(KINDS[path.suffix], body, pressed)
