"""Hand-overs and objections: who may send where, and custody comes back only with consent (T3-T11, G5, G6)."""

from datetime import timedelta
from uuid import UUID

import pytest

from cases.models import Handover
from cases.states import Seat, State
from kernel.clock import as_of, now
from kernel.errors import Conflict, Invalid, Refused
from kernel.ids import new_id
from tenants import context
from tenants.models import Custody
from tests.cases import making
from tests.cases.making import BUREAU, COUNTY, OTHER, do, in_days, refused, register, row, running
from tests.people import actor, department

pytestmark = pytest.mark.django_db

UNIT = "住建局"


def test_an_objection_in_the_own_office_is_decided_by_the_desk() -> None:
    case_id = making.at_unit()
    do(actor(COUNTY, "R5", unit=UNIT), "propose", case_id, verb="object", fields={})
    do(actor(COUNTY, "R8", unit=UNIT), "object", case_id, reason="duty", text="不属于本局", law="权责清单")
    assert row(COUNTY, case_id).state == State.S24
    assert running(COUNTY, case_id) == {"K3", "K4s"}
    refused(Refused, actor(COUNTY, "R8", unit=UNIT), "consent", case_id)
    do(actor(COUNTY, "R4"), "consent", case_id, text="同意")
    assert row(COUNTY, case_id).state == State.S10
    assert running(COUNTY, case_id) == {"K1p"}


def test_a_refused_objection_goes_on_where_it_was() -> None:
    case_id = making.at_unit()
    do(actor(COUNTY, "R5", unit=UNIT), "sign_for", case_id)
    do(actor(COUNTY, "R5", unit=UNIT), "propose", case_id, verb="object", fields={})
    do(actor(COUNTY, "R8", unit=UNIT), "object", case_id, reason="duty", text="不属于本局", law="权责清单")
    do(actor(COUNTY, "R4"), "refuse", case_id, text="属于你局")
    assert row(COUNTY, case_id).state == State.S30
    assert running(COUNTY, case_id) == {"K3"}
    refused(Conflict, actor(COUNTY, "R5", unit=UNIT), "propose", case_id, verb="object", fields={})
    refused(Conflict, actor(COUNTY, "R8", unit=UNIT), "object", case_id, reason="duty", text="不", law="权")


def test_an_objection_between_offices_brings_custody_back() -> None:
    case = register(BUREAU).case
    do(actor(BUREAU, "R4"), "assign", case.id, to_department=department(COUNTY).id, feedback_on=in_days(30))
    do(actor(COUNTY, "R3"), "propose", case.id, verb="object", fields={})
    do(actor(COUNTY, "R4"), "object", case.id, reason="place", text="不在本县", law="属地管理")
    assert row(COUNTY, case.id).state == State.S24
    assert running(BUREAU, case.id) == {"K4s"}
    assert Custody.objects.get(case=case.id).tenant.code == COUNTY
    do(actor(BUREAU, "R4"), "consent", case.id)
    assert row(BUREAU, case.id).state == State.S10
    assert row(COUNTY, case.id).state == State.S99
    assert running(BUREAU, case.id) == {"K1p"}
    assert running(COUNTY, case.id) == set()
    do(actor(BUREAU, "R3"), "transfer", case.id, to_department=department(OTHER).id)
    assert Custody.objects.get(case=case.id).tenant.code == OTHER
    assert Custody.objects.get(case=case.id).hops == 0


def test_no_objection_after_its_window_or_after_the_notice() -> None:
    case_id = making.at_unit()
    do(actor(COUNTY, "R5", unit=UNIT), "propose", case_id, verb="object", fields={})
    with as_of(now() + timedelta(days=20)):
        refused(Conflict, actor(COUNTY, "R8", unit=UNIT), "object", case_id, reason="duty", text="不", law="权")
    told = making.accepted()
    refused(Conflict, actor(COUNTY, "R5", unit=UNIT), "propose", told, verb="object", fields={})


def test_the_fifth_hop_needs_a_common_superior_of_all_who_held_it() -> None:
    case_id = register(BUREAU).case.id
    do(actor(BUREAU, "R3"), "transfer", case_id, to_department=department(OTHER).id)
    clerk, unit = actor(OTHER, "R3"), department(OTHER, UNIT).id
    do(clerk, "sign_for", case_id)
    with context.use(clerk.schema):
        stay = Handover.objects.get(case_id=case_id)
        stay.id, stay.seq, stay.seat, stay.undone_at = new_id(), 9, Seat.UNIT, now()
        stay.to_tenant = context.tenant_by_code(COUNTY).pk  # a unit of another county had it before
        stay.save(force_insert=True)
    Custody.objects.filter(case=case_id).update(hops=4)
    with pytest.raises(Conflict) as told:
        do(clerk, "transfer", case_id, to_department=unit)
    assert told.value.code == "too-many-hops"
    Custody.objects.filter(case=case_id).update(hops=3)
    assert do(clerk, "transfer", case_id, to_department=unit).state == State.S20
    assert Custody.objects.get(case=case_id).hops == 4


def test_every_hand_over_to_a_unit_after_the_first_is_a_hop() -> None:
    case_id = making.at_unit()
    for _turn in range(3):
        _back(case_id)
        do(actor(COUNTY, "R3"), "transfer", case_id, to_department=department(COUNTY, UNIT).id)
    assert Custody.objects.get(case=case_id).hops == 3
    with context.use(context.tenant_by_code(COUNTY)):
        assert Handover.objects.filter(case_id=case_id, hop=True).count() == 3


def _back(case_id: UUID) -> None:
    do(actor(COUNTY, "R5", unit=UNIT), "propose", case_id, verb="object", fields={})
    do(actor(COUNTY, "R8", unit=UNIT), "object", case_id, reason="duty", text="不属于本局", law="权责清单")
    do(actor(COUNTY, "R4"), "consent", case_id)


def test_group_and_urgent_filings_are_sent_by_the_approver() -> None:
    case = register(persons=6).case
    assert case.group
    refused(Refused, actor(COUNTY, "R3"), "transfer", case.id, to_department=department(COUNTY, UNIT).id)
    do(actor(COUNTY, "R3"), "propose", case.id, verb="transfer", fields={"to_department": "x"})
    done = do(actor(COUNTY, "R4"), "transfer", case.id, to_department=department(COUNTY, UNIT).id)
    assert done.state == State.S20


def test_nothing_is_sent_up_sideways_or_to_a_section() -> None:
    case = register().case
    who = actor(COUNTY, "R3")
    for target in (department(BUREAU), department(OTHER), department(COUNTY), department(OTHER, UNIT)):
        refused(Invalid, who, "transfer", case.id, to_department=target.id)
    section = actor(COUNTY, "R6", unit=UNIT).department
    refused(Invalid, who, "transfer", case.id, to_department=section)
