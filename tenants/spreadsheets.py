"""A spreadsheet as an answer: written to a file on disk row by row, sent in pieces, never kept."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from django.http import FileResponse

from tenants import sheets

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
IN_MEMORY = 1 << 20


def answer(name: str, headings: Sequence[str], rows: Iterable[Sequence[sheets.Cell]]) -> FileResponse:
    """`name` is the sheet's title and, with .xlsx, the file's. No cell becomes a formula (tenants.sheets)."""
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  the response closes it
    sheets.write_rows(file, name, headings, rows)
    file.seek(0)
    response = FileResponse(file, content_type=MIME)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}.xlsx"
    response.headers["Cache-Control"] = "no-store"
    return response
