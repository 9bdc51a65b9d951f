"""uvicorn as the sockets need it: no compression, small buffers, and a reader that does not read can be let go."""

from __future__ import annotations

import argparse
import socket
import struct
from typing import Any

import uvicorn
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

ABORT = "huiyin.abort"
BUFFER = 32 * 1024


class SocketProtocol(WebSocketsSansIOProtocol):
    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.transport.set_write_buffer_limits(high=BUFFER)
        # Else the kernel takes megabytes before anybody notices that nobody reads.
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)

    async def run_asgi(self) -> None:
        """A close waits behind what the reader has not read; only the transport can end that."""
        extensions: Any = self.scope["extensions"]
        extensions[ABORT] = {"call": self._abort}
        await super().run_asgi()

    def _abort(self) -> None:
        """What was sent and not read goes too, in the kernel as well."""
        if not self.disconnected:
            raw = self.transport.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.transport.abort()


def serve(*, host: str, port: int, descriptor: int | None = None) -> None:
    """Until SIGTERM, which closes all sockets by 1012."""
    uvicorn.run(
        "config.asgi:application",
        host=host,
        port=port,
        fd=descriptor,
        loop="uvloop",
        http="h11",
        ws=SocketProtocol,
        ws_max_size=64 * 1024,
        ws_ping_interval=20,
        ws_ping_timeout=20,
        ws_per_message_deflate=False,
        lifespan="on",
        timeout_graceful_shutdown=5,
        access_log=False,
        log_level="warning",
        log_config=None,
        server_header=False,
        date_header=False,
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m realtime", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument("--fd", type=int, help="a socket that already listens")
    asked = parser.parse_args()
    serve(host=asked.host, port=asked.port, descriptor=asked.fd)
