"""An index made anew beside the one that is searched: filled while cases change, then put in its place.

Whoever dies is followed by whoever runs it again, from the last document that was settled. Changes go to both while
it is filled (`copying`), each document with its revision, so that neither overtakes the other.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from kernel import locks, outbox
from kernel.clock import recorded_now
from kernel.errors import Conflict
from kernel.outbox import Verdict
from search import client, documents
from search.elastic import indices, mapping
from search.elastic.bulk import Copy, bulk
from search.indexing.copying import copies
from search.indexing.models import Build
from search.indexing.provinces import offices_of
from search.models import Document
from tenants import context

LOCK = 1747  # one at a time for a province
SLICE = 500
SENDERS, AHEAD = 3, 5  # requests under way at once, slices read before the first of them is settled
TRIES = 6
KEPT_FOR = timedelta(minutes=10)  # a former index: who still writes to it does no harm
State = Build.State


@dataclass(frozen=True, slots=True)
class Slice:
    """Documents of one office, in the order of their cases."""

    schema: str
    last: UUID
    copies: list[Copy]


def reindex(province: str) -> Generator[Build, None, None]:
    """Goes on with what somebody left, or begins. Yields after each slice; the last one is live.

    Raises Conflict while another does it or when less is there than was sent, Unavailable when the server is away.
    """
    with locks.held(LOCK, province) as mine:
        if not mine:
            raise Conflict(_("%(code)s 的索引正在重建。") % {"code": province}, code="reindex-running")
        drop_former(province)
        build = _left(province) or _begun(province)
        yield build
        if build.index not in indices.live(province):
            yield from _fill(build)
            _check(build)
        _put_in_place(build)
        yield build


def _left(province: str) -> Build | None:
    """What was being filled, if its index is still there."""
    build = Build.objects.filter(province=province, state=State.FILLING).first()
    if build is None or build.index in {*indices.building(province), *indices.live(province)}:
        return build
    _become(build, State.DROPPED)
    return None


def _begun(province: str) -> Build:
    for orphan in indices.building(province):  # made by somebody who died before writing it down
        indices.drop(orphan)
    index = indices.create(province)
    total = 0
    for office in offices_of(province):
        with context.use(office):
            total += Document.objects.count()
    # Committed before the first document is read: from here on changes go to both.
    return Build.objects.create(province=province, index=index, total=total)


def _fill(build: Build) -> Iterator[Build]:
    under_way: deque[tuple[Slice, Future[list[Verdict]]]] = deque()
    with ThreadPoolExecutor(SENDERS) as senders:
        for piece in _slices(build):
            under_way.append((piece, senders.submit(_sent, piece.copies)))
            if len(under_way) > AHEAD:
                yield _settle(build, *under_way.popleft())
        while under_way:
            yield _settle(build, *under_way.popleft())


def _slices(build: Build) -> Iterator[Slice]:
    begin, last = build.cursor_schema, build.cursor_case or UUID(int=0)
    names = [indices.build_name(build.province)]
    for office in offices_of(build.province):
        if office.schema_name < begin:
            continue
        if office.schema_name > begin:
            last = UUID(int=0)
        while True:
            with context.use(office):
                rows = Document.objects.filter(case__gt=last).order_by("case")
                slice_ = list(rows.values_list(*mapping.COLUMNS, named=True)[:SLICE])
            if not slice_:
                break
            last = slice_[-1].case
            yield Slice(office.schema_name, last, [copy for row in slice_ for copy in copies(office, row, names)])


def _sent(copies: list[Copy]) -> list[Verdict]:
    """In a thread of its own, which asks the database nothing. What is busy is tried again for a minute."""
    said = bulk(copies)
    for turn in range(TRIES):
        waiting = [place for place, one in enumerate(said) if one.kind == "again"]
        if not waiting:
            break
        time.sleep(2**turn)
        for place, one in zip(waiting, bulk([copies[place] for place in waiting]), strict=True):
            said[place] = one
    return said


def _settle(build: Build, piece: Slice, sending: Future[list[Verdict]]) -> Build:
    """What Elasticsearch would not take is told to the subscriber, who parks it with the reason."""
    said = sending.result()
    refused = [copy for copy, one in zip(piece.copies, said, strict=True) if one.kind != "heard"]
    build.cursor_schema, build.cursor_case = piece.schema, piece.last
    build.done += len(said)
    build.aside += len(refused)
    build.moved_at = recorded_now()
    with transaction.atomic():
        build.save(update_fields=["cursor_schema", "cursor_case", "done", "aside", "moved_at"])
        cases = [copy.key.rpartition(":")[2] for copy in refused]
        outbox.publish_each(documents.TOPIC, piece.schema, cases)
    return build


def _check(build: Build) -> None:
    """No less than was sent: else it is not put in place."""
    counted, sent = count(build.index), build.done - build.aside
    if counted < sent:
        said = _("新索引只有 %(counted)d 件，应有 %(sent)d 件，没有切换。") % {"counted": counted, "sent": sent}
        raise Conflict(said, code="reindex-short")


def count(index: str) -> int:
    """Documents in an index, tombstones too."""
    client.work("POST", f"/{index}/_refresh")
    return int(client.work("GET", f"/{index}/_count")["count"])


def _put_in_place(build: Build) -> None:
    before = indices.swap(build.province, build.index)
    with transaction.atomic():
        for former in Build.objects.select_for_update().filter(province=build.province, state=State.LIVE):
            _become(former, State.FORMER)
        for index in before:  # one that nobody wrote down
            Build.objects.get_or_create(index=index, defaults={"province": build.province, "state": State.FORMER})
        build.finished_at = recorded_now()
        build.save(update_fields=["finished_at"])
        _become(build, State.LIVE)


def _become(build: Build, state: Build.State) -> None:
    build.state, build.moved_at = state, recorded_now()
    build.save(update_fields=["state", "moved_at"])


def drop_former(province: str = "") -> int:
    """Indexes that were replaced a while ago; how many."""
    rows = Build.objects.filter(state=State.FORMER, moved_at__lt=recorded_now() - KEPT_FOR)
    gone = list(rows.filter(province=province) if province else rows)
    for build in gone:
        indices.drop(build.index)
        _become(build, State.DROPPED)
    return len(gone)
