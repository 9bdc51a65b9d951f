"""The files of a case: shown where a browser can, given out one by one or as one zip, and every look told."""

import io
import zipfile
from uuid import UUID

import pytest

from cases.actions import Upload
from cases.models import Access, Attachment, Event
from kernel import files
from tenants import context
from tests.cases.making import BUREAU, COUNTY, at, register
from tests.people import actor, client_for

pytestmark = pytest.mark.django_db

HTMX = {"headers": {"hx-request": "true"}}
CONTENTS = {
    "信访原文.pdf": (b"%PDF-1.7 one", "application/pdf"),
    "现场.png": (b"\x89PNG\r\n\x1a\n" + b"\0" * 20, "image/png"),
    "公告.txt": ("停梯公告：自 5 月起停用。".encode("gb18030"), "text/plain"),
    "批复.ofd": (b"PK\x03\x04 ofd", "application/ofd"),
}


def with_files(names: tuple[str, ...] = tuple(CONTENTS), **changes: str) -> UUID:
    with at(actor(COUNTY, "R2")):
        kept = [Upload(files.put(CONTENTS[n][0]), n, CONTENTS[n][1], len(CONTENTS[n][0])) for n in names]
    return register(files=kept, **changes).case.id


def one(case_id: UUID, name: str) -> str:
    with context.use(context.tenant_by_code(COUNTY)):
        found = next(row for row in Attachment.objects.filter(case_id=case_id) if row.name == name)
    return f"/cases/{case_id}/files/{found.id}/"


def looks(case_id: UUID) -> tuple[list[str], int]:
    """The log's rows about the case, and the events of kind read."""
    with context.use(context.tenant_by_code(COUNTY)):
        logged = list(Access.objects.filter(case=case_id).values_list("kind", flat=True))
        return logged, Event.objects.filter(case_id=case_id, kind="read").count()


def test_all_files_come_as_one_zip_and_the_case_remembers_it() -> None:
    case_id, clerk = with_files(), client_for(actor(COUNTY, "R3"))
    answer = clerk.post(f"/cases/{case_id}/files/")
    assert answer.headers["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {n: c for n, (c, _m) in CONTENTS.items()}
    assert looks(case_id) == (["files_taken"], 1)
    page = clerk.get(f"/cases/{case_id}/?history=reads").content.decode()
    assert "下载全部材料" in page
    assert "链式校验完整" in page


def test_the_zip_is_not_for_others_and_a_case_without_files_has_none() -> None:
    case_id = with_files()
    assert client_for(actor(BUREAU, "R3")).post(f"/cases/{case_id}/files/").status_code == 404
    assert client_for(actor(COUNTY, "R5", unit="城管局")).post(f"/cases/{case_id}/files/").status_code == 404
    assert client_for(actor(COUNTY, "R3")).get(f"/cases/{case_id}/files/").status_code == 405
    assert looks(case_id) == ([], 0)
    assert client_for(actor(COUNTY, "R3")).post(f"/cases/{register().case.id}/files/").status_code == 404


def test_a_picture_and_a_pdf_are_shown_by_our_own_page_and_by_none_else() -> None:
    case_id, clerk = with_files(), client_for(actor(COUNTY, "R3"))
    assert "frame-src 'self'" in clerk.get(f"/cases/{case_id}/").headers["Content-Security-Policy"]
    for name, tag in (("现场.png", "<img src="), ("信访原文.pdf", "<iframe src=")):
        url = one(case_id, name)
        assert tag in clerk.get(f"{url}preview/", **HTMX).content.decode()
        assert tag in clerk.get(f"{url}preview/").content.decode()
        answer = clerk.get(f"{url}?open")
        assert b"".join(answer.streaming_content)
        assert answer.headers["Content-Disposition"].startswith("inline")
        assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'self'" in policy
        assert "script-src" not in policy
    answer = clerk.get(f"{one(case_id, '现场.png')}?open")
    assert b"".join(answer.streaming_content)
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_text_is_read_in_its_own_encoding_and_what_no_browser_shows_says_how() -> None:
    case_id, clerk = with_files(), client_for(actor(COUNTY, "R3"))
    assert "自 5 月起停用" in clerk.get(f"{one(case_id, '公告.txt')}preview/", **HTMX).content.decode()
    assert "用 OFD 阅读器打开" in clerk.get(f"/cases/{case_id}/").content.decode()
    assert "用 OFD 阅读器打开" in clerk.get(f"{one(case_id, '批复.ofd')}preview/", **HTMX).content.decode()
    answer = clerk.get(f"{one(case_id, '批复.ofd')}?open")
    assert b"".join(answer.streaming_content)
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_each_file_opened_is_logged_and_one_of_an_accusation_is_an_event_too() -> None:
    case_id = with_files()
    answer = client_for(actor(COUNTY, "R3")).get(one(case_id, "现场.png"))
    assert b"".join(answer.streaming_content) == CONTENTS["现场.png"][0]
    assert looks(case_id) == (["file_read"], 0)
    sealed = with_files(("现场.png",), klass="B", purpose="02")
    assert client_for(actor(COUNTY, "R3")).get(one(sealed, "现场.png")).status_code == 404
    assert looks(sealed) == ([], 0)
    answer = client_for(actor(COUNTY, "R18")).get(one(sealed, "现场.png"))
    assert b"".join(answer.streaming_content) == CONTENTS["现场.png"][0]
    assert looks(sealed) == (["file_read"], 1)
