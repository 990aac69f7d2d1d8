"""Tokens given back, and asked about: RFC 7009 and RFC 7662, where the EHR offers them."""

from datetime import datetime

import requests

from launch.discovery import SmartConfiguration
from launch.exchange import TokenDesk
from launch.ports import TokenSet
from launch.sites import Site


def revoke(desk: TokenDesk, site: Site, config: SmartConfiguration, tokens: TokenSet, now: datetime) -> bool:
    """Give the tokens back, the refresh token first. False: the EHR does not offer it, or refuses.

    Raises EhrSlow or EhrUnreachable. https://www.rfc-editor.org/rfc/rfc7009#section-2.1
    """
    if config.revocation_endpoint is None:
        return False
    given = [
        (tokens.refresh_token, "refresh_token"),
        # Servers should end it with the refresh token, and need not.
        (tokens.access_token, "access_token"),
    ]
    answers = [
        desk.post(site, config, config.revocation_endpoint, {"token": token, "token_type_hint": hint}, now)[0]
        for token, hint in given
        if token is not None
    ]
    return all(status == requests.codes.ok for status in answers)


def granted_scope(
    desk: TokenDesk, site: Site, config: SmartConfiguration, tokens: TokenSet, now: datetime
) -> str | None:
    """What the EHR says that the access token is good for. None: it does not say.

    Raises EhrSlow or EhrUnreachable.
    https://hl7.org/fhir/smart-app-launch/STU2.2/token-introspection.html
    """
    if config.introspection_endpoint is None:
        return None
    form = {"token": tokens.access_token, "token_type_hint": "access_token"}
    status, told = desk.post(site, config, config.introspection_endpoint, form, now)
    scope = told.get("scope")
    if status != requests.codes.ok or told.get("active") is not True or not isinstance(scope, str):
        return None
    return scope.strip() or None
