"""The hits as a spreadsheet: what the address asks for, posted, so that taking it along is an act."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from search import address, exporting
from tenants.requests import StaffRequest


@never_cache
@require_POST
def export(request: StaffRequest) -> HttpResponseBase:
    return exporting.export(request.actor, address.read(request.POST))
