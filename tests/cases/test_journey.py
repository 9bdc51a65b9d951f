"""The main job: registered at a prefecture, assigned to a county, answered by its department, reported back, closed."""

from datetime import timedelta

import pytest

from cases import actions, history
from cases.integrity import faults
from cases.models import Clock, Event
from cases.states import State
from kernel.clock import as_of, now
from tenants import context
from tenants.actors import Actor
from tenants.models import Custody
from tests.cases.making import BUREAU, COUNTY, answers, do, in_days, register, row
from tests.people import actor, department

pytestmark = pytest.mark.django_db


def running(code: str, case_id: object) -> set[str]:
    with context.use(context.tenant_by_code(code)):
        return set(Clock.objects.filter(case_id=case_id, stopped_at=None).values_list("kind", flat=True))


def test_a_petition_travels_down_and_comes_back_answered() -> None:
    case = register(BUREAU).case
    assert running(BUREAU, case.id) == {"K1"}

    do(actor(BUREAU, "R4"), "assign", case.id, to_department=department(COUNTY).id, feedback_on=in_days(45))
    assert row(BUREAU, case.id).state == State.S99
    assert row(COUNTY, case.id).state == State.S21
    assert running(COUNTY, case.id) == {"K1r", "K4", "K5"}
    assert Custody.objects.get(case=case.id).tenant.code == COUNTY

    do(actor(COUNTY, "R3"), "sign_for", case.id)
    do(actor(COUNTY, "R3"), "transfer", case.id, to_department=department(COUNTY, "住建局").id)
    assert running(COUNTY, case.id) == {"K3", "K4", "K5"}
    desk, handler = actor(COUNTY, "R5", unit="住建局"), actor(COUNTY, "R6", unit="住建局")
    do(desk, "sign_for", case.id)
    do(desk, "accept", case.id)
    assert running(COUNTY, case.id) == {"K3", "K4", "K5", "K6"}
    do(desk, "notify", case.id, way="1")
    assert running(COUNTY, case.id) == {"K5", "K6"}
    do(desk, "allot", case.id, to_department=handler.department, handler=handler.user)
    do(handler, "contact", case.id, way="phone", text="说明程序。")
    assert row(COUNTY, case.id).state == State.S50
    do(handler, "draft", case.id, answers=answers(COUNTY, case.id, outcome="EXPLAIN"))
    do(handler, "submit", case.id)
    do(actor(COUNTY, "R7", unit="住建局"), "check", case.id)
    do(actor(COUNTY, "R8", unit="住建局"), "sign", case.id)
    do(desk, "serve", case.id, way="0", received_on=in_days(0))
    assert row(COUNTY, case.id).state == State.S61
    assert running(COUNTY, case.id) == {"K5", "K9"}

    do(desk, "propose", case.id, verb="report", fields={})
    words = {"facts": "属实", "handling": "已办", "attitude": "满意"}
    do(actor(COUNTY, "R8", unit="住建局"), "report", case.id, **words)
    assert row(COUNTY, case.id).task == "forward"
    do(actor(COUNTY, "R3"), "forward_report", case.id)
    assert running(COUNTY, case.id) == {"K9"}
    assert running(BUREAU, case.id) == {"K5s"}
    do(actor(BUREAU, "R4"), "approve_report", case.id)
    assert row(COUNTY, case.id).state == State.S61

    with as_of(now() + timedelta(days=60)), context.use(context.tenant_by_code(COUNTY)):
        closed = actions.close(Actor.system(context.tenant_by_code(COUNTY)), case.id)
        assert closed.state == State.S90
        assert closed.closing_kind == "explained"
        assert Event.objects.filter(case=closed).last().kind == "closed"
        assert list(history.verify()) == []
    assert not Custody.objects.get(case=case.id).open
    assert list(faults()) == []
