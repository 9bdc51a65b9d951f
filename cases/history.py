"""The chain of events: how one is hashed, how a whole office is verified and sealed (design §4)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from cases.models import Case, Event, Seal
from kernel import crypto
from kernel.clock import recorded_now
from tenants.actors import Actor

GENESIS = bytes(32)
LONGEST_TRANSACTION = timedelta(minutes=15)


def plain(value: Any) -> Any:
    """A JSON value that reads back equal: the hash must not depend on how the database returns it."""
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items() if v is not None}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(v) for v in value]
    return value


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _micros(moment: datetime) -> int:
    """Exactly: as a float, two neighbouring microseconds could be one."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def canonical(event: Event) -> bytes:
    fields = [
        str(event.id),
        str(event.case_id),
        event.seq,
        event.kind,
        event.version,
        event.state,
        str(event.actor),
        str(event.tenant),
        str(event.department),
        _micros(event.happened_at),
        _micros(event.recorded_at),
        event.data,
    ]
    return json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def chain(case: Case, kind: str, actor: Actor, data: dict[str, Any], *, event_id: UUID, at: datetime) -> Event:
    """The next event of the case, unsaved; moves the head kept on the row (which the caller has locked)."""
    event = Event(
        id=event_id,
        case=case,
        seq=case.head_seq + 1,
        kind=kind,
        version=case.version,
        state=case.state,
        actor=actor.user,
        tenant=actor.tenant,
        department=actor.department,
        happened_at=at,
        recorded_at=recorded_now(),
        data=plain(data),
        prev_hash=bytes(case.head_hash),
    )
    event.hash = hashlib.sha256(bytes(event.prev_hash) + canonical(event)).digest()
    case.head_seq, case.head_hash = event.seq, event.hash
    return event


@dataclass(frozen=True)
class Break:
    """The first place where the history of an office no longer holds."""

    case: UUID | None
    number: str
    seq: int
    fault: str


def verify(hear: Callable[[int], None] | None = None) -> Iterator[Break]:
    """Re-computes the current tenant's chains and seals; yields the first break of each case, then of the seals.

    The office may go on working: an event and the head it is held to are read in one statement, and seals made
    meanwhile are left to the next time. `hear` is told how many events were checked, every so often.
    """
    last = Seal.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
    wanted = _sealed_heads(last)
    heads: dict[Head, bytes] = {}
    case: Case | None = None
    head, seq, broken = GENESIS, 0, False
    events = Event.objects.select_related("case").only(*_HASHED, *_HEAD).order_by("case_id", "seq")
    for count, event in enumerate(events.iterator(chunk_size=2000), start=1):
        if hear is not None and count % HEARD_EACH == 0:
            hear(count)
        if case is None or event.case_id != case.id:
            if case is not None and not broken:
                yield from _end(case, seq, head)
            case, seq, broken = event.case, 0, False
            head = _start(event)
        if broken:
            continue
        fault = ""
        if event.seq != seq + 1:
            fault = "missing"
        elif bytes(event.prev_hash) != head:
            fault = "chain"
        elif hashlib.sha256(bytes(event.prev_hash) + canonical(event)).digest() != bytes(event.hash):
            fault = "content"
        if fault:
            yield Break(event.case_id, case.number, seq + 1 if fault == "missing" else event.seq, fault)
            broken = True
            continue
        seq, head = event.seq, bytes(event.hash)
        if (str(event.case_id), seq) in wanted:
            heads[(str(event.case_id), seq)] = head
    if case is not None and not broken:
        yield from _end(case, seq, head)
    for empty, number in Case.objects.filter(events=None).order_by("id").values_list("id", "number"):
        yield Break(empty, number, 1, "missing")
    yield from _verify_seals(heads, last)


Head = tuple[str, int]
HEARD_EACH = 2000
_HASHED = [field.attname for field in Event._meta.concrete_fields]
_HEAD = ("case__id", "case__number", "case__head_seq", "case__head_hash")


def holds(case: Case, events: Sequence[Event]) -> bool:
    """One case's chain, oldest first, as `verify` would find it; what came after the row was read is not judged."""
    events = events[: case.head_seq]
    head = _start(events[0]) if events else GENESIS
    for seq, event in enumerate(events, start=1):
        if event.seq != seq or bytes(event.prev_hash) != head:
            return False
        head = hashlib.sha256(head + canonical(event)).digest()
        if head != bytes(event.hash):
            return False
    return bool(events) and case.head_seq == len(events) and bytes(case.head_hash) == head


def _sealed_heads(last: int) -> set[Head]:
    rows = Seal.objects.filter(seq__lte=last).order_by("seq").values_list("heads", flat=True)
    return {(case, seq) for heads in rows.iterator(chunk_size=200) for case, seq, _hash in heads}


def _start(first: Event) -> bytes:
    """Nothing comes before a chain that begins here; one that was received goes on from the sender's head."""
    told = first.data.get("from_head") if isinstance(first.data, dict) else None
    try:
        return GENESIS if told is None else bytes.fromhex(told)
    except (TypeError, ValueError):
        return GENESIS


def _end(case: Case, seq: int, head: bytes) -> Iterator[Break]:
    if case.head_seq != seq or bytes(case.head_hash) != head:
        yield Break(case.id, case.number, seq + 1, "missing")


def _seal_hash(prev: bytes, at: datetime, heads: list[list[Any]]) -> bytes:
    body = json.dumps([_micros(at), heads], separators=(",", ":")).encode()
    return hashlib.sha256(prev + body).digest()


def seal() -> Seal | None:
    """Chains and signs the heads that moved since the last seal; None when nothing did. Run by one process."""
    last = Seal.objects.order_by("-seq").first()
    changed = Event.objects.all()
    done: set[tuple[str, int]] = set()
    if last is not None:
        # A transaction may commit after a seal that is younger than its events: look back past any transaction.
        changed = changed.filter(recorded_at__gt=last.at - LONGEST_TRANSACTION)
        recent = Seal.objects.filter(at__gt=last.at - 2 * LONGEST_TRANSACTION)
        done = {(case, seq) for row in recent for case, seq, _hash in row.heads}
    newest: dict[UUID, list[Any]] = {}
    for event in changed.order_by("case_id", "seq").only("case_id", "seq", "hash").iterator(chunk_size=2000):
        newest[event.case_id] = [str(event.case_id), event.seq, bytes(event.hash).hex()]
    heads = sorted(head for head in newest.values() if (head[0], head[1]) not in done)
    if not heads:
        return None
    at = recorded_now()
    prev = bytes(last.hash) if last else GENESIS
    digest = _seal_hash(prev, at, heads)
    row = Seal(
        seq=last.seq + 1 if last else 1,
        at=at,
        heads=heads,
        prev_hash=prev,
        hash=digest,
        signature=crypto.sign(digest),
    )
    row.save(force_insert=True)
    return row


def _verify_seals(heads: dict[Head, bytes], last: int) -> Iterator[Break]:
    prev, seq = GENESIS, 0
    for row in Seal.objects.filter(seq__lte=last).order_by("seq").iterator(chunk_size=200):
        digest = _seal_hash(bytes(row.prev_hash), row.at, row.heads)
        if row.seq != seq + 1 or bytes(row.prev_hash) != prev or digest != bytes(row.hash):
            yield Break(None, "", row.seq, "seal")
            return
        if not crypto.verify_signature(digest, bytes(row.signature)):
            yield Break(None, "", row.seq, "signature")
            return
        for case, number, value in row.heads:
            if heads.get((case, number), b"").hex() != value:
                name = Case.objects.filter(id=case).values_list("number", flat=True).first()
                yield Break(UUID(case), name or "", number, "sealed")
                return
        prev, seq = bytes(row.hash), row.seq
