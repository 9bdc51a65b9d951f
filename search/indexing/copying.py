"""The subscriber that copies documents into Elasticsearch: as they are now, with their revision, many at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from kernel import backlog, outbox
from kernel.clock import recorded_now
from kernel.errors import NotFound
from kernel.outbox import HEARD, Told, Verdict
from search import client, documents
from search.elastic import indices, mapping
from search.elastic.bulk import Copy, bulk
from search.indexing.models import Build
from search.indexing.provinces import province_of, provinces
from search.models import Document
from tenants import context
from tenants.models import Tenant

SUBSCRIBER = "search.elasticsearch"
LATE = timedelta(seconds=5)  # then a page says so
_WORSE = ("heard", "again", "aside")


def hear(told: Sequence[Told]) -> list[Verdict]:
    """A province that has no index yet has nothing to be told: who builds one takes all. While one is built beside
    another, both are told."""
    names = _names()
    by_office: defaultdict[str, list[Told]] = defaultdict(list)
    for one in told:
        by_office[one.schema].append(one)
    asked: list[tuple[Told, Copy]] = []
    for schema, theirs in sorted(by_office.items()):
        asked += _copies(schema, theirs, names)
    said: dict[Told, Verdict] = dict.fromkeys(told, HEARD)
    for (one, _copy), verdict in zip(asked, bulk([copy for _one, copy in asked]), strict=True):
        said[one] = max(said[one], verdict, key=lambda each: _WORSE.index(each.kind))
    return [said[one] for one in told]


def _names() -> dict[str, list[str]]:
    """Of each province the names its changes are written under."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for province, state in Build.objects.filter(state__in=("live", "filling")).values_list("province", "state"):
        found[province].append((indices.write_name if state == "live" else indices.build_name)(province))
    return found


def _copies(schema: str, told: Sequence[Told], names: dict[str, list[str]]) -> Iterator[tuple[Told, Copy]]:
    try:
        office = context.tenant_by_schema(schema)
    except NotFound:  # gone, and its documents with it
        return
    under = names.get(province_of(office), [])
    by_case = {UUID(one.key): one for one in told}
    if under:
        with context.use(office):
            rows = list(Document.objects.filter(case__in=by_case).values_list(*mapping.COLUMNS, named=True))
        for row in rows:
            yield from ((by_case[row.case], copy) for copy in copies(office, row, under))


def copies(office: Tenant, document: mapping.Row, names: Iterable[str]) -> Iterator[Copy]:
    """The document for each of the names."""
    source, key = mapping.source(document, office), mapping.key(office.schema_name, document.case)
    return (Copy(name, key, document.revision, source) for name in names)


def lag() -> timedelta:
    """How long the oldest change waits that cannot be found yet; what is parked does not count."""
    return _late(backlog.waiting_since(*_hearing()))


def lags() -> dict[str, timedelta]:
    """The same of each province."""
    hearing, found = _hearing(), dict.fromkeys(provinces(), timedelta(0))
    for row in backlog.waiting():
        try:
            province = province_of(context.tenant_by_schema(row.schema))
        except NotFound:
            continue
        if row.subscriber in hearing:
            found[province] = max(found.get(province, timedelta(0)), _late(row.since))
    return found


def _hearing() -> list[str]:
    """Who has to hear of a change before it can be found."""
    return [documents.DOCUMENTS, *([SUBSCRIBER] if client.wanted() else [])]


def _late(since: datetime | None) -> timedelta:
    return max(recorded_now() - since, timedelta(0)) if since else timedelta(0)


def late_s() -> int:
    """Seconds, where it is worth saying."""
    late = lag()
    return round(late.total_seconds()) if late > LATE else 0


def register() -> None:
    outbox.subscribe_many(documents.TOPIC, SUBSCRIBER, hear, wanted=lambda schema: client.wanted())
