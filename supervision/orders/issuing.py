"""issue 督办: one order about one or several cases, with reason, reply-by date and number (T35, D21)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cases import deadlines, numbers
from cases.actions.supervising import Watched, supervisable, watch
from cases.clocks import calendar_of
from cases.codes.orders import Instrument, OrderStep, Trigger
from kernel.clock import TZ, now
from kernel.errors import Conflict, Invalid, NotFound
from kernel.ids import new_id
from supervision.models import Order, OrderCase, Proposal
from supervision.orders import rights, telling
from supervision.orders.frame import Act, due_of, said
from tenants import context
from tenants.actors import Actor
from tenants.models import Department

MOST_CASES = 50
# 〔2026〕督3号: the word of the number by kind of paper (D21).
WORDS = {Instrument.URGE: "催", Instrument.CIRCULAR: "通"}
# What the form offers first; the person names the day (K15: "letter date").
USUAL = {Instrument.URGE: (5, "wd"), Instrument.CORRECT: (30, "d"), Instrument.LISTED: (30, "d")}
ELSE_USUAL = (15, "d")


def usual_due(actor: Actor, instrument: str) -> date:
    """A reply-by day to begin with."""
    length, unit = USUAL.get(Instrument(instrument), ELSE_USUAL)
    found = deadlines.due(now(), length, unit, calendar_of(actor.tenant))
    return found.effective.astimezone(TZ).date()


@transaction.atomic
def issue(
    actor: Actor,
    *,
    instrument: str,
    to_department: UUID | None,
    cases: Sequence[UUID],
    reason: str,
    due: date | None,
    basis: str = "",
    partners: Sequence[UUID] = (),
    proposals: Sequence[UUID] = (),
    order_id: UUID | None = None,
) -> Order:
    """督办. `proposals` are settled by it. `order_id`: the same id a second time gives the order of the first.

    Refused: not the actor's instrument. Invalid: addressee beside or above, no day, no reason. NotFound: a case not
    within reach. Conflict: a case closed, sealed, or not with the body addressed.
    """
    rights.check_issuer(actor, instrument)
    if order_id is not None and (made := Order.objects.filter(pk=order_id, issued_by=actor.user).first()):
        return made
    if to_department is None:
        raise Invalid(fields={"to_department": [_("选一个单位。")]})
    target = rights.addressee(actor, Department.objects.filter(pk=to_department).first())
    text = said("reason", reason, _("写明督办的理由和要求，对方看得见。"))
    if basis and basis not in Trigger.values:
        raise Invalid(fields={"basis": [_("没有这种督办线索。")]})
    ends = due_of(actor, due)
    joined = _partners(actor, instrument, partners, target)
    if not cases:
        raise Invalid(fields={"cases": [_("至少选一件。")]})
    if len(set(cases)) > MOST_CASES:
        raise Invalid(fields={"cases": [_("一份督办最多 %(n)s 件。") % {"n": MOST_CASES}]})
    watched = watch(actor, cases)
    for one in watched:
        supervisable(actor, one)
        _lies_with(one, target)
    return _write(actor, watched, target, instrument, text, basis, ends, joined, proposals, order_id=order_id)


def _write(
    actor: Actor,
    watched: list[Watched],
    target: Department,
    instrument: str,
    text: str,
    basis: str,
    ends: deadlines.Due,
    partners: list[UUID],
    proposals: Sequence[UUID] = (),
    *,
    order_id: UUID | None = None,
    follows: Order | None = None,
) -> Order:
    at = now()
    order = Order(
        id=order_id or new_id(),
        tenant_id=actor.tenant,
        department_id=actor.root,
        to_tenant_id=target.tenant_id,
        to_department=target,
        instrument=instrument,
        basis=basis,
        reason=text,
        partners=partners,
        issued_by=actor.user,
        issued_at=at,
        first_due=ends.raw,
        due_raw=ends.raw,
        due_effective=ends.effective,
        due_provisional=ends.provisional,
        follows=follows,
    )
    with context.use(actor.schema):
        desk = Department.objects.get(pk=actor.root)
        word = WORDS.get(Instrument(instrument), "督")
        order.number = numbers.paper_number(desk, context.tenant_by_id(actor.tenant), word, at)
    order.save(force_insert=True)
    OrderCase.objects.bulk_create(OrderCase(order=order, case=one.custody.case) for one in watched)
    _settle(actor, order, proposals)
    act = Act(actor, order, watched)
    act.step(OrderStep.ISSUED, text, due=ends.raw)
    act.tell_cases(OrderStep.ISSUED, ends.raw)
    telling.tell_unit(order, "order.issued")
    return order


def again(actor: Actor, former: Act, instrument: str, text: str, ends: deadlines.Due) -> Order:
    """The next order on the same cases to the same body, those that are closed or sealed meanwhile left out."""
    target = Department.objects.get(pk=former.order.to_department_id)
    left = [one for one in former.watched if not one.case.sealed and _open(one)]
    if not left:
        raise Conflict(_("这份督办的件都已办结，不用升级。写明理由解除即可。"), code="nothing-open")
    basis, partners = former.order.basis, list(former.order.partners)
    return _write(actor, left, target, instrument, text, basis, ends, partners, follows=former.order)


def _open(watched: Watched) -> bool:
    return watched.custody.open


def _lies_with(watched: Watched, target: Department) -> None:
    """A unit is asked about what it holds; the desk of a lower office about all that lies in that office."""
    holds = watched.case.unit == target.pk or (
        target.parent_id is None and watched.custody.tenant_id == target.tenant_id
    )
    if not holds:
        raise Conflict(
            _("所选的件里有不在%(name)s的。每份督办只能写现由这个单位办理的件。") % {"name": target.name},
            code="elsewhere",
        )


def _partners(actor: Actor, instrument: str, given: Sequence[UUID], target: Department) -> list[UUID]:
    """联合督查 is done together with other bodies of the own office."""
    found = Department.objects.alive().filter(pk__in=given, tenant=actor.tenant).exclude(pk=target.pk)
    partners = sorted(found.values_list("pk", flat=True))
    if instrument == Instrument.JOINT and not partners:
        raise Invalid(fields={"partners": [_("联合督查要选参加的单位。")]})
    return partners if instrument == Instrument.JOINT else []


def _settle(actor: Actor, order: Order, proposals: Sequence[UUID]) -> None:
    rows = Proposal.objects.select_for_update().filter(
        pk__in=proposals, tenant=actor.tenant, status=Proposal.Status.OPEN
    )
    within = set(order.cases.values_list("case", flat=True))
    for row in rows.order_by("pk"):
        if row.case in within:
            row.status, row.order = Proposal.Status.ISSUED, order
            row.decided_by, row.decided_at = actor.user, order.issued_at
            row.save(update_fields=["status", "order", "decided_by", "decided_at"])


@transaction.atomic
def dismiss(actor: Actor, proposal: UUID, *, reason: str) -> Proposal:
    """不督办: the proposal is put aside with a reason; the same occurrence is not proposed again."""
    found = Proposal.objects.select_for_update().filter(pk=proposal, tenant=actor.tenant).first()
    if found is None or not rights.above(actor):
        raise NotFound
    rights.check_issuer(actor, Instrument.LISTED if actor.roles & rights.CONFERENCE else Instrument.URGE)
    if found.status != Proposal.Status.OPEN:
        raise Conflict(_("这条线索已经有人处理了。刷新后再看。"))
    text = said("reason", reason, _("写明不督办的理由。"))
    found.status, found.reason = Proposal.Status.DISMISSED, text
    found.decided_by, found.decided_at = actor.user, now()
    found.save(update_fields=["status", "reason", "decided_by", "decided_at"])
    return found
