"""A server that lets in whom it knows, over TLS; and what becomes of search and of cases when it stops."""

import base64
import hashlib
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import IPv4Address
from pathlib import Path
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pytest_django import Settings

from infra import elasticsearch
from kernel.errors import Unavailable
from search import client, documents, gateway
from search.elastic import indices
from search.elastic.backend import Elastic
from search.rights import rights_of
from search.shapes import Asked, Query, Word
from tests.cases.making import COUNTY, do, register, row
from tests.people import actor, department, tenant
from tests.search.conftest import InElasticsearch

NAME, PASSWORD = "huiyin", "a-password-of-some-length"
# All that the application needs: README names this role too.
ROLES = """\
huiyin:
  cluster: [monitor]
  indices:
    - names: ["case-*"]
      privileges: [manage, read, write]
"""
SETTINGS = elasticsearch.SETTINGS | {
    "xpack.security.enabled": "true",
    "xpack.security.http.ssl.enabled": "true",
    "xpack.security.http.ssl.certificate": "http.crt",
    "xpack.security.http.ssl.key": "http.key",
}


@dataclass(frozen=True)
class Secured:
    data: Path
    url: str

    @property
    def certificate(self) -> Path:
        return self.data / "config" / "http.crt"


@pytest.fixture(scope="module")
def secured() -> Iterator[Secured]:
    """A server of this file's own, that ends with it."""
    data = Path(tempfile.mkdtemp(prefix="hy-es"))
    log = data / "log"
    config = data / "config"
    config.mkdir()
    (config / "roles.yml").write_text(ROLES)
    _certificate(config)
    (config / "users").write_text(f"{NAME}:{_hashed(PASSWORD)}\n")
    (config / "users_roles").write_text(f"huiyin:{NAME}\n")
    try:
        address = elasticsearch.start(data, log=log, settings=SETTINGS)
        yield Secured(data, address.replace("http:", "https:"))
    finally:
        elasticsearch.stop(data)
        shutil.rmtree(data)


def _hashed(password: str) -> str:
    """As `elasticsearch-users` writes it, with the server's setting password_hashing.algorithm: pbkdf2."""
    salt = os.urandom(32)
    made = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, 10_000, 32)
    return f"{{PBKDF2}}10000${base64.b64encode(salt).decode()}${base64.b64encode(made).decode()}"


def _certificate(folder: Path) -> None:
    """One that vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "huiyin-tests")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "http.crt").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "http.key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


@pytest.fixture
def signed_in(secured: Secured, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Secured]:
    monkeypatch.setattr(client, "SEARCH_S", 60.0)
    settings.ELASTICSEARCH_URL = secured.url
    settings.ELASTICSEARCH_USER, settings.ELASTICSEARCH_PASSWORD = NAME, PASSWORD
    settings.ELASTICSEARCH_CA = str(secured.certificate)
    client.forget()
    yield secured
    client.forget()


@pytest.mark.django_db  # those that have it come first, and the server must still run
def test_who_is_not_known_is_not_let_in(signed_in: Secured, settings: Settings) -> None:
    assert client.work("GET", "/_cluster/health")["status"] == "green"
    assert client.work("GET", "/_security/_authenticate")["roles"] == ["huiyin"]
    with pytest.raises(Unavailable):  # not its kind of index
        client.work("PUT", "/other", {})
    settings.ELASTICSEARCH_PASSWORD = "wrong"
    client.forget()
    with pytest.raises(Unavailable):
        client.work("GET", "/_cluster/health")
    settings.ELASTICSEARCH_PASSWORD = PASSWORD
    settings.ELASTICSEARCH_CA = ""
    client.forget()
    with pytest.raises(Unavailable):  # nobody we know vouches for it
        client.work("GET", "/_cluster/health")
    settings.ELASTICSEARCH_VERIFY = False
    client.forget()
    assert client.work("GET", "/_cluster/health")["status"] == "green"


@pytest.mark.django_db
def test_search_goes_on_in_postgresql_when_it_stops_and_cases_do_not_notice(signed_in: Secured) -> None:
    case = register(text="锦澜小区电梯停用三个月。").case
    documents.write(tenant(COUNTY), [case.id])
    InElasticsearch().catch_up()
    who = actor(COUNTY, "R3")
    found = gateway.search(who, Asked(text="电梯停用"))
    assert (found.backend, found.fallen_back, [hit.case for hit in found.hits]) == ("elasticsearch", False, [case.id])

    elasticsearch.stop(signed_in.data)
    found = gateway.search(who, Asked(text="电梯停用"))
    assert (found.backend, found.fallen_back, [hit.case for hit in found.hits]) == ("embedded", True, [case.id])
    assert not client.breaker.allows()  # for a while nobody even tries
    with pytest.raises(Unavailable):
        Elastic().find(rights_of(who), Query(words=(Word("电梯"),)), Asked())
    with pytest.raises(Unavailable):
        indices.refresh("990000")
    second = register(text="停水两天。").case
    documents.write(tenant(COUNTY), [second.id])
    do(who, "transfer", second.id, to_department=department(COUNTY, "住建局").id)
    assert row(COUNTY, second.id).unit == department(COUNTY, "住建局").id
    assert [hit.case for hit in gateway.search(who, Asked(text="停水")).hits] == [second.id]


def test_one_that_hangs_is_waited_for_once(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "SEARCH_S", 0.2)
    monkeypatch.setattr(client, "breaker", client.Breaker(rest_s=600))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        settings.ELASTICSEARCH_URL = f"http://127.0.0.1:{listener.getsockname()[1]}"
        for _time in range(3):
            with pytest.raises(Unavailable):
                client.ask("GET", "/_cluster/health")
        listener.settimeout(0)
        listener.accept()[0].close()
        with pytest.raises(BlockingIOError):  # the others were not even tried
            listener.accept()
    client.forget()


def test_a_key_stands_in_place_of_a_user(settings: Settings) -> None:
    heard: list[str | None] = []

    class Told(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(self.headers["Authorization"])
            self.send_response(200)
            self.send_header("X-Elastic-Product", "Elasticsearch")
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    with HTTPServer(("127.0.0.1", 0), Told) as server:
        one = Thread(target=server.handle_request)
        one.start()
        settings.ELASTICSEARCH_URL = f"http://127.0.0.1:{server.server_port}"
        settings.ELASTICSEARCH_USER, settings.ELASTICSEARCH_API_KEY = NAME, "a2V5"
        client.forget()
        assert client.work("GET", "/_cluster/health") == {}
        one.join()
    client.forget()
    assert heard == ["ApiKey a2V5"]
