"""What the real-time process answers: sockets at /ws/, and whether it lives. Pages are the web process's."""

from __future__ import annotations

from typing import Any

from django.db import Error

from realtime.consumer import Socket
from realtime.hub import Hub
from realtime.work import run
from tenants import offices, steps

PATH = "/ws/"
_hubs: list[Hub] = []  # the one of this process, once it runs


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    match scope["type"]:
        case "lifespan":
            await _live(receive, send)
        case "http":
            await _answer(scope["path"], send)
        case "websocket" if scope["path"] == PATH:
            await Socket(_hubs[0])(scope, receive, send)
        case "websocket":
            await receive()
            await send({"type": "websocket.close"})


async def _live(receive: Any, send: Any) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            _hubs[:] = [Hub()]
            _hubs[0].start()
        else:
            await _hubs[0].stop()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def _answer(path: str, send: Any) -> None:
    ok = path == "/healthz" or (path == "/readyz" and await run(_ready))
    known = path in {"/healthz", "/readyz"}
    headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 200 if ok else 503 if known else 404, "headers": headers})
    await send({"type": "http.response.body", "body": b'{"ok": true}' if ok else b'{"ok": false}'})


def _ready() -> bool:
    try:
        return offices.stored_head() >= steps.head()
    except Error:
        return False
