"""What a served process says to too much, to the wrong kind, and to a name it does not know."""

import re
import socket
from contextlib import closing

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cases.models import Attachment
from tenants import context
from tests.browsing import Server
from tests.cases.making import COUNTY, register
from tests.people import actor, client_for, tenant

HOST = "chengyu.localhost"
MANY = 200 * 1024 * 1024


def said(server: Server, head: str) -> str:
    """The whole answer to a request of which nothing but the head is sent: who waits for the body never answers."""
    with closing(socket.create_connection(("127.0.0.1", server.port), timeout=60)) as line:
        line.sendall(head.replace("\n", "\r\n").encode())
        answer = b""
        while part := line.recv(65536):
            answer += part
            length = re.search(rb"(?i)content-length: (\d+)", answer)
            if length and len(answer.partition(b"\r\n\r\n")[2]) >= int(length[1]):
                break
            if answer.endswith(b"\r\n0\r\n\r\n"):  # the last of its chunks
                break
    return answer.decode()


def test_200_megabytes_are_refused_before_they_are_sent_and_an_unknown_host_is_told(server: Server) -> None:
    assert said(server, f"GET /sign-in HTTP/1.1\nHost: {HOST}\n\n").startswith("HTTP/1.1 200 ")  # all is loaded
    for path, kind in (
        ("/register/files/", "multipart/form-data; boundary=x"),
        ("/api/v1/files", "multipart/form-data; boundary=x"),
        ("/api/v1/cases", "application/json"),
        ("/sign-in", "application/x-www-form-urlencoded"),
    ):
        head = f"POST {path} HTTP/1.1\nHost: {HOST}\nContent-Type: {kind}\nContent-Length: {MANY}\n\n"
        answer = said(server, head)
        assert answer.startswith("HTTP/1.1 413 "), answer[:300]
        assert "MB" in answer or "附件" in answer
        assert ("application/problem+json" in answer) == path.startswith("/api/")
    # The process is well and serves the next one.
    answer = said(server, f"GET /sign-in HTTP/1.1\nHost: {HOST}\n\n")
    assert answer.startswith("HTTP/1.1 200 ")
    for host in ("nowhere.localhost", "localhost.evil.example", "x" * 300 + ".localhost"):
        answer = said(server, f"GET / HTTP/1.1\nHost: {host}\n\n")
        assert re.match(r"HTTP/1.1 (404|400) ", answer), answer[:200]
        assert "Traceback" not in answer
    answer = said(server, "GET / HTTP/1.1\nHost: nowhere.localhost\n\n")
    assert answer.startswith("HTTP/1.1 404 ")
    assert re.search(r"[\u4e00-\u9fff]", answer)


EXE = b"MZ\x90\x00" + b"\0" * 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content"),
    [("现场.pdf", EXE), ("报表.xlsx", b"PK\x03\x04broken"), ("空.pdf", b""), ("图.png", b"<svg onload=x>")],
)
def test_a_wrong_file_is_named_and_what_was_typed_stays(name: str, content: bytes) -> None:
    clerk = client_for(actor(COUNTY, "R2"))
    typed = {"action": "keep", "channel": "VISIT", "persons": "1", "text": "电梯停用已三周", "demand": ["修好"]}
    good = SimpleUploadedFile("好.pdf", b"%PDF-1.7 good")
    page = clerk.post("/register/", {**typed, "upload": [SimpleUploadedFile(name, content), good]}).content.decode()
    assert "电梯停用已三周" in page
    assert name in page
    assert "好.pdf" in page, "the good one is kept"
    answer = clerk.post("/api/v1/files", {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 422
    assert re.search(r"[\u4e00-\u9fff]", answer.json()["detail"])
    register()
    with context.use(tenant(COUNTY)):
        assert not Attachment.objects.exists()
