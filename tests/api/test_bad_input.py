"""Whatever is sent gets a clear refusal: never a 5xx, nothing lost, nothing half done."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cases.models import Case
from config.wsgi import application
from tenants import context
from tests.api.calling import Caller
from tests.api.world import kept_open
from tests.cases.making import COUNTY, register
from tests.people import actor

pytestmark = pytest.mark.django_db

NASTY = (
    "'; DROP TABLE cases_case; --",
    "<script>alert(1)</script>",
    "{{7*7}}{% debug %}",
    "\u202e😀\u200b\u0301",
    "%s%n",
)
TEXTS = ("text", "title", "place", "place_detail", "addressee", "foreign_number")


@pytest.fixture
def clerk() -> Caller:
    return Caller(actor(COUNTY, "R2"))


def raw(clerk: Caller, body: bytes, kind: str = "application/json", path: str = "cases") -> Any:
    return clerk.client.generic("POST", f"/api/v1/{path}", body, content_type=kind)


def problem(found: Any, status: int) -> dict[str, Any]:
    assert found.status_code == status, found.content.decode()
    assert found.headers["Content-Type"] == "application/problem+json"
    told: dict[str, Any] = found.json()
    assert {"type", "title", "status", "detail", "code"} <= told.keys()
    return told


BROKEN = {
    "no JSON": b"{",
    "bad UTF-8": b'{"channel": "\xff\xfe"}',
    "deep": b"[" * 100_000 + b"]" * 100_000,
    "nested": b'{"a":' * 40 + b"1" + b"}" * 40,
    "endless number": b'{"persons": 1e999}',
    "not a number": b'{"persons": NaN}',
    "half a letter": b'{"text": "\\ud800"}',
    "half a letter as a name": b'{"\\udfff": 1}',
    "a number of 10,000 digits": b'{"persons": ' + b"9" * 10_000 + b"}",
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
def test_what_cannot_be_read_is_refused(clerk: Caller, body: bytes) -> None:
    problem(raw(clerk, body), 400)


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/xml", "multipart/form-data; boundary=x", "", "a/b; charset=é"]
)
def test_another_kind_of_body_is_refused(clerk: Caller, kind: str) -> None:
    problem(raw(clerk, b"x", kind), 415)


@pytest.mark.parametrize("charset", ["zlib", "utf-7", "base64", "idna", "none"])
def test_a_strange_charset_is_not_followed(clerk: Caller, charset: str) -> None:
    asked = clerk.client._base_environ(
        PATH_INFO="/api/v1/cases",
        QUERY_STRING="number=%41%42%43%44",
        CONTENT_TYPE=f"text/plain; charset={charset}; x=y",
    )
    told: list[str] = []
    with kept_open():
        answer = application(asked, lambda status, headers: told.append(status))
        assert json.loads(b"".join(answer)) == {"items": [], "next": None}
    assert told == ["200 OK"]


@pytest.mark.parametrize("body", [None, [], "x", 5, True, [[1]]])
def test_a_body_that_is_no_object_is_refused(clerk: Caller, body: Any) -> None:
    problem(raw(clerk, json.dumps(body).encode()), 422)


def _wrong() -> Iterator[tuple[dict[str, Any], str]]:
    yield {"channel": "PIGEON"}, "channel"
    yield {"persons": 10**30}, "persons"
    yield {"persons": "5"}, "persons"
    yield {"persons": 1.5}, "persons"
    yield {"urgent": "yes"}, "urgent"
    yield {"text": 5}, "text"
    yield {"text": "a\x00b"}, "text"
    yield {"text": "长" * 20_001}, "text"
    yield {"petition_date": "9999-12-31"}, "petition_date"
    yield {"petition_date": "1899-12-31"}, "petition_date"
    yield {"petition_date": "2026-02-30"}, "petition_date"
    yield {"petition_date": "20261122"}, "petition_date"
    yield {"received_at": "9999-12-31T23:59:59Z"}, "received_at"
    yield {"received_at": "2099-01-01T00:00:00"}, "received_at"
    yield {"received_at": "0001-01-01T00:00:00+14:00"}, "received_at"
    yield {"content_class": "123456"}, "content_class"
    yield {"people": [{"phone": "abc"}]}, "people.0.phone"
    yield {"people": [{"nickname": "x"}]}, "people.0.nickname"
    yield {"people": [{"name": "长" * 201}]}, "people.0.name"
    yield {"people": "x"}, "people"
    yield {"demands": ["长" * 501]}, "demands.0"
    yield {"files": [{"token": "x"}]}, "files.0.token"
    yield {"draft": "not-a-uuid"}, "draft"
    yield {"colour": "red"}, "colour"
    yield {"klass": "A", "path": "C1"}, "path"


@pytest.mark.parametrize(("change", "field"), list(_wrong()), ids=lambda value: str(value)[:40])
def test_a_wrong_member_is_named(clerk: Caller, change: dict[str, Any], field: str) -> None:
    told = problem(clerk.post("cases", {"channel": "LETTER", "text": "路灯不亮", **change}), 422)
    assert any(name == field or name.startswith(f"{field}.") for name in told["fields"]), told["fields"]
    with context.use(context.tenant_by_code(COUNTY)):
        assert not Case.objects.exists()


@pytest.mark.parametrize("nasty", NASTY)
def test_sql_and_html_are_words_like_others(clerk: Caller, nasty: str) -> None:
    short = {name: nasty[:12] if name == "place" else nasty for name in TEXTS}
    made = clerk.post("cases", {"channel": "LETTER", **short, "demands": [nasty], "people": [{"name": nasty}]})
    assert made.status_code == 201, made.content.decode()
    case = clerk.case(made.json()["case"]["id"])
    assert case["filing"]["text"] == nasty.strip()
    assert case["demands"][0]["text"] == nasty.strip()
    for path in ("cases", "departments"):
        name = "number" if path == "cases" else "text"
        assert clerk.get(path, **{name: nasty}).status_code == 200


def test_a_wrong_address_method_or_answer_kind_is_a_problem(clerk: Caller) -> None:
    case_id = register().case.id
    problem(clerk.get("cases/not-a-uuid"), 404)
    problem(clerk.get(f"cases/{str(case_id).replace('-', '')}"), 404)
    problem(clerk.get("nothing"), 404)
    problem(clerk.client.delete(f"/api/v1/cases/{case_id}"), 405)
    problem(clerk.client.options(f"/api/v1/cases/{case_id}"), 405)
    problem(clerk.client.put("/api/v1/cases", {}), 405)
    problem(clerk.client.get("/api/v1/cases", headers={"accept": "application/xml"}), 406)


@pytest.mark.parametrize("tag", ["", "1", '"x"', '"-1"', '"99999999999"', "W/1", '"²"', '"1'])
def test_a_version_that_is_none_is_refused(clerk: Caller, tag: str) -> None:
    case_id = register().case.id
    found = clerk.post(f"cases/{case_id}/note", {"text": "备注"}, **{"If-Match": tag})
    assert found.status_code in {400, 428}, found.content


@pytest.mark.parametrize("key", ["short", "x" * 129, "中文中文中文中文", "tab\tinside"])
def test_a_key_that_is_none_is_refused(clerk: Caller, key: str) -> None:
    problem(clerk.post("cases", {"channel": "LETTER", "text": "x"}, **{"Idempotency-Key": key}), 422)


def test_files_are_told_by_their_content(clerk: Caller) -> None:
    def send(name: str, content: bytes) -> Any:
        return clerk.client.post("/api/v1/files", {"file": SimpleUploadedFile(name, content)})

    for name, content in (
        ("a.pdf", b"MZ\x90\x00"),
        ("a.html", b"<script>"),
        ("a.pdf", b""),
        ("a.zip", b"PK\x03\x04xx"),
    ):
        problem(send(name, content), 422)
    kept = send("../../etc/<b>坏\x00名.pdf", b"%PDF-1.7 x")
    assert kept.status_code == 201
    assert "/" not in kept.json()["name"]
    problem(clerk.client.post("/api/v1/files", {"file": "not a file"}), 422)
    problem(clerk.client.post("/api/v1/files", {}), 422)
    problem(clerk.client.post("/api/v1/files", b"--x", content_type="multipart/form-data; boundary=x"), 422)
    problem(clerk.client.post("/api/v1/files", b"x", content_type="multipart/form-data"), 400)
    huge = clerk.client.generic("POST", "/api/v1/files", b"", content_type="multipart/form-data; boundary=x")
    assert huge.status_code in {400, 422}
    announced = {"CONTENT_LENGTH": str(300 * 1024 * 1024)}
    problem(clerk.client.generic("POST", "/api/v1/files", b"", "multipart/form-data; boundary=x", **announced), 413)
    problem(clerk.client.generic("POST", "/api/v1/cases", b"{}", "application/json", **announced), 413)
