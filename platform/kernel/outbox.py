"""What follows a change: `now` subscribers inside the transaction, `later` ones from a row that is the retry record.

Rows carry a key, never content; handlers re-read what they need, so twice is harmless. Nothing here depends on the
broker: the nudge after the commit only makes the relay start sooner than the sweep would. A later subscriber hears one
row in a call, or many, and then answers for each.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Literal, NamedTuple

from django.db import models, transaction
from django.db.models import Count, F

from kernel.batch import Ask, Batch
from kernel.clock import recorded_now
from kernel.errors import HuiyinError
from kernel.schema import use_schema
from kernel.telling import telling


class Told(NamedTuple):
    """One of many things a subscriber is told in a call, each once, however often it changed."""

    schema: str
    key: str


class Verdict(NamedTuple):
    """What became of it. "again": later, as a handler that failed. "aside": parked at once, an operator decides."""

    kind: Literal["heard", "again", "aside"] = "heard"
    code: str = ""


Handler = Callable[[str, str], None]
ManyHandler = Callable[[Sequence[Told]], Sequence[Verdict]]  # as many as were told, in their order; under no schema
Wanted = Callable[[str], bool]
Reads = Callable[[str], Ask]
Kind = Literal["now", "later"]

BATCH = 10
LEASE = timedelta(seconds=60)  # a relay that dies gives its rows back after this
FIRST_RETRY_S = 5
LAST_RETRY_S = 3600
PARKED_AFTER = timedelta(days=1)
FAILURES_PER_RUN = 3  # then the subscriber rests until the next run, so that its time-outs delay no other
MANY = 200  # rows in a call
CALL_RETRY = timedelta(seconds=20)  # a call for many that failed says nothing of its rows: soon again, never parked
HEARD = Verdict()

log = logging.getLogger("huiyin.outbox")


class OutboxRow(models.Model):
    """One thing one subscriber still has to hear of. Deleted when heard."""

    id = models.BigAutoField(primary_key=True)
    topic = models.CharField(max_length=40)
    subscriber = models.CharField(max_length=60)
    schema = models.CharField(max_length=63)
    key = models.CharField(max_length=100)
    created_at = models.DateTimeField(default=recorded_now)
    attempts = models.IntegerField(default=0)
    next_at = models.DateTimeField(default=recorded_now)
    last_error_code = models.CharField(max_length=100, default="", blank=True)
    parked = models.BooleanField(default=False)

    class Meta:
        app_label = "kernel"
        indexes: ClassVar = [
            models.Index(fields=["subscriber", "next_at", "id"], condition=models.Q(parked=False), name="outbox_due"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.key} -> {self.subscriber}"


@dataclass(frozen=True, slots=True)
class Subscriber:
    topic: str
    name: str
    handler: Handler | None
    kind: Kind
    wanted: Wanted | None = None
    many: ManyHandler | None = None
    share: int = BATCH
    reads: Reads | None = None

    def hear(self, schema: str, key: str) -> None:
        """One row, under its schema."""
        if self.handler is None:
            raise TypeError(f"{self.name} hears many at once.")
        self.handler(schema, key)


_subscribers: dict[str, Subscriber] = {}


def subscribe(
    topic: str,
    name: str,
    handler: Handler,
    kind: Kind = "later",
    *,
    wanted: Wanted | None = None,
    share: int = BATCH,
    reads: Reads | None = None,
) -> None:
    """Called while the apps load. `name` is unique and stands in the rows: keep it when the handler moves. `wanted`:
    asked with the schema at each change, whether this office has anybody who would hear. `share`: rows in a turn.
    `reads`: what a "now" subscriber has to know of a key; who locks the key for a change reads it then."""
    _keep(Subscriber(topic, name, handler, kind, wanted, share=share, reads=reads))


def subscribe_many(topic: str, name: str, handler: ManyHandler, *, wanted: Wanted | None = None) -> None:
    """A later subscriber that takes up to MANY rows, of any offices, in one call and one transaction."""
    _keep(Subscriber(topic, name, None, "later", wanted, handler, MANY))


def _keep(new: Subscriber) -> None:
    if _subscribers.setdefault(new.name, new) != new:
        raise ValueError(f"Another subscriber is called {new.name}.")


@contextmanager
def subscribed(topic: str, name: str, handler: Handler, kind: Kind = "later") -> Iterator[None]:
    """A subscriber for the length of a block: imports and tests."""
    subscribe(topic, name, handler, kind)
    try:
        yield
    finally:
        del _subscribers[name]


def reads(topic: str, key: str) -> dict[str, Ask]:
    """What subscribers want read while `key` is locked for a change, by their names."""
    return {s.name: s.reads(key) for s in _subscribers.values() if s.topic == topic and s.reads is not None}


def publish(topic: str, schema: str, key: str, *, about: object = None, writes: Batch | None = None) -> None:
    """Tell the subscribers of `topic` that `key` of `schema` changed. Only inside a transaction. `writes`: the change
    itself; with it goes what is owed to later ones and what those write that hear of it now."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("publish() belongs into the transaction of the change it reports.")
    writes = Batch() if writes is None else writes
    _owe(writes, topic, schema, [key])
    for subscriber in [one for one in _subscribers.values() if one.topic == topic and one.kind == "now"]:
        with telling(writes, about):
            subscriber.hear(schema, key)
    writes.send()


def publish_each(topic: str, schema: str, keys: Sequence[str]) -> None:
    """As `publish` for each key, for topics that nobody hears "now": one statement."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("publish_each() belongs into the transaction of the changes it reports.")
    if any(s.topic == topic and s.kind == "now" for s in _subscribers.values()):
        raise RuntimeError(f"Somebody hears {topic} now: publish() each.")
    _owe(writes := Batch(), topic, schema, keys)
    writes.send()


def _owe(writes: Batch, topic: str, schema: str, keys: Sequence[str]) -> None:
    moment = recorded_now()
    hearing = [s for s in _subscribers.values() if s.topic == topic and s.kind == "later"]
    rows = [
        OutboxRow(topic=topic, subscriber=s.name, schema=schema, key=key, created_at=moment, next_at=moment)
        for s in hearing
        if s.wanted is None or s.wanted(schema)
        for key in keys
    ]
    writes.insert(rows)
    if rows:
        _nudge_once()


def _nudge_once() -> None:
    """One nudge a transaction. An entry made in a savepoint that was rolled back is gone from the list, and so are its
    rows; an entry still listed will run."""
    if not any(entry[1] is _nudge for entry in transaction.get_connection().run_on_commit):
        transaction.on_commit(_nudge, robust=True)


def _nudge() -> None:
    from kernel.tasks import nudge  # noqa: PLC0415  tasks know the outbox, not the other way round

    nudge()


def later_subscribers() -> list[str]:
    return [s.name for s in _subscribers.values() if s.kind == "later"]


def deliver(limit: int = 200) -> int:
    """Hand out up to `limit` due rows, subscribers in turn; the number that was heard.

    Any number of relays may run at once. A row is first claimed for a while (so that one which kills its worker does
    not come first again), then handled in a transaction of its own under its schema.
    """
    heard = tried = 0
    failures: Counter[str] = Counter()
    waiting = later_subscribers()
    while waiting and tried < limit:
        for name in list(waiting):
            rows = _claim(name, min(_subscribers[name].share, limit - tried))
            if not rows:
                waiting.remove(name)
            if rows and _subscribers[name].many:
                tried += len(rows)
                done = _hand_over_many(rows)
                heard += done
                failures[name] += FAILURES_PER_RUN if done < len(rows) else 0
                rows = []
            while rows and failures[name] < FAILURES_PER_RUN:
                row = rows.pop(0)
                tried += 1
                if _hand_over(row):
                    heard += 1
                else:
                    failures[name] += 1
            if failures[name] >= FAILURES_PER_RUN and name in waiting:
                _give_back(rows)
                waiting.remove(name)
    return heard


def _claim(subscriber: str, count: int) -> list[OutboxRow]:
    now = recorded_now()
    due = OutboxRow.objects.filter(subscriber=subscriber, parked=False, next_at__lte=now)
    if count <= 0 or not due.exists():
        return []
    with transaction.atomic():
        rows = list(due.select_for_update(skip_locked=True).order_by("next_at", "id")[:count])
        OutboxRow.objects.filter(pk__in=[row.pk for row in rows]).update(
            attempts=F("attempts") + 1, next_at=now + LEASE
        )
    for row in rows:
        row.attempts += 1
    return rows


def _give_back(rows: list[OutboxRow]) -> None:
    for row in rows:
        OutboxRow.objects.filter(pk=row.pk, attempts=row.attempts).update(
            attempts=row.attempts - 1, next_at=row.next_at
        )


def _hand_over(row: OutboxRow) -> bool:
    """True unless the handler failed. A row another relay claimed after our lease ran out is left to that one."""
    try:
        with transaction.atomic():
            mine = OutboxRow.objects.filter(pk=row.pk, attempts=row.attempts)
            if mine.select_for_update(skip_locked=True).first() is None:
                return True
            with use_schema(row.schema):
                _subscribers[row.subscriber].hear(row.schema, row.key)
            mine.delete()
    except Exception as error:  # whatever a subscriber raises is its own affair and stays in its row
        _record_failure(row, error)
        return False
    return True


def _hand_over_many(rows: list[OutboxRow]) -> int:
    """In one transaction; how many need not be tried again."""
    attempts = {row.pk: row.attempts for row in rows}
    try:
        with transaction.atomic():
            locked = OutboxRow.objects.select_for_update(skip_locked=True).filter(pk__in=attempts).order_by("pk")
            mine = [row for row in locked if row.attempts == attempts[row.pk]]
            verdicts = _judged(_subscribers[rows[0].subscriber], mine)
            OutboxRow.objects.filter(pk__in=[row.pk for row, said in verdicts if said.kind == "heard"]).delete()
            for row, said in verdicts:
                if said.kind != "heard":
                    _fail(row, said.code, aside=said.kind == "aside")
    except Exception as error:  # as in _hand_over
        code = _code(error)
        OutboxRow.objects.filter(pk__in=attempts).update(
            attempts=F("attempts") - 1, last_error_code=code, next_at=recorded_now() + CALL_RETRY
        )
        log.warning("failed", extra={"subscriber": rows[0].subscriber, "code": code})
        return 0
    return len(rows) - sum(said.kind == "again" for _row, said in verdicts)


def _judged(subscriber: Subscriber, rows: Sequence[OutboxRow]) -> list[tuple[OutboxRow, Verdict]]:
    """The rows, each with what the subscriber says of its schema and key."""
    told = list(dict.fromkeys(Told(row.schema, row.key) for row in rows))
    if not told or subscriber.many is None:
        return []
    with use_schema(None):
        said = dict(zip(told, subscriber.many(told), strict=True))
    return [(row, said[Told(row.schema, row.key)]) for row in rows]


def _code(error: Exception) -> str:
    return (error.code if isinstance(error, HuiyinError) else type(error).__name__)[:100]


def _record_failure(row: OutboxRow, error: Exception) -> None:
    _fail(row, _code(error))


def _fail(row: OutboxRow, code: str, *, aside: bool = False) -> None:
    now = recorded_now()
    parked = aside or row.created_at < now - PARKED_AFTER
    OutboxRow.objects.filter(pk=row.pk, attempts=row.attempts).update(
        last_error_code=code[:100], next_at=now + retry_after(row.attempts), parked=parked
    )
    log.warning("parked" if parked else "failed", extra={"subscriber": row.subscriber, "code": code[:100]})


def retry_after(attempts: int) -> timedelta:
    """5 s, 10 s, 20 s ... one hour."""
    return timedelta(seconds=min(FIRST_RETRY_S * 2 ** min(attempts - 1, 20), LAST_RETRY_S))


def unpark(subscriber: str) -> int:
    """Let an operator try again what was given up after a day."""
    return OutboxRow.objects.filter(subscriber=subscriber, parked=True).update(parked=False, next_at=recorded_now())


def parked(limit: int = 200) -> list[OutboxRow]:
    """What was given up, oldest first."""
    return list(OutboxRow.objects.filter(parked=True).order_by("created_at", "id")[:limit])


def parked_in(subscriber: str) -> dict[str, int]:
    """Schema -> rows given up for one subscriber."""
    rows = OutboxRow.objects.filter(subscriber=subscriber, parked=True).order_by().values("schema")
    return dict(rows.annotate(count=Count("pk")).values_list("schema", "count"))


def drain(limit: int = 10_000) -> int:
    """Hand out everything now, due or not, and let a failure raise: for tests and demo data."""
    heard = 0
    while heard < limit:
        rows = OutboxRow.objects.filter(subscriber__in=later_subscribers(), parked=False).order_by("pk")[:BATCH]
        if not rows:
            break
        for row in rows:
            with transaction.atomic():
                heard += _drain(row)
    return heard


def _drain(row: OutboxRow) -> int:
    subscriber = _subscribers[row.subscriber]
    if subscriber.many is None:
        with use_schema(row.schema):
            subscriber.hear(row.schema, row.key)
        row.delete()
        return 1
    rows = list(OutboxRow.objects.filter(subscriber=row.subscriber, parked=False).order_by("pk")[:MANY])
    for one, said in _judged(subscriber, rows):
        if said.kind == "again":
            raise RuntimeError(f"{one} was not heard: {said.code}")
        if said.kind == "aside":
            _fail(one, said.code, aside=True)
        else:
            one.delete()
    return len(rows)
