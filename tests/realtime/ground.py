"""What the tests of sockets stand on: servers one may kill, a socket as a browser speaks it, alerts to tell."""

from __future__ import annotations

import json
import os
import select
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from contextlib import ExitStack, suppress
from copy import deepcopy
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import redis
from django.conf import settings
from django.db import transaction
from websockets.client import ClientProtocol
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode
from websockets.protocol import State
from websockets.sync.client import connect
from websockets.uri import parse_uri

from infra import valkey
from infra.env import ROOT
from kernel import alerts
from tenants import context
from tenants.actors import Actor
from tests.people import client_for

PASSWORD = "own"
WAIT_S = 120  # the machine may be busy
KIND = "test.word"


class Valkey:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.url = f"unix://:{PASSWORD}@{folder / 'valkey.sock'}?db=0"
        (folder / "valkey.conf").write_text(valkey.SETTINGS.format(folder=folder, password=PASSWORD, data=folder))

    def start(self) -> None:
        command = [str(valkey.binary()), str(self._folder / "valkey.conf")]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=self._folder)
        until(self._answers, "Valkey answers")

    def _answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()


class Live:
    """The real-time process on a port that outlives it: a connection made meanwhile waits for the next one."""

    def __init__(self, environment: Mapping[str, str], log: Path) -> None:
        self._stack = ExitStack()
        self._listener = self._stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=1000))
        self._listener.set_inheritable(True)
        self._environment = os.environ | environment
        self.port: int = self._listener.getsockname()[1]
        self.log = log

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "realtime", "--fd", str(self._listener.fileno())],
                cwd=ROOT,
                env=self._environment,
                pass_fds=[self._listener.fileno()],
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def learn(self, **environment: str) -> None:
        """Before it starts."""
        self._environment = self._environment | environment

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def memory_kib(self) -> int:
        """Resident now."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") // 1024

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(10)
        self.kill()
        self._stack.close()


class Socket:
    """A browser's end: keeps its place in each stream, and every alert in the order it came."""

    def __init__(self, live: Live, who: Actor, places: Mapping[str, Any] | None = None, **more: Any) -> None:
        self.who = who
        self._stack = ExitStack()
        self.socket = self._stack.enter_context(opened(live, **{**as_person(who), **more}))
        self.alerts: list[dict[str, Any]] = []
        self.places: dict[str, dict[str, Any]] = deepcopy(dict(places or {}))
        self.words: list[dict[str, Any]] = []
        self.say({"type": "hello", "streams": self.places, "figures": True})
        self.until("live")

    def say(self, word: Any) -> None:
        self.socket.send(json.dumps(word))

    def next(self, wait_s: float = WAIT_S) -> dict[str, Any]:
        word: dict[str, Any] = json.loads(self.socket.recv(wait_s))
        self.words.append(word)
        if word["type"] == "start":
            for stream, told in word["streams"].items():
                place = self.places.get(stream)
                if place is None or told["reset"]:
                    self.places[stream] = {"epoch": told["epoch"], "last": told["head"]}
        elif word["type"] == "alerts":
            place = self.places[word["stream"]]
            for item in word["items"]:
                assert (word["epoch"], item["seq"]) == (place["epoch"], place["last"] + 1), "in order, without a gap"
                place["last"] = item["seq"]
                self.alerts.append(item)
        return word

    def until(self, kind: str) -> dict[str, Any]:
        end = time.monotonic() + WAIT_S
        while (word := self.next())["type"] != kind:
            assert time.monotonic() < end, f"waited for {kind}"
        return word

    def until_alerts(self, count: int) -> list[dict[str, Any]]:
        end = time.monotonic() + WAIT_S
        while len(self.alerts) < count:
            assert time.monotonic() < end, f"{len(self.alerts)} of {count} alerts came"
            self.next()
        return self.alerts

    def ack(self) -> None:
        streams = {stream: {"epoch": place["epoch"], "seq": place["last"]} for stream, place in self.places.items()}
        self.say({"type": "ack", "streams": streams})

    def closed(self) -> int:
        """The code it was closed by; what comes before is read."""
        with pytest.raises(ConnectionClosed) as gone:
            self.until("")
        assert gone.value.rcvd is not None, "closed without a word"
        return gone.value.rcvd.code

    def close(self) -> None:
        self._stack.close()


class Stalled:
    """A browser that says hello and then reads nothing until it is asked to."""

    def __init__(self, live: Live, who: Actor) -> None:
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self._socket.settimeout(WAIT_S)
        self._socket.connect(("127.0.0.1", live.port))
        person = as_person(who)
        self._protocol = ClientProtocol(parse_uri(f"ws://{person['host']}/ws/"))
        request = self._protocol.connect()
        request.headers["Cookie"] = person["cookie"]
        request.headers["Origin"] = f"http://{person['host']}"
        self._protocol.send_request(request)
        self._flush()
        while self._protocol.state is not State.OPEN:
            self._protocol.receive_data(self._socket.recv(100))
        self._protocol.send_text(b'{"type": "hello"}')
        self._flush()

    def _flush(self) -> None:
        self._socket.sendall(b"".join(self._protocol.data_to_send()))

    def cut(self) -> bool:
        """The other end is gone, though what it sent was not read."""
        poll = select.poll()
        poll.register(self._socket, select.POLLHUP)
        return bool(poll.poll(0))

    def wake(self) -> tuple[list[dict[str, Any]], int | None]:
        """The alerts it can still read, and the code it was closed by, if that came through."""
        with suppress(ConnectionError):
            while self._protocol.close_rcvd is None and (data := self._socket.recv(65536)):
                self._protocol.receive_data(data)
        self._socket.close()
        frames = [event for event in self._protocol.events_received() if isinstance(event, Frame)]
        words = [json.loads(frame.data) for frame in frames if frame.opcode is Opcode.TEXT]
        told = [item for word in words if word["type"] == "alerts" for item in word["items"]]
        closed = self._protocol.close_rcvd
        return told, closed.code if closed else None


def as_person(who: Actor) -> dict[str, Any]:
    host = context.tenant_by_id(who.tenant).host
    return {"host": host, "cookie": cookie(who)}


def cookie(who: Actor) -> str:
    return f"{settings.SESSION_COOKIE_NAME}={client_for(who).cookies[settings.SESSION_COOKIE_NAME].value}"


def opened(
    live: Live, *, host: str, cookie: str = "", origin: str | None = "same", path: str = "/ws/", **more: Any
) -> Any:
    """To be entered. Any *.localhost leads to the process; `origin` "same" is the host's own page."""
    return connect(
        f"ws://{host}{path}",
        sock=socket.create_connection(("127.0.0.1", live.port)),
        origin=f"http://{host}" if origin == "same" else origin,  # type: ignore[arg-type]
        additional_headers={"Cookie": cookie} if cookie else {},
        compression=None,
        proxy=None,
        open_timeout=WAIT_S,
        max_queue=None,
        **more,
    )


def tell(streams: Iterable[str], count: int = 1, *, relay: bool = True) -> None:
    """New alerts, each told to all of `streams`."""
    if KIND not in alerts.kinds():
        alerts.register(alerts.Kind(KIND, lambda alert: "提醒", lambda alert: None))
    with transaction.atomic():
        for _number in range(count):
            alerts.tell(KIND, streams, dedup=uuid4().hex, tenant=None)
    if relay:
        alerts.relay()


def until(true: Any, what: str, wait_s: float = WAIT_S) -> None:
    end = time.monotonic() + wait_s
    while not true():
        assert time.monotonic() < end, f"waited for: {what}"
        time.sleep(0.02)
