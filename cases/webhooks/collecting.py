"""From the outbox to rows: every event of a case that a receiver of the office has not been told of yet."""

from __future__ import annotations

import time
from uuid import UUID

from django.db.models import QuerySet

from cases.models import Case, Event
from cases.webhooks import sending
from cases.webhooks.payload import KINDS, body_of
from kernel.ids import new_id
from tenants import context
from tenants.models import Delivery, Webhook

KEPT_S = 5.0
_wanted: dict[str, tuple[float, bool]] = {}


def wanted(schema: str) -> bool:
    """Has this office a receiver at all? Asked at every change, so remembered for some seconds."""
    until, answer = _wanted.get(schema, (0.0, False))
    if until < time.monotonic():
        answer = _hooks().filter(tenant__schema_name=schema).exists()
        _wanted[schema] = (time.monotonic() + KEPT_S, answer)
    return answer


def forget() -> None:
    _wanted.clear()


def _hooks() -> QuerySet[Webhook]:
    return Webhook.objects.filter(active=True, removed_at=None)


def collect(schema: str, key: str) -> None:
    """Heard twice it adds nothing. A case under seal is told to nobody."""
    tenant = context.tenant_by_schema(schema)
    hooks = list(_hooks().filter(tenant=tenant))
    if not hooks or not Case.objects.filter(id=key, sealed=False).exists():
        return
    since = min(hook.created_at for hook in hooks)
    events = list(Event.objects.filter(case_id=key, recorded_at__gte=since, kind__in=KINDS).order_by("seq"))
    told = set(Delivery.objects.filter(webhook__in=hooks, case=UUID(key)).values_list("webhook", "event"))
    made = []
    for hook in hooks:
        for event in events:
            if event.recorded_at < hook.created_at or (hook.pk, event.id) in told:
                continue
            if not hook.kinds or event.kind in hook.kinds:
                pk = new_id()
                body = body_of(event, tenant, pk)
                row = Delivery(pk=pk, webhook=hook, event=event.id, kind=event.kind, case=event.case_id, body=body)
                made.append(row)
    Delivery.objects.bulk_create(made, ignore_conflicts=True)
    if made:
        sending.nudge()
