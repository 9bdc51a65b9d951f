"""Keeping the region's books: the "now" subscriber of every change of a case, and making a row anew from the office's.

What it stood at is read with the case; what it comes to is written with it. Under the lock of Custody, so that nothing
here overtakes anything.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models, transaction

from cases.actions.frame import Written
from cases.models import Case
from cases.states import State
from kernel import batch, outbox, telling
from kernel.batch import Batch
from kernel.clock import TZ, now
from supervision import rows, rungs
from supervision.models import LedgerChange, LedgerRow, Unfolded
from supervision.rungs import Running
from supervision.warning_rules import values_of
from tenants import context
from tenants.models import Custody, Tenant

TOPIC = "case"
SUBSCRIBER = "supervision.ledger"
BATCH = 200

# What is counted, by place and time: a change of these is kept for ever, short names to values.
COUNTED = {
    "path": "path",
    "origin": "origin_path",
    "office": "holder",
    "unit": "unit",
    "dept": "department",
    "state": "state",
    "klass": "klass",
    "content": "content_class",
    "channel": "channel",
    "sealed": "sealed",
    "group": "group",
    "litigation": "litigation",
    "repeat": "repeat",
    "counted": "counted",
    "due": "due_raw",
    "kind": "due_kind",
    "registered": "registered_at",
    "received": "unit_received_at",
    "notice_due": "notice_due",
    "notified": "notified_at",
    "reply_due": "reply_due",
    "served": "served_at",
    "closed": "closed_at",
}
COUNTED_NAMES = frozenset(COUNTED.values())
# How far people were warned, and what others owe: no function of the holder's rows.
KEPT = frozenset({"debts", "told", "next_rung_at"})
# At which version of the case the row last changed.
MARKS = ("version", "updated_at")
PURE = tuple(field.attname for field in LedgerRow._meta.concrete_fields if field.attname not in (*KEPT, *MARKS))

_FIELDS = tuple(field.attname for field in LedgerRow._meta.concrete_fields)
_JSON = tuple(n for n, field in enumerate(LedgerRow._meta.concrete_fields) if isinstance(field, models.JSONField))
_COLUMNS = ", ".join(f'"{field.column}"' for field in LedgerRow._meta.concrete_fields)
_BEFORE = f'SELECT {_COLUMNS} FROM {LedgerRow._meta.db_table} WHERE "case" = ANY(%s)'  # noqa: S608  own names

log = logging.getLogger("huiyin.ledger")


def write(schema: str, key: str) -> None:
    """The subscriber: inside the transaction of the change, in the office it happened in."""
    office, written, writes = context.tenant_by_schema(schema), telling.about(), telling.together()
    with context.use(office):
        if not isinstance(written, Written):
            writes.send()
            _keep(writes, office, [UUID(key)])
        elif not _leaves_nothing(written):
            facts = rows.remembered(written, _path(written, writes))
            if rows.is_in_history(facts.case):
                writes.send()
            _put(writes, office, facts, _before(written, key))


def reads(key: str) -> batch.Ask:
    """Locked like Custody before it: the sweep writes how far people were warned."""
    return batch.Ask(LedgerRow, "case", UUID(key), lock=True)


def _before(written: Written, key: str) -> LedgerRow | None:
    """The row as this transaction has left it so far."""
    if written.new:
        return None
    found = written.known[SUBSCRIBER] if SUBSCRIBER in written.known else batch.read(reads(key))[0]
    return found[0] if found else None


def _path(written: Written, writes: Batch) -> Sequence[rows.Columns]:
    """The hand-overs, where the verb has them not: read behind what it wrote of them. Of a tombstone only what it owes
    is asked."""
    if written.stays is not None or written.case.state == State.S99:
        return ()
    writes.ask(rows.PATH, [written.case.id])
    return writes.send()[-1]


def _leaves_nothing(written: Written) -> bool:
    """Nothing of the row is this office's to say: nothing has changed, or it went to another that tells next, and the
    office owes nothing on it any more."""
    return written.quiet or (written.gone and all(clock.stopped_at is not None for clock in written.clocks))


def _keep(writes: Batch, office: Tenant, cases: Sequence[UUID]) -> int:
    """Puts down what differs; the number of rows that do. Custody of these cases is locked."""
    found, kept = _read(cases)
    return sum(_put(writes, office, facts, kept.get(facts.case.id)) for facts in found)


def _read(cases: Sequence[UUID]) -> tuple[list[rows.Facts], dict[UUID, LedgerRow]]:
    found, kept = rows.read(cases, also=_BEFORE)
    return found, {row.case: row for row in map(_row, kept)}


def _row(columns: Sequence[Any]) -> LedgerRow:
    given = list(columns)
    for place in _JSON:
        given[place] = rows.plain(given[place])
    return LedgerRow.from_db("default", _FIELDS, given)


def _put(writes: Batch, office: Tenant, facts: rows.Facts, before: LedgerRow | None) -> int:
    if facts.case.state == State.S99:
        return _put_debts(writes, office, facts, before)
    told = rows.values(facts, office.pk)
    if before is None:
        row = LedgerRow(**told)
        row.next_rung_at = _next(office, row, {})
        writes.insert([row])
        writes.insert([_change(row, None), Unfolded()])
        return 1
    was = {short: getattr(before, name) for short, name in COUNTED.items()}
    names = _set(before, {name: value for name, value in told.items() if name not in MARKS})
    debts = [] if before.closed_at else [debt for debt in before.debts if debt.get("office") != str(office.pk)]
    names += _set(before, {"debts": debts})
    names += _warn(office, before)
    if not names:
        return 0
    writes.update(before, names + _set(before, {name: told[name] for name in MARKS}))
    if not COUNTED_NAMES.isdisjoint(names):
        writes.insert([_change(before, was), Unfolded()])
    return 1


def _put_debts(writes: Batch, office: Tenant, facts: rows.Facts, before: LedgerRow | None) -> int:
    """A former holder's part of the row."""
    if before is None:
        return 0
    others = [debt for debt in before.debts if debt.get("office") != str(office.pk)]
    debts = [] if before.closed_at else [*others, *rows.debts(facts, office.pk)]
    names = _set(before, {"debts": sorted(debts, key=lambda debt: (debt.get("office", ""), rungs.key(debt)))})
    if names:
        names += _warn(context.tenant_by_id(before.holder), before)
        writes.update(before, names)
    return int(bool(names))


def _set(row: LedgerRow, new: dict[str, Any]) -> list[str]:
    """Sets what differs; its names."""
    names = [name for name, value in new.items() if getattr(row, name) != value]
    for name in names:
        setattr(row, name, new[name])
    return names


def _warn(office: Tenant, row: LedgerRow) -> list[str]:
    """What was told of clocks that have gone is forgotten; the next rung is that of those that run."""
    keys = {rungs.key(clock) for clock in [*row.clocks, *row.debts]}
    told = {key: offset for key, offset in row.told.items() if key in keys}
    return _set(row, {"told": told, "next_rung_at": _next(office, row, told)})


def _next(office: Tenant, row: LedgerRow, told: dict[str, int]) -> datetime | None:
    if row.closed_at is not None:
        return None
    clocks: list[Running] = [*row.clocks, *row.debts]
    return rungs.next_at(clocks, steps_of(office), told)


def steps_of(holder: Tenant) -> rungs.StepsOf:
    """By the rules, as they are today, of the office that owes a clock."""

    def of(clock: Running) -> tuple[rungs.Rung, ...]:
        office = context.tenant_by_id(UUID(clock["office"])) if "office" in clock else holder
        return rungs.rungs_of(values_of(office.code))

    return of


def counted(row: LedgerRow) -> dict[str, Any]:
    """What of a row counts, as a change keeps it."""
    return {short: _plain(getattr(row, name)) for short, name in COUNTED.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(TZ).isoformat()
    return str(value) if isinstance(value, UUID) else value


def _change(row: LedgerRow, was: dict[str, Any] | None) -> LedgerChange:
    """`was`: the values before, by the short names."""
    after = counted(row)
    before = was and {
        short: after[short] if value == getattr(row, COUNTED[short]) else _plain(value) for short, value in was.items()
    }
    return LedgerChange(case=row.case, at=now(), before=before, after=after)


# --- making rows anew ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Drift:
    """One column of one row that is not what the office's rows say. "row": it is missing, or stands for nothing."""

    case: UUID
    number: str
    column: str


def rebuild(office: Tenant) -> Iterator[tuple[int, int]]:
    """Every matter of an office, beside normal work: a few at a time under the lock of their Custody, which is what
    holds up whoever is changing one of them for that moment. Yields (done, corrected)."""
    done = corrected = 0
    with context.use(office):
        for cases in _slices(office):
            with transaction.atomic():
                list(Custody.objects.select_for_update().filter(case__in=cases).order_by("case").values_list("case"))
                writes = Batch()
                corrected += _keep(writes, office, cases)
                writes.send()
            done += len(cases)
            yield done, corrected
        for cases in _orphans(office):
            with transaction.atomic():
                list(Custody.objects.select_for_update().filter(case__in=cases).order_by("case").values_list("case"))
                corrected += _drop(office, cases)
            yield done, corrected


def _drop(office: Tenant, cases: Sequence[UUID]) -> int:
    """Rows said to lie here that stand for nothing. What was counted of them stays in the changes, as what happened."""
    gone = LedgerRow.objects.filter(case__in=set(cases) - _held(cases), holder=office.pk)
    return gone.delete()[0]


def _slices(office: Tenant) -> Iterator[list[UUID]]:
    """Ids of all rows of the current office, tombstones too: they may owe something."""
    last = UUID(int=0)
    while cases := list(Case.objects.filter(id__gt=last).order_by("id").values_list("id", flat=True)[:BATCH]):
        yield cases
        last = cases[-1]


def compare(office: Tenant) -> Iterator[Drift]:
    """Where the books differ from what the office's rows say. Changes nothing."""
    with context.use(office):
        for cases in _slices(office):
            with transaction.atomic():
                list(Custody.objects.select_for_update().filter(case__in=cases).order_by("case").values_list("case"))
                found, kept = _read(cases)
            for facts in found:
                yield from _drift(office, facts, kept.get(facts.case.id))
        for cases in _orphans(office):
            numbers = LedgerRow.objects.filter(case__in=cases).order_by("case").values_list("case", "number")
            yield from (Drift(case, number, "row") for case, number in numbers)


def _drift(office: Tenant, facts: rows.Facts, row: LedgerRow | None) -> Iterable[Drift]:
    case = facts.case
    if case.state == State.S99:
        mine = [debt for debt in row.debts if debt.get("office") == str(office.pk)] if row else []
        wanted = [] if row is None or row.closed_at else rows.debts(facts, office.pk)
        same = sorted(map(rungs.key, mine)) == sorted(map(rungs.key, wanted))
        return [] if same else [Drift(case.id, case.number, "debts")]
    if row is None:
        return [Drift(case.id, case.number, "row")]
    right = rows.values(facts, office.pk)
    return [Drift(case.id, case.number, name) for name in PURE if getattr(row, name) != right[name]]


def _orphans(office: Tenant) -> Iterator[list[UUID]]:
    """Rows said to lie here of which the office knows nothing."""
    last = UUID(int=0)
    said = LedgerRow.objects.filter(holder=office.pk).order_by("case").values_list("case", flat=True)
    while cases := list(said.filter(case__gt=last)[:BATCH]):
        last = cases[-1]
        if orphans := sorted(set(cases) - _held(cases)):
            yield orphans


def _held(cases: Sequence[UUID]) -> set[UUID]:
    return set(Case.objects.filter(id__in=cases).exclude(state=State.S99).values_list("id", flat=True))


def warn_anew(office: Tenant) -> int:
    """The next rung of each open matter of an office, by the rules as they are today; how many moved."""
    moved = []
    with transaction.atomic():
        for row in LedgerRow.objects.select_for_update(skip_locked=True).filter(holder=office.pk, closed_at=None):
            next_at = _next(office, row, row.told)
            if next_at != row.next_rung_at:
                row.next_rung_at = next_at
                moved.append(row)
        LedgerRow.objects.bulk_update(moved, ["next_rung_at"], batch_size=BATCH)
    return len(moved)


def register() -> None:
    outbox.subscribe(TOPIC, SUBSCRIBER, write, "now", reads=reads)
