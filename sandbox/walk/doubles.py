"""Which EHR and which Zoom the visit is walked with: ours, or doubles by somebody else."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

NAMES = ("ZOOM_ACCOUNT_ID", "ZOOM_CLIENT_ID", "ZOOM_CLIENT_SECRET", "ZOOM_WEBHOOK_SECRET")


class DoublesWrong(Exception):
    """The doubles are described by halves; the message is the sentence to print."""


@dataclass(frozen=True)
class EhrDouble:
    """An EHR in our simulator's place: the app's site file for it, its control API, what to launch."""

    site_file: Path
    control_url: str
    context: Mapping[str, Any]
    secrets: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True)
class ZoomDouble:
    """A Zoom in our simulator's place."""

    api_url: str
    oauth_url: str
    control_url: str
    credentials: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True)
class Doubles:
    """What is given; None where our simulator is to be started."""

    ehr: EhrDouble | None = None
    zoom: ZoomDouble | None = None


def doubles_from(environment: Mapping[str, str]) -> Doubles:
    """The doubles that the environment names. Raises DoublesWrong."""
    return Doubles(_ehr(environment), _zoom(environment))


def _ehr(environment: Mapping[str, str]) -> EhrDouble | None:
    given = _all_or_none(environment, ("EHR", "EHR_CONTROL_URL", "CONTEXT"))
    if given is None:
        return None
    path = Path(given["EHR"])
    try:
        site = tomllib.loads(path.read_text())
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise DoublesWrong(f"EHR must name a site's TOML file, and {path} cannot be read: {error}") from None
    try:
        context = json.loads(given["CONTEXT"])
    except ValueError:
        context = None
    if not isinstance(context, dict):
        raise DoublesWrong('CONTEXT must be a JSON object, such as \'{"patient":"1","appointment":"2"}\'')
    wanted = (str(site.get("client_secret_env", "")), "VISITBRIDGE_CLIENT_JWKS")
    secrets = {name: environment[name] for name in wanted if environment.get(name)}
    return EhrDouble(path, given["EHR_CONTROL_URL"].rstrip("/"), context, secrets)


def _zoom(environment: Mapping[str, str]) -> ZoomDouble | None:
    given = _all_or_none(environment, ("ZOOM_API_URL", "ZOOM_OAUTH_URL", "ZOOM_CONTROL_URL"))
    if given is None:
        return None
    missing = [name for name in NAMES if not environment.get(name)]
    if missing:
        raise DoublesWrong(f"A Zoom double needs its credentials in the environment: {', '.join(missing)}.")
    return ZoomDouble(
        given["ZOOM_API_URL"],
        given["ZOOM_OAUTH_URL"],
        given["ZOOM_CONTROL_URL"].rstrip("/"),
        {name: environment[name] for name in NAMES},
    )


def _all_or_none(environment: Mapping[str, str], names: tuple[str, ...]) -> dict[str, str] | None:
    given = {name: environment[name] for name in names if environment.get(name)}
    if not given:
        return None
    missing = [name for name in names if name not in given]
    if missing:
        raise DoublesWrong(
            f"{', '.join(given)} came without {', '.join(missing)}: give all of {', '.join(names)}."
        )
    return given
