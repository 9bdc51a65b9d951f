"""权责清单: what each unit answers for, taken out as a sheet, changed there and brought back (R19)."""

from __future__ import annotations

from itertools import groupby

from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from desk.office import imports
from desk.office.imports import Import
from desk.office.tabs import tabs
from tenants import spreadsheets
from tenants.administration import duties
from tenants.administration.ground import require_admin
from tenants.requests import StaffRequest


@never_cache
@require_http_methods(["GET", "POST"])
def page(request: StaffRequest) -> HttpResponseBase:
    require_admin(request.actor)
    bringing = Import(duties.DUTIES, duties.check, duties.put)
    if request.method == "POST" and (answer := bringing.take(request).answer) is not None:
        return answer
    names = imports.names()
    rows = duties.rows(request.actor.tenant)
    units = [
        {
            "unit": unit,
            "items": [
                {"row": row, "contents": _("、").join(names.get(code, code) for code in row.contents)} for row in items
            ],
        }
        for unit, items in groupby(rows, key=lambda row: row.department)
    ]
    context = {
        "tabs": tabs(request),
        "bringing": bringing,
        "done": imports.done(request),
        "units": units,
        "total": len(rows),
    }
    return render(request, "desk/office/duties.html", context, status=bringing.status)


@never_cache
@require_GET
def sheet(request: StaffRequest) -> FileResponse:
    """The lists as they stand; an empty office gets the headings and one line to write after."""
    require_admin(request.actor)
    names = imports.names()
    rows = [duties.cells(row, names) for row in duties.rows(request.actor.tenant)]
    headings = [known[0] for known in duties.DUTIES.headings.values()]
    example = [_("县住建局"), "1", _("物业管理、住宅专项维修资金"), names.get("080400", ""), "", "", ""]
    return spreadsheets.answer(_("权责清单"), headings, rows or [example])


pages = [
    path("office/duties/", page, name="duties"),
    path("office/duties/sheet/", sheet, name="duties_sheet"),
]
