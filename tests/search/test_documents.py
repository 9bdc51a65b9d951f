"""A case's document: what stands in it, who may find it by what, and what never stands in it."""

import io
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from cases.actions import Upload
from cases.models import Attachment, Case
from cases.people import Known, Person
from kernel import files, outbox
from kernel.file_types import DOCX, XLSX
from kernel.outbox import OutboxRow, Told
from search import documents
from search.documents import hearing, reading
from search.documents.masking import masked
from search.documents.reading import PDF, Outcome
from search.models import Document, FileText
from tenants import context
from tests.cases.making import BUREAU, COUNTY, at, do, register, served, submitted
from tests.people import actor, department, tenant

pytestmark = pytest.mark.django_db


def built(code: str, case_id: UUID) -> Document:
    """The document of that office's row, made now."""
    office = tenant(code)
    documents.write(office, [case_id])
    with context.use(office):
        return Document.objects.get(case=case_id)


def test_a_text_loses_what_tells_who_it_is() -> None:
    said = "我是赵晚舟，身份证 33010619800101123X，电话 138-0000-0016，卡号 6222 0212 3456 7890 123、6222021234567890"
    assert masked(said, Known(["赵晚舟"])) == (
        "我是赵**，身份证 ******************，电话 ***-****-****，卡号 **** **** **** **** ***、****************"
    )
    assert masked("一\x00二 \t三\r\n\n\n 四") == "一二 三\n四"


def test_a_case_is_told_by_its_rows_and_nobody_by_name() -> None:
    text = "赵晚舟（13800000016）反映锦澜小区电梯停用。"
    case = register(text=text, place="990123", place_detail="锦澜小区").case
    made = built(COUNTY, case.id)
    assert made.narrative == "赵**（***********）反映锦澜小区电梯停用。"
    assert made.demands == "恢复 3 号楼电梯运行\n公示维修资金使用明细"
    assert (made.number, made.state, made.klass, made.channel) == (case.number, case.state, "C", "VISIT")
    assert (made.held, made.removed, made.offices, made.revision) == (True, False, [COUNTY], 1)
    assert made.spot.endswith("锦澜小区")
    assert "晚舟" not in made.folded_shared + made.folded_inner
    with at(actor(COUNTY, "R3")), connection.cursor() as cursor:
        cursor.execute("SELECT shared_terms @@ '电梯'::tsquery, inner_terms @@ '电梯'::tsquery FROM search_document")
        assert cursor.fetchone() == (True, True)


def test_answers_are_shared_once_signed_and_papers_are_the_offices_own() -> None:
    assert built(COUNTY, submitted()).answers == ""
    made = built(COUNTY, served())
    assert "将于期限内办妥" in made.answers
    assert "经查属实" in made.papers
    assert "受理告知书" in made.papers
    assert "经查属实" not in made.folded_shared


def test_after_a_hand_over_both_offices_keep_their_own_document() -> None:
    case_id = register(BUREAU).case.id
    do(actor(BUREAU, "R4"), "transfer", case_id, to_department=department(COUNTY).id)
    above, below = built(BUREAU, case_id), built(COUNTY, case_id)
    assert (above.held, below.held) == (False, True)
    assert below.offices == [BUREAU, COUNTY]


def test_an_accusation_is_never_a_document_and_one_sealed_later_goes() -> None:
    office = tenant(COUNTY)
    secret = register(klass="B").case
    assert documents.write(office, [secret.id]) == 0
    case = register().case
    assert built(COUNTY, case.id).title
    with context.use(office):
        Case.objects.filter(id=case.id).update(sealed=True)
    gone = built(COUNTY, case.id)
    assert (gone.removed, gone.held, gone.revision) == (True, False, 2)
    assert not any([gone.title, gone.narrative, gone.number, gone.folded_shared, gone.folded_inner, gone.offices])
    with at(actor(COUNTY, "R3")), connection.cursor() as cursor:
        cursor.execute("SELECT length(shared_terms) + length(inner_terms) FROM search_document")
        assert cursor.fetchone() == (0,)


def test_a_case_that_is_sealed_is_found_no_more_from_that_moment_on() -> None:
    """In every office that held it, before anybody has heard of it; what is sealed stays so whoever writes late."""
    case_id = register(BUREAU, klass="", purpose="99").case.id
    do(actor(BUREAU, "R4"), "transfer", case_id, to_department=department(COUNTY).id)
    do(actor(COUNTY, "R3"), "sign_for", case_id)
    assert built(BUREAU, case_id).title
    assert built(COUNTY, case_id).title
    do(actor(COUNTY, "R3"), "correct", case_id, changes={"klass": "B"}, reason="是检举控告")
    for code in (BUREAU, COUNTY):
        with context.use(tenant(code)):
            gone = Document.objects.get(case=case_id)
        assert (gone.removed, gone.narrative, gone.folded_shared) == (True, "", "")
        assert built(code, case_id).revision == gone.revision


def test_only_what_differs_is_written_and_told() -> None:
    office = tenant(COUNTY)
    case = register().case
    with context.use(office):
        Case.objects.filter(id=case.id).update(version=7)
    assert built(COUNTY, case.id).revision == 1
    OutboxRow.objects.all().delete()
    with context.use(office):
        Case.objects.filter(id=case.id).update(version=8)
    again = built(COUNTY, case.id)
    assert (again.revision, again.version) == (1, 8)
    do(actor(COUNTY, "R3"), "transfer", case.id, to_department=department(COUNTY, "住建局").id)
    assert built(COUNTY, case.id).revision == 2
    assert documents.write(office, [case.id], anew=True) == 1
    assert built(COUNTY, case.id).revision == 3


def test_a_change_adds_nothing_to_its_own_writing_but_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    case_id = register().case.id

    def statements() -> int:
        with CaptureQueriesContext(connection) as asked, transaction.atomic():
            do(actor(COUNTY, "R3"), "note", case_id, text="某")
            transaction.set_rollback(True)
        return len(asked)

    statements()
    with_search = statements()
    monkeypatch.delitem(outbox._subscribers, documents.DOCUMENTS)
    assert with_search <= statements()


def test_many_changes_are_heard_in_one_call_and_a_spoilt_one_spoils_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    cases = [register().case.id for _ in range(3)]
    schema = tenant(COUNTY).schema_name
    made = documents.write

    def spoilt(office: Any, ids: list[UUID]) -> int:
        if cases[1] in ids:
            raise ValueError
        return made(office, ids)

    monkeypatch.setattr("search.documents.hearing.write", spoilt)
    said = hearing.hear([Told(schema, str(case)) for case in cases] + [Told("t_nowhere", str(cases[0]))])
    assert [(one.kind, one.code) for one in said] == [
        ("heard", ""),
        ("again", "ValueError"),
        ("heard", ""),
        ("again", "NotFound"),
    ]


# --- attachments ------------------------------------------------------------------------------------------------------


def attached(data: bytes, mime: str, **changes: Any) -> UUID:
    with at(actor(COUNTY, "R2")):
        upload = Upload(sha256=files.put(data), name="材料", mime=mime, size=len(data))
    return register(files=[upload], **changes).case.id


def word(text: str) -> bytes:
    from docx import Document as Word

    book, out = Word(), io.BytesIO()
    book.add_paragraph(text)
    book.add_table(1, 1).rows[0].cells[0].text = "表中的字"
    book.save(out)
    return out.getvalue()


def sheet(text: str) -> bytes:
    from openpyxl import Workbook

    book, out = Workbook(), io.BytesIO()
    book.worksheets[0]["B2"] = text
    book.save(out)
    return out.getvalue()


def pdf(text: str) -> bytes:
    from cases.demo.papers import page

    class Fixed:
        def randint(self, low: int, high: int) -> str:
            return text

    return page(Fixed())  # type: ignore[arg-type]


def test_files_are_read_once_and_masked_by_whose_case_they_came_with() -> None:
    data = word("赵晚舟 13800000016 的收据，金额一百元")
    one = attached(data, DOCX)
    two = attached(data, DOCX, people=[Person(name="钱溪桥")])
    assert built(COUNTY, one).files == ""
    with at(actor(COUNTY, "R3")):
        sha = Attachment.objects.values_list("sha256", flat=True)[0]
        assert sha in OutboxRow.objects.filter(subscriber=documents.FILES).values_list("key", flat=True)
        outbox.drain()
        assert FileText.objects.get().outcome == Outcome.READ
        found = {row.case: row.files for row in Document.objects.filter(case__in=[one, two])}
    assert found[one] == "赵** *********** 的收据，金额一百元\n表中的字"
    assert found[two].startswith("赵晚舟 ***********")


def test_who_filed_is_hidden_in_every_text_also_in_traditional_characters_and_streets_stay() -> None:
    people = [
        Person(name="赵晚舟", phone="6612345", id_type="2", id_number="EA1234567", address="望湖小区3幢2单元501室"),
        Person(name="钱国栋", role="cosigner", mailing_address="望湖村12号"),
    ]
    said = "趙晚舟、錢 國 棟住望湖小区三幢2單元501，電話６６１２３４５，护照 EA-1234567；望湖村12號。"
    case_id = attached(said.encode(), "text/plain", text=said, demands=[said], people=people, place_detail="望湖村12号")
    outbox.drain()
    made = built(COUNTY, case_id)
    shown = "趙**、錢 * *住望湖小区三幢*單元***，電話*******，护照 **-*******；望湖村**號。"
    assert {made.narrative, made.demands, made.files} == {shown}
    assert made.spot == "望湖村**号"


@pytest.mark.parametrize(
    ("data", "mime", "told"),
    [
        (sheet("集资明细"), XLSX, (Outcome.READ, "集资明细")),
        (pdf("4711"), PDF, (Outcome.READ, "4711")),
        ("附言：见图".encode("gb18030"), "text/plain", (Outcome.READ, "附言：见图")),
        (b"%PDF-1.4 nothing", PDF, (Outcome.BROKEN, "")),
        (word("")[:-40], DOCX, (Outcome.BROKEN, "")),
    ],
    ids=["xlsx", "pdf", "gbk", "broken pdf", "cut docx"],
)
def test_what_a_file_says(data: bytes, mime: str, told: tuple[str, str]) -> None:
    outcome, text = reading.text_of(data, mime)
    assert outcome == told[0]
    assert told[1] in text


def test_a_file_that_holds_its_reader_up_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "TIMEOUT_S", 0.0)
    assert reading.text_of(pdf("1"), PDF) == (Outcome.SLOW, "")


def test_texts_of_files_go_when_their_only_case_is_sealed() -> None:
    case_id = attached("收据".encode(), "text/plain")
    built(COUNTY, case_id)
    outbox.drain()
    with at(actor(COUNTY, "R3")):
        assert FileText.objects.count() == 1
        Case.objects.filter(id=case_id).update(sealed=True)
    built(COUNTY, case_id)
    with at(actor(COUNTY, "R3")):
        assert not FileText.objects.exists()
