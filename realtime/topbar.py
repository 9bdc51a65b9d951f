"""What desk pages carry for the browser's side: the script with where the page stands, and the state in the top bar."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from kernel import alerts
from tenants.actors import Actor
from tenants.streams import streams_of


class StandingMiddleware:
    """request.heads, for whole pages of people with a post. Read before the page's own lists: what is told later may
    be missing there, nothing before."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> None:
        wanted = request.method == "GET" and "text/html" in request.headers.get("Accept", "text/html")
        if wanted and not request.headers.get("HX-Request") and not request.path_info.startswith("/api/"):
            _standing(request)


def _standing(request: HttpRequest) -> dict[str, tuple[str, int]] | None:
    """Where the person's streams stood when the page was asked for; None without a post."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None or actor.membership is None:
        return None
    found: dict[str, tuple[str, int]] | None = getattr(request, "heads", None)
    if found is None:
        found = alerts.heads(streams_of(actor))
        request.heads = found  # type: ignore[attr-defined]
    return found


def head(request: HttpRequest, values: Mapping[str, Any]) -> SafeString | None:
    """The slot `head`."""
    heads = _standing(request)
    if heads is None:
        return None
    context = {
        "post": request.actor.membership,  # type: ignore[attr-defined]
        "port": (settings.REALTIME_PORT or "") if settings.REALTIME_SOCKETS else "off",
        "since": reverse("desk:alerts_since"),
        "heads": json.dumps(heads),
    }
    return render_to_string("realtime/head.html", context)


def topbar(request: HttpRequest, values: Mapping[str, Any]) -> SafeString | None:
    """The slot `topbar`."""
    return None if _standing(request) is None else render_to_string("realtime/topbar.html")
