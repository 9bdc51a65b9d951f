"""The outermost layers: the health answer, one log line a request, and what a page may load."""

import logging
import time
from collections.abc import Callable
from uuid import uuid4

from django.conf import settings
from django.db import Error
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.crypto import constant_time_compare

from config import metrics
from tenants import context, offices, steps, tokens

log = logging.getLogger("huiyin.request")
GetResponse = Callable[[HttpRequest], HttpResponseBase]


class HealthMiddleware:
    """Answers /healthz (this process lives) and /readyz (it can serve: database there, steps stored) on any host: a
    probe knows the process's address, not a tenant's name. No facts: anybody may ask. /metrics has facts, but of no
    case and no person: for who has METRICS_TOKEN; without that setting there is no such address."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path == "/healthz":
            return _told(ok=True)
        if request.path == "/readyz":
            return _told(ok=_ready())
        if request.path == "/metrics" and settings.METRICS_TOKEN:
            return _measured(tokens.given(request))
        return self.get_response(request)


def _told(*, ok: bool) -> HttpResponse:
    answer = JsonResponse({"ok": ok}, status=200 if ok else 503)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _measured(token: str | None) -> HttpResponse:
    if token is None or not constant_time_compare(token, settings.METRICS_TOKEN):
        return HttpResponse(status=401, headers={"WWW-Authenticate": 'Bearer realm="metrics"'})
    try:
        with context.nobody():
            text = metrics.text()
    except Error as error:
        log.warning("not measured", extra={"code": type(error).__name__})
        return HttpResponse(status=503)
    return HttpResponse(text, content_type=metrics.KIND, headers={"Cache-Control": "no-store"})


def _ready() -> bool:
    """The broker may be away: nothing is lost without it."""
    try:
        with context.nobody():
            return offices.stored_head() >= steps.head()
    except Error as error:
        log.warning("not ready", extra={"code": type(error).__name__})
        return False


class RequestLogMiddleware:
    """One line per request: no query string, no body, no name; a person is a number."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        number = uuid4().hex[:12]
        request.META["HUIYIN_REQUEST"] = number
        response = self.get_response(request)
        response["X-Request-Id"] = number
        actor = getattr(request, "actor", None)
        log.info(
            "request",
            extra={
                "request": number,
                "method": request.method,
                "path": request.path,
                "status": response.status_code,
                "ms": round((time.perf_counter() - started) * 1000, 1),
                "tenant": getattr(getattr(request, "tenant", None), "schema_name", None),
                "actor": None if actor is None else str(actor.user),
            },
        )
        return response


def _policy(request: HttpRequest, policy: str) -> str:
    """On an office's host its sockets may be opened too: older browsers do not count them as 'self', and in a demo they
    have a port of their own."""
    if getattr(request, "tenant", None) is None:
        return policy
    host = request.get_host()
    if settings.REALTIME_PORT:
        host = f"{host.partition(':')[0]}:{settings.REALTIME_PORT}"
    scheme = "wss" if request.is_secure() else "ws"
    return policy.replace("connect-src 'self'", f"connect-src 'self' {scheme}://{host}")


class ContentPolicyMiddleware:
    """No inline script or style, nothing from elsewhere; and no page with people's data in a shared cache."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        policy = response.headers.get("Content-Security-Policy", settings.CONTENT_POLICY)
        response.headers["Content-Security-Policy"] = _policy(request, policy)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response
