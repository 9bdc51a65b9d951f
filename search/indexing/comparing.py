"""Whether documents say what cases say, and the index what documents say: nothing missing, stale or surplus.

What is on its way is no difference: a change that a subscriber has yet to hear of.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from cases.jobs import each
from kernel import heartbeats
from kernel.heartbeats import Heartbeat
from kernel.outbox import OutboxRow
from kernel.tasks import daily, register_periodic
from search import client, documents
from search.elastic import indices
from search.indexing import building, copying
from search.indexing.models import Build, Difference
from search.indexing.provinces import province_of
from search.models import Document
from tenants import context
from tenants.models import Tenant

PULSE = "search-check"
SHOWN = 20
PAGE = 5000
Kind = Difference.Kind
Found = tuple[UUID, Kind]

_DOCUMENTS = """
SELECT * FROM (
  SELECT coalesce(c.id, d."case") AS id, CASE
    WHEN c.id IS NULL OR c.sealed OR c.klass = 'B' THEN CASE WHEN NOT d.removed THEN 'surplus' END
    WHEN d."case" IS NULL THEN 'missing'
    WHEN d.removed OR d.version <> c.version THEN 'stale'
  END AS kind
  FROM cases_case c FULL JOIN search_document d ON d."case" = c.id
) judged WHERE kind IS NOT NULL AND (%(only)s::uuid[] IS NULL OR id = ANY(%(only)s)) ORDER BY id
"""

log = logging.getLogger("huiyin.search")


@dataclass(frozen=True, slots=True)
class Report:
    """`at` None: it never ran. `shown`: the first of `count` that stand."""

    at: datetime | None
    count: int
    shown: list[Difference]


def differences(office: Tenant) -> Iterator[Difference]:
    """Both layers of one office; the second only where there is an Elasticsearch. Raises Unavailable."""
    yield from _layer(office, Difference.Layer.DOCUMENT, documents.DOCUMENTS, _in_documents(office, None))
    if client.wanted() and indices.live(province_of(office)):
        indices.refresh(province_of(office))
        yield from _layer(office, Difference.Layer.INDEX, copying.SUBSCRIBER, _in_index(office))


def _layer(office: Tenant, layer: Difference.Layer, subscriber: str, found: Iterable[Found]) -> Iterator[Difference]:
    """Those that differ in a second look too, and of which nobody is yet to hear."""
    suspects = dict(found)
    if not suspects:
        return
    waiting = OutboxRow.objects.filter(schema=office.schema_name, parked=False, key__in=map(str, suspects))
    on_their_way = set(waiting.filter(subscriber__in={subscriber, documents.DOCUMENTS}).values_list("key", flat=True))
    again = dict(_in_documents(office, list(suspects)) if layer == "document" else _in_index(office))
    for case, kind in again.items():
        if case in suspects and str(case) not in on_their_way:
            yield Difference(schema=office.schema_name, case=case, layer=layer, kind=kind)


def _in_documents(office: Tenant, only: list[UUID] | None) -> list[Found]:
    with context.use(office), connection.cursor() as cursor:
        cursor.execute(_DOCUMENTS, {"only": only})
        return [(case, Kind(kind)) for case, kind in cursor.fetchall()]


def _in_index(office: Tenant) -> Iterator[Found]:
    with context.use(office):
        ours = dict(Document.objects.values_list("case", "revision"))
    for case, revision in _copied(province_of(office), office.schema_name):
        wanted = ours.pop(case, None)
        if wanted is None:
            yield case, Kind.SURPLUS
        elif revision < wanted:
            yield case, Kind.STALE
    for case in sorted(ours):
        yield case, Kind.MISSING


def _copied(province: str, schema: str) -> Iterator[tuple[UUID, int]]:
    """Case and revision of every copy, tombstones too."""
    name, after = indices.read_name(province), ""
    while True:
        asked = {
            "query": {"term": {"schema": schema}},
            "sort": [{"case": "asc"}],
            "size": PAGE,
            "version": True,
            "_source": False,
            "track_total_hits": False,
            **({"search_after": [after]} if after else {}),
        }
        hits = client.work("POST", f"/{name}/_search", asked)["hits"]["hits"]
        yield from ((UUID(hit["sort"][0]), int(hit["_version"])) for hit in hits)
        if len(hits) < PAGE:
            return
        after = hits[-1]["sort"][0]


def strangers() -> Iterator[Difference]:
    """Copies of offices that are gone, or that belong to another province by now. Raises Unavailable."""
    home = {office.schema_name: province_of(office) for office in Tenant.objects.all()}
    for province in Build.objects.filter(state=Build.State.LIVE).values_list("province", flat=True):
        if indices.live(province):
            for schema in _schemas(province):
                if home.get(schema) != province:
                    for case, _revision in _copied(province, schema):
                        yield Difference(schema=schema, case=case, layer=Difference.Layer.INDEX, kind=Kind.SURPLUS)


def _schemas(province: str) -> Iterator[str]:
    """Of which there are copies in an index."""
    path = f"/{indices.read_name(province)}/_search"
    listed: dict[str, object] = {"size": PAGE, "sources": [{"schema": {"terms": {"field": "schema"}}}]}
    while True:
        found = client.work("POST", path, {"size": 0, "aggs": {"all": {"composite": listed}}})["aggregations"]["all"]
        yield from (bucket["key"]["schema"] for bucket in found["buckets"])
        if len(found["buckets"]) < PAGE:
            return
        listed["after"] = found["after_key"]


def check_strangers() -> int:
    """In place of what the last check found of offices that are gone; after all others were checked."""
    found = list(strangers())
    Difference.objects.exclude(schema__in=Tenant.objects.values("schema_name")).delete()
    Difference.objects.bulk_create(found)
    return len(found)


def check(office: Tenant) -> int:
    """What differs now stands in place of what the last check of this office found; how many."""
    found = list(differences(office))
    Difference.objects.filter(schema=office.schema_name).delete()
    Difference.objects.bulk_create(found)
    for one in found[:SHOWN]:
        log.warning("%s of %s: %s", one.layer, one.case, one.kind, extra={"code": "search-difference"})
    return len(found)


def report() -> Report:
    """For the operator's page."""
    ran = Heartbeat.objects.filter(name=PULSE).values_list("at", flat=True).first()
    return Report(ran, Difference.objects.count(), list(Difference.objects.all()[:SHOWN]))


def nightly() -> None:
    each(check, "check_search")
    heartbeats.beat(PULSE)
    if client.wanted():
        check_strangers()
        building.drop_former()


def register() -> None:
    register_periodic("check_search", daily(4, 10), nightly)
