"""Papers as documents to print. How one looks, the pages know: they register a printer, and it prints for both.

HTML and no PDF: a PDF that shows every character of a name embeds a font, and there is none everywhere we could embed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from drf_spectacular.types import OpenApiTypes
from rest_framework.renderers import JSONRenderer

from cases.models import Case
from kernel.errors import NotFound
from tenants import spreadsheets

HTML = "text/html"
ZIP = "application/zip"
ZIP_ONLY = {(200, ZIP): OpenApiTypes.BINARY}
HTML_ONLY = {(200, HTML): OpenApiTypes.STR}
XLSX_ONLY = {(200, spreadsheets.MIME): OpenApiTypes.BINARY}
# The request (host and language), the case, and what kind of document needs besides: markup of a whole page.
Printer = Callable[..., str]

_printers: dict[str, Printer] = {}


def prints(kind: str, printer: Printer) -> None:
    """`kind`: paper (with `sheet`), receipt, registration, case_sheet (with `history`)."""
    _printers[kind] = printer


def printed(kind: str, request: HttpRequest, case: Case, **more: Any) -> str:
    """Raises NotFound where no pages are installed."""
    if kind not in _printers:
        raise NotFound
    return _printers[kind](request, case, **more)


class HtmlRenderer(JSONRenderer):
    """A document as it is; a refusal as JSON like everywhere."""

    media_type, format, charset = HTML, "html", "utf-8"

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> bytes:
        if isinstance(data, str):
            return data.encode()
        return bytes(super().render(data, accepted_media_type, renderer_context))


class ZipRenderer(JSONRenderer):
    """Lets a caller ask for a zip; the view sends its bytes."""

    media_type, format = ZIP, "zip"


class XlsxRenderer(JSONRenderer):
    """Lets a caller ask for a spreadsheet by its name; the file itself is written below."""

    media_type, format = spreadsheets.MIME, "xlsx"
