"""The text of one file, bounded in bytes, pages, time and memory. Whatever a file does to its reader, we live on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from kernel.file_types import DOCX, TEXT, XLSX
from search.documents.extract import BROKEN, MOST_CHARS, TOO_LARGE
from search.models import FileText

Outcome = FileText.Outcome

MOST_BYTES = 20 * 1024 * 1024
TIMEOUT_S = 20.0
PDF = "application/pdf"
KINDS = {PDF: "pdf", DOCX: "docx", XLSX: "xlsx"}
READABLE = frozenset({*KINDS, TEXT})
_READER = str(Path(__file__).with_name("extract.py"))


def text_of(data: bytes, mime: str) -> tuple[Outcome, str]:
    """What a file of a READABLE type says; plain text here, packages and PDF in a child process."""
    if mime == TEXT:
        return _told(_decoded(data))
    try:
        done = subprocess.run(
            [sys.executable, "-I", _READER, KINDS[mime]],
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=TIMEOUT_S,
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Outcome.SLOW, ""
    if done.returncode == TOO_LARGE:
        return Outcome.LARGE, ""
    if done.returncode == BROKEN or done.returncode > 0:
        return Outcome.BROKEN, ""
    if done.returncode < 0:  # killed: by its bound of processor time, or by the machine for memory
        return Outcome.SLOW, ""
    return _told(done.stdout.decode("utf-8", "replace"))


def _told(text: str) -> tuple[Outcome, str]:
    cut = text[:MOST_CHARS].strip()
    return (Outcome.READ, cut) if cut else (Outcome.NONE, "")


def _decoded(data: bytes) -> str:
    """Chinese offices write UTF-8, or what Windows called ANSI."""
    head = data[: MOST_CHARS * 4]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "ignore")
    try:
        return data.decode("utf-8-sig")[:MOST_CHARS]
    except UnicodeDecodeError:
        return head.decode("gb18030", "ignore")
