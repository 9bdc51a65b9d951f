"""A server that lets in whom it knows, over TLS; and what becomes of search and of cases when it stops."""

import base64
import hashlib
import os
import re
import shutil
import signal
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
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
from kernel import outbox
from kernel.clock import recorded_now
from kernel.errors import Unavailable
from search import client, gateway
from search.elastic import indices
from search.elastic.backend import Elastic
from search.indexing import building
from search.rights import rights_of
from search.shapes import Asked, Query, Word
from tenants.actors import Actor
from tests.cases.making import BUREAU, COUNTY, do, register, row
from tests.people import actor, client_for, department

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


@contextmanager
def hung(server: Secured) -> Iterator[None]:
    """It takes what it is told, and answers nothing."""
    process = elasticsearch.pid(server.data)
    assert process is not None
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)


def page(who: Actor, text: str) -> str:
    return str(client_for(who).get("/search/", {"q": text}).content.decode())


@pytest.mark.django_db
def test_when_it_hangs_or_stops_postgresql_answers_and_cases_do_not_notice(
    signed_in: Secured, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = register(text="锦澜小区电梯停用三个月。").case
    outbox.drain()
    list(building.reindex("990000"))
    who = actor(COUNTY, "R3")
    found = gateway.search(who, Asked(text="电梯停用"))
    assert (found.backend, found.fallen_back, [hit.case for hit in found.hits]) == ("elasticsearch", False, [case.id])
    assert "中断" not in page(who, "电梯停用")

    monkeypatch.setattr(client, "WORK_S", 0.5)
    with hung(signed_in):
        monkeypatch.setattr(client, "SEARCH_S", 0.5)
        said = page(who, "电梯停用")
        assert "下面由备用检索答复" in said
        assert str(case.id) in said
        second = register(text="电梯停用，又停水两天。").case
        do(who, "transfer", second.id, to_department=department(COUNTY, "住建局").id)
        outbox.deliver()
        assert str(second.id) in page(who, "停水")
    monkeypatch.undo()
    monkeypatch.setattr(client, "SEARCH_S", 60.0)
    client.forget()
    outbox.OutboxRow.objects.update(created_at=recorded_now() - timedelta(seconds=9), next_at=recorded_now())
    said = page(who, "电梯停用")
    assert re.search(r"索引晚了 \d+ 秒", said)
    assert (str(case.id) in said, str(second.id) in said) == (True, False)
    outbox.deliver()
    indices.refresh("990000")
    said = page(who, "电梯停用")
    assert ("索引晚了" in said, str(second.id) in said) == (False, True)

    elasticsearch.stop(signed_in.data)
    found = gateway.search(who, Asked(text="停水"))
    assert (found.backend, found.fallen_back, [hit.case for hit in found.hits]) == ("embedded", True, [second.id])
    assert not client.breaker.allows()  # for a while nobody even tries
    assert "下面只有本局的件" in page(actor(BUREAU, "R4"), "电梯")
    with pytest.raises(Unavailable):
        Elastic().find(rights_of(who), Query(words=(Word("电梯"),)), Asked())
    with pytest.raises(Unavailable):
        indices.refresh("990000")
    assert row(COUNTY, second.id).unit == department(COUNTY, "住建局").id


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
