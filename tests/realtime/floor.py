"""The least a server of sockets can do: `websockets` broadcasting in its own process, as fast as it will. A line on
standard input is told to all; hello is answered as the real process answers it, and nothing else is understood."""

import asyncio
import sys

from websockets.asyncio.server import ServerConnection, broadcast, serve


async def main(descriptor: int) -> None:
    import socket

    held: set[ServerConnection] = set()

    async def hold(connection: ServerConnection) -> None:
        await connection.recv()
        held.add(connection)
        await connection.send('{"type": "live"}')
        await connection.wait_closed()
        held.discard(connection)

    listener = socket.socket(fileno=descriptor)
    async with serve(hold, sock=listener, compression=None, ping_interval=None):
        reader = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        while line := await reader.readline():
            broadcast(held, line.decode().strip())


if __name__ == "__main__":
    import uvloop

    uvloop.run(main(int(sys.argv[1])))
