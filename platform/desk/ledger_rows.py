"""Rows of the region's ledger on a page: number, content class, place and clock; never a title, which policy guards."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.urls import reverse

from cases import policy
from cases.clocks import calendar_of, end_of
from cases.codes.channels import CHANNELS
from cases.codes.contents import content_list
from cases.numbers import short
from cases.queries import chips
from cases.queries.names import Names
from cases.states import State
from kernel.clock import now
from supervision.models import LedgerRow, Order
from supervision.past_lists import Stood
from tenants.actors import Actor
from tenants.context import tenant_by_id


@dataclass(frozen=True, slots=True)
class Line:
    """One matter or order; `url` "" where it may not be opened from here."""

    number: str
    kind: str
    office: str
    body: str
    state: str
    at: datetime
    chip: Any
    url: str
    channel: str = ""


def lines(rows: Sequence[LedgerRow | Stood], actor: Actor, on: date | None = None) -> list[Line]:
    """Matters; with `on` as they stood at the end of that day. One of the own office opens as its own case, one below
    read-only and logged; of one that came in here and lies elsewhere now no more is told than that."""
    names = _names(actor, (row.unit for row in rows), (row.holder for row in rows))
    topics, clock = content_list(), _clock(actor, on)
    made = []
    for row in rows:
        present = row.present if isinstance(row, Stood) else row.holder
        here = present == actor.tenant or policy.reads_below(actor, tenant_by_id(present))
        made.append(
            Line(
                number=short(row.number),
                kind=topics.label(row.content_class) if row.content_class else "",
                office=names.tenant(row.holder) if here else "",
                body=names.body(row.unit) if here else "",
                state=str(State(row.state).label if here else State.S99.label),
                at=row.registered_at,
                chip=clock(row.due_kind, row.due_raw) if here and row.closed_at is None else None,
                url=case_url_of(present, row.case, actor) if here else "",
                channel=CHANNELS.label(row.channel),
            )
        )
    return made


def order_lines(orders: Sequence[Order], actor: Actor) -> list[Line]:
    """Supervision orders."""
    names = _names(actor, (order.to_department_id for order in orders), (order.to_tenant_id for order in orders))
    clock = _clock(actor)
    return [
        Line(
            number=order.number,
            kind=order.get_instrument_display(),
            office=names.tenant(order.to_tenant_id),
            body=names.body(order.to_department_id),
            state=order.get_state_display(),
            at=order.issued_at,
            chip=clock("K15", order.due_raw) if order.is_owed else None,
            url=reverse("desk:order", args=[order.pk]),
        )
        for order in orders
    ]


def case_url_of(holder: UUID, case: UUID, actor: Actor) -> str:
    """A case of the own office as its own page; one below read-only, masked and logged."""
    if holder == actor.tenant:
        return reverse("desk:case", args=[case])
    return reverse("desk:below", args=[tenant_by_id(holder).code, case])


def _names(actor: Actor, departments: Iterable[Any], tenants: Iterable[Any]) -> Names:
    return Names(actor.tenant).want(departments=departments, tenants=tenants)


def _clock(actor: Actor, on: date | None = None) -> Callable[[str, datetime | None], Any]:
    calendar, at = calendar_of(actor.tenant), now() if on is None else end_of(on)
    return lambda kind, due: chips.chip(kind, due, at, calendar) if due else None
