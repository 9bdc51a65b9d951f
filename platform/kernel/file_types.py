"""Which files are taken: twelve signatures and plain text, told by content, never by what the browser claims."""

import io
import re
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from kernel.errors import Invalid

HEAD_BYTES = 4096
MAX_NAME = 120

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OFD = "application/ofd"
DOC = "application/msword"
XLS = "application/vnd.ms-excel"
TEXT = "text/plain"

# Of each type the endings it may bear; the first is given to a name that bears none of them.
ENDINGS: dict[str, tuple[str, ...]] = {
    "application/pdf": (".pdf",),
    OFD: (".ofd",),
    "image/jpeg": (".jpg", ".jpeg", ".jfif"),
    "image/png": (".png",),
    "image/tiff": (".tif", ".tiff"),
    "image/webp": (".webp",),
    DOCX: (".docx",),
    XLSX: (".xlsx",),
    DOC: (".doc", ".wps"),
    XLS: (".xls", ".et"),
    "video/mp4": (".mp4",),
    "audio/mp4": (".m4a",),
    "audio/mpeg": (".mp3",),
    "audio/amr": (".amr",),
    TEXT: (".txt",),
}
ACCEPT = ",".join(ending for endings in ENDINGS.values() for ending in endings)

_MP4_BRANDS = {b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V", b"qt", b"3gp4", b"3gp5"}

_SIGNATURES: tuple[tuple[str, Callable[[bytes], bool]], ...] = (
    ("application/pdf", lambda head: b"%PDF-" in head[:1024]),
    ("image/jpeg", lambda head: head.startswith(b"\xff\xd8\xff")),
    ("image/png", lambda head: head.startswith(b"\x89PNG\r\n\x1a\n")),
    ("image/tiff", lambda head: head.startswith((b"II*\0", b"MM\0*"))),
    ("image/webp", lambda head: head[:4] == b"RIFF" and head[8:12] == b"WEBP"),
    ("audio/mp4", lambda head: head[4:8] == b"ftyp" and head[8:11] in {b"M4A", b"M4B"}),
    ("video/mp4", lambda head: head[4:8] == b"ftyp" and head[8:12].strip() in _MP4_BRANDS),
    ("audio/amr", lambda head: head.startswith((b"#!AMR\n", b"#!AMR-WB\n"))),
    ("audio/mpeg", lambda head: head.startswith(b"ID3") or _mpeg_frame(head)),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def _mpeg_frame(head: bytes) -> bool:
    """An MPEG audio layer III frame header with a bit rate and a sampling rate that exist."""
    return (
        len(head) > 3
        and head[0] == 0xFF
        and head[1] & 0xE6 == 0xE2
        and head[2] >> 4 not in {0, 15}
        and head[2] >> 2 & 3 != 3
    )


def sniff(head: bytes, name: str, whole: BinaryIO | None = None) -> str:
    """The MIME type by content; raises Invalid. `head` is the first 4096 bytes or all; `whole` lets packages be opened.

    The name only decides between the two old Office formats, which share a signature, and admits plain text.
    """
    if not head:
        raise Invalid(_("文件是空的。换一份再上传。"), code="empty-file")
    for mime, fits in _SIGNATURES:
        if fits(head):
            return mime
    ending = PurePosixPath(name).suffix.lower()
    if head.startswith(_OLE):
        return XLS if ending in ENDINGS[XLS] else DOC
    if head.startswith(b"PK\x03\x04"):
        return _package(head, whole)
    if ending == ".txt" and _is_text(head):
        return TEXT
    raise _unknown()


def _unknown() -> Invalid:
    return Invalid(
        _("不能收这种文件。请转成 PDF、OFD、图片、Word、Excel、文本或常见的录音录像再上传。"), code="file-type"
    )


def _package(head: bytes, whole: BinaryIO | None) -> str:
    """Word, Excel and OFD are all zip archives: told apart by what lies in them. One with macros is not taken."""
    try:
        with zipfile.ZipFile(whole or io.BytesIO(head)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        if whole is not None:
            raise Invalid(_("文件打不开，可能没有传完。重新上传一次。"), code="broken-file") from None
        names = {match.decode("utf-8", "replace") for match in re.findall(rb"(?:word|xl)/[\w.]+|OFD\.xml", head)}
    if any(entry.lower().endswith("vbaproject.bin") for entry in names):
        raise Invalid(_("文件里带有宏，不能收。另存为不带宏的格式再上传。"), code="macros")
    for mime, prefix in ((DOCX, "word/"), (XLSX, "xl/"), (OFD, "OFD.xml")):
        if any(entry.startswith(prefix) for entry in names):
            return mime
    raise _unknown()


def _is_text(head: bytes) -> bool:
    """UTF-8 or GB 18030 without control characters; the head may end inside a character."""
    for encoding in ("utf-8-sig", "gb18030"):
        for cut in range(4):
            try:
                text = head[: len(head) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
            return not any(unicodedata.category(ch) == "Cc" and ch not in "\r\n\t\f" for ch in text)
    return False


_FORBIDDEN = re.compile(r'[<>:"|?*\x00-\x1f\x7f]')
_RESERVED = re.compile(r"^(?:con|prn|aux|nul|com\d|lpt\d)$", re.IGNORECASE)


def safe_name(name: str, mime: str | None = None) -> str:
    """A name that is one path component everywhere, shows as it is and bears an ending of its type."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    visible = "".join(ch for ch in last if unicodedata.category(ch) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
    clean = _FORBIDDEN.sub("_", visible).strip(" .")
    stem, dot, ending = clean.rpartition(".")
    if not dot or len(ending) > 8:
        stem, ending = clean, ""
    ending = f".{ending.lower()}" if ending else ""
    if mime is not None and ending not in ENDINGS.get(mime, (ending,)):
        stem, ending = clean, ENDINGS[mime][0]
    stem = stem.rstrip(" .")[: MAX_NAME - len(ending)].rstrip(" .") or "附件"
    return ("_" if _RESERVED.match(stem.split(".")[0]) else "") + stem + ending
