"""What proposes an order: V1 to V7 of domain §8, from the ledger; the copied answers of V6 and the wrong class of V4
from each office's own rows, at night.

A proposal names who supervises the body at fault: its own bureau, the next upper office where the bureau itself is
late, the common superior where offices toss a matter about. It holds codes, dates and ids; a person issues an order on
it or dismisses it, nothing follows by itself. Sealed matters are proposed to nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from cases.clock_kinds import TRIAGE, Kind
from cases.codes.endings import Closing
from cases.codes.orders import Trigger
from cases.models import Notice
from cases.states import Path, State
from kernel.clock import TZ, now
from supervision import places
from supervision.models import LedgerRow, Order, OrderCase, Proposal
from supervision.thresholds import Thresholds, reached, thresholds_of
from supervision.warning_rules import values_of
from tenants import context
from tenants.actors import root_of
from tenants.models import Department, Tenant

MOST = 5000  # of each trigger in one round; the next round goes on
NOTICE_OF_EXTENSION_DAYS = 5
COPIED_LENGTH, LOOK_BACK_DAYS = 40, 180
ANSWERED_BY_OPINION = (Closing.EXECUTED, Closing.EXPLAINED, Closing.NOT_SUPPORTED)

Evidence = dict[str, Any]


class Fault(NamedTuple):
    """Whose it is: an office and the body in it."""

    office: UUID
    unit: UUID


@dataclass(frozen=True, slots=True)
class Found:
    """`occurrence` tells one from the next of the same kind on the same case; `among`: all offices that had a part."""

    case: UUID
    trigger: Trigger
    fault: Fault
    evidence: list[Evidence]
    occurrence: str = field(default="")
    among: frozenset[UUID] = field(default=frozenset())


def propose_all() -> int:
    """One round over the ledger; how many new proposals."""
    at = now()
    return sum(write(list(rule(_fresh(trigger), at))) for trigger, rule in RULES)


def _fresh(trigger: Trigger) -> QuerySet[LedgerRow]:
    """What may be named, and is not among the open proposals of that kind."""
    waiting = Proposal.objects.filter(case=OuterRef("case"), trigger=trigger, status=Proposal.Status.OPEN)
    return LedgerRow.objects.filter(~Exists(waiting), sealed=False).order_by("case")


def write(found: Iterable[Found]) -> int:
    """The rows of those that somebody can supervise; what was proposed before, decided or not, stays as it is."""
    at = now()
    made: list[Proposal] = []
    for one in found:
        supervisor = supervisor_of(one.fault, one.among)
        if supervisor is not None:
            made.append(
                Proposal(
                    tenant_id=supervisor,
                    to_tenant_id=one.fault.office,
                    to_department_id=one.fault.unit,
                    trigger=one.trigger,
                    case=one.case,
                    evidence=one.evidence,
                    dedup=one.occurrence,
                    at=at,
                )
            )
    if not made:
        return 0
    made = _not_ordered(made)
    before = Proposal.objects.count()
    Proposal.objects.bulk_create(made, ignore_conflicts=True, batch_size=500)
    return Proposal.objects.count() - before


def _not_ordered(rows: list[Proposal]) -> list[Proposal]:
    """Without those whose case the office has an order open on: a person sees to it already."""
    cases = {row.case for row in rows}
    open_now = OrderCase.objects.filter(case__in=cases, order__state__in=Order.OPEN)
    ordered = set(open_now.values_list("order__tenant", "case"))
    return [row for row in rows if (row.tenant_id, row.case) not in ordered]


def supervisor_of(fault: Fault, among: Iterable[UUID] = ()) -> UUID | None:
    """Its own bureau, or the lowest office over all that had a part; of a bureau the office above; of the topmost
    nobody on the platform."""
    over: UUID = places.over_all([fault.office, *among]).pk
    return context.tenant_by_id(over).parent_id if fault.unit == root_of(over) else over


def _held(row: LedgerRow) -> Fault:
    return Fault(row.holder, row.unit)


def _day(moment: datetime) -> str:
    return moment.astimezone(TZ).date().isoformat()


def _missed(kind: str, due: datetime) -> Evidence:
    return {"code": "missed", "clock": kind, "due": _day(due)}


# --- the rules ---


def v1(rows: QuerySet[LedgerRow], at: datetime) -> Iterator[Found]:
    """Not triaged, by whichever bureau has it; not told in time (K1, K1r, K2, K3)."""
    late = Q(due_kind__in=TRIAGE, due_raw__lt=at) | Q(notice_due__lt=at, notified_at=None)
    for row in rows.filter(late, closed_at=None)[:MOST]:
        triage = row.due_kind in TRIAGE
        due = row.due_raw if triage else row.notice_due
        if due is not None:
            kind = row.due_kind if triage else Kind.K3
            yield Found(row.case, Trigger.V1, _held(row), [_missed(kind, due)], f"{kind}:{_day(due)}")


def v2(rows: QuerySet[LedgerRow], at: datetime) -> Iterator[Found]:
    """Not answered in time (K6), or extended and the petitioner not told of it."""
    for row in rows.filter(reply_due__lt=at, served_at=None, closed_at=None)[:MOST]:
        if row.reply_due is not None:
            yield Found(row.case, Trigger.V2, _held(row), [_missed(Kind.K6, row.reply_due)], _day(row.reply_due))
    extended = list(rows.filter(extended_days__gt=0, closed_at=None)[:MOST])
    since = at - timedelta(days=NOTICE_OF_EXTENSION_DAYS)
    for office in {row.holder for row in extended}:
        here = {row.case: row for row in extended if row.holder == office}
        with context.use(context.tenant_by_id(office)):
            unsent = Notice.objects.filter(case__in=here, kind=Notice.Kind.EXTENDED, sent_at=None, drafted_at__lt=since)
            for case, notice, drafted in unsent.values_list("case", "id", "drafted_at"):
                told = [{"code": "extension_not_told", "drafted": _day(drafted)}]
                yield Found(case, Trigger.V2, _held(here[case]), told, str(notice))


def v3(rows: QuerySet[LedgerRow], at: datetime) -> Iterator[Found]:
    """No feedback on an assigned item (K5), owed by the holder or by an office on the path."""
    late = rows.filter(closed_at=None).filter(Q(feedback_due__lt=at) | ~Q(debts=[]))
    for row in late[:MOST]:
        for clock in (*row.clocks, *row.debts):
            due = datetime.fromisoformat(clock["due"])
            if clock["kind"] == Kind.K5 and due < at:
                fault = Fault(UUID(clock["office"]), UUID(clock["unit"])) if "office" in clock else _held(row)
                yield Found(row.case, Trigger.V3, fault, [_missed(Kind.K5, due)], f"{_day(due)}:{fault.unit}")


def v4(rows: QuerySet[LedgerRow], at: datetime) -> Iterator[Found]:
    """Answered without ever telling of the reception, or ended by an opinion that was never served; of late, since what
    was decided once stays as it was. Of a wrong class: `misclassed`."""
    since = at - timedelta(days=LOOK_BACK_DAYS)
    lately = Q(served_at__gte=since) | Q(closed_at__gte=since)
    untold = Q(served_at__isnull=False, notified_at=None, accepted_at__isnull=False)
    unserved = Q(closing_kind__in=ANSWERED_BY_OPINION, served_at=None, procedure=Path.C6)
    for row in rows.filter(untold | unserved, lately, counted=True)[:MOST]:
        code = "not_served" if row.served_at is None else "not_notified"
        yield Found(row.case, Trigger.V4, _held(row), [{"code": code}], code)


def v5(rows: QuerySet[LedgerRow], at: datetime) -> Iterator[Found]:
    """Passed about: the second objection or return, the third hop; or as often as the holder's place says."""
    about = Q(objections__gt=0) | Q(hand_backs__gt=0) | Q(hops__gt=0)
    for row in islice(filter(_passed_about, rows.filter(about, closed_at=None).iterator()), MOST):
        counts = {"objections": row.objections, "hand_backs": row.hand_backs, "hops": row.hops}
        occurrence = ":".join(str(count) for count in counts.values())
        told = [{"code": "passed_about", **counts}]
        yield Found(row.case, Trigger.V5, _held(row), told, occurrence, _passed_between(row))


def _passed_about(row: LedgerRow) -> bool:
    rules = _thresholds(row)
    back = max(row.objections, row.hand_backs)
    return reached(back, rules.objections) or reached(row.hops, rules.hops)


def _passed_between(row: LedgerRow) -> frozenset[UUID]:
    """The offices of those who had it one after the other."""
    bodies = {body for one in row.passes for body in (one["a"], one["b"])}
    return (
        frozenset(Department.objects.filter(pk__in=bodies).values_list("tenant", flat=True)) if bodies else frozenset()
    )


def v6(rows: QuerySet[LedgerRow], at: datetime) -> Iterator[Found]:
    """An opinion or report sent back for the second time, or as often as the holder's place says."""
    back = rows.filter(sent_back__gt=0, closed_at=None).iterator()
    for row in islice((row for row in back if reached(row.sent_back, _thresholds(row).sent_back)), MOST):
        told = [{"code": "sent_back", "times": row.sent_back}]
        yield Found(row.case, Trigger.V6, _held(row), told, f"sent_back:{row.sent_back}")


def _thresholds(row: LedgerRow) -> Thresholds:
    """As for alerts: by the rules of the holder's place today."""
    return thresholds_of(values_of(context.tenant_by_id(row.holder).code))


def v7(rows: QuerySet[LedgerRow], at: datetime) -> Iterator[Found]:
    """What was supported is not carried out by its day (K14)."""
    for row in rows.filter(state__in=(State.S65, State.S88), closed_at=None)[:MOST]:
        for clock in row.clocks:
            due = datetime.fromisoformat(clock["due"])
            if clock["kind"] == Kind.K14 and due < at:
                yield Found(row.case, Trigger.V7, _held(row), [_missed(Kind.K14, due)], _day(due))


Rule = Callable[[QuerySet[LedgerRow], datetime], Iterator[Found]]
RULES: tuple[tuple[Trigger, Rule], ...] = (
    (Trigger.V1, v1),
    (Trigger.V2, v2),
    (Trigger.V3, v3),
    (Trigger.V4, v4),
    (Trigger.V5, v5),
    (Trigger.V6, v6),
    (Trigger.V7, v7),
)

# --- what the office's own rows show: copied answers, a wrong class ---

# Ids only leave the database; what was written is compared there.
COPIED = """
SELECT o.department, md5(a.facts || a.reasons) AS words, array_agg(DISTINCT o.case_id ORDER BY o.case_id) AS cases
FROM cases_answer a
JOIN cases_opinion o ON o.id = a.opinion_id AND o.status IN ('signed', 'served')
JOIN cases_case c ON c.id = o.case_id AND NOT c.sealed AND c.state <> 'S99'
WHERE o.signed_at > %s AND length(a.facts || a.reasons) >= %s
GROUP BY o.department, words HAVING count(DISTINCT o.case_id) > 1
"""


# What the petitioner was told against the class as it stands: of T36, and of a class put right after the notice. And
# an opinion of class C that names no remedy.
MISCLASSED = """
SELECT c.id, n.id, n.department, 'class', n.kind, n.sent_at
FROM cases_notice n JOIN cases_case c ON c.id = n.case_id AND NOT c.sealed AND c.state <> 'S99'
WHERE n.sent_at > %(since)s AND c.klass <> '' AND CASE n.kind
    WHEN 'D8' THEN c.klass <> 'C' OR c.path NOT IN ('', 'C6')
    WHEN 'D9' THEN c.klass <> 'C' OR c.path IN ('', 'C6')
    WHEN 'D8a' THEN c.klass <> 'A' ELSE false END
UNION ALL
SELECT c.id, o.id, o.department, 'no_remedy', o.kind, o.signed_at
FROM cases_opinion o JOIN cases_case c ON c.id = o.case_id AND NOT c.sealed AND c.state <> 'S99'
WHERE o.signed_at > %(since)s AND o.status IN ('signed', 'served') AND c.klass = 'C' AND o.remedy = '{}'
ORDER BY 1, 6
"""


def misclassed(office: Tenant) -> list[Found]:
    """Handled in another class than the petitioner was told, or answered without a word on review."""
    found = _asked(office, MISCLASSED, {"since": now() - timedelta(days=LOOK_BACK_DAYS)})
    units = _units(office)
    return [
        Found(
            case,
            Trigger.V4,
            Fault(office.pk, units.get(department, department)),
            [{"code": code, "paper": kind, "on": _day(moment)}],
            f"{code}:{paper}",
        )
        for case, paper, department, code, kind, moment in found
    ]


def copied(office: Tenant) -> list[Found]:
    """The same words given to several matters by one body: the latest of them is proposed, the others are named."""
    rows = _asked(office, COPIED, [now() - timedelta(days=LOOK_BACK_DAYS), COPIED_LENGTH])
    units = _units(office)
    found = []
    for department, words, cases in rows:
        others = [str(case) for case in cases[:-1]][-20:]
        fault = Fault(office.pk, units.get(department, department))
        told = [{"code": "copied", "cases": others}]
        found.append(Found(cases[-1], Trigger.V6, fault, told, f"copied:{words}"))
    return found


def _asked(office: Tenant, text: str, given: Sequence[Any] | Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with context.use(office), connection.cursor() as cursor:
        cursor.execute(text, given)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _units(office: Tenant) -> dict[UUID, UUID]:
    return dict(Department.objects.filter(tenant=office).values_list("pk", "unit_id"))


def propose_of(office: Tenant) -> int:
    return write([*copied(office), *misclassed(office)])
