"""帮助: the keys, and one sentence on every clock, state and verb; the browser's own search finds a word in it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cases.queries import explanations
from desk import keys
from tenants.requests import StaffRequest


@require_GET
def page(request: StaffRequest) -> HttpResponse:
    return render(request, "desk/help.html", {"parts": explanations.everything(), "keys": keys.groups()})
