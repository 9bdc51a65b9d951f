"""开通: a sheet with its preview, then its progress, which may be left, and its result; and all that was asked for."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from desk import fields
from desk.operator.forms import SheetForm
from desk.operator.requests import OperatorRequest, entries
from kernel import heartbeats
from kernel.errors import Invalid
from tenants import openings, operators, regions, sheets
from tenants.administration import offices as acts
from tenants.models import ProvisioningBatch, ProvisioningRequest

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Status = ProvisioningRequest.Status


@require_GET
def page(request: OperatorRequest) -> HttpResponse:
    """All that was asked for, newest first."""
    found = openings.batches(request.GET.get("after") or None)
    context = {
        "entries": entries(request.path),
        "batches": found.items,
        "names": operators.names(batch.made_by for batch in found.items),
        "more": f"{reverse('operator:batches')}?{urlencode({'after': found.next})}" if found.next else "",
        "later": bool(request.GET.get("after")),
    }
    return render(request, "desk/operator/batches.html", context)


@require_http_methods(["GET", "POST"])
def sheet(request: OperatorRequest) -> HttpResponse:
    form = SheetForm(request.POST, request.FILES) if request.method == "POST" else SheetForm()
    if request.method == "POST" and form.is_valid():
        try:
            batch = acts.read_sheet(request.user.pk, request.FILES.get("file"))
            return HttpResponseRedirect(reverse("operator:batch", args=[batch.pk]))
        except Invalid as error:
            fields.take(form, error)
    columns = [
        {"title": one.title, "columns": [names[0] for names in one.headings.values()], "required": _required(one)}
        for one in regions.SHEETS
    ]
    context = {"form": form, "entries": entries(reverse("operator:offices")), "sheets": columns}
    return render(request, "desk/operator/sheet.html", context, status=422 if form.errors else 200)


def _required(table: sheets.Sheet) -> str:
    return "、".join(table.headings[name][0] for name in table.required)


@require_GET
def blank(request: OperatorRequest) -> FileResponse:
    """The headings alone."""
    return _answer([(one, []) for one in regions.SHEETS], _("机构开通表"), blank=True)


# --- one of them ------------------------------------------------------------------------------------------------------


@require_GET
def one(request: OperatorRequest, batch_id: UUID) -> HttpResponse:
    batch = openings.batch(batch_id, lines=True)
    if batch.started_at is None:
        return _preview(request, batch)
    return _progress(request, batch)


def _preview(request: OperatorRequest, batch: ProvisioningBatch) -> HttpResponse:
    given = request.GET.get("from", "")
    found = openings.preview(batch, int(given) if given.isdecimal() and len(given) < 7 else 0)
    known = openings.existing([line["cells"].get("code", "") for line in found.rows])
    here = reverse("operator:batch", args=[batch.pk])
    context = {
        "entries": entries(reverse("operator:offices")),
        "batch": batch,
        "found": found,
        "refused": [_row(line, known) for line in found.refused],
        "rows": [_row(line, known) for line in found.rows],
        "more": f"{here}?from={found.next}" if found.next else "",
    }
    rows_only = request.htmx and given
    return render(request, "desk/operator/preview_rows.html" if rows_only else "desk/operator/preview.html", context)


def _row(line: Mapping[str, Any], known: set[str]) -> dict[str, Any]:
    """One line of the sheet in the same columns, whichever table it stands in."""
    cells = line["cells"]
    office = line["sheet"] == regions.OFFICES.title
    return {
        "sheet": line["sheet"],
        "number": line["number"],
        "code": cells.get("code") or cells.get("username", ""),
        "name": cells.get("name", ""),
        "place": cells.get("parent", "")
        if office
        else " ".join([cells.get("office", ""), cells.get("department", "")]),
        "detail": cells.get("host", "") if office else cells.get("roles") or cells.get("duties", ""),
        "errors": line["errors"],
        "there": office and cells.get("code") in known,
        "office": office,
    }


def _progress(request: OperatorRequest, batch: ProvisioningBatch) -> HttpResponse:
    counts = openings.counts(batch)
    status = request.GET.get("status", "")
    rows, following = openings.asked(batch, status, request.GET.get("after") or None)
    here = reverse("operator:batch", args=[batch.pk])
    refused = sum(1 for line in batch.lines if line["errors"])
    context = {
        "entries": entries(reverse("operator:batches")),
        "batch": batch,
        "counts": counts,
        "refused": refused,
        "rows": rows,
        "status": status,
        "tabs": [
            {"url": f"{here}?status={code}" if code else here, "text": text, "count": count, "current": code == status}
            for code, text, count in (
                ("", _("全部"), counts.all),
                (Status.FAILED.value, _("未成"), counts.failed),
                (Status.PENDING.value, _("待办"), counts.pending),
                (Status.DONE.value, _("已办"), counts.done),
            )
        ],
        "more": f"{here}?{urlencode({'status': status, 'after': following})}" if following else "",
        "here": f"{here}?{urlencode({'status': status})}" if status else here,
        "worker": heartbeats.pulse("owner-worker") if counts.pending else None,
        "by": operators.names([batch.made_by]).get(batch.made_by, ""),
        "migrating": batch.kind == ProvisioningBatch.Kind.MIGRATE,
    }
    if request.htmx and request.GET.get("after"):
        return render(request, "desk/operator/progress_rows.html", context)
    return render(request, "desk/operator/progress.html" if request.htmx else "desk/operator/batch.html", context)


@require_POST
def start(request: OperatorRequest, batch_id: UUID) -> HttpResponse:
    acts.start(request.user.pk, batch_id)
    return HttpResponseRedirect(reverse("operator:batch", args=[batch_id]))


@require_POST
def retry(request: OperatorRequest, batch_id: UUID) -> HttpResponse:
    acts.retry(request.user.pk, batch_id)
    return HttpResponseRedirect(reverse("operator:batch", args=[batch_id]))


@require_GET
def errors(request: OperatorRequest, batch_id: UUID) -> FileResponse:
    """The refused and failed rows as they came, with the reason: to be mended and uploaded again."""
    batch = openings.batch(batch_id, lines=True)
    stem = Path(batch.name).stem or _("机构开通表")
    return _answer(acts.with_errors(batch), _("%(name)s 待改") % {"name": stem})


def _answer(found: list[tuple[sheets.Sheet, list[sheets.Line]]], name: str, *, blank: bool = False) -> FileResponse:
    file = tempfile.NamedTemporaryFile(suffix=".xlsx")  # noqa: SIM115  the response closes it
    if blank:
        sheets.write_blank(Path(file.name), [sheet for sheet, _lines in found])
    else:
        sheets.write_errors(Path(file.name), found)
    file.seek(0)
    response = FileResponse(file, content_type=MIME)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}.xlsx"
    return response
