"""Plain makers: cases come to their state through the actions, so that their history is real."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from cases import actions
from cases.actions import Entry, Registered
from cases.models import Case, Clock, Demand, Event
from cases.people import Person
from kernel.clock import today
from kernel.errors import HuiyinError
from tenants import context
from tenants.actors import Actor
from tests.people import actor, department

BUREAU, COUNTY, OTHER = "990100", "990123", "990124"


@contextmanager
def at(who: Actor) -> Iterator[Actor]:
    """In the actor's own office."""
    with context.use(who.schema):
        yield who


def do(who: Actor, verb: str, case_id: UUID, /, **fields: Any) -> Any:
    """One verb by one person, in that person's office."""
    with context.use(who.schema):
        return getattr(actions, verb)(who, case_id, **fields)


def entry(**changes: Any) -> Entry:
    base: dict[str, Any] = {
        "channel": "VISIT",
        "text": "锦澜小区二期 3 号楼电梯停用，维修资金去向不明。",
        "demands": ["恢复 3 号楼电梯运行", "公示维修资金使用明细"],
        "people": [Person(name="赵晚舟", phone="13800000016", address="锦溆街道锦澜小区 3 号楼")],
        "purpose": "04",
        "klass": "C",
        "persons": 1,
    }
    return Entry(**{**base, **changes})


def register(code: str = COUNTY, who: Actor | None = None, **changes: Any) -> Registered:
    clerk = who or actor(code, "R2")
    with context.use(clerk.schema):
        return actions.register(clerk, entry(**changes))


def row(code: str, case_id: UUID) -> Case:
    """That office's row of the case, as it stands now."""
    with context.use(context.tenant_by_code(code)):
        return Case.objects.select_related("filing").get(id=case_id)


def answers(code: str, case_id: UUID, **changes: str) -> dict[str, dict[str, str]]:
    with context.use(context.tenant_by_code(code)):
        demands = Demand.objects.filter(case_id=case_id)
        base = {
            "outcome": "SUPPORT",
            "facts": "经查属实。",
            "reasons": "将于期限内办妥。",
            "law": "《物业管理条例》第三十五条",
        }
        return {str(demand.id): {**base, **changes} for demand in demands}


def at_unit(code: str = COUNTY, unit: str = "住建局", **changes: Any) -> UUID:
    """Registered at the county and transferred to a unit of its own: S20."""
    case = register(code, **changes).case
    do(actor(code, "R3"), "transfer", case.id, to_department=department(code, unit).id)
    return case.id


def accepted(code: str = COUNTY, unit: str = "住建局", **changes: Any) -> UUID:
    """Signed for, accepted and told: S40."""
    case_id = at_unit(code, unit, **changes)
    desk = actor(code, "R5", unit=unit)
    do(desk, "sign_for", case_id)
    do(desk, "accept", case_id)
    do(desk, "notify", case_id, way="1")
    return case_id


def investigated(code: str = COUNTY, unit: str = "住建局", **changes: Any) -> UUID:
    """Allotted to a section, the petitioner was called: S50."""
    case_id = accepted(code, unit, **changes)
    handler = actor(code, "R6", unit=unit)
    do(actor(code, "R5", unit=unit), "allot", case_id, to_department=handler.department, handler=handler.user)
    do(handler, "contact", case_id, way="phone", text="说明办理程序。")
    return case_id


def submitted(code: str = COUNTY, unit: str = "住建局", *, given: dict[str, str] | None = None, **changes: Any) -> UUID:
    case_id = investigated(code, unit, **changes)
    handler = actor(code, "R6", unit=unit)
    do(handler, "draft", case_id, answers=answers(code, case_id, **(given or {})))
    do(handler, "submit", case_id)
    return case_id


def signed(code: str = COUNTY, unit: str = "住建局", **changes: Any) -> UUID:
    case_id = submitted(code, unit, **changes)
    do(actor(code, "R7", unit=unit), "check", case_id)
    do(actor(code, "R8", unit=unit), "sign", case_id)
    return case_id


def served(code: str = COUNTY, unit: str = "住建局", **changes: Any) -> UUID:
    case_id = signed(code, unit, **changes)
    do(actor(code, "R5", unit=unit), "serve", case_id, way="0", received_on=today())
    return case_id


def owing(unit: str = "住建局") -> UUID:
    """Assigned by the prefecture, answered and served by the county's unit, which now owes its report."""
    case = register(BUREAU).case
    do(actor(BUREAU, "R4"), "assign", case.id, to_department=department(COUNTY).id, feedback_on=in_days(30))
    do(actor(COUNTY, "R3"), "sign_for", case.id)
    do(actor(COUNTY, "R3"), "transfer", case.id, to_department=department(COUNTY, unit).id)
    desk, handler = actor(COUNTY, "R5", unit=unit), actor(COUNTY, "R6", unit=unit)
    do(desk, "sign_for", case.id)
    do(desk, "accept", case.id)
    do(desk, "notify", case.id, way="1")
    do(desk, "allot", case.id, to_department=handler.department, handler=handler.user)
    do(handler, "contact", case.id, way="phone", text="说明")
    do(handler, "draft", case.id, answers=answers(COUNTY, case.id))
    do(handler, "submit", case.id)
    do(actor(COUNTY, "R7", unit=unit), "check", case.id)
    do(actor(COUNTY, "R8", unit=unit), "sign", case.id)
    do(desk, "serve", case.id, way="0", received_on=today())
    return case.id


def reported(unit: str = "住建局") -> UUID:
    """The same with its report forwarded: K5s runs at the prefecture."""
    case_id = owing(unit)
    do(actor(COUNTY, "R5", unit=unit), "propose", case_id, verb="report", fields={})
    do(actor(COUNTY, "R8", unit=unit), "report", case_id, facts="属实", handling="已办", attitude="满意")
    do(actor(COUNTY, "R3"), "forward_report", case_id)
    return case_id


def in_days(days: int) -> date:
    return today() + timedelta(days=days)


def running(code: str, case_id: UUID) -> set[str]:
    with context.use(context.tenant_by_code(code)):
        return set(Clock.objects.filter(case_id=case_id, stopped_at=None).values_list("kind", flat=True))


def events(code: str, case_id: UUID) -> int:
    with context.use(context.tenant_by_code(code)):
        return int(Event.objects.filter(case_id=case_id).count())


def refused(
    error: type[HuiyinError], who: Actor, verb: str, case_id: UUID, code: str = COUNTY, /, **fields: object
) -> None:
    """The verb is refused, and nothing has changed."""

    def state() -> tuple[int, int, set[str]]:
        return row(COUNTY, case_id).version, events(COUNTY, case_id), running(COUNTY, case_id)

    before = state()
    with pytest.raises(error):
        do(who, verb, case_id, **fields)
    assert before == state()
