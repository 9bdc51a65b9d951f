"""What a page shows of orders: lists by what is to be done, and the cases of an order, each read through policy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from cases import policy
from cases.actions import log_access
from cases.clocks import calendar_of
from cases.codes.accesses import Look
from cases.codes.contents import CONTENTS
from cases.models import Case
from cases.numbers import short
from cases.queries import below, chips
from cases.states import State
from kernel import paging
from kernel.clock import now
from kernel.errors import NotFound
from supervision.models import LedgerRow, Order, OrderCase, Proposal, StepFile
from supervision.orders import rights
from tenants import context
from tenants.actors import Actor, root_of
from tenants.departments import answered_for
from tenants.models import Custody, Tenant

SHOWN = 100
KIND = "K15"


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case of an order, as the reader may see it. `office`: the code of the lower office it is read in, "" for the
    own one. `unit`: the body that holds it."""

    id: UUID
    number: str
    title: str
    state: str
    open: bool
    office: str
    tenant: UUID
    unit: UUID
    due_kind: str
    due: datetime | None


@dataclass(frozen=True, slots=True)
class Row:
    order: Order
    first: CaseLine | None
    more: int
    chip: chips.Chip | None
    due: datetime


def case_lines(actor: Actor, ids: Iterable[UUID], *, titles: bool = False) -> dict[UUID, CaseLine]:
    """Those the reader may know of, never a sealed one. What an office below has stands in lists by its subject; with
    `titles` its title is read, masked, and the look is kept in that office, as every reading down is."""
    wanted = set(ids)
    held = dict(Custody.objects.filter(case__in=wanted).values_list("case", "tenant"))
    found: dict[UUID, CaseLine] = {}
    with context.use(actor.schema):
        for case in policy.visible(actor).filter(id__in=wanted, sealed=False):
            if case.state != State.S99 or not _reads_at(actor, held.get(case.id)):
                found[case.id] = _line(case, actor.tenant, "")
    by_office: dict[UUID, list[UUID]] = {}
    for pk in wanted - found.keys():
        if pk in held and _reads_at(actor, held[pk]):
            by_office.setdefault(held[pk], []).append(pk)
    for office, cases in by_office.items():
        tenant = context.tenant_by_id(office)
        with context.use(tenant):
            rows = list(Case.objects.select_related("filing").filter(id__in=cases, sealed=False))
            words = below.titles(rows) if titles else {}
            plain = [_plain(case, words.get(case.id) or _subject(case)) for case in rows]
            if words:
                one = rows[0].id if len(rows) == 1 else None
                log_access(actor, Look.READ_DOWN, case=one, office=actor.tenant, rows=len(rows))
        with context.use(actor.schema):
            found |= {case.id: _line(case, office, tenant.code) for case in plain}
    return found


def _reads_at(actor: Actor, office: UUID | None) -> bool:
    return office is not None and policy.reads_below(actor, context.tenant_by_id(office))


@dataclass(frozen=True, slots=True)
class _Plain:
    """What a line needs of a row that belongs to another office."""

    id: UUID
    number: str
    title: str
    state: str
    unit: UUID
    due_kind: str
    due_raw: datetime | None
    closed_at: datetime | None


def _subject(case: Case) -> str:
    return CONTENTS.label(case.filing.content_class) or short(case.number)


def _plain(case: Case, title: str) -> _Plain:
    return _Plain(case.id, case.number, title, case.state, case.unit, case.due_kind, case.due_raw, case.closed_at)


def _line(case: Case | _Plain, tenant: UUID, office: str) -> CaseLine:
    return CaseLine(
        id=case.id,
        number=short(case.number),
        title=case.title,
        state=str(State(case.state).label),
        open=case.closed_at is None,
        office=office,
        tenant=tenant,
        unit=case.unit,
        due_kind=case.due_kind,
        due=case.due_raw,
    )


def rows(actor: Actor, orders: Sequence[Order]) -> list[Row]:
    """A handler sees those with a case of the own section only; whoever may see no case sees no number of cases."""
    of: dict[UUID, list[UUID]] = {order.pk: [] for order in orders}
    for pk, case in OrderCase.objects.filter(order__in=list(of)).order_by("id").values_list("order", "case"):
        of[pk].append(case)
    lines = case_lines(actor, (case for cases in of.values() for case in cases))
    at, calendar = now(), calendar_of(actor.tenant)
    made = []
    for order in orders:
        seen = [lines[case] for case in of[order.pk] if case in lines]
        if not seen and rights.section_only(actor):
            continue
        chip = chips.chip(KIND, order.due_raw, at, calendar) if order.is_owed else None
        made.append(Row(order, seen[0] if seen else None, max(len(seen) - 1, 0), chip, order.due_raw))
    return made


def _orders(actor: Actor) -> QuerySet[Order]:
    return Order.objects.filter(rights.visible(actor))


def to_answer(actor: Actor) -> QuerySet[Order]:
    """Orders the reader's own body owes an answer to, first due first."""
    return _orders(actor).filter(rights.addressed(actor), state__in=Order.OWED).order_by("due_raw", "id")


def answered_by_us(actor: Actor) -> QuerySet[Order]:
    rows = _orders(actor).filter(rights.addressed(actor), state__in=[Order.State.ANSWERED, Order.State.ACCEPTED])
    return rows.order_by("due_raw", "id")


def to_decide(actor: Actor) -> QuerySet[Order]:
    """Answers the reader may accept or send back, oldest first."""
    mine = rights.instruments(actor)
    return (
        _orders(actor)
        .filter(tenant=actor.tenant, instrument__in=mine, state=Order.State.ANSWERED)
        .order_by("answered_at", "id")
    )


def running(actor: Actor) -> QuerySet[Order]:
    """What else is open of the reader's own office, first due first."""
    rows = _orders(actor).filter(state__in=Order.OPEN, tenant=actor.tenant)
    return rows.exclude(pk__in=to_decide(actor).values("pk")).order_by("due_raw", "id")


def of_others(actor: Actor) -> QuerySet[Order]:
    """Open orders of other offices to bodies within sight: of offices below, or of one above to a unit here."""
    rows = _orders(actor).filter(state__in=Order.OPEN).exclude(tenant=actor.tenant)
    return rows.exclude(rights.addressed(actor)).order_by("due_raw", "id")


def over(actor: Actor) -> QuerySet[Order]:
    return _orders(actor).exclude(state__in=Order.OPEN).order_by("-closed_at", "-id")


def proposals(actor: Actor) -> QuerySet[Proposal]:
    if not rights.above(actor):
        return Proposal.objects.none()
    rows = Proposal.objects.filter(tenant=actor.tenant, status=Proposal.Status.OPEN)
    return rows.select_related("to_department", "to_tenant").order_by("trigger", "at", "id")


def of_case(actor: Actor, case: UUID) -> list[Order]:
    """The orders about a case that the reader sees, newest first."""
    rows = _orders(actor).filter(cases__case=case).order_by("-issued_at")
    return list(rows[:SHOWN])


def bodies(actor: Actor, lines: Iterable[CaseLine]) -> list[UUID]:
    """To whom an order about all these cases can go: the unit that holds them, the desk of the lower office."""
    every: list[set[UUID]] = []
    for line in lines:
        root = root_of(line.tenant)
        own = line.tenant == actor.tenant
        every.append({pk for pk in (line.unit, None if own else root) if pk is not None and pk != actor.root})
    return sorted(set.intersection(*every), key=str) if every else []


def visible(actor: Actor, order: UUID) -> bool:
    return Order.objects.filter(rights.visible(actor), pk=order).exists()


def file(order: Order, file: UUID) -> StepFile:
    """A file of an order that was found for the reader."""
    found = StepFile.objects.filter(step__order=order, pk=file).first()
    if found is None:
        raise NotFound
    return found


def by_number(actor: Actor, typed: str) -> UUID | None:
    """A case the reader may order something about, by its whole number or as a list shows it."""
    text = typed.strip()
    if not text:
        return None
    where = _numbered(text)
    with context.use(actor.schema):
        own = policy.visible(actor).filter(where, sealed=False).exclude(state=State.S99)
        found = list(own.values_list("id", flat=True)[:2])
    if not found and text.isdigit():
        for office in _lower(actor, text):
            with context.use(office):
                there = Case.objects.filter(number=text, sealed=False).exclude(state=State.S99)
                found += there.values_list("id", flat=True)
    return found[0] if len(found) == 1 else None


def _numbered(text: str) -> Q:
    day, hyphen, count = text.rpartition(" ")[2].partition("-")
    if hyphen and len(day) == 8 and day.isdigit() and count.isdigit():
        return Q(number__contains=day, number__endswith=count.zfill(6))
    return Q(number=text)


def _lower(actor: Actor, number: str) -> list[Tenant]:
    """The lower office that holds the case of that whole number, as the ledger tells."""
    held = LedgerRow.objects.filter(number=number, sealed=False).values_list("holder", flat=True)
    return [office for office in map(context.tenant_by_id, held) if policy.reads_below(actor, office)]


def waiting(actor: Actor) -> list[paging.Question]:
    """The pieces that wait for this person: to answer, to decide, to look into."""
    asked = []
    if _may_answer(actor):  # whoever answers for a body sees what is written to it
        mine = rights.addressed(actor)
        owed = Order.objects.filter(mine, state__in=Order.OWED)
        asked.append(paging.Question(("orders owed", answered_for(actor.unit)), lambda: owed.values("pk")))
    if rights.instruments(actor):
        key = (actor, context.tenant_by_id(actor.tenant).path)
        asked.append(paging.Question(("orders to decide", *key), lambda: to_decide(actor).values("pk")))
        asked.append(paging.Question(("proposals", *key), lambda: proposals(actor).values("pk")))
    return asked


def _may_answer(actor: Actor) -> bool:
    return bool(actor.roles & (rights.ANSWER_FOR_BUREAU if actor.at_desk else rights.ANSWER_FOR_UNIT))
