"""Plain makers of orders: given through the functions, so that histories and alerts are real."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from cases.models import Case, Event
from kernel.alerts.models import Alert
from supervision import orders
from supervision.models import Order
from tenants import context
from tenants.actors import Actor
from tests.cases.making import COUNTY, accepted, in_days, row
from tests.people import actor, department

UNIT = "住建局"


def officer(code: str = COUNTY) -> Actor:
    return actor(code, "R13")


def desk(unit: str = UNIT, code: str = COUNTY) -> Actor:
    return actor(code, "R5", unit=unit)


def step(who: Actor, name: str, *args: Any, **fields: Any) -> Any:
    """One step by one person, in that person's office."""
    with context.use(who.schema):
        return getattr(orders, name)(who, *args, **fields)


def order(*cases: UUID, who: Actor | None = None, **changes: Any) -> Order:
    """A letter of the county's supervision officer to the unit about its cases."""
    given: dict[str, Any] = {
        "instrument": "letter",
        "to_department": department(COUNTY, UNIT).id,
        "cases": cases or (accepted(),),
        "reason": "办理期限将满，请说明进展。",
        "due": in_days(15),
        **changes,
    }
    made: Order = step(who or officer(), "issue", **given)
    return made


def told(code: str, case: UUID) -> list[str]:
    """The steps of orders in that office's history of the case."""
    with context.use(context.tenant_by_code(code)):
        rows = Event.objects.filter(case=case, kind="supervised").order_by("seq")
        return [event.data["step"] for event in rows]


def flagged(code: str, case: UUID) -> bool:
    found: Case = row(code, case)
    return "supervised" in found.flags


def heard(kind: str) -> set[str]:
    return set(Alert.objects.filter(kind=kind).values_list("stream", flat=True))


def later(days: int) -> date:
    return in_days(days)
