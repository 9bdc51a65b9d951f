"""The relay gives each stream its seqs, gapless and in order, and pushes what it gave. One relay at a time.

What is not pushed (nobody carries, the relay dies after its commit) is lost to nobody: readers see the gap and replay.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import translation

from kernel import batch, locks, push
from kernel.alerts.models import Alert, Stream
from kernel.alerts.rendering import render

BATCH = 500
LOCK = 7_244_053_115  # of no other use; held over the commit, so that pushes go out in order


def group(stream: str) -> str:
    """The name under which a stream is pushed."""
    return "al." + stream.replace(":", ".")


def relay() -> int:
    """Give all waiting alerts their seqs and push them; how many. Returns at once where another relay is at work:
    that one looks again after it has let go."""
    count = 0
    while Alert.objects.filter(seq__isnull=True).exists():
        with locks.held(LOCK) as mine:
            if not mine:
                break
            rows, epochs = _sequence()
            _push(rows, epochs)
        count += len(rows)
    return count


def _sequence() -> tuple[list[Alert], dict[str, str]]:
    """The rows in the order of their seqs, and the epoch of each stream."""
    with transaction.atomic():
        rows = list(Alert.objects.filter(seq__isnull=True).order_by("id")[:BATCH])
        streams = ensured({row.stream for row in rows})
        for row in rows:
            streams[row.stream].head += 1
            row.seq = streams[row.stream].head
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE kernel_alert SET seq = given.seq FROM unnest(%s::uuid[], %s::bigint[]) AS given (id, seq)"
                " WHERE kernel_alert.id = given.id",
                [[row.pk for row in rows], [row.seq for row in rows]],
            )
            cursor.execute(
                "UPDATE kernel_alertstream SET head = given.head FROM unnest(%s::text[], %s::bigint[])"
                " AS given (name, head) WHERE kernel_alertstream.name = given.name",
                [list(streams), [stream.head for stream in streams.values()]],
            )
    return rows, {name: str(stream.epoch) for name, stream in streams.items()}


def ensured(names: set[str]) -> dict[str, Stream]:
    """The streams of these names, made where nobody asked for them before."""
    (known,) = batch.read(batch.Ask(Stream, "name", list(names)))
    found = {stream.name: stream for stream in known}
    if missing := sorted(names - found.keys()):
        Stream.objects.bulk_create([Stream(name=name) for name in missing], ignore_conflicts=True)
        found |= Stream.objects.in_bulk(missing)
    return found


def _push(rows: list[Alert], epochs: dict[str, str]) -> None:
    """One message an alert: {"type": "alert", "stream", "epoch", "seq", "in": {language: as `render` tells it}}."""
    if not rows or not push.carried():
        return
    told: dict[str, list[dict[str, Any]]] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            told[language] = render(rows)
    for index, row in enumerate(rows):
        body = {"type": "alert", "stream": row.stream, "epoch": epochs[row.stream], "seq": row.seq}
        push.push(group(row.stream), body | {"in": {language: told[language][index] for language in told}})
