"""Which doubles the environment names."""

import pytest

from sandbox.run.addresses import Addresses
from sandbox.walk.doubles import DoublesWrong, doubles_from
from sandbox.walk.stage import stage_for

ZOOM = {
    "ZOOM_API_URL": "http://z/v2",
    "ZOOM_OAUTH_URL": "http://z/oauth/token",
    "ZOOM_CONTROL_URL": "http://z/",
    "ZOOM_ACCOUNT_ID": "a",
    "ZOOM_CLIENT_ID": "b",
    "ZOOM_CLIENT_SECRET": "c",
    "ZOOM_WEBHOOK_SECRET": "d",
}


@pytest.fixture
def ehr(tmp_path):
    site = tmp_path / "theirs.toml"
    site.write_text('name = "theirs"\nclient_secret_env = "THEIR_SECRET"\n')
    return {"EHR": str(site), "EHR_CONTROL_URL": "http://e/", "CONTEXT": '{"patient": "p1"}'}


def test_without_any_ours_are_started():
    doubles = doubles_from({"PATH": "/bin", "ZOOM_CLIENT_SECRET": "somebody's own"})

    assert doubles.ehr is None
    assert doubles.zoom is None


def test_an_ehr_double_brings_its_context_and_the_secret_that_its_file_names(ehr):
    given = doubles_from({**ehr, "THEIR_SECRET": "s", "OTHER_SECRET": "t"}).ehr

    assert given.control_url == "http://e"
    assert given.context == {"patient": "p1"}
    assert given.secrets == {"THEIR_SECRET": "s"}


def test_a_zoom_double_brings_its_addresses_and_credentials():
    given = doubles_from(ZOOM).zoom

    assert (given.api_url, given.oauth_url, given.control_url) == (
        "http://z/v2",
        "http://z/oauth/token",
        "http://z",
    )
    assert given.credentials["ZOOM_WEBHOOK_SECRET"] == "d"


@pytest.mark.parametrize("missing", ["EHR", "EHR_CONTROL_URL", "CONTEXT"])
def test_half_an_ehr_is_told_by_what_is_missing(ehr, missing):
    del ehr[missing]

    with pytest.raises(DoublesWrong, match=f"without {missing}:"):
        doubles_from(ehr)


@pytest.mark.parametrize("missing", ["ZOOM_CONTROL_URL", "ZOOM_CLIENT_SECRET"])
def test_half_a_zoom_is_told_by_what_is_missing(missing):
    with pytest.raises(DoublesWrong, match=missing):
        doubles_from({name: value for name, value in ZOOM.items() if name != missing})


@pytest.mark.parametrize("context", ["patient", "[]", "{"])
def test_a_context_that_is_no_object_is_told(ehr, context):
    with pytest.raises(DoublesWrong, match="CONTEXT must be a JSON object"):
        doubles_from({**ehr, "CONTEXT": context})


def test_a_site_file_that_cannot_be_read_is_told(ehr):
    with pytest.raises(DoublesWrong, match="cannot be read"):
        doubles_from({**ehr, "EHR": "/nowhere.toml"})


@pytest.mark.parametrize("theirs, moves", [({}, True), (ZOOM, False)])
def test_the_clock_is_moved_only_where_no_double_stays_behind(theirs, moves):
    assert stage_for(Addresses(8000), doubles_from(theirs)).clock_moves is moves


def test_nor_is_it_moved_under_an_ehr_double(ehr):
    assert not stage_for(Addresses(8000), doubles_from(ehr)).clock_moves
