"""V1 to V7 (domain §8): what the ledger shows is proposed to who supervises it, once; a person decides."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
import time_machine

from desk.supervision import words
from kernel.clock import now
from kernel.errors import Conflict, NotFound, Refused
from supervision import triggers
from supervision.models import LedgerRow, Proposal
from tenants import profiles
from tenants.context import tenant_by_code
from tenants.models import RuleProfile, RuleValue
from tests.cases.making import (
    BUREAU,
    COUNTY,
    OTHER,
    accepted,
    at_unit,
    do,
    in_days,
    investigated,
    register,
    served,
    signed,
    submitted,
)
from tests.people import actor, department
from tests.supervision.ordering import UNIT, desk, officer, order, step

pytestmark = pytest.mark.django_db


def proposed(trigger: str, days: int = 0) -> dict[UUID, Proposal]:
    """What is proposed so many days from now."""
    with time_machine.travel(now() + timedelta(days=days), tick=False):
        triggers.propose_all()
    return {row.case: row for row in Proposal.objects.filter(trigger=trigger)}


def test_bureau_late_with_triage_is_proposed_to_the_office_above() -> None:
    case = register(COUNTY).case.id
    assert proposed("V1") == {}
    found = proposed("V1", 17)[case]
    assert (found.tenant.code, found.to_department) == (BUREAU, department(COUNTY))
    assert found.evidence[0]["clock"] == "K1"
    assert proposed("V1", 18).keys() == {case}


def test_unit_late_is_proposed_to_its_bureau_and_issued_on() -> None:
    case = at_unit()
    found = proposed("V1", 17)[case]
    assert (found.tenant.code, found.to_department, found.evidence[0]["clock"]) == (
        COUNTY,
        department(COUNTY, UNIT),
        "K3",
    )
    made = order(case, basis="V1", proposals=[found.pk])
    found.refresh_from_db()
    assert (found.status, found.order_id) == (Proposal.Status.ISSUED, made.pk)
    LedgerRow.objects.filter(case=case).update(objections=3)
    assert proposed("V5") == {}
    step(officer(), "lift", made.pk, reason="并案。")
    LedgerRow.objects.filter(case=case).update(objections=3)
    assert case in proposed("V5")


def test_dismissed_is_not_proposed_again() -> None:
    case = investigated()
    found = proposed("V2", 62)[case]
    for who in (actor(COUNTY, "R5", unit=UNIT), officer(BUREAU)):
        with pytest.raises((NotFound, Refused)):
            step(who, "dismiss", found.pk, reason="x")
    step(officer(), "dismiss", found.pk, reason="等候鉴定，已告知信访人。")
    assert [row.status for row in proposed("V2", 63).values()] == [Proposal.Status.DISMISSED]
    with pytest.raises(Conflict):
        step(officer(), "dismiss", found.pk, reason="x")


def test_no_feedback_is_proposed_for_each_who_owes_it() -> None:
    case = register(BUREAU).case.id
    do(actor(BUREAU, "R4"), "assign", case, to_department=department(COUNTY).id, feedback_on=in_days(20))
    do(actor(COUNTY, "R3"), "sign_for", case)
    found = proposed("V3", 22)[case]
    assert (found.tenant.code, found.to_department) == (BUREAU, department(COUNTY))


def test_passed_about_sent_back_and_not_executed() -> None:
    about = at_unit()
    LedgerRow.objects.filter(case=about).update(objections=2)
    assert proposed("V5")[about].evidence == [{"code": "passed_about", "objections": 2, "hand_backs": 0, "hops": 0}]

    back = submitted()
    checker, handler = actor(COUNTY, "R7", unit=UNIT), actor(COUNTY, "R6", unit=UNIT)
    for _turn in range(2):
        do(checker, "send_back", back, gates=["facts"], reason="查清事实。")
        do(handler, "submit", back)
    assert proposed("V6")[back].evidence == [{"code": "sent_back", "times": 2}]

    promised = served(given={"item": "恢复电梯运行", "execute_by": in_days(5).isoformat()})
    assert promised in proposed("V7", 8)


def test_what_two_offices_toss_about_is_proposed_to_who_is_over_both() -> None:
    case = register(BUREAU).case.id
    for code in (COUNTY, OTHER):
        do(actor(BUREAU, "R3"), "transfer", case, to_department=department(code).id)
        do(actor(code, "R3"), "propose", case, verb="object", fields={})
        do(actor(code, "R4"), "object", case, reason="duty", text="不属于本县。", law="三定方案")
        if code == COUNTY:
            do(actor(BUREAU, "R4"), "consent", case)
    found = proposed("V5")[case]
    assert (found.to_tenant.code, found.to_department) == (OTHER, department(OTHER))
    assert found.tenant.code == BUREAU
    assert [one["a"] for one in LedgerRow.objects.get(case=case).passes] == [str(department(COUNTY).pk)]
    unit, other = department(COUNTY, UNIT), department(OTHER, "城管局")
    about = LedgerRow.objects.get(case=at_unit())
    about.hand_backs, about.passes = 2, [{"a": str(other.pk), "b": str(unit.pk), "days": 2.0, "reason": ""}]
    about.save()
    found = proposed("V5")[about.case]
    assert (found.tenant.code, found.to_department) == (BUREAU, unit)


def test_a_place_proposes_by_numbers_of_its_own() -> None:
    early, usual = at_unit(), at_unit(OTHER, "城管局")
    LedgerRow.objects.filter(case__in=[early, usual]).update(objections=1, sent_back=1)
    today = now().date()
    profile = RuleProfile.objects.create(jurisdiction=COUNTY, name="较严", effective_from=today - timedelta(days=1))
    for param in ("alert_objections", "alert_sent_back"):
        RuleValue.objects.create(profile=profile, param=param, value=1, unit="count")
    profiles.invalidate()
    try:
        assert set(proposed("V5")) == {early}
        assert set(proposed("V6")) == {early}
    finally:
        profile.delete()
        profiles.invalidate()


def test_a_relayed_bureau_that_is_late_is_proposed_to_who_is_over_it() -> None:
    case = register(BUREAU).case.id
    do(actor(BUREAU, "R3"), "transfer", case, to_department=department(COUNTY).id)
    assert proposed("V1") == {}
    found = proposed("V1", 17)[case]
    assert (found.tenant.code, found.to_department, found.evidence[0]["clock"]) == (BUREAU, department(COUNTY), "K1r")


def test_copied_answers_name_ids_only() -> None:
    words = {"facts": "经查属实，" * 6, "reasons": "我局将在期限内办妥，请您监督。"}
    first, second = signed(given=words), signed(given=words)
    assert triggers.propose_of(tenant_by_code(COUNTY)) == 1
    found = Proposal.objects.get(trigger="V6")
    assert (found.case, found.evidence) == (second, [{"code": "copied", "cases": [str(first)]}])


def test_answered_and_never_told_of_the_reception_is_proposed_while_it_is_fresh() -> None:
    fresh, old = at_unit(), at_unit()
    for case, days in ((fresh, 1), (old, 200)):
        then = now() - timedelta(days=days)
        LedgerRow.objects.filter(case=case).update(accepted_at=then, served_at=then, closed_at=then)
    assert {case: row.evidence for case, row in proposed("V4").items()} == {fresh: [{"code": "not_notified"}]}


def test_another_class_than_the_petitioner_was_told_is_proposed() -> None:
    wrong, right = at_unit(), at_unit()
    for case in (wrong, right):
        given = {"path": "C4", "procedure": "行政裁决", "body": "住建局", "law": "《城市房屋租赁条例》"}
        do(desk(), "sign_for", case)
        do(desk(), "route", case, **given)
        do(desk(), "notify", case, way="1")
    do(desk(), "accept", wrong)
    accepted_first = accepted()
    do(desk(), "correct", accepted_first, changes={"klass": "A"}, reason="来信是建议。")
    assert triggers.propose_of(tenant_by_code(COUNTY)) == 2
    assert triggers.propose_of(tenant_by_code(COUNTY)) == 0
    found = {row.case: row for row in Proposal.objects.filter(trigger="V4")}
    assert {case: row.evidence[0]["paper"] for case, row in found.items()} == {wrong: "D9", accepted_first: "D8"}
    assert found[wrong].to_department == department(COUNTY, UNIT)
    assert "导入法定途径告知书" in words.evidence(found[wrong].evidence)


def test_sealed_is_proposed_to_nobody() -> None:
    case = at_unit()
    LedgerRow.objects.filter(case=case).update(sealed=True)
    assert proposed("V1", 17) == {}
