"""How good the order of hits is on the judged set: per backend and, where a server is at hand, per analyser.

Documents are written as the documents' own code writes them and asked for through the gateway's reading of a query, so
that what is measured is what a person gets; policy has nothing to drop here.
"""

from __future__ import annotations

import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime, time
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings

from infra import services
from infra.bench import judged
from infra.bench.figures import LEAST, MOST, Aim, Figure, figure
from infra.bench.judged import Judged, Text
from infra.bench.region import TOP
from infra.env import GroundError
from infra.testing.database import Databases
from kernel.clock import TZ
from search import client, gateway, quality
from search.documents import writing
from search.documents.making import Made, Terms
from search.elastic import indices
from search.elastic.backend import Elastic
from search.elastic.body import Analysis
from search.embedded.backend import Embedded
from search.embedded.columns import columns
from search.indexing import building
from search.language.query import understand
from search.models import Document
from search.rights import rights_of
from search.shapes import Asked, Backend
from tenants import context
from tests.people import actor, department, tenant

# Each body of texts lies in an office of its own, whose registrar asks.
BODIES = {"demo": "990123", "data": "990124"}
SPACE = UUID("6d3f0c52-5b0c-4f0a-9a8e-6c1f6f0b1e07")
NDCG, WORST, NEAR = 0.85, 0.05, 0.05
ANALYSES: dict[Analysis, str] = {
    "pairs": "elasticsearch, han2 for phrases, han1 for single characters",
    "singles": "elasticsearch, han1 alone",
    "both": "elasticsearch, both for phrases",
}
USED = ANALYSES["pairs"]


def measure(databases: Databases) -> list[Figure]:
    texts = {"demo": judged.demo(), "data": judged.data()}
    if not texts["data"]:
        print("../shared/data is not there: measured over the demo's texts alone.", file=sys.stderr)
        del texts["data"]
    for body, rows in texts.items():
        store(BODIES[body], rows)
    found, values = list[Figure](), dict[str, float]()
    for name, backend in backends():
        runs = {body: run(backend, BODIES[body], body, rows) for body, rows in texts.items()}
        told = list(figures(name, runs))
        values[name] = told[0].value
        found += told
    if USED in values:
        behind = values[USED] - values["embedded"]
        aims = [Aim("value", MOST, NEAR)]
        found.append(figure("quality: nDCG@10, embedded behind Elasticsearch", behind, "", aims=aims))
    return found


def backends() -> Iterator[tuple[str, Backend]]:
    """Elasticsearch with each analysis, where its server can be had: documents copied as an operator would."""
    yield "embedded", Embedded()
    with ExitStack() as stack:
        try:
            url = stack.enter_context(services.lease(search=True))["ELASTICSEARCH_URL"]
        except GroundError as error:
            print(f"Elasticsearch is not measured. {error}", file=sys.stderr)
            return
        settings.ELASTICSEARCH_URL, settings.ELASTICSEARCH_PREFIX = url, f"bench-{os.getpid()}"
        stack.callback(_leave)
        for _build in building.reindex(TOP):
            pass
        indices.refresh(TOP)
        for analysis, name in ANALYSES.items():
            yield name, Elastic(analysis)


def _leave() -> None:
    for index in indices.live(TOP):
        indices.drop(index)
    settings.ELASTICSEARCH_URL = ""
    client.forget()


def key(name: str) -> UUID:
    return uuid5(SPACE, name)


def store(code: str, texts: Iterable[Text]) -> None:
    """As documents of that office."""
    units = {unit: department(code, unit).pk for unit in judged.UNITS.values()}
    desk = department(code).pk
    with context.use(tenant(code)):
        writing._put([_made(code, text, units.get(text.unit, desk)) for text in texts])


def _made(code: str, text: Text, unit: UUID) -> Made:
    shown = {
        "title": text.title,
        "narrative": text.narrative,
        "demands": "\n".join(text.demands),
        "answers": text.answers,
        "papers": text.papers,
        "files": "",
    }
    spot = dict(judged.PLACES).get(text.place, "")
    derived = columns(text.number, spot, shown)
    at = datetime.combine(text.day, time(9), TZ)
    document = Document(
        case=key(text.key),
        held=True,
        offices=[code],
        unit=unit,
        department=unit,
        number=text.number,
        klass="C",
        state="S50",
        channel="NET",
        place=text.place,
        spot=spot,
        received_at=at,
        registered_at=at,
        folded_title=derived.folded_title,
        folded_shared=derived.folded_shared,
        folded_inner=derived.folded_inner,
        **shown,
    )
    return Made(document, Terms(derived.shared_terms, derived.inner_terms))


Run = tuple[Judged, Sequence[str], Mapping[str, int]]


def run(backend: Backend, code: str, body: str, texts: Sequence[Text]) -> list[Run]:
    """What each query of the body found, and what it should have."""
    office, rights = tenant(code), rights_of(actor(code, "R3"))
    names = {key(text.key): text.key for text in texts}
    found = list[Run]()
    for one in judged.queries(body):
        asked = Asked(text=one.asked(texts), size=quality.FAR)
        with context.use(office):
            raw, query, level = gateway.found(backend, rights, understand(office, asked), asked)
            behind = [] if level else gateway.beside(backend, rights, query, asked, raw)
        found.append((one, [names[hit.case] for hit in (*raw.hits, *behind)], one.grades(texts)))
    return found


def figures(name: str, runs: Mapping[str, Sequence[Run]]) -> Iterator[Figure]:
    whole = [one for rows in runs.values() for one in rows]
    told = quality.judge([(hits, grades) for _one, hits, grades in whole])
    aims = [Aim("value", LEAST, NDCG)]
    yield figure(f"quality: nDCG@10 over {told.queries} queries, {name}", told.ndcg, "", aims=aims)
    yield figure(f"quality: recall@50, {name}", told.recall, "")
    yield figure(f"quality: queries that find nothing, {name}", told.empty, "", aims=[Aim("value", MOST, WORST)])
    for body, rows in runs.items():
        part = quality.judge([(hits, grades) for _one, hits, grades in rows])
        yield figure(f"quality: nDCG@10 over the {part.queries} of {body}, {name}", part.ndcg, "")


def kinds(runs: Iterable[Run]) -> dict[str, float]:
    """nDCG@10 by kind of query: where to look first."""
    by = defaultdict[str, list[Any]](list)
    for one, hits, grades in runs:
        by[one.kind].append((hits, grades))
    return {kind: quality.judge(rows).ndcg for kind, rows in sorted(by.items())}
