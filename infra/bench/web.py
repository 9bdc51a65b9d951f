"""A signed-in person whose requests pass the whole WSGI application in this process: every middleware, no socket."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Collection, Iterable
from typing import Any

from django.conf import settings
from django.middleware.csrf import CSRF_SECRET_LENGTH

from config.wsgi import application
from tenants import context
from tenants.actors import Actor
from tests.people import client_for

TOKEN = "b" * CSRF_SECRET_LENGTH


class Browser:
    def __init__(self, who: Actor) -> None:
        cookies = {name: morsel.value for name, morsel in client_for(who).cookies.items()}
        cookies[settings.CSRF_COOKIE_NAME] = TOKEN
        self._base: dict[str, Any] = {
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": context.tenant_by_id(who.tenant).host,
            "HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in cookies.items()),
            "HTTP_X_CSRFTOKEN": TOKEN,
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }

    def get(self, path: str, query: str = "", *, accept: Collection[str] = (), **headers: str) -> bytes:
        """`accept`: statuses that are an answer too, beside 2xx."""
        given = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
        return self._call({"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, **given}, b"", accept)

    def post(self, path: str, body: object) -> bytes:
        data = json.dumps(body).encode()
        given = {"REQUEST_METHOD": "POST", "PATH_INFO": path, "CONTENT_TYPE": "application/json"}
        return self._call({**given, "CONTENT_LENGTH": str(len(data))}, data)

    def _call(self, given: dict[str, Any], body: bytes, accept: Collection[str] = ()) -> bytes:
        """The body of the answer; RuntimeError unless the status is 2xx or accepted."""
        said: list[str] = []

        def start(status: str, _headers: list[tuple[str, str]], _failure: object = None) -> None:
            said.append(status)

        answer: Iterable[bytes] = application({**self._base, **given, "wsgi.input": io.BytesIO(body)}, start)
        try:
            found = b"".join(answer)
        finally:
            if (close := getattr(answer, "close", None)) is not None:
                close()
        if not said[0].startswith("2") and said[0][:3] not in accept:
            raise RuntimeError(f"{given['REQUEST_METHOD']} {given['PATH_INFO']}: {said[0]} {found[:400]!r}")
        return found
