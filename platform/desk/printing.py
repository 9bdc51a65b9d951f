"""The papers of the pages as documents of their own, for other systems to print (cases.api.printing)."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from cases.api import printing
from cases.models import Case
from cases.queries.papers import Sheet
from desk import casesheet, receipts
from tenants.requests import StaffRequest


def _document(request: StaffRequest, article: str, title: str, context: dict[str, Any]) -> str:
    origin = f"{request.scheme}://{request.get_host()}"
    told = {"article": f"desk/papers/{article}.html", "title": title, "origin": origin, **context}
    return render_to_string("desk/papers/print.html", told)


def paper(request: StaffRequest, case: Case, *, sheet: Sheet) -> str:
    """In Chinese whatever the reader's language, as it is issued."""
    with override("zh-hans"):
        return _document(request, "sheet", " ".join(filter(None, (sheet.title, sheet.number))), {"sheet": sheet})


def receipt(request: StaffRequest, case: Case) -> str:
    """Without the query code: that was told once."""
    told = receipts.of(case)
    return _document(request, "receipt", _("信访件收件回执"), receipts.paper(request.actor, told))


def registration(request: StaffRequest, case: Case) -> str:
    return _document(request, "registration", _("信访登记表"), receipts.form_of(case, request.tenant, None))


def case_sheet(request: StaffRequest, case: Case, *, history: str) -> str:
    told = casesheet.told(request, case, history)
    return _document(request, "case_sheet", _("信访事项案卷单"), {**told, "with_sheet": True})


def register() -> None:
    """Called when the app is ready."""
    for printer in (paper, receipt, registration, case_sheet):
        printing.prints(printer.__name__, printer)
