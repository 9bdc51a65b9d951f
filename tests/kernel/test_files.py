"""Attachments at rest and on their way in: encrypted, whole or absent, told by content, capped."""

import base64
import hashlib
import io
import os
import tracemalloc
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.http import HttpResponse
from django.test import RequestFactory, override_settings

from kernel import files
from kernel.crypto import DecryptionError
from kernel.errors import Invalid, NotFound, TooLarge
from kernel.file_types import DOC, DOCX, ENDINGS, OFD, TEXT, XLS, XLSX, safe_name, sniff
from kernel.schema import use_schema
from kernel.uploads import MAX_REQUEST, BodyLimitMiddleware, CappedUploadHandler

KEYS = {"k1": base64.b64encode(b"1" * 32).decode(), "k2": base64.b64encode(b"2" * 32).decode()}
PDF = b"%PDF-1.7\n"


@pytest.fixture(autouse=True)
def office(tmp_path: Path) -> Iterator[Path]:
    with override_settings(MEDIA_ROOT=str(tmp_path)), use_schema("t_one"):
        yield tmp_path


def _blob(root: Path) -> Path:
    (found,) = [path for path in root.rglob("*") if path.is_file()]
    return found


@pytest.mark.parametrize("size", [0, 1, files.RECORD - 1, files.RECORD, files.RECORD + 1, 3 * files.RECORD, 1_500_000])
def test_what_goes_in_comes_out_and_lies_encrypted(office: Path, size: int) -> None:
    data = os.urandom(size)
    sha = files.put(data)
    assert sha == hashlib.sha256(data).hexdigest()
    assert files.exists(sha)
    assert files.get(sha) == data
    assert b"".join(files.stream(sha)) == data
    lying = _blob(office).read_bytes()
    assert sha not in str(_blob(office))
    assert size < 64 or data[:64] not in lying


def test_the_same_content_lies_once_per_office(office: Path) -> None:
    sha = files.put(PDF)
    assert files.put(io.BytesIO(PDF)) == sha
    _blob(office)
    with use_schema("t_two"):
        assert not files.exists(sha)
        with pytest.raises(NotFound):
            files.get(sha)
    files.copy(sha, source="t_one", target="t_two")
    files.copy(sha, source="t_one", target="t_two")
    assert files.get(sha, office="t_two") == PDF
    files.delete(sha)
    assert not files.exists(sha)
    assert files.exists(sha, office="t_two")


def test_without_an_office_there_is_no_file() -> None:
    with use_schema(None), pytest.raises(ValueError, match="office"):
        files.put(PDF)
    with pytest.raises(ValueError, match="hash"):
        files.get("../../etc/passwd")


def test_every_altered_byte_and_every_cut_is_noticed(office: Path) -> None:
    sha = files.put(PDF)
    path = _blob(office)
    whole = path.read_bytes()
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(DecryptionError):
            files.get(sha)
        path.write_bytes(whole[:place])
        with pytest.raises(DecryptionError):
            files.get(sha)


def test_records_cannot_be_dropped_or_exchanged(office: Path) -> None:
    sha = files.put(os.urandom(3 * files.RECORD))
    path = _blob(office)
    whole = path.read_bytes()
    record = files.RECORD + files.TAG
    for altered in (whole[:-record], whole[: -2 * record] + whole[-record:] + whole[-2 * record : -record]):
        path.write_bytes(altered)
        with pytest.raises(DecryptionError):
            files.get(sha)


def test_another_files_blob_in_its_place_is_noticed(office: Path) -> None:
    sha = files.put(b"one")
    first = _blob(office)
    other = files.put(b"two")
    (second,) = {path for path in office.rglob("*") if path.is_file()} - {first}
    first.write_bytes(second.read_bytes())
    with pytest.raises(DecryptionError):
        files.get(sha)
    assert files.get(other) == b"two"


def test_an_interrupted_write_leaves_no_half_file(office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*args: object) -> None:
        raise OSError

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", crash)
        with pytest.raises(OSError):  # noqa: PT011
            files.put(PDF)
    sha = hashlib.sha256(PDF).hexdigest()
    assert not files.exists(sha)
    assert list(files.places()) == []
    assert files.put(PDF) == sha
    assert files.get(sha) == PDF


def test_rotation_renews_every_blob_once(office: Path) -> None:
    data = os.urandom(files.RECORD * 2 + 7)
    with override_settings(HUIYIN_KEYS=KEYS, HUIYIN_KEY_CURRENT="k1"):
        sha = files.put(data)
    with override_settings(HUIYIN_KEYS=KEYS, HUIYIN_KEY_CURRENT="k2"):
        (place,) = files.places()
        assert files.reencrypt_place(place)
        assert not files.reencrypt_place(place)
        assert files.get(sha) == data
    with override_settings(HUIYIN_KEYS={"k2": KEYS["k2"]}, HUIYIN_KEY_CURRENT="k2"):
        assert files.get(sha) == data


def test_fifty_megabytes_never_sit_twice_in_memory(tmp_path: Path) -> None:
    source = tmp_path / "source"
    with source.open("wb") as out:
        for _ in range(50):
            out.write(os.urandom(1024 * 1024))
    tracemalloc.start()
    with source.open("rb") as content:
        sha = files.put(content)
    for _ in files.stream(sha):
        pass
    _, streamed = tracemalloc.get_traced_memory()
    tracemalloc.reset_peak()
    assert len(files.get(sha)) == files.MAX_BYTES
    _, whole = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert streamed < 8 * 1024 * 1024
    assert whole < 1.5 * files.MAX_BYTES


def test_a_byte_too_many_is_refused() -> None:
    class Endless(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            return b"\0" * size

        def seek(self, place: int, whence: int = 0) -> int:
            return 0

    with pytest.raises(TooLarge):
        files.put(Endless())  # type: ignore[arg-type]


# What is taken -------------------------------------------------------------------------------------------------------


def package(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, "x" * 100)
    return out.getvalue()


WORD = package("[Content_Types].xml", "word/document.xml")
EXCEL = package("[Content_Types].xml", "xl/workbook.xml")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504


@pytest.mark.parametrize(
    ("content", "name", "mime"),
    [
        (PDF, "a.pdf", "application/pdf"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "照片.jpg", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a.jpg", "image/png"),
        (b"II*\0\x08\0\0\0", "a.tif", "image/tiff"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "a.webp", "image/webp"),
        (WORD, "a.docx", DOCX),
        (EXCEL, "a.docx", XLSX),
        (package("OFD.xml", "Doc_0/Document.xml"), "公文.ofd", OFD),
        (OLE, "a.doc", DOC),
        (OLE, "a.XLS", XLS),
        (b"\0\0\0\x20ftypisom\0\0\2\0", "a.mp4", "video/mp4"),
        (b"\0\0\0\x20ftypM4A \0\0\2\0", "a.m4a", "audio/mp4"),
        (b"ID3\x04\0\0\0\0\0\0", "a.mp3", "audio/mpeg"),
        (b"\xff\xfb\x90\x64\0\0", "a.mp3", "audio/mpeg"),
        (b"#!AMR\n\x3c", "a.amr", "audio/amr"),
        ("情况说明\r\n".encode(), "a.txt", TEXT),
        ("情况说明".encode("gb18030"), "a.txt", TEXT),
        (("说明" * 3000).encode()[:4096], "a.txt", TEXT),
    ],
)
def test_content_decides_the_type(content: bytes, name: str, mime: str) -> None:
    assert sniff(content, name) == mime
    assert sniff(content, name, io.BytesIO(content)) == mime


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.pdf", "empty-file"),
        (b"MZ\x90\0", "a.pdf", "file-type"),
        (b"\x7fELF", "a.txt", "file-type"),
        (b"<html><script>", "a.html", "file-type"),
        (b"<svg xmlns=", "a.svg", "file-type"),
        (b"GIF89a", "a.gif", "file-type"),
        (b"plain text", "a.pdf", "file-type"),
        (package("a.exe"), "a.docx", "file-type"),
        (package("word/document.xml", "word/vbaProject.bin"), "a.docx", "macros"),
    ],
)
def test_everything_else_is_refused(content: bytes, name: str, code: str) -> None:
    with pytest.raises(Invalid) as told:
        sniff(content, name, io.BytesIO(content))
    assert told.value.code == code


def test_a_package_cut_short_says_so() -> None:
    with pytest.raises(Invalid) as told:
        sniff(WORD[:200], "a.docx", io.BytesIO(WORD[:200]))
    assert told.value.code == "broken-file"


@pytest.mark.parametrize(
    ("given", "mime", "kept"),
    [
        ("../../etc/passwd", None, "passwd"),
        ("C:\\Users\\a\\合同.pdf", None, "合同.pdf"),
        ("invoice\u202efdp.exe", "application/pdf", "invoicefdp.exe.pdf"),
        ("a\0b\n.pdf", None, "ab.pdf"),
        ("照片.jpg", "image/png", "照片.jpg.png"),
        ("CON.pdf", None, "_CON.pdf"),
        ("...", None, "附件"),
        ("", "image/png", "附件.png"),
        ('<a>:"b|?*.PDF', "application/pdf", "_a___b___.pdf"),
        ("x" * 300 + ".pdf", "application/pdf", "x" * 116 + ".pdf"),
    ],
)
def test_names_are_one_visible_component(given: str, mime: str | None, kept: str) -> None:
    assert safe_name(given, mime) == kept
    assert safe_name(kept, mime) == kept


def test_every_type_has_an_ending_of_its_own() -> None:
    endings = [ending for group in ENDINGS.values() for ending in group]
    assert len(endings) == len(set(endings))


def test_an_upload_becomes_what_a_row_keeps() -> None:
    kept = files.receive(SimpleUploadedFile("../合同.pdf", PDF))
    assert (kept.name, kept.mime, kept.size) == ("合同.pdf", "application/pdf", len(PDF))
    assert files.get(kept.sha) == PDF


# How large -----------------------------------------------------------------------------------------------------------


@contextmanager
def _upload(content: bytes) -> Iterator["UploadedFile[bytes]"]:
    request = RequestFactory().post("/", {"file": SimpleUploadedFile("a.pdf", content)})
    request.upload_handlers = [CappedUploadHandler(request)]
    yield request.FILES["file"]  # type: ignore[misc]
    request.close()


def test_a_file_streams_in_and_out() -> None:
    content = PDF + os.urandom(3_000_000)
    with _upload(content) as upload:
        assert files.get(files.receive(upload).sha) == content


def test_a_file_over_the_cap_is_dropped_while_it_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kernel.uploads.MAX_BYTES", 1_000_000)
    with _upload(PDF + b"\0" * 3_000_000) as upload:
        assert upload.read() == b""
        with pytest.raises(TooLarge):
            files.receive(upload)


class _Unread(io.RawIOBase):
    def read(self, size: int = -1) -> bytes:
        raise AssertionError("the body was read")


@pytest.mark.parametrize(
    ("kind", "length", "status"),
    [
        ("multipart/form-data; boundary=x", MAX_REQUEST + 1, 413),
        ("application/json", 3 * 1024 * 1024, 413),
        ("application/x-www-form-urlencoded", 3 * 1024 * 1024, 413),
        ("application/json", "many", 400),
        ("multipart/form-data; boundary=x", MAX_REQUEST, 200),
        ("application/json", "", 200),
    ],
)
@pytest.mark.parametrize("path", ["/cases/", "/api/v1/cases"])
def test_the_announced_length_is_judged_before_the_body(path: str, kind: str, length: object, status: int) -> None:
    request = RequestFactory().generic("POST", path, b"unread", content_type=kind)
    request.META["CONTENT_LENGTH"] = str(length)
    request.META["wsgi.input"] = _Unread()
    response = BodyLimitMiddleware(lambda request: HttpResponse())(request)
    assert response.status_code == status
    if status == 413:
        text = response.content.decode()
        assert "MB" in text or "附件" in text
        assert ("problem+json" in response.headers["Content-Type"]) == path.startswith("/api/")


def test_storage_is_the_test_folder(office: Path) -> None:
    assert default_storage.path("x").startswith(str(office))
