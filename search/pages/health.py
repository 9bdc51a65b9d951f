"""What the operator sees of search: how late it is, which index is searched or being built, what does not agree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from kernel.errors import Unavailable
from search import client
from search.indexing import comparing, copying, renewal
from search.indexing.models import Build


def panel(request: HttpRequest, values: Mapping[str, Any]) -> SafeString:
    lag = copying.lag()
    context = {
        "lag_s": round(lag.total_seconds()),
        "late": lag > copying.LATE,
        "answers": _answers(),
        "waiting": renewal.waiting(),
        "builds": Build.objects.filter(state__in=(Build.State.FILLING, Build.State.LIVE)).order_by("province", "-id"),
        "compared": comparing.report(),
    }
    return render_to_string("search/health.html", context, request)


def _answers() -> str:
    """ "" where the database alone answers, else what Elasticsearch says of itself, "red" where it says nothing."""
    if not client.wanted():
        return ""
    try:
        return str(client.ask("GET", "/_cluster/health").get("status", "red"))
    except (Unavailable, client.Rejected):
        return "red"
