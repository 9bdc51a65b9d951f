"""R20 reads who looked at what and who changed what: numbers and codes, no content; of a sealed case kind and time."""

from __future__ import annotations

import ast
import io
from pathlib import Path
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from cases import actions
from cases.actions import Upload
from cases.models import Access, Attachment, Event
from cases.queries import event_names, readings
from kernel import files
from kernel.clock import today
from tenants import context
from tenants.administration import changes, words
from tests.cases.making import COUNTY, OTHER, do, register, served
from tests.people import actor, client_for, tenant
from tests.privacy.driving import drive

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]


def auditor() -> Client:
    return client_for(actor(COUNTY, "R20"))


def page(client: Client, **asked: object) -> str:
    return client.get(reverse("desk:readings", urlconf="config.urls"), asked).content.decode()


def rows(**asked: object) -> list[readings.Line]:
    who = actor(COUNTY, "R20")
    with context.use(who.schema):
        given = {name: str(value) for name, value in asked.items()}
        return readings.read(who, readings.Asked.read(given)).lines


def unmasked() -> tuple[UUID, str]:
    case = register().case
    do(actor(COUNTY, "R3"), "unmask", case.id, reason="repeat")
    return case.id, case.number


def test_who_looked_at_whom_stands_there_by_number_and_reason() -> None:
    _case, number = unmasked()
    clerk = actor(COUNTY, "R3")
    (line,) = rows()
    assert (line.full_number, line.who, line.kind, line.detail) == (number, clerk.name, "查看个人信息", "核对是否重复")
    assert "办信科" in line.post
    shown = page(auditor())
    assert clerk.name in shown
    assert number in shown


def test_no_title_no_name_no_words_of_a_case_are_shown() -> None:
    drive()
    for tab in readings.TABS:
        shown = page(auditor(), tab=tab)
        for secret in ("电梯", "赵晚舟", "13800000016", "说明办理程序"):
            assert secret not in shown


def test_changes_stand_apart_with_what_administrators_did() -> None:
    case = register().case
    admin = actor(COUNTY, "R19")
    unit = actor(COUNTY, "R5", unit="住建局").unit
    changes.record(admin.user, admin.tenant, "department.ceased", unit, on=today())
    changes.record(admin.user, tenant(OTHER).pk, "department.added", unit)
    found = rows(tab="changes")
    assert [line.kind for line in found] == ["撤销部门", "登记"]
    assert found[0].who == admin.name
    assert "住房和城乡建设局" in found[0].detail
    assert [line.kind for line in rows(tab="changes", kind="administration")] == ["撤销部门"]
    assert [line.full_number for line in rows(tab="changes", kind="registered")] == [case.number]


def test_filters_narrow_by_person_department_day_and_number() -> None:
    case, number = unmasked()
    served()
    clerk = actor(COUNTY, "R3")
    unit = actor(COUNTY, "R5", unit="住建局")
    assert {line.who for line in rows(tab="changes", person=clerk.user)} == {clerk.name}
    assert {line.post.split(" ")[0] for line in rows(tab="changes", department=unit.unit)} == {"住房和城乡建设局"}
    assert {line.full_number for line in rows(tab="changes", number=number)} == {number}
    short = f"{number[-15:-7]}-{number[-4:]}"
    assert {line.full_number for line in rows(number=short)} == {number}
    assert rows(number="20010101-0001") == []
    assert rows(last="2020-01-01") == []
    assert len(rows(first=today(), last=today())) == 1
    assert case


def test_of_a_sealed_case_kind_and_time_are_told_and_nothing_when_one_narrows() -> None:
    case = register(klass="B", purpose="02").case
    confidential = actor(COUNTY, "R18")
    do(confidential, "read_sealed", case.id)
    with context.use(confidential.schema):
        actions.log_access(confidential, "file_read", case=case.id)
        actions.log_access(confidential, "list_exported", rows=3, sealed=True)
    for line in rows():
        assert line.sealed
        assert (line.who, line.post, line.number, line.full_number, line.detail) == ("", "", "", "", "")
    assert len(rows()) == 3
    shown = page(auditor())
    assert case.number not in shown
    assert f"<td>{confidential.name}</td>" not in shown
    clerk = actor(COUNTY, "R2")
    for narrowed in (
        {"person": confidential.user},
        {"department": confidential.department},
        {"number": case.number},
        {"tab": "changes", "person": clerk.user},
    ):
        assert rows(**narrowed) == [], narrowed


def test_the_export_holds_what_is_filtered_and_is_a_line_of_the_log() -> None:
    _case, number = unmasked()
    sealed = register(klass="B", purpose="02").case
    do(actor(COUNTY, "R18"), "read_sealed", sealed.id)
    client = auditor()
    answer = client.post(reverse("desk:readings_export", urlconf="config.urls"), {"back": "kind=read"})
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    cells = [cell for row in book.worksheets[0].iter_rows(values_only=True) for cell in row]
    assert number in cells
    assert sealed.number not in cells
    line = rows(kind="log_exported")[0]
    assert line.who == actor(COUNTY, "R20").name
    assert "2 行" in line.detail


def test_a_file_opened_by_page_or_by_another_system_stands_there() -> None:
    clerk = actor(COUNTY, "R2")
    case = register().case
    with context.use(clerk.schema):
        kept = files.receive(SimpleUploadedFile("现场.pdf", b"%PDF-1.7 plain"))
        actions.attach(clerk, case.id, files=[Upload(kept.sha, kept.name, kept.mime, kept.size)])
        file = Attachment.objects.get().id
    client = client_for(clerk)
    for route, part in (("desk:file", "file_id"), ("api:attachment_content", "attachment_id")):
        url = reverse(route, urlconf="config.urls", kwargs={"case_id": case.id, part: file})
        answer = client.get(url)
        assert answer.status_code == 200
        list(answer.streaming_content)
    found = rows(kind="file_read")
    assert [line.who for line in found] == [clerk.name] * 2
    assert {line.full_number for line in found} == {case.number}


def test_what_was_typed_to_filter_is_not_kept() -> None:
    _case, number = unmasked()
    answer = auditor().post(reverse("desk:readings_export", urlconf="config.urls"), {"back": f"number={number}"})
    assert b"".join(answer.streaming_content)
    with context.use(tenant(COUNTY)):
        kept = Access.objects.get(kind="log_exported")
    assert kept.data["words"] is True
    assert number not in str(kept.data)


def test_a_wrong_day_is_said_at_its_field_and_what_was_typed_stays() -> None:
    client = auditor()
    url = reverse("desk:readings", urlconf="config.urls")
    answer = client.get(url, {"first": "昨天", "number": "20261123-0001"})
    assert answer.status_code == 422
    assert 'id="first-error"' in answer.content.decode()
    assert "20261123-0001" in answer.content.decode()
    assert client.get(url, {"first": "2026-02-02", "last": "2026-01-01"}).status_code == 422


def test_pages_go_on_by_key_without_a_gap_or_a_double() -> None:
    case = register().case
    for _ in range(7):
        do(actor(COUNTY, "R3"), "unmask", case.id, reason="contact")
    who = actor(COUNTY, "R20")
    with context.use(who.schema):
        seen, after = [], ""
        for _ in range(10):
            found = readings.read(who, readings.Asked(), after, size=3)
            seen += [line.at for line in found.lines]
            after = found.next
            if not after:
                break
    assert len(seen) == len(set(seen)) == 7
    assert seen == sorted(seen, reverse=True)


@pytest.mark.parametrize("role", ["R3", "R4", "R18", "R19"])
def test_nobody_else_reads_it(role: str) -> None:
    client = client_for(actor(COUNTY, role))
    answer = client.get(reverse("desk:readings", urlconf="config.urls"))
    assert answer.status_code == 403
    assert "审计员" in answer.content.decode()


def test_the_auditor_starts_here() -> None:
    answer = auditor().get(reverse("desk:home", urlconf="config.urls"))
    assert answer.headers["Location"] == reverse("desk:readings", urlconf="config.urls")


def test_every_kind_of_event_has_a_name() -> None:
    drive()
    with context.use(tenant(COUNTY)):
        seen = set(Event.objects.values_list("kind", flat=True))
    assert seen <= {*event_names.VERB_OF, *event_names.CAME}


def test_every_act_of_administration_has_a_name() -> None:
    """Literals "noun.verb" handed to `record` anywhere."""
    found = set()
    for package in ("tenants", "cases", "platform"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and ast.unparse(node.func).rsplit(".", 1)[-1] == "record":
                    texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
                    found |= {text for text in texts if isinstance(text, str) and "." in text}
    assert "department.ceased" in found
    assert {kind for kind in found if words.name(kind) == kind} == set()
