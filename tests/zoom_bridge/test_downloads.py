"""Recordings are fetched from Zoom's own hosts, and the ticket goes nowhere else."""

import pytest
import requests
import responses

from zoom_bridge.downloads import Downloads
from zoom_bridge.errors import ZoomDownloadElsewhere, ZoomDownloadRefused, ZoomFailing, ZoomUnreachable

ADDRESS = "https://us02web.zoom.us/rec/webhook_download/abc"
FILM = b"film" * 100_000


@pytest.fixture
def downloads():
    with requests.Session() as session:
        yield Downloads(session, "https://api.zoom.us/v2", ("files.clinic.example",))


def read(downloads, address=ADDRESS, ticket="ticket-1"):
    with downloads.read(address, ticket) as parts:
        return b"".join(parts)


@responses.activate
def test_the_bytes_come_as_they_are_for_the_ticket(downloads):
    responses.get(ADDRESS, body=FILM)

    assert read(downloads) == FILM

    (call,) = responses.calls
    assert call.request.headers["Authorization"] == "Bearer ticket-1"
    assert call.request.headers["Accept-Encoding"] == "identity"


@responses.activate
@pytest.mark.parametrize("there", ["https://ssrweb.zoom.us/x?pass=1", "https://files.clinic.example/x"])
def test_a_redirect_to_a_known_host_is_followed_without_the_ticket(downloads, there):
    responses.get(ADDRESS, status=302, headers={"Location": there})
    responses.get(there, body=FILM)

    assert read(downloads) == FILM
    assert "Authorization" not in responses.calls[1].request.headers


@responses.activate
def test_a_redirect_on_the_same_host_keeps_the_ticket(downloads):
    responses.get(ADDRESS, status=302, headers={"Location": "/rec/other"})
    responses.get("https://us02web.zoom.us/rec/other", body=FILM)

    read(downloads)

    assert responses.calls[1].request.headers["Authorization"] == "Bearer ticket-1"


STRANGERS = [
    "https://evil.example/rec",
    "https://zoom.us.evil.example/rec",
    "https://notzoom.us/rec",
    "http://zoom.us/rec",
    "https://zoom.us@evil.example/rec",
    "https://user@zoom.us/rec",
    "ftp://zoom.us/rec",
    "file:///etc/passwd",
    "//evil.example/rec",
    "https://169.254.169.254/latest",
    "https://[::1",
    "",
]


@responses.activate
@pytest.mark.parametrize("address", STRANGERS)
def test_a_stranger_is_sent_nothing(downloads, address):
    with pytest.raises(ZoomDownloadElsewhere):
        read(downloads, address)

    assert len(responses.calls) == 0


@responses.activate
@pytest.mark.parametrize("there", ["https://evil.example/x", "http://zoom.us/x", "//evil.example/x"])
def test_a_redirect_to_a_stranger_is_not_followed(downloads, there):
    responses.get(ADDRESS, status=302, headers={"Location": there})

    with pytest.raises(ZoomDownloadElsewhere):
        read(downloads)

    assert len(responses.calls) == 1


@responses.activate
def test_a_circle_ends(downloads):
    responses.get(ADDRESS, status=302, headers={"Location": ADDRESS})

    with pytest.raises(ZoomDownloadElsewhere):
        read(downloads)

    assert len(responses.calls) == 6


@responses.activate
@pytest.mark.parametrize(
    ("status", "error"), [(401, ZoomDownloadRefused), (404, ZoomDownloadRefused), (503, ZoomFailing)]
)
def test_a_refusal_is_told_from_a_failure(downloads, status, error):
    responses.get(ADDRESS, status=status)

    with pytest.raises(error) as caught:
        read(downloads)

    assert caught.value.retryable
    assert caught.value.ticket_refused is (error is ZoomDownloadRefused)


@responses.activate
def test_an_unreachable_host_is_not_named_in_the_error(downloads):
    responses.get(ADDRESS, body=requests.ConnectionError(ADDRESS))

    with pytest.raises(ZoomUnreachable) as caught:
        read(downloads)

    assert "abc" not in f"{caught.value!r}{caught.value.__cause__}"


@responses.activate
def test_the_simulated_zooms_own_address_is_known(downloads):
    with requests.Session() as session:
        local = Downloads(session, "http://127.0.0.1:8002/v2")
        responses.get("http://127.0.0.1:8002/rec/x", body=FILM)
        responses.get("http://127.0.0.1:8001/rec/x", body=FILM)

        assert read(local, "http://127.0.0.1:8002/rec/x") == FILM
        with pytest.raises(ZoomDownloadElsewhere):
            read(local, "http://127.0.0.1:8001/rec/x")
