"""Tokens and codes travel over TLS 1.2 or better, to servers that prove who they are."""

import ipaddress
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.clock import SystemClock
from app.http import new_http_session
from launch.discovery import Discovery
from launch.errors import EhrUnreachable

pytestmark = pytest.mark.wire


class Ehr(BaseHTTPRequestHandler):
    """Answers whoever gets through."""

    protocol_version = "HTTP/1.1"
    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(404)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"never")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Of 127.0.0.1, signed by itself."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(address, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = tmp_path / "server.pem"
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.fixture
def server(certificate: Path) -> Iterator[HTTPServer]:
    """An EHR on TLS whose certificate no authority knows."""
    handler = type("Asked", (Ehr,), {"asked": []})
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with HTTPServer(("127.0.0.1", 0), handler) as made:
        made.socket = context.wrap_socket(made.socket, server_side=True)
        thread = threading.Thread(target=made.serve_forever, args=(0.05,))
        thread.start()
        yield made
        made.shutdown()
        thread.join(timeout=10)


def iss_of(server: HTTPServer) -> str:
    return f"https://127.0.0.1:{server.server_port}/fhir"


@pytest.mark.smart(1, 230, 232, 318)
def test_a_server_whose_certificate_nobody_vouches_for_is_not_spoken_to(server: HTTPServer) -> None:
    with new_http_session() as session, pytest.raises(EhrUnreachable):
        Discovery(session, SystemClock()).smart_configuration(iss_of(server))

    assert vars(server.RequestHandlerClass)["asked"] == []


@pytest.mark.smart(1, 230, 232, 318)
def test_the_same_server_is_spoken_to_once_it_is_vouched_for(server: HTTPServer, certificate: Path) -> None:
    with new_http_session() as session:
        session.verify = str(certificate)
        answer = session.get(f"{iss_of(server)}/metadata", timeout=5)

    assert answer.status_code == 404


@pytest.mark.smart(230, 232, 318)
def test_nothing_older_than_tls_1_2_is_spoken(server: HTTPServer, certificate: Path) -> None:
    """What the session's own pool offers, asked of the connection that it made."""
    with new_http_session() as session:
        session.verify = str(certificate)
        answer = session.get(f"{iss_of(server)}/metadata", timeout=5, stream=True)
        socket = answer.raw.connection.sock
        lowest, spoken = socket.context.minimum_version, socket.version()
        answer.close()

    assert spoken in ("TLSv1.2", "TLSv1.3")
    assert lowest >= ssl.TLSVersion.TLSv1_2
    assert requests.Session().verify is True
