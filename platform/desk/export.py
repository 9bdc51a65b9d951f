"""The list as a spreadsheet: what the address asks for."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from cases.exports import worklist
from cases.queries.asked import Asked
from tenants.requests import StaffRequest


@never_cache
@require_GET
def export(request: StaffRequest) -> HttpResponseBase:
    sealed = request.GET.get("sealed") == "1"
    if not worklist.may_take(request.actor, sealed=sealed):
        return render(request, "desk/worklist_none.html", {"sealed": sealed}, status=403)
    return worklist.export(request.actor, Asked.read(request.GET), sealed=sealed)
