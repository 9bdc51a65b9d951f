"""sign_for_order 签收, report_progress 报告进展, reply 书面反馈: what the body that was asked does (R 40)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cases.actions import Upload
from cases.codes.orders import OrderStep
from supervision.models import Order
from supervision.orders import rights, telling
from supervision.orders.frame import Act, begin, said
from tenants.actors import Actor


@transaction.atomic
def sign_for_order(actor: Actor, order_id: UUID, *, version: int | None = None) -> Order:
    """签收: the body has seen it. The day it has to answer by does not move; no step of any case."""
    act = begin(actor, order_id, version, rights.require_answer, {Order.State.ISSUED})
    _seen(act)
    telling.tell_issuer(act.order, "order.seen")
    return act.save("state", "seen_at")


@transaction.atomic
def report_progress(
    actor: Actor, order_id: UUID, *, version: int | None = None, text: str, files: Sequence[Upload] = ()
) -> Order:
    """报告进展: as often as there is something to say, before the reply. K15 runs on."""
    act = begin(actor, order_id, version, rights.require_answer, Order.OWED)
    _seen(act)
    act.step(OrderStep.PROGRESS, said("text", text, _("写明进展。")), given=files)
    act.tell_cases(OrderStep.PROGRESS)
    telling.tell_issuer(act.order, "order.progress")
    return act.save("state", "seen_at")


@transaction.atomic
def reply(
    actor: Actor, order_id: UUID, *, version: int | None = None, text: str, files: Sequence[Upload] = ()
) -> Order:
    """书面反馈: stops K15; the desk that issued the order accepts it, sends it back or escalates."""
    act = begin(actor, order_id, version, rights.require_answer, Order.OWED)
    _seen(act)
    order = act.order
    act.step(OrderStep.REPLY, said("text", text, _("写明办理情况和结果。")), given=files)
    order.state, order.answered_at = Order.State.ANSWERED, act.at
    order.first_answered_at = order.first_answered_at or act.at
    act.tell_cases(OrderStep.REPLY)
    telling.tell_issuer(order, "order.answered")
    return act.save("state", "seen_at", "answered_at", "first_answered_at")


def _seen(act: Act) -> None:
    """Whoever answers has signed for it."""
    if act.order.state == Order.State.ISSUED:
        act.order.state, act.order.seen_at = Order.State.SEEN, act.at
        act.step(OrderStep.SEEN)
