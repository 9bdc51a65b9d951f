"""Dates and numbers beyond all sense are refused at their field, in words; the case stays as it was."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from cases import actions
from cases.models import Event
from kernel.clock import TZ, now, today
from kernel.errors import HuiyinError, Invalid
from tenants import context
from tests.cases import making
from tests.cases.making import BUREAU, COUNTY, answers, at, do, entry, in_days, row
from tests.people import actor, department, tenant

pytestmark = pytest.mark.django_db

UNIT = "住建局"
FAR = (date.max, date(9999, 1, 1), date.min, date(1, 1, 2))


def unchanged(who: Any, verb: str, case_id: UUID, at_field: str, /, **fields: Any) -> None:
    before = row(COUNTY, case_id)
    with pytest.raises(Invalid) as refused:
        do(who, verb, case_id, **fields)
    assert refused.value.fields.get(at_field), refused.value.fields
    after = row(COUNTY, case_id)
    assert (after.version, after.head_seq) == (before.version, before.head_seq)


@pytest.mark.parametrize("day", FAR)
@pytest.mark.parametrize("field", ["petition_date", "postmark_date", "received_at"])
def test_a_filing_of_another_age(field: str, day: date) -> None:
    clerk = actor(COUNTY, "R2")
    given = datetime(day.year, day.month, day.day, 12, tzinfo=TZ) if field == "received_at" else day
    with at(clerk), pytest.raises(Invalid) as refused:
        actions.register(clerk, entry(**{field: given}))
    assert refused.value.fields[field]


@pytest.mark.parametrize(
    ("field", "value"),
    [("persons", 0), ("persons", -1), ("persons", 10**12), ("concerned", -5), ("concerned", 2**40)],
)
def test_numbers_of_people_that_cannot_be(field: str, value: int) -> None:
    clerk = actor(COUNTY, "R2")
    with at(clerk), pytest.raises(Invalid) as refused:
        actions.register(clerk, entry(**{field: value}))
    assert refused.value.fields[field]
    case = making.register().case
    unchanged(clerk, "correct", case.id, field, changes={field: value}, reason="数错")


@pytest.mark.parametrize("day", FAR)
def test_every_date_of_the_journey(day: date) -> None:
    desk, head = actor(COUNTY, "R5", unit=UNIT), actor(COUNTY, "R9", unit=UNIT)
    case = making.register().case
    target = department(COUNTY, UNIT).id
    unchanged(actor(COUNTY, "R4"), "assign", case.id, "feedback_on", to_department=target, feedback_on=day)
    do(actor(COUNTY, "R4"), "assign", case.id, to_department=target, feedback_on=in_days(30))
    unchanged(desk, "sign_for", case.id, "promised_on", promised_on=day)
    do(desk, "sign_for", case.id)
    where = {"path": "C2", "procedure": "仲裁", "body": "仲裁委", "law": "仲裁法"}
    unchanged(desk, "route", case.id, "applied_on", **where, term_days=30, applied_on=day)
    unchanged(desk, "route", case.id, "term_days", **where, term_days=10**9)
    unchanged(desk, "route", case.id, "term_days", **where, term_days=-1)
    do(desk, "accept", case.id)
    unchanged(desk, "notify", case.id, "sent_on", way="1", sent_on=day)
    do(desk, "notify", case.id, way="1")
    handler = actor(COUNTY, "R6", unit=UNIT)
    do(desk, "allot", case.id, to_department=handler.department, handler=handler.user)
    unchanged(handler, "contact", case.id, "met_on", way="phone", text="说明", met_on=day)
    do(handler, "contact", case.id, way="phone", text="说明")
    do(handler, "propose", case.id, verb="extend", fields={})
    for days in (0, -30, 31, 10**9):
        unchanged(head, "extend", case.id, "days", days=days, reason="复杂")
    do(head, "propose", case.id, verb="defer", fields={})
    unchanged(actor(COUNTY, "R4"), "defer", case.id, "feedback_on", feedback_on=day)

    demands = answers(COUNTY, case.id, item="修好", execute_by=day.isoformat())
    do(handler, "draft", case.id, answers=demands)
    unchanged(handler, "submit", case.id, f"answers.{next(iter(demands))}.execute_by")
    given = answers(COUNTY, case.id, item="修好", execute_by=in_days(10).isoformat())
    do(handler, "draft", case.id, answers=given)
    do(handler, "submit", case.id)
    do(actor(COUNTY, "R7", unit=UNIT), "check", case.id)
    do(actor(COUNTY, "R8", unit=UNIT), "sign", case.id)
    unchanged(desk, "serve", case.id, "received_on", way="0", received_on=day)
    do(desk, "serve", case.id, way="0", received_on=today())
    with context.use(tenant(COUNTY)):
        from cases.models import Answer

        promised = Answer.objects.filter(opinion__case_id=case.id).first()
    assert promised is not None
    proof = {"answer": promised.id, "proof": "照片"}
    unchanged(desk, "prove_execution", case.id, "executed_on", executed_on=day, **proof)


@pytest.mark.parametrize("day", FAR)
def test_a_result_and_a_returned_report_of_another_age(day: date) -> None:
    case_id = making.at_unit()
    desk = actor(COUNTY, "R5", unit=UNIT)
    do(desk, "sign_for", case_id)
    do(desk, "route", case_id, path="C2", procedure="仲裁", body="仲裁委", law="仲裁法")
    do(desk, "notify", case_id, way="1")
    unchanged(desk, "record_result", case_id, "ended_on", number="1", result="结束", ended_on=day)
    reported = making.reported()
    fields = {"gate": "facts", "reason": "不实", "feedback_on": day}
    with pytest.raises(Invalid) as refused:
        do(actor(BUREAU, "R4"), "return_report", reported, **fields)
    assert refused.value.fields["feedback_on"]


def test_a_limit_the_calendar_does_not_know_yet_is_provisional_and_does_not_crash() -> None:
    case = making.register().case
    target = department(COUNTY, UNIT).id
    do(actor(COUNTY, "R4"), "assign", case.id, to_department=target, feedback_on=today() + timedelta(days=366))
    made = row(COUNTY, case.id)
    assert made.due_raw is not None
    assert made.due_raw > now()


# --- to a place that is not there any more ----------------------------------------------------------------------------


@pytest.mark.parametrize("ended", [-1, 0])
def test_a_department_that_ceased_names_who_took_over(ended: int) -> None:
    """`valid_to` is the first day it no longer is."""
    old, heir = department(COUNTY, UNIT), department(COUNTY, "城管局")
    old.valid_to, old.successor = in_days(ended), heir
    old.save()
    case = making.register().case
    before = row(COUNTY, case.id)
    with pytest.raises(Invalid) as refused:
        do(actor(COUNTY, "R3"), "transfer", case.id, to_department=old.id)
    told = refused.value.fields["to_department"][0]
    assert old.name in told
    assert heir.name in told
    assert row(COUNTY, case.id).version == before.version
    do(actor(COUNTY, "R3"), "transfer", case.id, to_department=heir.id)


@pytest.mark.parametrize("target", [UUID(int=0), UUID(int=2**128 - 1)])
def test_a_department_nobody_knows(target: UUID) -> None:
    case = making.register().case
    unchanged(actor(COUNTY, "R3"), "transfer", case.id, "to_department", to_department=target)


def test_a_case_nobody_knows() -> None:
    for verb, fields in (("note", {"text": "x"}), ("sign_for", {}), ("unmask", {"reason": "contact"})):
        with pytest.raises(HuiyinError) as refused:
            do(actor(COUNTY, "R3"), verb, UUID(int=5), **fields)
        assert refused.value.status == 404
    with context.use(tenant(COUNTY)):
        assert not Event.objects.exists()
