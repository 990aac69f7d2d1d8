"""What is typed into an EHR: by the vendor's folder, and the standard's words for all others."""

import pytest

from launch.vendors.sheet import GENERIC, sheets_of

PLACES = {
    "launch_url": "https://visits.example/launch",
    "redirect_uri": "https://visits.example/launch/callback",
    "jwks_url": "https://visits.example/.well-known/jwks.json",
    "client_id": "client",
    "scopes": "launch openid",
}


@pytest.mark.parametrize("vendor", ["generic", "nobody", "../epic", ""])
def test_a_vendor_without_a_sheet_has_the_standards(vendor: str) -> None:
    assert sheets_of(vendor) == GENERIC


@pytest.mark.parametrize(("vendor", "screen"), [("epic", "FDI record"), ("oracle", "SMART application")])
def test_a_vendor_has_its_own_screens(vendor: str, screen: str) -> None:
    assert any(screen in sheet.screen for sheet in sheets_of(vendor))


@pytest.mark.parametrize("vendor", ["generic", "epic", "oracle"])
def test_every_field_can_be_filled_in_and_names_what_a_launch_needs(vendor: str) -> None:
    values = [line.filled(PLACES).value for sheet in sheets_of(vendor) for line in sheet.lines]

    assert {PLACES["launch_url"], PLACES["redirect_uri"], PLACES["jwks_url"]} <= set(values)
    assert not any("{" in value for value in values)
