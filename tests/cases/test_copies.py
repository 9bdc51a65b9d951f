"""抄送 (T3, T4): it stands on the letter and in the history, travels with the row, and gives nobody a right."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from cases import policy
from cases.models import Event, Handover
from cases.queries import papers
from cases.queries.journey import Journey
from cases.queries.names import Names
from cases.queries.timeline import Timeline
from cases.states import State
from kernel.clock import today
from kernel.errors import Invalid
from tenants.models import Department
from tests.cases.making import BUREAU, COUNTY, OTHER, at, do, in_days, refused, register, row, running
from tests.people import actor, department

pytestmark = pytest.mark.django_db
UNIT, COPIED = "住建局", "城管局"


def sent(copies: list[UUID], code: str = COUNTY, verb: str = "transfer") -> UUID:
    case = register(code).case
    to = department(COUNTY, UNIT if code == COUNTY else "")
    dated = {"feedback_on": in_days(30)} if verb == "assign" else {}
    do(actor(code, "R4" if verb == "assign" else "R3"), verb, case.id, to_department=to.id, copy_to=copies, **dated)
    return case.id


def test_the_letter_names_the_copies_in_their_order() -> None:
    desk, other = department(BUREAU), department(COUNTY, COPIED)
    case_id = sent([desk.id, other.id], verb="assign")
    with at(actor(COUNTY, "R3")) as clerk:
        stay = Handover.objects.get(case=case_id)
        sheet = papers.find(clerk, row(COUNTY, case_id), "letter", stay.id)
    assert sheet.code == "D5"
    assert sheet.copies == ["临澜市信访局", "澄屿县城市管理局"]


def test_history_says_it_and_the_event_holds_ids() -> None:
    other = department(COUNTY, COPIED)
    case_id = sent([other.id])
    with at(actor(COUNTY, "R3")) as clerk:
        case = row(COUNTY, case_id)
        names = Names(clerk.tenant)
        lines = Timeline(case, clerk.tenant, names, words=True).lines()
        step = Journey(case, clerk.tenant, names).steps()[0]
        event = Event.objects.get(case=case_id, kind="transferred")
    assert any("抄送：城市管理局" in line.note for line in lines)
    assert step.copies.startswith("抄送 ")
    assert event.data["copy_to"] == [str(other.id)]


def test_it_travels_to_the_office_below_and_shows_there() -> None:
    copied = department(BUREAU, Department.objects.filter(tenant__code=BUREAU, kind="unit")[0].name)
    case_id = sent([copied.id], BUREAU)
    with at(actor(COUNTY, "R3")) as clerk:
        assert Handover.objects.get(case=case_id).copy_to == [copied.id]
        lines = Timeline(row(COUNTY, case_id), clerk.tenant, Names(clerk.tenant), words=True).lines()
        assert Event.objects.get(case=case_id, kind="received").data["copy_to"] == [str(copied.id)]
    assert any(f"抄送：{copied.name}" in line.note for line in lines)


def test_whoever_gets_a_copy_sees_and_owes_nothing() -> None:
    case_id = sent([department(COUNTY, COPIED).id, department(BUREAU).id])
    with at(actor(COUNTY, "R5", unit=COPIED)) as other:
        assert not policy.visible(other).filter(id=case_id).exists()
    with at(actor(BUREAU, "R4")) as above:
        assert not policy.visible(above).filter(id=case_id).exists()
    assert running(COUNTY, case_id) == {"K3", "K4"}
    assert row(COUNTY, case_id).state == State.S20


def test_who_may_not_get_a_copy() -> None:
    case = register(COUNTY).case
    unit, other = department(COUNTY, UNIT), department(COUNTY, COPIED)
    gone = department(COUNTY, "教育局") if Department.objects.filter(short_name="教育局").exists() else other
    Department.objects.filter(pk=gone.pk).update(valid_to=today() - timedelta(days=1), successor=unit)
    wrong: list[list[UUID]] = [
        [unit.id],
        [department(COUNTY).id],
        [department(OTHER).id],
        [department(OTHER, UNIT).id],
        [department(BUREAU, Department.objects.filter(tenant__code=BUREAU, kind="unit")[0].name).id],
        [gone.id],
        [uuid4()],
        [department(BUREAU).id] * 2,
        [uuid4() for _n in range(11)],
    ]
    for copies in wrong:
        refused(Invalid, actor(COUNTY, "R3"), "transfer", case.id, to_department=unit.id, copy_to=copies)
        with pytest.raises(Invalid) as error:
            do(actor(COUNTY, "R3"), "transfer", case.id, to_department=unit.id, copy_to=copies)
        assert list(error.value.fields) == ["copy_to"], copies


def test_sections_of_the_own_bureau_may_know() -> None:
    section = department(COUNTY, "办信科")
    case_id = sent([section.id])
    with at(actor(COUNTY, "R3")) as clerk:
        sheet = papers.find(clerk, row(COUNTY, case_id), "letter", Handover.objects.get(case=case_id).id)
    assert sheet.copies == ["澄屿县信访局办信科"]
