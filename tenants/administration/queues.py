"""The operator puts parked outbox rows back, with a trace in each office they are of."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from kernel import outbox
from tenants.administration.changes import record
from tenants.models import Tenant


@transaction.atomic
def put_back(by: UUID, subscriber: str) -> int:
    """What was given up for one subscriber is tried again; how many rows."""
    parked = outbox.parked_in(subscriber)
    offices = dict(Tenant.objects.filter(schema_name__in=parked).values_list("schema_name", "pk"))
    again = outbox.unpark(subscriber)
    for schema, count in sorted(parked.items()):
        record(by, offices.get(schema), "queue.replayed", subscriber=subscriber, count=count)
    return again
