"""What of a launch may be kept: a list of fields, and the shape that each must have. All else is cut.

No token, code, secret, proof, or id of a person or of a chart passes.
"""

import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterable, Iterator, Mapping
from urllib.parse import parse_qsl, urlsplit

Shape = Callable[[str], str | None]
CUT = "(cut)"
MOST_FIELDS = 60
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_.:-]{0,59}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,59}")
_SCOPE = re.compile(r"(?:launch(?:/[a-z]+)?|openid|fhirUser|profile|o(?:n|ff)line_access)")
_RESOURCE_SCOPE = re.compile(
    r"((?:patient|user|system)/(?:[A-Za-z]+|\*)\.(?:read|write|\*|[cruds]{1,5}))(\?.*)?"
)
_KID = re.compile(r"[\w.:=-]{1,100}", re.ASCII)
_MEDIA = re.compile(r"[a-z0-9.+-]+/[a-z0-9.+*-]+(?:; ?charset=[\w-]+)?", re.IGNORECASE)
_DATE = re.compile(r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT")
_TYPE = re.compile(r"[A-Z][A-Za-z]{2,40}")
_FIXED = ("metadata", ".well-known", "smart-configuration", "_search")


def url_shape(value: str) -> str | None:
    """An address without its query, its user and what stands behind."""
    try:
        parts = urlsplit(value)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    return f"{parts.scheme}://{parts.hostname}{port}{parts.path}"


def scope_shape(value: str) -> str | None:
    """Scopes of SMART, each without what narrows it."""
    return " ".join(_scopes(value.split()))


def kept(value: object, shape: Shape) -> str:
    """A value of that shape, else the sign that it was cut."""
    return (shape(value) if isinstance(value, str) else None) or CUT


def _like(pattern: re.Pattern[str]) -> Shape:
    return lambda value: value if pattern.fullmatch(value) else None


def _number(value: str) -> str | None:
    return value if value.isascii() and value.isdigit() and len(value) < 12 else None


def _one_of(*words: str) -> Shape:
    return lambda value: value if value in words else None


def _scheme(word: str) -> str | None:
    return f"{word} {CUT}" if word in SCHEMES else None


def _who(value: str) -> str | None:
    return url_shape(value) or _kid(value)


_word, _kid = _like(_WORD), _like(_KID)
SCHEMES = ("Bearer", "Basic")
HEADERS: Mapping[str, Shape] = {
    "accept": _like(_MEDIA),
    "content-type": _like(_MEDIA),
    "content-length": _number,
    "date": _like(_DATE),
    "retry-after": _number,
    # Bearer, Basic: the word alone.
    "authorization": lambda value: _scheme(value.partition(" ")[0]),
}
SENT: Mapping[str, Shape] = {
    "grant_type": _word,
    "response_type": _word,
    "response_mode": _word,
    "redirect_uri": url_shape,
    "client_id": _kid,
    "scope": scope_shape,
    "aud": url_shape,
    "iss": url_shape,
    "code_challenge_method": _word,
    "client_assertion_type": _like(re.compile(r"urn:[a-z0-9:-]{1,100}")),
    "error": _like(re.compile(r"[a-z_]{1,40}")),
    "error_uri": url_shape,
}
FROM_ANYBODY = ("iss", "error", "error_uri")
# Members of answers that are texts, numbers or booleans.
ANSWERED: Mapping[str, Shape] = {
    "token_type": _one_of("Bearer", "bearer"),
    "expires_in": _number,
    "scope": scope_shape,
    "error": _like(re.compile(r"[a-z_]{1,40}")),
    "error_uri": url_shape,
    "need_patient_banner": _one_of("true", "false"),
    "issuer": url_shape,
    "jwks_uri": url_shape,
    "resourceType": _like(_TYPE),
    "total": _number,
    "fhirVersion": _like(re.compile(r"[\d.]{1,10}")),
}
_ENDPOINT = re.compile(r"[a-z_]{1,40}_endpoint")
LISTS = (
    "capabilities",
    "code_challenge_methods_supported",
    "token_endpoint_auth_methods_supported",
    "grant_types_supported",
)
JWT_HEADER: Mapping[str, Shape] = {"alg": _word, "kid": _kid, "typ": _word}
JWT_CLAIMS: Mapping[str, Shape] = {"iss": _who, "aud": _who}
JWTS = ("id_token", "client_assertion")


def kept_url(url: str, bases: Iterable[str], *, with_token: bool) -> str:
    """An address as it is kept: in a chart the types alone; elsewhere its path, unless a token went there."""
    plain = url_shape(url)
    if plain is None:
        return CUT
    for base in bases:
        if plain == base or plain.startswith(f"{base}/"):
            kind, *rest = plain[len(base) :].strip("/").split("/")
            first = kind if _TYPE.fullmatch(kind) or kind in _FIXED else "{id}" if kind else ""
            return "/".join((base, *([first] if first else []), *(_segment(one) for one in rest)))
    return plain if not with_token else f"{plain.partition('://')[0]}://{urlsplit(plain).netloc}/{CUT}"


def kept_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Those that are allowed; the others leave no trace."""
    low = {name.lower(): value for name, value in headers.items()}
    return {name: kept(low[name], shape) for name, shape in HEADERS.items() if name in low}


def kept_arrival(query: str) -> dict[str, str]:
    """As `kept_query`, of an address that anybody may have made up."""
    told = kept_query(query)
    return {name: value if name in FROM_ANYBODY else CUT for name, value in told.items()}


def kept_query(query: str) -> dict[str, str]:
    """The names of all parameters, and the values of those that are allowed."""
    return _fields(parse_qsl(query, keep_blank_values=True))


def kept_form(body: object) -> dict[str, str]:
    """As a query; a body that is no form is left out."""
    text = body.decode("utf-8", "replace") if isinstance(body, bytes) else body
    return kept_query(text) if isinstance(text, str) and "=" in text[:60] else {}


def kept_answer(body: bytes) -> dict[str, str]:
    """The members of a JSON object that are allowed, and the names of the others of a token's answer."""
    try:
        raw = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(raw, dict):
        return {}
    if "resourceType" in raw:
        return dict(_resource(raw))
    return dict(list(_members(raw))[:MOST_FIELDS])


def _segment(segment: str) -> str:
    return segment if segment in _FIXED else "{id}"


def _scopes(words: Iterable[str]) -> Iterator[str]:
    for word in words:
        found = _RESOURCE_SCOPE.fullmatch(word)
        if found:
            yield found[1] + ("?…" if found[2] else "")
        else:
            yield word if _SCOPE.fullmatch(word) else CUT


def _fields(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    told: dict[str, str] = {}
    for name, value in list(pairs)[:MOST_FIELDS]:
        if name in JWTS:
            told |= _jwt(name, value)
        elif _NAME.fullmatch(name):
            told[name] = kept(value, SENT[name]) if name in SENT else CUT
    return told


def _members(raw: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    if isinstance(raw.get("keys"), list):
        yield from _keys(raw["keys"])
        return
    for name, value in raw.items():
        text = str(value).lower() if isinstance(value, bool | int) else value
        if name in JWTS and isinstance(value, str):
            yield from _jwt(name, value).items()
        elif name in ANSWERED:
            yield name, kept(text, ANSWERED[name])
        elif _ENDPOINT.fullmatch(name):
            yield name, kept(text, url_shape)
        elif name in LISTS and isinstance(value, list):
            yield name, " ".join(kept(one, _word) for one in value[:MOST_FIELDS])
        elif _NAME.fullmatch(name):
            yield name, CUT


def _resource(raw: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Of a chart: which type came, how many, and what an OperationOutcome is about; no word of it."""
    for name in ("resourceType", "total", "fhirVersion"):
        if name in raw:
            yield name, kept(str(raw[name]), ANSWERED[name])
    entries = raw.get("entry")
    if isinstance(entries, list):
        yield "entries", str(len(entries))
    issues = raw.get("issue")
    for number, issue in enumerate(issues[:5] if isinstance(issues, list) else ()):
        if isinstance(issue, dict):
            yield f"issue.{number}", kept(issue.get("code"), _like(re.compile(r"[a-z-]{1,30}")))


def _keys(keys: object) -> Iterator[tuple[str, str]]:
    for number, key in enumerate(keys[:10] if isinstance(keys, list) else ()):
        if isinstance(key, dict):
            told = (f"{name}={kept(key[name], _kid)}" for name in ("kty", "alg", "use", "kid") if name in key)
            yield f"keys.{number}", " ".join(told)


def _jwt(name: str, token: str) -> dict[str, str]:
    """Of a signed token: how it is signed, by whom, for whom and for how long."""
    told = {name: CUT}
    try:
        header, claims = (json.loads(_decoded(part)) for part in token.split(".")[:2])
    except (ValueError, RecursionError):
        return told
    if not isinstance(header, dict) or not isinstance(claims, dict):
        return told
    told |= _parts(name, header, JWT_HEADER) | _parts(name, claims, JWT_CLAIMS)
    told |= {f"{name}.{part}": CUT for part in ("sub", "fhirUser", "nonce", "jti") if part in claims}
    if isinstance(claims.get("exp"), int) and isinstance(claims.get("iat"), int):
        told[f"{name}.seconds"] = str(claims["exp"] - claims["iat"])[:12]
    return told


def _parts(name: str, raw: Mapping[str, object], shapes: Mapping[str, Shape]) -> dict[str, str]:
    return {f"{name}.{part}": kept(raw[part], shape) for part, shape in shapes.items() if part in raw}


def _decoded(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))
