"""Who a request to the token endpoint comes from: public, client_secret_basic or private_key_jwt."""

import base64
import binascii
import hmac
from urllib.parse import quote_plus, unquote_plus

from sandbox.ehr.assertions import ASSERTION_TYPE, client_of_assertion
from sandbox.ehr.authority import Authority
from sandbox.ehr.checks import refusal
from sandbox.ehr.clients import Client
from sandbox.ehr.forms import Form


def authenticated(authority: Authority, form: Form) -> Client:
    """The client, proven in the way that it is registered for. Raises Refused."""
    asserted = form.get("client_assertion") or form.get("client_assertion_type")
    ways = [bool(form.authorization), bool(asserted), bool(form.get("client_secret"))]
    if sum(ways) > 1:
        raise refusal("client-two-ways")
    if form.authorization:
        client = _by_secret(authority, form.authorization)
    elif asserted:
        client = _by_assertion(authority, form)
    else:
        client = _by_name(authority, form)
    if authority.switches.on("refuse_client"):
        raise refusal("client-unknown")
    if client.kind != "public" and form.get("client_id"):
        raise refusal("client-id-in-body")
    return client


def _by_secret(authority: Authority, authorization: str) -> Client:
    scheme, _, encoded = authorization.partition(" ")
    try:
        client_id, colon, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
        if authority.switches.on("basic_url_encoded"):
            client_id, secret = _decoded(client_id), _decoded(secret)
    except (binascii.Error, ValueError):
        raise refusal("client-basic") from None
    if scheme.lower() != "basic" or not colon:
        raise refusal("client-basic")
    client = _registered(authority, client_id)
    if client.kind != "client_secret_basic":
        raise refusal("client-way")
    if not hmac.compare_digest(secret, client.secret):
        raise refusal("client-secret")
    return client


def _decoded(half: str) -> str:
    """RFC 6749, section 2.3.1. What should have been encoded and was not is no credential."""
    if quote_plus(unquote_plus(half)) != half:
        raise ValueError("not encoded")
    return unquote_plus(half)


def _by_assertion(authority: Authority, form: Form) -> Client:
    if form.get("client_assertion_type") != ASSERTION_TYPE:
        raise refusal("assertion-type")
    if not form.get("client_assertion"):
        raise refusal("assertion-missing")
    return client_of_assertion(authority, form.get("client_assertion"))


def _by_name(authority: Authority, form: Form) -> Client:
    if not form.get("client_id"):
        raise refusal("client-missing")
    client = _registered(authority, form.get("client_id"))
    # A client_secret in the body is client_secret_post, which is not offered.
    if client.kind != "public" or form.get("client_secret"):
        raise refusal("client-way")
    return client


def _registered(authority: Authority, client_id: str) -> Client:
    client = authority.clients.get(client_id)
    if client is None:
        raise refusal("client-unknown")
    return client
