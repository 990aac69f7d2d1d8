"""The EHRs that we know, and nothing else."""

import pytest

from launch.errors import UnknownIssuer
from launch.sites import SiteBook


def test_a_site_is_found_by_each_of_its_issuers(make_site):
    site = make_site(issuers=("https://ehr.test/provider", "https://ehr.test/patient/"))
    book = SiteBook([site])

    for iss in ("https://ehr.test/provider", "https://ehr.test/provider/", "https://ehr.test/patient"):
        assert book.by_issuer(iss) is site
    assert book.by_name("harbor") is site
    assert site.standalone_iss == "https://ehr.test/provider"


@pytest.mark.parametrize(
    "iss",
    [
        "https://elsewhere.test/fhir",
        "https://ehr.test/fhir/x",
        "https://ehr.test/fhir//",
        "https://ehr.test/FHIR",
        "http://ehr.test/fhir",
        "https://ehr.test/fhir?x",
        "",
        "/",
    ],
)
def test_any_other_issuer_is_unknown(site, iss):
    with pytest.raises(UnknownIssuer):
        SiteBook([site]).by_issuer(iss)


def test_a_name_that_no_site_has_is_unknown(site):
    with pytest.raises(UnknownIssuer):
        SiteBook([site]).by_name("elsewhere")


@pytest.mark.parametrize(
    "second", [{"name": "other"}, {"issuers": ("https://other.test/fhir",)}], ids=["iss", "name"]
)
def test_two_sites_share_neither_name_nor_issuer(make_site, second):
    with pytest.raises(ValueError, match=r"two sites|another site"):
        SiteBook([make_site(), make_site(**second)])


def test_a_secret_has_no_repr(make_site):
    assert "hush" not in repr(make_site(client_secret="hush"))
