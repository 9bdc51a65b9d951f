"""The files of a case: looked at in place where a browser can, downloaded one by one or all as one zip.

Every file opened is logged; all of them at once, and any file of an accusation, is an event of the case (P2).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cases import actions
from cases.models import Attachment, Case
from cases.numbers import short
from cases.queries import dossier, filed
from cases.queries.names import Names
from kernel import files
from kernel.file_types import DOC, DOCX, OFD, TEXT, XLS, XLSX
from tenants.requests import StaffRequest

LONGEST_TEXT = 200_000
PDF = "application/pdf"
PICTURES = frozenset({"image/jpeg", "image/png", "image/webp"})
SOUNDS = frozenset({"audio/mpeg", "audio/mp4"})
FILMS = frozenset({"video/mp4"})
# A page that shows a file in a frame, or plays a recording; both come from here.
PAGE_POLICY = f"{settings.CONTENT_POLICY}; frame-src 'self'; media-src 'self'"
# Shown where it stands; a frame of our own page may hold it, and nothing in it may act.
INLINE = PICTURES | SOUNDS | FILMS | {PDF}
LOCKED = "default-src 'none'; frame-ancestors 'self'; sandbox"
# The browser's own reader of PDF does not start in a sandbox; no script of the file is run by it.
READER = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'"


@dataclass(frozen=True, slots=True)
class Shown:
    """One line of the list; `preview` is empty where a browser cannot show it, `way` says what can."""

    line: dossier.FileLine
    url: str
    preview: str = ""
    way: str = ""


def kind_of(mime: str) -> str:
    """picture, pdf, sound, film, text, or none of these."""
    kinds = ((PICTURES, "picture"), (frozenset({PDF}), "pdf"), (SOUNDS, "sound"), (FILMS, "film"), ({TEXT}, "text"))
    return next((kind for mimes, kind in kinds if mime in mimes), "")


def way_of(mime: str) -> str:
    """How to open what a browser cannot show."""
    words = {
        OFD: _("下载后用 OFD 阅读器打开"),
        DOC: _("下载后用 WPS 或 Word 打开"),
        DOCX: _("下载后用 WPS 或 Word 打开"),
        XLS: _("下载后用 WPS 或 Excel 打开"),
        XLSX: _("下载后用 WPS 或 Excel 打开"),
        "image/tiff": _("下载后用看图软件打开"),
        "audio/amr": _("下载后用播放软件打开"),
    }
    return words.get(mime, _("下载后打开"))


def listed(request: StaffRequest, case: Case, names: Names) -> list[Shown]:
    return [_shown(case, line) for line in dossier.files(request.actor, case, names)]


def _shown(case: Case, line: dossier.FileLine) -> Shown:
    url = reverse("desk:file", args=[case.id, line.id])
    if kind_of(line.mime):
        return Shown(line, url, reverse("desk:file_preview", args=[case.id, line.id]))
    return Shown(line, url, way=way_of(line.mime))


def _size(size: int) -> str:
    return f"{size / 1048576:.1f} MB" if size >= 1048576 else f"{max(size // 1024, 1)} KB"


@require_GET
def file(request: StaffRequest, case_id: UUID, file_id: UUID) -> HttpResponseBase:
    """The content: a download, or with `?open` in place; nothing a browser could run is shown."""
    row = actions.open_file(request.actor, case_id, file_id)
    content: Iterator[bytes] = files.stream(row.sha256, office=request.actor.schema)
    shown = row.mime in INLINE and "open" in request.GET
    response = StreamingHttpResponse(content, content_type=row.mime)
    how = "inline" if shown else "attachment"
    response.headers["Content-Disposition"] = f"{how}; filename*=UTF-8''{quote(str(row.name))}"
    response.headers["Content-Length"] = str(row.size)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = READER if row.mime == PDF else LOCKED
    if shown:
        response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


@require_GET
def preview(request: StaffRequest, case_id: UUID, file_id: UUID) -> HttpResponse:
    """In the place below the list for htmx; else the file itself on a page of its own."""
    case = dossier.find(request.actor, case_id)
    row = dossier.file(request.actor, case, file_id)
    kind = kind_of(row.mime)
    context: dict[str, Any] = {"case": case, "file": row, "kind": kind, "size": _size(row.size)}
    context["url"] = reverse("desk:file", args=[case_id, file_id])
    context["way"] = "" if kind else way_of(row.mime)
    if kind == "text":
        context |= _text(actions.open_file(request.actor, case_id, file_id), request.actor.schema)
    part = "desk/case/preview.html" if request.htmx else "desk/case/preview_page.html"
    response = render(request, part, context)
    response.headers["Cache-Control"] = "no-store"
    if not request.htmx:
        response.headers["Content-Security-Policy"] = PAGE_POLICY
    return response


def _text(row: Attachment, schema: str) -> dict[str, Any]:
    """The beginning of a text, in the encoding it is in."""
    kept = bytearray()
    pieces = files.stream(row.sha256, office=schema)
    for piece in pieces:
        kept += piece
        if len(kept) > LONGEST_TEXT:
            break
    if hasattr(pieces, "close"):
        pieces.close()
    data = bytes(kept[:LONGEST_TEXT])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        cut = error.start >= len(data) - 4
        text = data[: error.start].decode("utf-8-sig") if cut else data.decode("gb18030", "replace")
    return {"text": text, "cut": row.size > LONGEST_TEXT}


@require_POST
def taken(request: StaffRequest, case_id: UUID) -> HttpResponseBase:
    """All files as one zip, read while it is sent."""
    case = dossier.find(request.actor, case_id)
    rows = actions.take_files(request.actor, case_id)
    response = StreamingHttpResponse(filed.zipped(request.actor.schema, rows), content_type="application/zip")
    name = quote(_("%(number)s 材料") % {"number": short(case.number)} + ".zip")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    response.headers["Cache-Control"] = "no-store"
    return response
