"""A person's name, phone, ID, address, file and typed words, through every verb: they lie nowhere in clear."""

import base64
import binascii
import io
import json
import logging
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from cases import history
from cases.integrity import faults
from cases.models import Case, Demand, Filing
from config.logs import JsonFormatter
from infra import postgres
from kernel.outbox import OutboxRow, subscribed
from tenants import context
from tests.cases.making import BUREAU, COUNTY, OTHER, register, row
from tests.people import actor, client_for, tenant
from tests.privacy.driving import UNIT, Drive, Words, drive

WORDS = Words()


def forms(word: str) -> dict[str, bytes]:
    """A word as a careless program may have written it down."""
    plain = word.encode()
    found = {
        "clear": plain,
        "hex": binascii.hexlify(plain),
        "escaped": word.encode("unicode_escape") if not word.isascii() else plain,
        "json": json.dumps(word)[1:-1].encode(),
        "url": re.sub(rb"[^ -~]|%", lambda m: b"%%%02X" % m[0][0], plain),
        "gbk": word.encode("gb18030"),
    }
    # In base64 a word looks one of three ways, by where it begins.
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + plain)
        found[f"base64 at {shift}"] = coded[4 if shift else 0 : len(coded) // 4 * 4 - 4]
    return found


def seen(text: bytes, words: Words = WORDS, *, only: set[str] | None = None) -> list[str]:
    """Which words stand there, how, and in what surroundings."""
    lines = []
    for name, word in words.every().items():
        if only is not None and name not in only:
            continue
        for how, form in forms(word).items():
            at = text.find(form)
            if at >= 0:
                lines.append(f"{name}, {how}: …{text[max(at - 120, 0) : at + 60].decode('utf-8', 'replace')}…")
    return lines


def dump(url: str) -> bytes:
    """Every table of every office, as a backup would hold it."""
    command = [str(postgres.binaries() / "pg_dump"), "--no-owner", url]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert b"COPY t_990123.cases_event" in done.stdout
    return done.stdout


def sessions() -> bytes:
    """What lies packed in the sessions."""
    return b"\n".join(json.dumps(row.get_decoded(), ensure_ascii=False).encode() for row in Session.objects.all())


@pytest.fixture
def logs() -> Iterator[io.StringIO]:
    """All that this process logs, by the production's formatter and, more than that, with texts of errors."""
    stream = io.StringIO()
    plain, strict = logging.StreamHandler(stream), logging.StreamHandler(stream)
    strict.setFormatter(JsonFormatter())
    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.INFO)
    # With a plain formatter too: a message itself holds no word. Tracebacks are the strict one's business.
    plain.setFormatter(_MessageOnly())
    for handler in (plain, strict):
        root.addHandler(handler)
    yield stream
    for handler in (plain, strict):
        root.removeHandler(handler)
    root.setLevel(level)


class _MessageOnly(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return f"{record.name} {record.getMessage()}"


def test_a_word_in_any_dress_is_recognised() -> None:
    """The search itself finds what it looks for."""
    for form in forms(WORDS.name).values():
        assert seen(b"\x01" + form + b"\x02")
    for part in ("x", "xx", "xxx", "xxxx"):
        assert seen(base64.b64encode(f"{part}{WORDS.text}".encode()))
    assert not seen("张三".encode())


@pytest.mark.django_db(transaction=True)
def test_through_every_verb_nothing_lies_in_clear(
    database_env: dict[str, str], tmp_path: Path, logs: io.StringIO
) -> None:
    heard: list[str] = []
    with (
        override_settings(MEDIA_ROOT=str(tmp_path)),
        subscribed("case", "test.later", lambda schema, key: heard.append(key)),
    ):
        made = drive()
        _registered_by_page()
        for code in (BUREAU, COUNTY):
            with context.use(tenant(code)):
                history.seal()
                assert list(history.verify()) == []
        assert list(faults()) == []
        for waiting in OutboxRow.objects.values_list("topic", "subscriber", "schema", "key", "last_error_code"):
            assert not seen(" ".join(waiting).encode())
        assert OutboxRow.objects.count() > 100
        assert not seen(dump(database_env["OWNER_DATABASE_URL"]))
        assert not seen(sessions())
        blobs = [path for path in tmp_path.rglob("*") if path.is_file()]
        assert len(blobs) >= 4
        for path in blobs:
            assert not seen(str(path.relative_to(tmp_path)).encode() + path.read_bytes())
        assert not seen(logs.getvalue().encode())
        _nowhere_else(made)
        assert not seen(logs.getvalue().encode())


def _registered_by_page() -> None:
    """The page's own ways of keeping things: session, draft, message, idempotency."""
    clerk = client_for(actor(COUNTY, "R2"))
    form: dict[str, Any] = {
        **{"action": "register", "once": str(uuid4()), "channel": "VISIT", "persons": "1", "text": "电梯停用"},
        **WORDS.who(),
        "id_type": "1",
        "demand": ["修好"],
    }
    saved = clerk.post("/register/draft/", form)
    assert saved.status_code == 200, saved.content.decode()
    assert clerk.post("/register/", {**form, "phone": f"{WORDS.phone}#", "persons": "0"}).status_code in (200, 422)
    done = clerk.post("/register/", form)
    assert done.status_code == 302, done.content.decode()
    assert clerk.get(done.url).status_code == 200


def _nowhere_else(made: Drive) -> None:
    """An office without the case knows nothing; one that had it knows what travelled, masked."""
    stranger = [client_for(actor(OTHER, role)) for role in ("R3", "R18")]
    for client in stranger:
        for case_id in made.cases.values():
            for address in (f"/cases/{case_id}/", f"/api/v1/cases/{case_id}", f"/api/v1/cases/{case_id}/notes"):
                answer = client.get(address)
                assert answer.status_code in (403, 404), address
                assert not seen(_body(answer))
        for address in ("/", "/worklist/", "/inbox/", "/api/v1/cases", "/api/v1/departments?q=尉迟"):
            assert not seen(_body(client.get(address)))
    for code, inner in ((BUREAU, actor(BUREAU, "R4")), (COUNTY, actor(COUNTY, "R3"))):
        client = client_for(inner)
        for label, case_id in made.cases.items():
            if label.startswith("sealed"):
                assert client.get(f"/api/v1/cases/{case_id}").status_code == 404
                continue
            answer = client.get(f"/api/v1/cases/{case_id}")
            if answer.status_code == 404:
                continue
            body = answer.json()
            assert not seen(json.dumps([body["people"], body["filing"], body["title"]], ensure_ascii=False).encode())
            if code == BUREAU:
                # What the county wrote for itself stays there.
                notes = client.get(f"/api/v1/cases/{case_id}/notes").json()["items"]
                own = [note for note in notes if note["kind"] == "remark"]
                assert len(own) <= 1, "the prefecture's own remark at most"
        for address in ("/worklist/", "/inbox/", "/api/v1/cases"):
            # A letter is shown to whom it was written, as it was written; everything else is masked.
            assert not seen(_body(client.get(address)).replace(WORDS.text.encode(), b"")), address


def _body(answer: Any) -> bytes:
    body: bytes = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return body


@pytest.mark.django_db(transaction=True)
def test_an_accusation_found_below_is_sealed_in_every_office_that_held_it() -> None:
    made = drive(only={"sealed"})
    case_id = made.cases["sealed later"]
    for code in (BUREAU, COUNTY):
        found = row(code, case_id)
        assert found.sealed
        assert found.klass == "B"
        with context.use(tenant(code)):
            texts = [*Demand.objects.filter(case_id=case_id).values_list("text", flat=True)]
            texts += Filing.objects.filter(case=found).values_list("text", flat=True)
            assert not any(texts)
            assert list(history.verify()) == []
        for role in ("R2", "R3", "R4"):
            assert client_for(actor(code, role)).get(f"/cases/{case_id}/").status_code == 404
    keeper = client_for(actor(COUNTY, "R18"))
    words = keeper.post(f"/api/v1/cases/{case_id}/read_sealed", {}, content_type="application/json").json()
    assert words["title"] == words["place_detail"] == words["addressee"] == WORDS.accusation
    assert list(faults()) == []


class Crash(Exception):
    pass


@pytest.mark.django_db
def test_a_broken_page_and_a_refused_one_tell_and_log_no_word(
    logs: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*args: object, **kwargs: object) -> None:
        raise Crash(WORDS.text)

    clerk = client_for(actor(COUNTY, "R2"))
    clerk.raise_request_exception = False
    sent = {"channel": "VISIT", "text": "电梯停用", "people": [WORDS.who()], "persons": -1}
    refused = _post(clerk, sent)
    assert refused.status_code == 422
    assert not seen(refused.content)
    monkeypatch.setattr("cases.actions.registration.numbers.filing_number", crash)
    broken = _post(clerk, {**sent, "persons": 1})
    assert broken.status_code == 500
    assert not seen(broken.content)
    form = {"action": "register", "once": str(uuid4()), "channel": "VISIT", "text": "停用", "persons": "1"}
    page = clerk.post("/register/", {**form, **WORDS.who()})
    assert page.status_code == 500
    assert not seen(page.content)
    text = logs.getvalue()
    assert "Crash" in text, "the class is told, and where"
    assert not seen(text.encode())


@pytest.mark.django_db
def test_a_statement_the_database_refuses_is_logged_without_its_values(logs: io.StringIO) -> None:
    """A value too long, a row twice: PostgreSQL quotes it in the message; the log must not."""
    from django.db import DatabaseError, transaction

    clerk = actor(COUNTY, "R2")
    log = logging.getLogger("huiyin.test")
    with context.use(clerk.schema):
        for _ in range(2):
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute("INSERT INTO cases_counter VALUES (%s, %s, %s, 1)", [uuid4(), WORDS.name, "1"])
                    cursor.execute("SELECT %s::int", [WORDS.phone + WORDS.name])
            except DatabaseError:
                log.exception("failed")
    assert "DataError" in logs.getvalue()
    assert not seen(logs.getvalue().encode())


def _post(client: Client, body: dict[str, Any]) -> Any:
    return client.post("/api/v1/cases", body, content_type="application/json", headers={"Idempotency-Key": uuid4().hex})


@pytest.mark.django_db
def test_no_statement_searches_by_a_clear_word() -> None:
    """The server may log slow statements: what is asked of it names hashes."""
    with CaptureQueriesContext(connection) as asked:
        drive(only={"drafted", "ended_early"})
    assert not seen("\n".join(query["sql"] for query in asked).encode())


@pytest.mark.django_db(transaction=True)
def test_rotation_leaves_no_old_key_and_every_chain_whole(tmp_path: Path) -> None:
    from django.core.management import call_command

    from kernel import crypto, files
    from kernel.rotation import columns

    keys = {**settings.HUIYIN_KEYS, "next": base64.b64encode(b"9" * 32).decode()}
    with override_settings(MEDIA_ROOT=str(tmp_path)):
        made = drive()
        before = _all_read()
        heads = _heads()
        with override_settings(HUIYIN_KEYS=keys, HUIYIN_KEY_CURRENT="next"):
            assert _all_read() == before, "both keys read"
            call_command("rotate_keys", stdout=io.StringIO())
        only_new = {"next": keys["next"]}
        with override_settings(HUIYIN_KEYS=only_new, HUIYIN_KEY_CURRENT="next"):
            assert _all_read() == before
            assert len(before) > 100
            assert _heads() == heads
            for column in columns():
                for blob in _blobs(column.schema, column.field):
                    assert crypto.key_id_of(blob) == "next", str(column)
            for place in files.places():
                assert not files.is_old(place)
            for code in (BUREAU, COUNTY):
                with context.use(tenant(code)):
                    assert history.seal() is not None
                    assert list(history.verify()) == []
            client = client_for(actor(COUNTY, "R5", unit=UNIT))
            page = client.get(f"/api/v1/cases/{made.cases['routed']}")
            assert page.json()["outside"]["procedure"] == WORDS.text


def _blobs(schema: str | None, field: Any) -> list[bytes]:
    from kernel.schema import use_schema

    with use_schema(schema), connection.cursor() as cursor:
        table, column = field.model._meta.db_table, field.column
        cursor.execute(f'SELECT "{column}" FROM "{table}" WHERE length("{column}") > 0')
        return [bytes(found[0]) for found in cursor.fetchall()]


def _all_read() -> dict[tuple[str, str, str], str]:
    """Every encrypted value of every office, in clear."""
    from kernel.rotation import columns
    from kernel.schema import use_schema

    found = {}
    for column in columns():
        with use_schema(column.schema):
            for pk, value in column.field.model._default_manager.values_list("pk", column.field.attname):
                if value:
                    shown = json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
                    found[(column.schema or "", column.field.aad, str(pk))] = shown
    return found


def _heads() -> dict[tuple[str, str], bytes]:
    found = {}
    for code in (BUREAU, COUNTY):
        with context.use(tenant(code)):
            found |= {(code, str(c.id)): bytes(c.head_hash) for c in Case.objects.only("id", "head_hash")}
    return found


@pytest.mark.django_db
def test_search_knows_no_person(tmp_path: Path) -> None:
    """What was typed with them may be found in papers and answers; who somebody is stands in no document."""
    from search import documents
    from search.models import Document

    told = f"我叫{WORDS.name}，电话{WORDS.phone}，身份证{WORDS.id_number}，反映电梯停用。"
    with override_settings(MEDIA_ROOT=str(tmp_path)):
        made = drive(only={"ended_early", "sealed"})
        case = register(text=told, demands=[told], people=[WORDS.person()]).case
        read = 0
        for code in (BUREAU, COUNTY):
            for _done in documents.rebuild(tenant(code)):
                pass
            with context.use(tenant(code)), connection.cursor() as cursor:
                cursor.execute("SELECT d::text FROM search_document d")
                rows = [found[0] for found in cursor.fetchall()]
                assert not seen("\n".join(rows).encode(), only={"name", "phone", "id_number", "file", "inner"})
                sealed = [case for label, case in made.cases.items() if label.startswith("sealed")]
                assert not Document.objects.filter(case__in=sealed, removed=False).exists()
                read += len(rows)
        assert read > 3
        with context.use(tenant(COUNTY)):
            assert "电梯停用" in Document.objects.get(case=case.id).narrative
