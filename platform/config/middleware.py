"""The outermost layers: the health answer, one log line a request, and what a page may load."""

import logging
import time
from collections.abc import Callable
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase

log = logging.getLogger("huiyin.request")
GetResponse = Callable[[HttpRequest], HttpResponseBase]


class HealthMiddleware:
    """Answers /healthz on any host: a probe knows the process's address, not a tenant's name."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path == "/healthz":
            return HttpResponse("ok", content_type="text/plain")
        return self.get_response(request)


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


class ContentPolicyMiddleware:
    """No inline script or style, nothing from elsewhere; and no page with people's data in a shared cache."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", settings.CONTENT_POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response
