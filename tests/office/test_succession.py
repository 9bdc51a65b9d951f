"""A department that ceased: its open cases go on with the successor, clocks and history kept, the promise unbroken."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from cases import actions, history, jobs
from cases.actions import succession
from cases.integrity import faults
from cases.models import Case, Event, Handover
from cases.queries import holding
from kernel.clock import as_of, now, today
from kernel.errors import HuiyinError, Invalid
from tenants import context
from tenants.administration import departments
from tenants.models import Custody, Department
from tests.cases import making
from tests.cases.making import BUREAU, COUNTY, OTHER, at_unit, do, investigated, row, running
from tests.people import actor, department, tenant

pytestmark = pytest.mark.django_db


def cease(name: str, heir: str, on: Any = None) -> list[Department]:
    admin = actor(COUNTY, "R19")
    with context.use(admin.schema):
        return departments.cease(
            admin, department(COUNTY, name).pk, successor=department(COUNTY, heir).pk, on=on or today()
        )


def last(case_id: UUID) -> Event:
    with context.use(tenant(COUNTY)):
        return Event.objects.filter(case=case_id).latest("seq")


def sound() -> None:
    assert list(faults()) == []
    with context.use(tenant(COUNTY)):
        assert list(history.verify()) == []


def test_open_cases_of_a_unit_go_on_with_its_successor() -> None:
    waiting, in_hand = at_unit(), investigated()
    clocks = {case: running(COUNTY, case) for case in (waiting, in_hand)}
    states = {case: row(COUNTY, case).state for case in (waiting, in_hand)}
    gone = cease("住建局", "城管局")
    assert {one.name for one in gone} == {"住房和城乡建设局", "物业管理科", "村镇科"}
    sound()
    assert jobs.succeed(tenant(COUNTY)) == 2
    heir = department(COUNTY, "城管局")
    for case_id in (waiting, in_hand):
        now_there = row(COUNTY, case_id)
        assert (now_there.department, now_there.unit, now_there.handler) == (heir.pk, heir.pk, None)
        assert now_there.state == states[case_id]
        assert running(COUNTY, case_id) == clocks[case_id]
        assert Custody.objects.get(case=case_id).department_id == heir.pk
        told = last(case_id)
        assert (told.kind, told.actor.int, told.data["to_department"]) == ("succeeded", 0, str(heir.pk))
    sound()
    assert jobs.succeed(tenant(COUNTY)) == 0


def test_the_successor_goes_on_where_the_other_stopped() -> None:
    case_id = at_unit()
    cease("住建局", "城管局")
    jobs.succeed(tenant(COUNTY))
    heir = actor(COUNTY, "R5", unit="城管局")
    do(heir, "sign_for", case_id)
    do(heir, "accept", case_id)
    do(heir, "notify", case_id, way="1")
    handler = actor(COUNTY, "R6", unit="城管局")
    do(heir, "allot", case_id, to_department=handler.department, handler=handler.user)
    making.refused(HuiyinError, actor(COUNTY, "R5", unit="住建局"), "note", case_id, text="还在吗")
    sound()


def test_a_section_is_succeeded_inside_its_unit_and_the_handler_is_cleared() -> None:
    case_id = investigated()
    section = Department.objects.get(pk=row(COUNTY, case_id).department)
    other = next(name for name in ("物业管理科", "村镇科") if name != section.name)
    cease(section.name, other)
    assert jobs.succeed(tenant(COUNTY)) == 1
    found = row(COUNTY, case_id)
    assert (found.department, found.handler) == (department(COUNTY, other).pk, None)
    assert found.unit == department(COUNTY, "住建局").pk
    with context.use(tenant(COUNTY)):
        assert Handover.objects.filter(case=case_id).latest("seq").kind == Handover.Kind.SUCCEED
    sound()


def test_sealed_cases_go_along_and_are_in_no_count() -> None:
    clerk = actor(COUNTY, "R3")
    sealed = making.register(COUNTY, who=clerk, klass="B", purpose="02").case.id
    plain = making.register(COUNTY, who=clerk).case.id
    with context.use(tenant(COUNTY)):
        assert holding.open_by_department() == {clerk.department: 1}
    cease("办信科", "接访科")
    assert jobs.succeed(tenant(COUNTY)) == 2
    for case_id in (sealed, plain):
        assert row(COUNTY, case_id).department == department(COUNTY, "接访科").pk
    sound()


def test_what_another_office_owes_us_is_answered_by_the_successor() -> None:
    """The prefecture assigned it from a section; the report comes back after the section was closed."""
    case_id = making.reported()
    there = row(BUREAU, case_id).department
    with context.use(tenant(BUREAU)):
        section = Department.objects.get(pk=there)
        other = Department.objects.filter(tenant=section.tenant_id, unit=section.unit_id, kind="section").exclude(
            pk=there
        )[0]
        admin = actor(BUREAU, "R19")
        departments.cease(admin, there, successor=other.pk, on=today())
    assert jobs.succeed(tenant(BUREAU)) == 1
    assert row(BUREAU, case_id).department == other.pk
    do(actor(BUREAU, "R4"), "approve_report", case_id)
    assert list(faults()) == []
    with context.use(tenant(BUREAU)):
        assert list(history.verify()) == []


def test_before_its_day_a_cessation_changes_nothing() -> None:
    case_id = at_unit()
    cease("住建局", "城管局", today() + timedelta(days=3))
    assert jobs.succeed(tenant(COUNTY)) == 0
    do(actor(COUNTY, "R5", unit="住建局"), "sign_for", case_id)
    with as_of(now() + timedelta(days=3)):
        assert succession.offices_with_heirs() == [tenant(COUNTY).pk]
        jobs.succeed_waiting()
    assert row(COUNTY, case_id).unit == department(COUNTY, "城管局").pk
    sound()


def test_a_chain_of_successors_is_followed_to_its_living_end() -> None:
    case_id = at_unit()
    admin = actor(COUNTY, "R19")
    with context.use(admin.schema):
        root = department(COUNTY)
        third = departments.add(
            admin, parent=root.pk, given=departments.Given(name="综合执法局", kind="unit", code="88")
        )
        cease("住建局", "城管局")
        departments.cease(admin, department(COUNTY, "城管局").pk, successor=third.pk, on=today())
    jobs.succeed(tenant(COUNTY))
    assert row(COUNTY, case_id).unit == third.pk
    sound()


def test_nothing_is_sent_to_a_department_that_ceased() -> None:
    case_id, inside = making.register().case.id, making.accepted()
    cease("城管局", "住建局")
    cease("村镇科", "物业管理科")
    making.refused(Invalid, actor(COUNTY, "R3"), "transfer", case_id, to_department=department(COUNTY, "城管局").pk)
    making.refused(
        Invalid,
        actor(COUNTY, "R5", unit="住建局"),
        "allot",
        inside,
        to_department=department(COUNTY, "村镇科").pk,
    )


def test_a_case_sent_back_to_a_closed_section_reaches_its_successor() -> None:
    """T10: the unit objects, the sender's section has ceased meanwhile."""
    clerk = actor(COUNTY, "R3")
    case_id = making.register(COUNTY, who=clerk).case.id
    do(clerk, "transfer", case_id, to_department=department(COUNTY, "住建局").pk)
    desk, leader = actor(COUNTY, "R5", unit="住建局"), actor(COUNTY, "R8", unit="住建局")
    do(desk, "propose", case_id, verb="object", fields={})
    do(leader, "object", case_id, reason="duty", text="不属本局", law="权责清单")
    cease("办信科", "接访科")
    do(actor(COUNTY, "R4"), "consent", case_id)
    assert row(COUNTY, case_id).department == department(COUNTY, "接访科").pk
    sound()


def test_a_section_that_changes_its_unit_takes_its_cases_along() -> None:
    case_id = investigated()
    held = row(COUNTY, case_id)
    admin = actor(COUNTY, "R19")
    with context.use(admin.schema):
        departments.move(admin, held.department, to=department(COUNTY, "城管局").pk)
    sound()
    assert succession.offices_with_heirs() == [tenant(COUNTY).pk]
    assert jobs.succeed(tenant(COUNTY)) == 1
    found = row(COUNTY, case_id)
    assert (found.department, found.handler) == (held.department, held.handler)
    assert found.unit == department(COUNTY, "城管局").pk
    sound()


def test_closed_cases_and_other_offices_stay_as_they_are() -> None:
    with as_of(now() - timedelta(days=60)):
        closed = making.served(given={"outcome": "EXPLAIN"})
    jobs.close_due(tenant(COUNTY))
    elsewhere = making.at_unit(OTHER)
    before = row(OTHER, elsewhere).version
    cease("住建局", "城管局")
    assert jobs.succeed(tenant(COUNTY)) == 0
    jobs.succeed_everywhere()
    assert row(COUNTY, closed).unit == department(COUNTY, "住建局").pk
    assert row(OTHER, elsewhere).version == before
    sound()


def test_a_case_that_cannot_go_on_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    cases = [at_unit(), at_unit()]
    cease("住建局", "城管局")
    whole = succession._one

    def once(who: Any, case_id: UUID) -> int:
        if case_id == cases[0]:
            raise HuiyinError
        return whole(who, case_id)

    monkeypatch.setattr(succession, "_one", once)
    assert jobs.succeed(tenant(COUNTY)) == 1
    monkeypatch.undo()
    assert jobs.succeed(tenant(COUNTY)) == 1
    sound()


def test_a_verb_on_the_case_after_it_went_on_is_stale() -> None:
    case_id = at_unit()
    seen = row(COUNTY, case_id).version
    cease("住建局", "城管局")
    jobs.succeed(tenant(COUNTY))
    with pytest.raises(HuiyinError), making.at(actor(COUNTY, "R5", unit="城管局")) as heir:
        actions.sign_for(heir, case_id, version=seen)
    with context.use(tenant(COUNTY)):
        assert Case.objects.get(id=case_id).version == seen + 1
