"""What the EHR says of itself: its SMART configuration, its issuer, its keys, and by which base it goes."""

from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _l

from app.services.doctor.findings import Finding, broken, fine, note, unknown
from app.services.doctor.look import Look

NEEDED = ("authorization_endpoint", "token_endpoint")
S256 = "S256"
# Words by which EHRs tell their test systems from those where patients are treated.
TEST_WORDS = frozenset(
    ("test", "tst", "sandbox", "sbx", "nonprod", "nonprd", "poc", "stage", "staging", "uat")
)


def check_discovery(look: Look) -> Finding:
    """Whether the SMART configuration has what a launch needs."""
    check, heard = "discovery", look.smart
    if not heard.is_good:
        return broken(
            check,
            _l("There is no SMART configuration at the address that the file names."),
            _l("Compare iss in the site's file with the FHIR base that the EHR team gave you, path and all."),
            f"{look.iss}/.well-known/smart-configuration",
            str(heard.status),
        )
    missing = [name for name in NEEDED if heard.text(name) is None]
    if missing:
        says = _l("The EHR's SMART configuration has no %(name)s.", name=missing[0])
        return broken(check, says, _EHR_TEAM)
    methods = heard.texts("code_challenge_methods_supported")
    if S256 not in methods:
        says = _l("The EHR does not say that it takes PKCE with S256. We send it always.")
        return note(check, says, _l("Nothing to do if launches work: some EHRs take it and do not say so."))
    return fine(check, _l("The SMART configuration is whole."), *(heard.text(name) or "" for name in NEEDED))


def check_base(look: Look) -> Finding:
    """Whether launches will name the base that the file names: others are refused."""
    check, stated = "base", _stated_base(look)
    if stated is None:
        return unknown(check, _l("The EHR does not say by which FHIR base it goes."))
    if stated.rstrip("/") in look.site.issuers:
        return fine(check, _l("The EHR goes by the FHIR base that the file names."), stated)
    says = _l(
        "The EHR goes by another FHIR base: its launches may come with an iss that no file names, %(iss)s.",
        iss=stated,
    )
    advice = _l("If launches are refused with VB-1101, put that address into iss in the site's file.")
    return note(check, says, advice, *look.site.issuers)


def check_environment(look: Look) -> Finding:
    """Whether all addresses are of one system: a test system's and the real one's do not go together."""
    check = "environment"
    places = [look.iss, *(look.smart.text(name) or "" for name in (*NEEDED, "issuer"))]
    told = {place: is_test(place) for place in places if place}
    if len(set(told.values())) < 2:
        return fine(check, _l("All addresses are of one system."))
    tests = next(place for place, is_one in told.items() if is_one)
    says = _l("Test and production are mixed up: of these addresses some are a test system's, some are not.")
    return note(check, says, _l("Ask the EHR team which of them belong together."), look.iss, tests)


def check_issuer(look: Look) -> Finding:
    """Whether those who sign in can be told: the issuer says who it is, and where its keys are."""
    check, issuer = "issuer", look.smart.text("issuer")
    if "openid" not in look.site.scopes:
        return fine(check, _l("The file does not ask for openid."))
    if issuer is None:
        return broken(check, _l("The EHR names no OpenID issuer."), _EHR_TEAM)
    if not look.openid.is_good:
        return broken(check, _l("The EHR's OpenID configuration cannot be fetched."), _EHR_TEAM, issuer)
    if look.openid.text("issuer") != issuer:
        says = _l("The EHR's OpenID configuration names another issuer than its SMART configuration.")
        return broken(check, says, _EHR_TEAM, issuer, look.openid.text("issuer") or "")
    return fine(check, _l("The OpenID issuer says who it is."), issuer)


def check_ehr_keys(look: Look) -> Finding:
    """Whether the keys of id_tokens can be fetched and told apart."""
    check = "ehr-keys"
    if "openid" not in look.site.scopes or not look.openid.is_good:
        return unknown(check, _l("The EHR's keys were not looked at."))
    keys = look.ehr_keys.said.get("keys")
    listed = [key for key in keys if isinstance(key, dict)] if isinstance(keys, list) else []
    if not listed:
        return broken(check, _l("The EHR publishes no keys for its id_tokens."), _EHR_TEAM)
    if not all(key.get("kid") for key in listed):
        says = _l("The EHR publishes a key without kid: an id_token that names its key cannot be verified.")
        return broken(check, says, _EHR_TEAM, look.openid.text("jwks_uri") or "")
    return fine(check, _l("The EHR's keys can be told apart."), *(str(key["kid"]) for key in listed))


def is_test(url: str) -> bool:
    """Whether an address looks like a test system's."""
    parts = urlsplit(url)
    words = f"{parts.hostname or ''}/{parts.path}".lower().replace("non-prod", "nonprod")
    for sign in "./_-":
        words = words.replace(sign, " ")
    return bool(TEST_WORDS & set(words.split()))


_EHR_TEAM = _l("Tell the EHR team this line: only they can change it.")


def _stated_base(look: Look) -> str | None:
    implementation = look.metadata.said.get("implementation")
    url = implementation.get("url") if isinstance(implementation, dict) else None
    return url if isinstance(url, str) and urlsplit(url).hostname else None
