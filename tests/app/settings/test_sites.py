"""One EHR a file: what it may say, and what is said of a file that cannot be used."""

from pathlib import Path

import pytest

from app.errors.requests import SiteUnknown
from app.sites import ClinicSite, ClinicSites, SiteFileWrong, read_sites, sharing_a_callback
from fhir.appointments import appointment_from
from launch.errors import UnknownIssuer

GOOD = """
name = "harbor"
title = "Harbor Clinic"
iss = ["https://ehr.example/fhir/", "https://ehr.example/patients"]
client_id = "client"
client_kind = "public"
scopes = ["launch", "openid", "fhirUser"]
time_zone = "America/New_York"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "harbor.toml").write_text(GOOD)
    return tmp_path


def the_site(folder: Path, more: str = "") -> ClinicSite:
    (folder / "harbor.toml").write_text(GOOD + more)
    [site] = read_sites(folder, {})
    return site


def lines_for(folder: Path, text: str) -> str:
    (folder / "harbor.toml").write_text(text)
    with pytest.raises(SiteFileWrong) as caught:
        read_sites(folder, {})
    return "\n".join(caught.value.lines)


def test_a_site_is_found_by_any_of_its_issuers_with_or_without_a_slash(folder: Path) -> None:
    sites = ClinicSites(read_sites(folder, {}))

    for iss in ("https://ehr.example/fhir", "https://ehr.example/fhir/", "https://ehr.example/patients"):
        assert sites.by_issuer(iss).name == "harbor"
    assert [site.name for site in sites.all()] == ["harbor"]


def test_what_no_file_names_is_unknown(folder: Path) -> None:
    sites = ClinicSites(read_sites(folder, {}))

    for iss in ("https://ehr.example", "https://ehr.example/fhir/x", "https://EHR.example/fhir", ""):
        with pytest.raises(UnknownIssuer):
            sites.by_issuer(iss)
    with pytest.raises(SiteUnknown):
        sites.by_name("elsewhere")


def test_a_department_overrides_key_by_key(folder: Path) -> None:
    site = the_site(
        folder,
        '[policy]\nphone = "1"\nearly_minutes = 10\n[policy."loc-1"]\nphone = "2"\nwaiting_room = false\n',
    )

    assert (site.policy("loc-1").phone, site.policy("loc-1").early_minutes) == ("2", 10)
    assert (site.policy("loc-2").phone, site.policy("").phone) == ("1", "1")
    assert not site.policy("loc-1").room.waiting_room


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name = ", "harbor.toml: not TOML"),
        (GOOD.replace("America/New_York", "New York"), "harbor.toml: time_zone: no such IANA time zone"),
        (GOOD.replace('title = "Harbor Clinic"', ""), "harbor.toml: title"),
        (GOOD + "colour = 1\n", "harbor.toml: colour"),
        (GOOD + "[policy]\nearly_minutes = -1\n", "harbor.toml: early_minutes"),
        (GOOD.replace('"public"', '"client_secret_basic"'), "client_secret_env"),
        (GOOD + 'roles = ["king"]\n', "harbor.toml: roles"),
        (GOOD + 'backend_client_id = "b"\n', "harbor.toml: backend_client_id and backend_scopes go together"),
        (
            GOOD + 'backend_scopes = ["system/Patient.rs"]\n',
            "backend_client_id and backend_scopes go together",
        ),
        (GOOD + 'backend_client_id = ""\n', "harbor.toml: backend_client_id"),
        (GOOD.replace('"launch",', '"launch", "user/*.rs",'), "harbor.toml: scopes: user/*.rs: name each"),
        (
            GOOD + 'backend_client_id = "b"\nbackend_scopes = ["user/Patient.rs"]\n',
            "harbor.toml: backend_scopes.0",
        ),
        (
            GOOD + 'backend_client_id = "b"\nbackend_scopes = ["system/Patient.rs system/x.r"]\n',
            "harbor.toml: backend_scopes.0",
        ),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_the_key(folder: Path, text: str, said: str) -> None:
    assert said in lines_for(folder, text)


def test_two_files_for_one_ehr_are_a_line_at_the_start(folder: Path) -> None:
    (folder / "second.toml").write_text(GOOD.replace('"harbor"', '"second"'))

    with pytest.raises(SiteFileWrong) as caught:
        read_sites(folder, {})

    assert "names an iss that another site names" in caught.value.lines[0]


def test_the_systems_of_contact_serial_numbers_reach_the_launch(folder: Path) -> None:
    site = the_site(folder, 'csn_systems = ["urn:oid:1.2.3"]\n')

    assert site.launch.csn_systems == ("urn:oid:1.2.3",)


def test_a_back_end_is_another_client_of_the_same_ehr(folder: Path) -> None:
    back_end = 'backend_client_id = "back-end"\nbackend_scopes = ["system/Patient.rs", "system/Task.c"]\n'
    launch = the_site(folder, back_end).launch

    assert launch.backend
    assert (launch.backend.client_id, launch.backend.client_kind) == ("back-end", "private_key_jwt")
    assert launch.backend.scopes == ("system/Patient.rs", "system/Task.c")
    assert (launch.client_id, launch.client_kind) == ("client", "public")
    assert the_site(folder).launch.backend is None


EPIC = GOOD + 'vendor = "epic"\n'
SET_UP = """
[vendor_settings]
interconnect_url = "https://ehr.example"
user_env = "EHR_USER"
password_env = "EHR_PASSWORD"
client_id = "client"
vendor_name = "VisitBridge"
external_id_system = "urn:oid:1.2"
external_id_type = "1"
connection_status = "1"
"""
ON = "[ladder]\nconnection-status = true\n"


def test_a_way_that_has_to_be_set_up_gets_its_settings_and_its_secrets(folder: Path) -> None:
    (folder / "harbor.toml").write_text(EPIC + ON + SET_UP)

    [site] = read_sites(folder, {"EHR_USER": "someone", "EHR_PASSWORD": "hidden"})

    assert site.launch.vendor_settings["password"] == "hidden"
    assert site.launch.vendor_settings["external_id_system"] == "urn:oid:1.2"
    assert "hidden" not in repr(site)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (EPIC + ON, "ladder: connection-status needs vendor_settings: interconnect_url, user, password"),
        (EPIC + SET_UP, "harbor.toml: vendor_settings: user_env names no secret that is set"),
        (EPIC + '[vendor_settings]\ncolour = "red"\n', "vendor_settings: no such key: colour"),
        (GOOD + SET_UP, "vendor_settings: no such key: client_id"),
    ],
)
def test_a_way_that_is_set_up_by_halves_stops_the_start(folder: Path, text: str, said: str) -> None:
    assert said in lines_for(folder, text)


def test_an_empty_folder_says_where_files_belong(tmp_path: Path) -> None:
    with pytest.raises(SiteFileWrong, match="VISITBRIDGE_EHR_DIR"):
        read_sites(tmp_path, {})


@pytest.mark.smart(10, 23)
def test_a_secret_comes_from_the_environment_and_has_no_repr(folder: Path) -> None:
    text = GOOD.replace('"public"', '"client_secret_basic"') + 'client_secret_env = "HARBOR_SECRET"\n'
    (folder / "harbor.toml").write_text(text)

    [site] = read_sites(folder, {"HARBOR_SECRET": "hush-hush"})

    assert site.launch.client_secret == "hush-hush"
    assert "hush-hush" not in repr(site)


def test_the_redirect_address_may_carry_the_sites_name(folder: Path) -> None:
    assert the_site(folder).callback_path == "/launch/callback"
    assert the_site(folder, "own_callback = true\n").callback_path == "/launch/callback/harbor"


def test_ehrs_that_share_a_callback_are_named(folder: Path) -> None:
    for name in ("north", "south"):
        text = GOOD.replace('"harbor"', f'"{name}"').replace("//ehr.", f"//{name}.")
        (folder / f"{name}.toml").write_text(text)

    assert sharing_a_callback(read_sites(folder, {})) == ("harbor", "north", "south")

    for path in folder.glob("*orth.toml"):
        path.write_text("own_callback = true\n" + path.read_text())
    assert sharing_a_callback(read_sites(folder, {})) == ("harbor", "south")
    (folder / "south.toml").unlink()
    assert sharing_a_callback(read_sites(folder, {})) == ()


@pytest.mark.parametrize("title", ["Harbor\\r\\nBcc: all@clinic.example", "Harbor\\n"])
def test_a_title_of_two_lines_is_refused(folder: Path, title: str) -> None:
    (folder / "harbor.toml").write_text(GOOD.replace("Harbor Clinic", title))

    with pytest.raises(SiteFileWrong, match=r"harbor\.toml: title"):
        read_sites(folder, {})


@pytest.mark.parametrize(
    ("service", "by_video"),
    [
        ({"text": "Video Visit"}, True),
        ({"coding": [{"code": "VV-1"}]}, True),
        ({"text": "Office Visit", "coding": [{"code": "OV-1"}]}, False),
        ({}, False),
    ],
)
def test_video_visits_are_told_by_code_or_text(
    folder: Path, service: dict[str, object], by_video: bool
) -> None:
    appointment = appointment_from({"resourceType": "Appointment", "serviceType": [service]})

    assert the_site(folder, 'video_services = ["video visit", "vv-1"]\n').is_by_video(appointment) is by_video
    assert the_site(folder).is_by_video(appointment)


SITE_WITH_A_BACK_END = """
name = "harbor"
title = "Harbor"
iss = ["https://ehr.example/fhir"]
client_id = "app"
client_kind = "public"
scopes = ["launch"]
time_zone = "America/New_York"
"""


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ("[telehealth]\n", "telehealth: name at least one rule"),
        ("[telehealth]\nservices = ['']\n", "telehealth.services.0: "),
        ("video_services = ['a']\n[telehealth]\nservices = ['a']\n", "not both"),
        ("[sync]\n", "needs backend_client_id"),
        ("[sync]\nrequests_per_hour = 0\n", "sync.requests_per_hour: "),
        ("[sync]\nlocations = ['a b']\n", "sync.locations.0: "),
    ],
)
def test_wrong_wishes_about_appointments_are_named_at_the_start(tmp_path, more, says):
    (tmp_path / "harbor.toml").write_text(SITE_WITH_A_BACK_END + more)

    with pytest.raises(SiteFileWrong) as caught:
        read_sites(tmp_path, {})

    assert says in str(caught.value)
