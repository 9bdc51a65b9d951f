"""Search over 200,000 documents: the gateway beside the bare request, PostgreSQL, a reindex, from commit to found."""

from __future__ import annotations

import http.client
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from infra import elasticsearch
from infra.bench import searching
from infra.bench.figures import LEAST, MOST, Aim, Figure, figure
from infra.bench.rounds import interleaved
from infra.testing.database import Databases
from kernel import outbox
from kernel.clock import now, today
from search import client, documents, gateway
from search.elastic import body, indices
from search.indexing import building, copying
from search.language.query import understand
from search.rights import rights_of
from search.shapes import Asked
from tenants import context
from tenants.actors import Actor
from tenants.profiles import profile_for
from tests.cases.making import register
from tests.people import actor

OFFICE, PROVINCE = "990123", "990000"
ROUNDS, COMMITS, WRITES = 12, 25, 30
HEAP = ("-Xms1g", "-Xmx1g")


def measure(databases: Databases) -> list[Figure]:
    clerk = actor(OFFICE, "R3")
    searching.fill(os.environ["OWNER_DATABASE_URL"], clerk, profile_for(OFFICE, today()).id, now(), OFFICE)
    found = _in_postgresql(clerk)
    with _server() as address:
        settings.ELASTICSEARCH_URL = address
        client.forget()
        found += _reindex()
        found += _beside_the_bare_request(clerk, address)
        found += _commit_to_found(clerk)
        found += _write(clerk)
    return found


@contextmanager
def _server() -> Iterator[str]:
    """One of our own, with room and Java's whole compiler."""
    with tempfile.TemporaryDirectory(prefix="huiyin-es-") as folder:
        data = Path(folder) / "node"
        try:
            yield elasticsearch.start(data, log=Path(folder) / "log", options=HEAP)
        finally:
            elasticsearch.stop(data)


def _in_postgresql(clerk: Actor) -> list[Figure]:
    took = _sampled({"embedded": lambda text: gateway.search(clerk, Asked(text))})["embedded"]
    return [
        figure("search: embedded, p50", median(took), "ms", aims=[Aim("value", MOST, 20)]),
        figure("search: embedded, p95", _p95(took), "ms"),
    ]


def _reindex() -> list[Figure]:
    started = time.perf_counter()
    for build in building.reindex(PROVINCE):
        done = build.done
    rate = done / (time.perf_counter() - started)
    return [figure("search: reindex beside the live index", rate, "documents/s", aims=[Aim("value", LEAST, 2000)])]


def _beside_the_bare_request(clerk: Actor, address: str) -> list[Figure]:
    """The same question, made before, over a connection of its own; the answer is read and parsed."""
    rights = rights_of(clerk)
    path = f"/{indices.read_name(PROVINCE)}/_search?preference={rights.schema}&allow_partial_search_results=false"
    office = context.tenant_by_id(clerk.tenant)
    asked = {text: Asked(text) for text in searching.QUERIES}
    made = {
        text: json.dumps(body.find(rights, understand(office, one), one, [])).encode() for text, one in asked.items()
    }
    line = http.client.HTTPConnection("127.0.0.1", urlsplit(address).port or 0)

    def bare(text: str) -> None:
        line.request("POST", path, made[text], {"Content-Type": "application/json"})
        assert json.loads(line.getresponse().read())["hits"]["hits"], text

    def through(text: str) -> None:
        assert gateway.search(clerk, asked[text]).backend == "elasticsearch"

    took = _sampled({"bare": bare, "gateway": through})
    line.close()
    mine, floor = took["gateway"], took["bare"]
    p50, p95 = Aim("ratio", MOST, 1.3), Aim("ratio", MOST, 2)
    return [
        figure("search: gateway / the bare request, p50", median(mine), "ms", floor=median(floor), aims=[p50]),
        figure("search: gateway / the bare request, p95", _p95(mine), "ms", floor=_p95(floor), aims=[p95]),
    ]


def _sampled(contenders: dict[str, Callable[[str], object]]) -> dict[str, list[float]]:
    """Milliseconds of each query, in turn; a round before is not counted."""
    took: dict[str, list[float]] = {name: [] for name in contenders}
    for number in range(ROUNDS + 1):
        for text in searching.QUERIES:
            for name, ask in contenders.items():
                started = time.perf_counter()
                ask(text)
                if number:
                    took[name].append((time.perf_counter() - started) * 1000)
    return took


def _p95(took: list[float]) -> float:
    return quantiles(took, n=20)[-1]


def _commit_to_found(clerk: Actor) -> list[Figure]:
    """The relay delivers as soon as it is nudged; then nobody but the server's own second lies between."""
    outbox.drain()
    took = []
    for number in range(COMMITS):
        word = f"路灯{'甲乙丙丁戊己庚辛壬癸'[number % 10]}{'子丑寅卯辰'[number // 10]}灭了"
        with transaction.atomic():
            register(who=clerk, text=f"{word}，请来修。")
        started = time.perf_counter()
        while outbox.deliver():  # what one subscriber hears is news for the next
            pass
        while not gateway.search(clerk, Asked(f"“{word}”")).hits:
            time.sleep(0.02)
        took.append(time.perf_counter() - started)
    return [figure("search: from the commit until it is found, p95", _p95(took), "s", aims=[Aim("value", MOST, 2)])]


def _write(clerk: Actor) -> list[Figure]:
    """A registration that search hears of beside one it does not: a row of the outbox lies between."""
    hears = {name: one for name, one in outbox._subscribers.items() if name.startswith("search.")}

    def told(count: int) -> None:
        for _ in range(count):
            register(who=clerk)

    def untold(count: int) -> None:
        for name in hears:
            del outbox._subscribers[name]
        try:
            told(count)
        finally:
            outbox._subscribers.update(hears)

    assert {documents.DOCUMENTS, copying.SUBSCRIBER} <= set(hears)
    with context.use(clerk.schema):
        timed = interleaved({"told": told, "untold": untold}, rounds=7, size=WRITES)
    return [
        figure(
            "search: a registration that it hears of / one that it does not",
            timed.each_ms("told"),
            "ms",
            floor=timed.each_ms("untold"),
            ratio=timed.ratio("told", "untold"),
        )
    ]
