"""Real time: from the commit to the socket through broker, relay and Valkey; processor time a delivery, beside the bare
`websockets` broadcast; how many sockets one process holds, and what each costs."""

from __future__ import annotations

import os
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from infra.bench.figures import MOST, Aim, Figure, figure
from infra.env import ROOT
from infra.testing.database import Databases

SOCKETS, EACH = 200, 5
MANY, MOST_EACH = 5000, 5
ALERTS, ROUNDS, A_ROUND = 100, 3, 60
TICK = os.sysconf("SC_CLK_TCK")
WAIT_S = 120.0


def measure(databases: Databases) -> list[Figure]:
    from django.conf import settings

    from realtime import transport
    from tests.realtime.ground import Live, Valkey

    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    folder = Path(tempfile.mkdtemp(prefix="hy"))
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder)
        valkey = Valkey(folder)
        valkey.start()
        stack.callback(valkey.kill)
        settings.REDIS_URL = valkey.url
        transport._client.cache_clear()
        environment = {name: os.environ[name] for name in ("DATABASE_URL", "OWNER_DATABASE_URL")}
        environment |= {"REDIS_URL": valkey.url, "CELERY_BROKER_URL": _broker(valkey.url)}
        live = Live(environment, folder / "realtime.log")
        live.start()
        stack.callback(live.close)
        people = _people(MANY // MOST_EACH)
        rows = [*_latency(live, people, environment, stack), *_cost(live, people)]
        live.kill()  # a fresh process: what the others left is not this one's
        live.start()
        return [*rows, *_held(live, people)]


def _broker(url: str) -> str:
    return url.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")


def _people(count: int) -> list[dict[str, Any]]:
    """All of one section, signed in: each alert of its stream is for each of them."""
    from django.conf import settings

    from tenants.middleware import SESSION_POST, SESSION_TENANT
    from tenants.organisation import add_person
    from tests.people import department

    section, made = department("990123", "村镇科"), []
    store = import_module(settings.SESSION_ENGINE).SessionStore
    for number in range(count):
        user = add_person(f"bench-{number}", "众人", posts=[(section, ["R6"])])
        session = store()
        session["_auth_user_id"] = str(user.pk)
        session["_auth_user_backend"] = settings.AUTHENTICATION_BACKENDS[0]
        session["_auth_user_hash"] = user.get_session_auth_hash()
        session[SESSION_TENANT] = str(section.tenant_id)
        session[SESSION_POST] = str(user.memberships.get().pk)
        session.save()
        made.append({"host": "chengyu.localhost", "cookie": f"{settings.SESSION_COOKIE_NAME}={session.session_key}"})
    return made


def _stream() -> str:
    from tenants.streams import department_stream
    from tests.people import department

    return department_stream(department("990123", "村镇科").pk)


def _tell() -> float:
    """One alert, committed; the moment before the commit. The relay is nudged, as ever."""
    from uuid import uuid4

    from django.db import transaction

    from kernel import alerts

    with transaction.atomic():
        alerts.tell("bench.word", [_stream()], dedup=uuid4().hex)
        return time.perf_counter()


def _latency(live: Any, people: list[Any], environment: dict[str, str], stack: ExitStack) -> list[Figure]:
    from celery import current_app

    from kernel import alerts, tasks
    from kernel.breaker import Breaker
    from tests.realtime.crowd import Crowd

    alerts.register(
        alerts.Kind("bench.word", lambda alert: "住建局 3 件已超期，最早的超期 5 日。", lambda alert: "/worklist/")
    )
    os.environ["CELERY_BROKER_URL"] = environment["CELERY_BROKER_URL"]
    current_app._pool, current_app.amqp._producer_pool = None, None  # type: ignore[attr-defined]
    tasks.breaker = Breaker(rest_s=0)
    worker = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "config.celery", "worker", "--pool", "solo", "--loglevel", "ERROR"],
        cwd=ROOT,
        env=os.environ | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    stack.callback(_end, worker)
    crowd = Crowd(live.port, people[: SOCKETS // EACH], EACH, 10**9)
    _tell()
    _received(crowd, SOCKETS)  # the worker has come up
    started = []
    for number in range(ALERTS):
        started.append(_tell())
        _received(crowd, SOCKETS * (number + 2))
    took = [(came - begun) * 1000 for when in crowd.when for begun, came in zip(started, when[1:], strict=True)]
    crowd.close()
    _end(worker)
    p95 = quantiles(took, n=20)[-1]
    aim = [Aim("value", MOST, 500)]
    return [
        figure(f"realtime: commit to {SOCKETS} sockets, p50", median(took), "ms"),
        figure(f"realtime: commit to {SOCKETS} sockets, p95", p95, "ms", aims=aim),
    ]


def _cost(live: Any, people: list[Any]) -> list[Figure]:
    """Single alerts, one after the other, to all; in turn with the floor."""
    from kernel import alerts
    from tests.realtime.crowd import Crowd

    some = people[: SOCKETS // EACH]
    with _floor() as (floor, port):
        bare, mine = Crowd(port, some, EACH, 10**9), Crowd(live.port, some, EACH, 10**9)
        said = '{"type": "alerts", "stream": "%s", "items": [{"seq": %d, "text": "%s"}]}\n'
        pairs = []
        for _round in range(ROUNDS):
            before = _cpu_s(floor.pid)
            for number in range(A_ROUND):
                wanted = bare.received + SOCKETS
                assert floor.stdin is not None
                floor.stdin.write((said % (_stream(), number, "x" * 260)).encode())
                floor.stdin.flush()
                _received(bare, wanted)
            middle, own = _cpu_s(floor.pid), _cpu_s(live.pid)
            for _number in range(A_ROUND):
                wanted = mine.received + SOCKETS
                _tell()
                alerts.relay()
                _received(mine, wanted)
            pairs.append((_cpu_s(live.pid) - own, middle - before))
        bare.close()
        mine.close()
    deliveries = A_ROUND * SOCKETS
    acked = Crowd(live.port, some, EACH, 10**9, acks=True)
    before = _cpu_s(live.pid)
    for _number in range(A_ROUND):
        wanted = acked.received + SOCKETS
        _tell()
        alerts.relay()
        _received(acked, wanted)
    time.sleep(2)  # what was acknowledged is written with the next tick
    with_acks = _cpu_s(live.pid) - before
    acked.close()
    return [
        figure(
            "realtime: processor time a delivery",
            median(own for own, _floor in pairs) / deliveries * 1e6,
            "us",
            floor=median(floor for _own, floor in pairs) / deliveries * 1e6,
            ratio=median(own / floor for own, floor in pairs),
            aims=[Aim("ratio", MOST, 4)],
        ),
        figure("realtime: processor time a delivery, acknowledged", with_acks / deliveries * 1e6, "us"),
    ]


def _held(live: Any, people: list[Any]) -> list[Figure]:
    from kernel import alerts
    from tests.realtime.crowd import Crowd

    warm = Crowd(live.port, people[:1], 1, 10**9)
    warm.close()
    before = live.memory_kib
    started = time.perf_counter()
    crowd = Crowd(live.port, people, MOST_EACH, 10**9, patience_s=900)
    took = time.perf_counter() - started
    grown = live.memory_kib - before
    begun = _tell()
    alerts.relay()
    _received(crowd, MANY)
    last = max(when[0] for when in crowd.when) - begun
    rows = [
        figure(f"realtime: memory a socket, {MANY} held by one process", grown / MANY, "KiB"),
        figure(f"realtime: one alert to {MANY} sockets, the last", last * 1000, "ms"),
        figure("realtime: sockets admitted a second", MANY / took, "1/s"),
    ]
    crowd.close()
    return rows


@contextmanager
def _floor() -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    with socket.create_server(("127.0.0.1", 0), backlog=1000) as listener:
        listener.set_inheritable(True)
        command = [sys.executable, "-m", "tests.realtime.floor", str(listener.fileno())]
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, pass_fds=[listener.fileno()])
        try:
            yield process, listener.getsockname()[1]
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait()


def _cpu_s(pid: int) -> float:
    """User and system time of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def _received(crowd: Any, count: int) -> None:
    end = time.monotonic() + WAIT_S
    while crowd.received < count:
        if time.monotonic() > end:
            raise TimeoutError("not everything arrived")
        time.sleep(0.0005)
