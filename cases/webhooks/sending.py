"""Sending what waits: one request a receiver at a time, all receivers at once, so that a dead one delays no other.

A failing receiver rests, longer each time; an event nobody took within a day is parked until somebody replays it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from queue import SimpleQueue
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from cases.models import Case
from cases.webhooks import payload
from cases.webhooks.payload import PING, request_for
from kernel import outgoing, tasks
from kernel.clock import recorded_now
from kernel.outbox import LEASE, PARKED_AFTER, retry_after
from kernel.outgoing import Answer
from tenants import context
from tenants.actors import Actor
from tenants.administration import webhooks
from tenants.models import Delivery, Webhook

AT_ONCE = 16
MOST = 1000
LONGEST_REST = timedelta(minutes=5)
KEPT = timedelta(days=30)

log = logging.getLogger("huiyin.webhooks")
Status = Delivery.Status


def send_due(most: int = MOST) -> int:
    """Everything due now, until nothing is; the number that was heard. Any number of workers may run at once."""
    answers: SimpleQueue[tuple[Delivery, Answer]] = SimpleQueue()
    flying: set[UUID] = set()
    heard = tried = 0
    while True:
        for delivery in _claim(flying, min(AT_ONCE - len(flying), most - tried)):
            flying.add(delivery.webhook_id)
            tried += 1
            outgoing.start(request_for(delivery), partial(_put, answers, delivery))
        if not flying:
            return heard
        delivery, answer = answers.get()
        flying.discard(delivery.webhook_id)
        heard += record(delivery, answer)


def _put(answers: SimpleQueue[tuple[Delivery, Answer]], delivery: Delivery, answer: Answer) -> None:
    answers.put((delivery, answer))


def _claim(flying: Iterable[UUID], room: int) -> list[Delivery]:
    """The next row of each receiver that is neither resting nor being sent to; ours for a minute."""
    if room <= 0:
        return []
    now = recorded_now()
    ready = Q(webhook__rests_until=None) | Q(webhook__rests_until__lte=now)
    due = Delivery.objects.filter(ready, status=Status.WAITING, next_at__lte=now, webhook__active=True)
    due = due.filter(webhook__removed_at=None).exclude(webhook__in=list(flying))
    first = due.order_by("webhook_id", "next_at", "id").distinct("webhook_id").values_list("id", flat=True)[:room]
    if not (ids := list(first)):
        return []
    with transaction.atomic():
        mine = Delivery.objects.filter(id__in=ids, status=Status.WAITING, next_at__lte=now)
        rows = list(mine.select_for_update(skip_locked=True, of=("self",)).select_related("webhook"))
        Delivery.objects.filter(id__in=[row.pk for row in rows]).update(attempts=F("attempts") + 1, next_at=now + LEASE)
    for row in rows:
        row.attempts += 1
    return [row for row in rows if _may_be_told(row)]


def _may_be_told(delivery: Delivery) -> bool:
    """Read again at each try: what was sealed meanwhile is told to nobody."""
    if delivery.case is None:
        return True
    with context.use(context.tenant_by_id(delivery.webhook.tenant_id)):
        open_ = Case.objects.filter(id=delivery.case, sealed=False).exists()
    if not open_:
        Delivery.objects.filter(pk=delivery.pk).update(status=Status.DROPPED, error="sealed")
    return bool(open_)


@transaction.atomic
def record(delivery: Delivery, answer: Answer) -> bool:
    """What came of one try; True when it was heard."""
    now = recorded_now()
    row = Delivery.objects.filter(pk=delivery.pk, attempts=delivery.attempts)
    told = {"tried_at": now, "answer_status": answer.status, "answer_ms": answer.ms, "error": answer.error[:40]}
    hook = Webhook.objects.select_for_update().get(pk=delivery.webhook_id)
    if answer.ok:
        row.update(status=Status.DONE, **told)
        if hook.failures:
            hook.failures, hook.rests_until = 0, None
            hook.save(update_fields=["failures", "rests_until"])
        return True
    parked = delivery.waits_since < now - PARKED_AFTER
    row.update(status=Status.PARKED if parked else Status.WAITING, next_at=now + retry_after(delivery.attempts), **told)
    hook.failures += 1
    hook.rests_until = now + min(retry_after(hook.failures), LONGEST_REST)
    hook.save(update_fields=["failures", "rests_until"])
    log.warning("parked" if parked else "not heard", extra={"webhook": str(hook.pk), "code": answer.error[:40]})
    return False


def ping(actor: Actor, webhook_id: UUID) -> Delivery:
    """At once, so that whoever set up the way sees whether it is open; the row with what came back."""
    row = webhooks.start_ping(actor, webhook_id, PING)
    row.body = payload.ping(context.tenant_by_id(actor.tenant), row.pk)
    answer = outgoing.post(request_for(row))
    row.status = Status.DONE if answer.ok else Status.DROPPED
    row.tried_at, row.answer_status, row.answer_ms, row.error = recorded_now(), answer.status, answer.ms, answer.error
    row.save(update_fields=["body", "status", "tried_at", "answer_status", "answer_ms", "error"])
    return row


def forget() -> int:
    """Remove what was heard or given up a month ago; what is parked stays until it is replayed or as old."""
    return Delivery.objects.filter(created_at__lt=recorded_now() - KEPT).exclude(status=Status.WAITING).delete()[0]


@tasks.task("cases.send_webhooks")
def send_webhooks() -> None:
    send_due()


def nudge() -> None:
    """After the commit; the sweep finds it anyway."""
    tasks.send(send_webhooks)


def sweep() -> None:
    send_due()


def forget_old() -> None:
    forget()
