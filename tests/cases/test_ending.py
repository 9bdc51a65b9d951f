"""How a case may end: window, execution, report to the assigner (T26-T28, G3)."""

from uuid import UUID

import pytest

from cases.clock_kinds import Kind
from cases.models import Clock, Proposal
from cases.states import State
from kernel.clock import today
from kernel.errors import Conflict, Invalid
from tenants import context
from tenants.actors import Actor
from tests.cases import making
from tests.cases.making import BUREAU, COUNTY, answers, do, in_days, refused, register, row, running
from tests.people import actor, department

pytestmark = pytest.mark.django_db

UNIT = "住建局"


def test_a_served_opinion_stays_open_until_the_window_is_over() -> None:
    case_id = making.served(given={"outcome": "REJECT"})
    assert running(COUNTY, case_id) == {"K9"}
    desk = actor(COUNTY, "R5", unit=UNIT)
    refused(Invalid, desk, "close", case_id)
    system = Actor.system(context.tenant_by_code(COUNTY))
    refused(Conflict, system, "close", case_id)
    assert do(desk, "close", case_id, closing_kind="settled", reason="信访人签字放弃复查").state == State.S90


def test_a_supported_item_is_executed_before_the_end() -> None:
    promise = {"item": "更换曳引机", "execute_by": in_days(10).isoformat()}
    case_id = making.served(given=promise)
    assert row(COUNTY, case_id).state == State.S65
    assert running(COUNTY, case_id) == {"K9", "K14"}
    desk = actor(COUNTY, "R5", unit=UNIT)
    with context.use(desk.schema):
        items = list(row_answers(case_id))
    for item in items:
        do(desk, "prove_execution", case_id, answer=item, executed_on=today(), proof="验收单")
    assert row(COUNTY, case_id).state == State.S61
    assert running(COUNTY, case_id) == {"K9"}


def row_answers(case_id: UUID) -> list[UUID]:
    from cases.models import Answer

    return list(Answer.objects.filter(opinion__case_id=case_id).values_list("id", flat=True))


def test_a_suggestion_is_answered_and_ends_with_the_reply() -> None:
    case_id = making.at_unit(klass="A", purpose="01")
    desk, handler = actor(COUNTY, "R5", unit=UNIT), actor(COUNTY, "R6", unit=UNIT)
    do(desk, "sign_for", case_id)
    refused(Conflict, desk, "accept", case_id)
    do(desk, "study", case_id)
    do(desk, "notify", case_id, way="1")
    do(desk, "allot", case_id, to_department=handler.department, handler=handler.user)
    do(handler, "contact", case_id, way="phone", text="了解建议")
    assert row(COUNTY, case_id).state == State.S42
    do(handler, "draft", case_id, answers=answers(COUNTY, case_id, outcome="ADOPT"))
    do(handler, "submit", case_id)
    do(actor(COUNTY, "R7", unit=UNIT), "check", case_id)
    do(actor(COUNTY, "R8", unit=UNIT), "sign", case_id)
    done = do(desk, "serve", case_id, way="0", received_on=today())
    assert (done.state, done.closing_kind) == (State.S90, "adopted")


def test_under_a_report_owed_every_ending_waits_for_the_assigner() -> None:
    case = register(BUREAU).case
    do(actor(BUREAU, "R4"), "assign", case.id, to_department=department(COUNTY).id, feedback_on=in_days(30))
    do(actor(COUNTY, "R3"), "sign_for", case.id)
    do(actor(COUNTY, "R3"), "propose", case.id, verb="redirect", fields={})
    do(actor(COUNTY, "R4"), "redirect", case.id, ground="N3", text="不属本局", body="县法院")
    do(actor(COUNTY, "R3"), "notify", case.id, way="1")
    held = row(COUNTY, case.id)
    assert (held.state, held.planned_ending) == (State.S46, "redirected")
    assert running(COUNTY, case.id) == {"K5"}
    do(actor(COUNTY, "R3"), "propose", case.id, verb="report", fields={})
    do(actor(COUNTY, "R4"), "report", case.id, facts="已告知", handling="告知去向", attitude="理解")
    assert running(BUREAU, case.id) == {"K5s"}
    do(actor(BUREAU, "R4"), "return_report", case.id, gate="form", reason="缺附件")
    assert row(COUNTY, case.id).state == State.S46
    assert running(COUNTY, case.id) == {"K5"}
    do(actor(COUNTY, "R3"), "propose", case.id, verb="report", fields={})
    do(actor(COUNTY, "R4"), "report", case.id, facts="已告知", handling="告知去向", attitude="理解")
    do(actor(BUREAU, "R4"), "approve_report", case.id)
    assert row(COUNTY, case.id).state == State.S90
    assert row(COUNTY, case.id).closing_kind == "redirected"


def test_a_returned_report_supersedes_the_opinion() -> None:
    case_id = making.reported()
    do(actor(BUREAU, "R4"), "return_report", case_id, gate="facts", reason="事实不清", redo=True)
    held = row(COUNTY, case_id)
    assert held.state == State.S50
    assert running(COUNTY, case_id) == {"K5", "K6"}
    handler = actor(COUNTY, "R6", unit=UNIT)
    do(handler, "submit", case_id)
    do(actor(COUNTY, "R7", unit=UNIT), "check", case_id)
    do(actor(COUNTY, "R8", unit=UNIT), "sign", case_id)
    do(actor(COUNTY, "R5", unit=UNIT), "serve", case_id, way="1", received_on=today())
    assert running(COUNTY, case_id) == {"K5", "K9"}


def test_the_assigner_moves_the_feedback_date_when_asked() -> None:
    case = register(BUREAU).case
    do(actor(BUREAU, "R4"), "assign", case.id, to_department=department(COUNTY).id, feedback_on=in_days(10))
    do(actor(COUNTY, "R3"), "sign_for", case.id)
    do(actor(COUNTY, "R3"), "transfer", case.id, to_department=department(COUNTY, UNIT).id)
    do(
        actor(COUNTY, "R9", unit=UNIT),
        "propose",
        case.id,
        verb="defer",
        fields={"feedback_on": in_days(20).isoformat()},
    )
    assert row(BUREAU, case.id).task == "defer"
    do(actor(BUREAU, "R4"), "defer", case.id, feedback_on=in_days(20))
    with context.use(context.tenant_by_code(COUNTY)):
        clock = Clock.objects.get(case_id=case.id, kind=Kind.K5)
        assert clock.due_raw.date() == in_days(20)
        assert not Proposal.objects.filter(case_id=case.id, status="open").exists()
