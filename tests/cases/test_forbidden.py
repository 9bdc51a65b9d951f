"""The forbidden list of domain §4.2, line by line; deleting is refused by the database (tests/rights)."""

from datetime import timedelta
from uuid import UUID

import pytest

from cases import policy
from cases.models import Case, Opinion, Proposal
from cases.states import State
from cases.transitions import VERBS
from kernel.clock import as_of, now
from kernel.errors import Conflict, Invalid, NotFound, Refused
from tenants import context
from tenants.actors import Actor
from tests.cases import making
from tests.cases.making import BUREAU, COUNTY, answers, do, in_days, refused, register, row, running
from tests.people import actor, client_for, department

pytestmark = pytest.mark.django_db

UNIT = "住建局"
DESK = ("R2", "R3", "R4", "R18")
PEOPLE = ("R5", "R6", "R7", "R8", "R9")


def test_what_is_signed_and_not_served_cannot_end() -> None:
    case_id = making.signed()
    refused(Conflict, actor(COUNTY, "R5", unit=UNIT), "close", case_id, closing_kind="settled", reason="和解协议")
    refused(Conflict, Actor.system(context.tenant_by_code(COUNTY)), "close", case_id)
    assert row(COUNTY, case_id).state == State.S60


def test_nothing_is_signed_while_a_demand_lacks_its_answer() -> None:
    case_id = making.submitted()
    do(actor(COUNTY, "R7", unit=UNIT), "check", case_id)
    with context.use(context.tenant_by_code(COUNTY)):
        opinion = Opinion.objects.get(case_id=case_id)
        first, *_rest = opinion.body["answers"]
        opinion.body["answers"][first]["law"] = " "
        opinion.save(update_fields=["body"])
    refused(Conflict, actor(COUNTY, "R8", unit=UNIT), "sign", case_id)


def test_received_at_changes_in_no_other_way() -> None:
    case = register().case
    earlier = now() - timedelta(days=3)
    refused(Invalid, actor(COUNTY, "R3"), "complete", case.id, changes={"received_at": earlier})
    refused(Invalid, actor(COUNTY, "R3"), "complete", case.id, changes={"registered_at": earlier})
    refused(Conflict, actor(COUNTY, "R3"), "correct", case.id, changes={"received_at": earlier}, reason="邮戳")


def may(who: Actor, case_id: UUID) -> set[str]:
    """Verbs the person may call or propose on the own office's row, which may be none at all."""
    with context.use(who.schema):
        found = policy.visible(who).filter(id=case_id).first()
        return {verb for verb in VERBS - {"register"} if found is not None and _allowed(who, verb, found)}


def _allowed(who: Actor, verb: str, case: Case) -> bool:
    for propose in (False, True):
        try:
            policy.require(who, verb, case, propose=propose)
        except (Refused, Conflict):
            continue
        return True
    return False


def test_who_does_not_hold_the_case_does_nothing_with_it() -> None:
    case_id = register(BUREAU).case.id
    do(actor(BUREAU, "R4"), "assign", case_id, to_department=department(COUNTY).id, feedback_on=in_days(30))
    do(actor(COUNTY, "R3"), "sign_for", case_id)
    do(actor(COUNTY, "R3"), "transfer", case_id, to_department=department(COUNTY, UNIT).id)
    for who in (
        *(actor(BUREAU, role) for role in DESK),
        *(actor(COUNTY, role) for role in DESK),
        *(actor(COUNTY, role, unit="城管局") for role in PEOPLE),
    ):
        assert may(who, case_id) <= {"unmask"}, who.roles
    assert may(actor(COUNTY, "R5", unit=UNIT), case_id) >= {"sign_for", "object", "note"}


def test_an_item_is_promised_only_where_the_demand_is_supported() -> None:
    case_id = making.investigated()
    handler = actor(COUNTY, "R6", unit=UNIT)
    for wrong in ({"outcome": "REJECT", "item": "更换曳引机"}, {"item": "长" * 501}):
        given = answers(COUNTY, case_id, execute_by=in_days(10).isoformat(), **wrong)
        do(handler, "draft", case_id, answers=given)
        with pytest.raises(Invalid) as told:
            do(handler, "submit", case_id)
        assert set(told.value.fields) == {f"answers.{demand}.item" for demand in given}


def test_nobody_is_asked_for_what_cannot_be_granted_any_more() -> None:
    at_unit, told, working = making.at_unit(), making.accepted(), making.investigated()
    desk, handler, head = (actor(COUNTY, role, unit=UNIT) for role in ("R5", "R6", "R9"))
    refused(Conflict, desk, "propose", told, verb="object", fields={})
    refused(Conflict, head, "propose", working, verb="defer", fields={})
    with as_of(now() + timedelta(days=20)):
        refused(Conflict, desk, "propose", at_unit, verb="object", fields={})
    with as_of(now() + timedelta(days=90)):
        refused(Conflict, handler, "propose", working, verb="extend", fields={})
    refused(Conflict, desk, "propose", making.served(), verb="report", fields={})


def test_a_later_date_is_not_asked_for_once_the_first_is_over() -> None:
    case_id = register(BUREAU).case.id
    do(actor(BUREAU, "R4"), "assign", case_id, to_department=department(COUNTY).id, feedback_on=in_days(10))
    do(actor(COUNTY, "R3"), "sign_for", case_id)
    do(actor(COUNTY, "R3"), "transfer", case_id, to_department=department(COUNTY, UNIT).id)
    head = actor(COUNTY, "R9", unit=UNIT)
    with as_of(now() + timedelta(days=12)):
        refused(Conflict, head, "propose", case_id, verb="defer", fields={})
    with context.use(head.schema):
        assert not Proposal.objects.filter(case_id=case_id).exists()
    assert row(BUREAU, case_id).task == ""


def test_what_lies_in_the_own_line_is_no_reason_to_object() -> None:
    case_id = making.at_unit()
    desk, leader = actor(COUNTY, "R5", unit=UNIT), actor(COUNTY, "R8", unit=UNIT)
    do(desk, "propose", case_id, verb="object", fields={})
    words = {"reason": "duty", "text": "不属于本局", "law": "权责清单"}
    section = actor(COUNTY, "R6", unit=UNIT).department
    for mine in (department(COUNTY, UNIT).id, section):
        refused(Invalid, leader, "object", case_id, **words, proposed_unit=mine)
    do(leader, "object", case_id, **words, proposed_unit=department(COUNTY, "城管局").id)
    assert running(COUNTY, case_id) == {"K3", "K4s"}
    below = register(BUREAU).case.id
    do(actor(BUREAU, "R3"), "transfer", below, to_department=department(COUNTY).id)
    do(actor(COUNTY, "R3"), "propose", below, verb="object", fields={})
    refused(Invalid, actor(COUNTY, "R4"), "object", below, **words, proposed_unit=department(COUNTY, UNIT).id)
    refused(NotFound, actor(COUNTY, "R8", unit="城管局"), "object", below, **words)


def test_what_was_registered_is_not_completed_once_it_was_sent_on() -> None:
    case = register(BUREAU).case.id
    do(actor(BUREAU, "R3"), "transfer", case, to_department=department(COUNTY).id)
    clerk = actor(COUNTY, "R3")
    do(clerk, "sign_for", case)
    refused(Conflict, clerk, "complete", case, changes={"place_detail": "别处"})
    refused(Conflict, clerk, "complete", case, changes={}, demands=["另一项"])
    do(clerk, "complete", case, changes={"important": True})
    do(clerk, "correct", case, changes={"place_detail": "别处"}, reason="来信人来电更正")


def test_the_third_hop_is_said_before_it_is_made() -> None:
    case = register().case.id
    clerk, leader = actor(COUNTY, "R3"), actor(COUNTY, "R4")
    other = {"住建局": "城管局", "城管局": "住建局"}
    unit = "住建局"
    for hop in range(3):
        target = department(COUNTY, unit)
        page = client_for(clerk).get(f"/cases/{case}/transfer/?to={target.id}").content.decode()
        assert ("会被视为互相推转" in page) is (hop >= 3)
        do(clerk, "transfer", case, to_department=target.id)
        desk, head = actor(COUNTY, "R5", unit=unit), actor(COUNTY, "R8", unit=unit)
        do(desk, "propose", case, verb="object", fields={})
        do(head, "object", case, reason="duty", text="不属本局", law="权责清单")
        do(leader, "consent", case)
        unit = other[unit]
    page = client_for(clerk).get(f"/cases/{case}/transfer/?to={department(COUNTY, unit).id}").content.decode()
    assert "第 3 次转手" in page
