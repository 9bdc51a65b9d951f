"""法规条文: the articles an opinion may cite: everybody's, and the office's own from a sheet (R19)."""

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
from tenants import laws as table
from tenants import spreadsheets
from tenants.administration import laws
from tenants.administration.ground import require_admin
from tenants.requests import StaffRequest


@never_cache
@require_http_methods(["GET", "POST"])
def page(request: StaffRequest) -> HttpResponseBase:
    require_admin(request.actor)
    bringing = Import(laws.LAWS, laws.check, laws.put)
    if request.method == "POST" and (answer := bringing.take(request).answer) is not None:
        return answer
    rows = table.listed(request.actor.tenant)
    shown = [{"law": law, "rows": list(found)} for law, found in groupby(rows, key=lambda row: row.law)]
    context = {
        "tabs": tabs(request),
        "bringing": bringing,
        "done": imports.done(request),
        "laws": shown,
        "total": len(rows),
    }
    return render(request, "desk/office/laws.html", context, status=bringing.status)


@never_cache
@require_GET
def sheet(request: StaffRequest) -> FileResponse:
    """The office's own articles; without any the headings and one line to write after."""
    require_admin(request.actor)
    names = imports.names()
    own = [row for row in table.listed(request.actor.tenant) if row.law.tenant_id is not None]
    headings = [known[0] for known in laws.LAWS.headings.values()]
    example = [_("物业管理条例"), _("第三十五条"), _("物业服务企业的义务"), "", names.get("080400", ""), "", "", ""]
    return spreadsheets.answer(_("法规条文"), headings, [laws.cells(row, names) for row in own] or [example])


pages = [
    path("office/laws/", page, name="laws"),
    path("office/laws/sheet/", sheet, name="laws_sheet"),
]
