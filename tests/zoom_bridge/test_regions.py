"""Where calls go."""

import pytest

from zoom_bridge.regions import api_base

HOME = "https://api.zoom.us/v2"


@pytest.mark.parametrize(
    ("told", "base"),
    [
        ("https://api-us.zoom.us", "https://api-us.zoom.us/v2"),
        ("https://api-us.zoom.us/", "https://api-us.zoom.us/v2"),
        ("https://API-EU.zoom.us:443", "https://api-eu.zoom.us/v2"),
        ("https://api.zoom.us", HOME),
        (None, HOME),
        ("", HOME),
        ("http://api-us.zoom.us", HOME),
        ("https://api-us.zoom.us:8443", HOME),
        ("https://api-us.zoom.us.evil.example", HOME),
        ("https://evilzoom.us", HOME),
        ("https://user:pw@api-us.zoom.us", HOME),
        ("https://api-us.zoom.us@evil.example", HOME),
        ("https://api.zoomgov.com", HOME),
        ("https://169.254.169.254", HOME),
        ("https://[broken", HOME),
        ("https://api-us.zoom.us:port", HOME),
        ("//api-us.zoom.us", HOME),
        ("nonsense", HOME),
    ],
)
def test_a_region_is_followed_inside_zoom_only(told, base):
    assert api_base(HOME, told) == base


def test_the_government_s_zoom_is_a_place_of_its_own():
    assert (
        api_base("https://api.zoomgov.com/v2", "https://api-x.zoomgov.com") == "https://api-x.zoomgov.com/v2"
    )
    assert api_base("https://api.zoomgov.com/v2", "https://api-us.zoom.us") == "https://api.zoomgov.com/v2"


@pytest.mark.parametrize("told", ["https://api-us.zoom.us", "http://127.0.0.1:8002", "https://127.0.0.1:9"])
def test_a_configured_address_outside_zoom_always_stands(told):
    assert api_base("http://127.0.0.1:8002/v2/", told) == "http://127.0.0.1:8002/v2"
