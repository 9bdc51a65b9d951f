"""The desk that issued an order: accept_reply 认可, return_reply 退回重办, escalate 升级, refer_up, lift 解除."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cases.codes.orders import Instrument, OrderStep, Trigger
from kernel.errors import Conflict, Invalid, Refused
from supervision.models import Order, Proposal
from supervision.orders import issuing, rights, telling
from supervision.orders.frame import begin, due_of, said
from tenants import context
from tenants.actors import Actor, root_of

# 挂牌督办 and 跟踪督办 go on after an accepted reply, until they are lifted.
STAY = frozenset({Instrument.LISTED, Instrument.TRACK})


@transaction.atomic
def accept_reply(actor: Actor, order_id: UUID, *, version: int | None = None, text: str = "") -> Order:
    """认可反馈: verified (I15). The order ends with it, but those that stay until they are lifted."""
    act = begin(actor, order_id, version, rights.require_decision, {Order.State.ANSWERED})
    order = act.order
    stays = Instrument(order.instrument) in STAY
    order.state, order.accepted_at = Order.State.ACCEPTED if stays else Order.State.DONE, act.at
    order.closed_at = None if stays else act.at
    act.step(OrderStep.ACCEPTED, text.strip() or None)
    done = act.save("state", "accepted_at", "closed_at")
    act.tell_cases(OrderStep.ACCEPTED)
    telling.tell_unit(done, "order.accepted")
    return done


@transaction.atomic
def return_reply(actor: Actor, order_id: UUID, *, version: int | None = None, reason: str, due: date | None) -> Order:
    """退回重办, with a reason and a new day; counted."""
    act = begin(actor, order_id, version, rights.require_decision, {Order.State.ANSWERED, Order.State.ACCEPTED})
    order = act.order
    text = said("reason", reason, _("写明退回的理由，对方看得见。"))
    ends = due_of(actor, due)
    order.state, order.sent_back = Order.State.SEEN, order.sent_back + 1
    order.due_raw, order.due_effective, order.due_provisional = ends.raw, ends.effective, ends.provisional
    act.step(OrderStep.SENT_BACK, text, due=ends.raw)
    done = act.save("state", "sent_back", "due_raw", "due_effective", "due_provisional")
    act.tell_cases(OrderStep.SENT_BACK, ends.raw)
    telling.tell_unit(done, "order.sent_back")
    return done


@transaction.atomic
def escalate(
    actor: Actor,
    order_id: UUID,
    *,
    version: int | None = None,
    instrument: str,
    reason: str,
    due: date | None,
) -> Order:
    """升级督办: this order ends, another by a further instrument follows it; the new one is given back.

    The joint conference's secretary escalates what the supervision officer issued.
    """
    act = begin(actor, order_id, version, _require_escalation, Order.OPEN)
    rights.check_issuer(actor, instrument)
    if instrument not in further(actor, act.order):
        raise Invalid(fields={"instrument": [_("升级要换一种更严的督办方式。")]})
    text = said("reason", reason, _("写明升级督办的理由，对方看得见。"))
    ends = due_of(actor, due)
    act.order.state, act.order.closed_at = Order.State.ESCALATED, act.at
    act.step(OrderStep.ESCALATED, text)
    act.save("state", "closed_at")
    act.tell_cases(OrderStep.ESCALATED)
    telling.tell_unit(act.order, "order.escalated")
    return issuing.again(actor, act, instrument, text, ends)


def further(actor: Actor, order: Order) -> list[Instrument]:
    """What the actor may escalate it to: another, never 催办, the mildest; 联合督查 only where others take part."""
    out = {order.instrument, Instrument.URGE, *(() if order.partners else (Instrument.JOINT,))}
    return [one for one in rights.instruments(actor) if one not in out]


def _require_escalation(actor: Actor, order: Order) -> None:
    if actor.tenant != order.tenant_id or not rights.instruments(actor):
        rights.require_decision(actor, order)


@transaction.atomic
def refer_up(actor: Actor, order_id: UUID, *, version: int | None = None, reason: str) -> Order:
    """提请上级督办: the next upper office finds the order among its proposals; this one goes on as it stands."""
    act = begin(actor, order_id, version, rights.require_decision, Order.OPEN)
    order = act.order
    upper = context.tenant_by_id(actor.tenant).parent_id
    if upper is None:
        raise Conflict(_("没有上级信访局可以提请。"), code="no-superior")
    text = said("reason", reason, _("写明提请的理由。"))
    act.step(OrderStep.ESCALATED, text)
    done = act.save()
    for one in act.watched:
        if one.case.sealed:
            continue
        Proposal.objects.get_or_create(
            tenant_id=upper,
            trigger=order.basis or Trigger.V3,
            case=one.custody.case,
            dedup=str(order.pk),
            defaults={
                "to_tenant_id": order.to_tenant_id,
                "to_department_id": order.to_department_id,
                "evidence": [{"code": "referred", "number": order.number}],
                "at": act.at,
            },
        )
    act.tell_cases(OrderStep.ESCALATED)
    telling.tell_referred(done, root_of(upper))
    return done


@transaction.atomic
def lift(actor: Actor, order_id: UUID, *, version: int | None = None, reason: str) -> Order:
    """解除督办, with a reason: settled otherwise, issued in error, or what stayed after an accepted reply."""
    act = begin(actor, order_id, version, rights.require_decision, Order.OPEN)
    text = said("reason", reason, _("写明解除的理由，对方看得见。"))
    act.order.state, act.order.closed_at = Order.State.LIFTED, act.at
    act.step(OrderStep.LIFTED, text)
    done = act.save("state", "closed_at")
    act.tell_cases(OrderStep.LIFTED)
    telling.tell_unit(done, "order.lifted")
    return done


def decisions(actor: Actor, order: Order) -> list[str]:
    """What the actor may do with the order now, for a page; the functions ask again under the lock."""
    found: list[str] = []
    if rights.answers(actor, order) and order.is_owed:
        found += ["sign_for_order"] if order.state == Order.State.ISSUED else []
        found += ["reply", "report_progress"]
    mine = rights.decides(actor, order)
    if mine and order.state == Order.State.ANSWERED:
        found += ["accept_reply", "return_reply"]
    elif mine and order.state == Order.State.ACCEPTED:
        found += ["return_reply"]
    if not order.is_open:
        return found
    try:
        _require_escalation(actor, order)
    except Refused:
        return found
    if further(actor, order):
        found.append("escalate")
    if mine:
        found += ["refer_up"] if context.tenant_by_id(actor.tenant).parent_id else []
        found.append("lift")
    return found
