"""Orders (督办, domain §8): from the letter to the lifting, and everything nobody may do."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from cases.actions import Upload
from kernel import files
from kernel.clock import today
from kernel.errors import Conflict, HuiyinError, Invalid, NotFound, Refused, Stale
from supervision.models import Order, OrderCase, Proposal, Step
from tenants import context
from tenants.actors import Actor
from tenants.streams import department_stream, user_stream
from tests.cases.making import BUREAU, COUNTY, OTHER, accepted, at_unit, do, events, in_days, register, row, signed
from tests.people import actor, department
from tests.rights.test_grants import DENIED, sqlstate
from tests.supervision.ordering import UNIT, desk, flagged, heard, officer, order, step, told

pytestmark = pytest.mark.django_db


def seal(case: UUID) -> None:
    """Only for tests: as if it had been classified as an accusation meanwhile."""
    with context.use(context.tenant_by_code(COUNTY)):
        from cases.models import Case

        Case.objects.filter(id=case).update(sealed=True)


def test_letter_answered_accepted_and_told_everywhere() -> None:
    case = accepted()
    made = order(case)
    assert made.number == "澄屿信〔2026〕督1号"
    assert flagged(COUNTY, case)
    assert heard("order.issued") == {department_stream(department(COUNTY, UNIT).id)}
    with context.use(desk().schema):
        file = Upload(files.put("处理情况".encode()), "情况说明.txt", "text/plain", 12)
    step(desk(), "sign_for_order", made.pk, version=1)
    step(desk(), "report_progress", made.pk, version=2, text="已约请物业公司。")
    answered = step(desk(), "reply", made.pk, version=3, text="电梯已经修好。", files=[file])
    assert answered.state == Order.State.ANSWERED
    done = step(officer(), "accept_reply", made.pk, version=4)
    assert done.state == Order.State.DONE
    assert told(COUNTY, case) == ["issued", "progress", "reply", "accepted"]
    assert not flagged(COUNTY, case)
    kinds = list(Step.objects.filter(order=made).values_list("kind", flat=True))
    assert kinds == ["issued", "seen", "progress", "reply", "accepted"]
    assert heard("order.answered") == {department_stream(officer().root), user_stream(officer().user)}


def test_reply_is_sent_back_with_a_new_day() -> None:
    made = order()
    step(desk(), "reply", made.pk, text="正在办理。")
    back = step(officer(), "return_reply", made.pk, reason="没有说清何时修好。", due=in_days(20))
    assert (back.state, back.sent_back, back.first_due < back.due_raw) == (Order.State.SEEN, 1, True)
    step(desk(), "reply", made.pk, text="已于今日修好。")
    assert step(officer(), "accept_reply", made.pk).first_answered_at < Order.objects.get(pk=made.pk).answered_at


def test_flag_stays_while_another_order_is_open() -> None:
    case = accepted()
    first, second = order(case), order(case, instrument="urge")
    assert second.number == "澄屿信〔2026〕催1号"
    step(officer(), "lift", first.pk, reason="并入催办。")
    assert flagged(COUNTY, case)
    step(officer(), "lift", second.pk, reason="已办结。")
    assert not flagged(COUNTY, case)


def test_secretary_escalates_and_listed_stays_until_lifted() -> None:
    case = accepted()
    first = order(case)
    secretary = actor(COUNTY, "R15")
    for milder in ("letter", "urge", "joint"):  # the same, the mildest, and one that nobody else takes part in
        with pytest.raises(Invalid):
            step(officer(), "escalate", first.pk, instrument=milder, reason="逾期未反馈。", due=in_days(30))
    listed = step(secretary, "escalate", first.pk, instrument="listed", reason="逾期未反馈。", due=in_days(30))
    assert Order.objects.get(pk=first.pk).state == Order.State.ESCALATED
    assert listed.follows_id == first.pk
    step(desk(), "reply", listed.pk, text="已整改。")
    assert step(secretary, "accept_reply", listed.pk).state == Order.State.ACCEPTED
    assert flagged(COUNTY, case)
    step(secretary, "lift", listed.pk, reason="已核实，摘牌。")
    assert not flagged(COUNTY, case)


def test_upper_office_orders_and_both_histories_tell() -> None:
    case = register(BUREAU).case.id
    do(actor(BUREAU, "R4"), "assign", case, to_department=department(COUNTY).id, feedback_on=in_days(30))
    do(actor(COUNTY, "R3"), "sign_for", case)
    made = order(case, who=officer(BUREAU), to_department=department(COUNTY).id)
    assert told(COUNTY, case) == told(BUREAU, case) == ["issued"]
    assert flagged(COUNTY, case)
    assert flagged(BUREAU, case)
    do(actor(COUNTY, "R3"), "transfer", case, to_department=department(COUNTY, UNIT).id)
    step(actor(COUNTY, "R3"), "reply", made.pk, text="已转住建局，限期答复。")
    step(officer(BUREAU), "accept_reply", made.pk)
    assert told(BUREAU, case) == ["issued", "reply", "accepted"]
    assert not flagged(COUNTY, case)


def test_flag_travels_with_the_case() -> None:
    case = register(BUREAU).case.id
    do(actor(BUREAU, "R4"), "transfer", case, to_department=department(COUNTY).id)
    order(case, who=officer(BUREAU), to_department=department(COUNTY).id)
    do(actor(COUNTY, "R3"), "propose", case, verb="object", fields={"reason": "level", "law": "第二十三条"})
    do(actor(COUNTY, "R4"), "object", case, reason="level", law="第二十三条", text="不属本县。")
    do(actor(BUREAU, "R4"), "consent", case, text="同意。")
    assert flagged(BUREAU, case)


@pytest.mark.parametrize(
    ("who", "changes", "error"),
    [
        (("R5", UNIT), {}, Refused),
        (("R3", ""), {}, Refused),
        (("R14", ""), {}, Refused),
        (("R13", ""), {"instrument": "listed"}, Refused),
        (("R15", ""), {}, Refused),
        (("R13", ""), {"instrument": "whip"}, Invalid),
        (("R13", ""), {"reason": " "}, Invalid),
        (("R13", ""), {"due": None}, Invalid),
        (("R13", ""), {"instrument": "joint"}, Invalid),
        (("R13", ""), {"to": ("", COUNTY)}, Invalid),
        (("R13", ""), {"to": ("", BUREAU)}, Invalid),
        (("R13", ""), {"to": ("住建局", OTHER)}, Invalid),
        (("R13", ""), {"to": ("城管局", COUNTY)}, Conflict),
    ],
)
def test_refused_orders_change_nothing(who: tuple[str, str], changes: dict[str, Any], error: type[HuiyinError]) -> None:
    case = accepted()
    fields = dict(changes)
    if "to" in fields:
        unit, code = fields.pop("to")
        fields["to_department"] = department(code, unit).id
    before = events(COUNTY, case)
    with pytest.raises(error):
        order(case, who=actor(COUNTY, who[0], unit=who[1]), **fields)
    assert (events(COUNTY, case), Order.objects.count(), flagged(COUNTY, case)) == (before, 0, False)


def test_closed_sealed_and_foreign_cases_are_refused() -> None:
    sealed, plain = accepted(), accepted()
    seal(sealed)
    with pytest.raises(Conflict) as told_of:
        order(plain, sealed)
    assert row(COUNTY, sealed).number not in str(told_of.value)
    elsewhere = at_unit(OTHER)
    with pytest.raises(NotFound):
        order(elsewhere)
    with pytest.raises(HuiyinError):
        order(elsewhere, who=officer(BUREAU), to_department=department(COUNTY, UNIT).id)
    assert Order.objects.count() == 0


@pytest.mark.parametrize(
    ("who", "verb", "fields", "error"),
    [
        (("R5", "城管局", COUNTY), "reply", {"text": "x"}, NotFound),
        (("R6", UNIT, COUNTY), "reply", {"text": "x"}, NotFound),
        (("R7", UNIT, COUNTY), "reply", {"text": "x"}, Refused),
        (("R13", "", COUNTY), "reply", {"text": "x"}, Refused),
        (("R5", UNIT, COUNTY), "lift", {"reason": "x"}, Refused),
        (("R15", "", COUNTY), "lift", {"reason": "x"}, Refused),
        (("R13", "", BUREAU), "lift", {"reason": "x"}, Refused),
        (("R13", "", OTHER), "lift", {"reason": "x"}, NotFound),
        (("R13", "", COUNTY), "accept_reply", {}, Conflict),
        (("R5", UNIT, COUNTY), "reply", {"text": ""}, Invalid),
        (("R5", UNIT, COUNTY), "reply", {"text": "x", "version": 7}, Stale),
    ],
)
def test_refused_steps_change_nothing(
    who: tuple[str, str, str], verb: str, fields: dict[str, Any], error: type[HuiyinError]
) -> None:
    case = accepted()
    made = order(case)
    before = (events(COUNTY, case), Step.objects.count())
    person: Actor = actor(who[2], who[0], unit=who[1])
    with pytest.raises(error):
        step(person, verb, made.pk, **fields)
    made.refresh_from_db()
    assert (made.version, made.state) == (1, Order.State.ISSUED)
    assert (events(COUNTY, case), Step.objects.count()) == before


def test_same_id_twice_is_one_order() -> None:
    case = accepted()
    first = order(case)
    assert order(case, order_id=first.pk).pk == first.pk
    assert OrderCase.objects.count() == 1


def test_put_up_to_the_upper_office_which_issues_on_it() -> None:
    case = signed()
    made = order(case)
    step(officer(), "refer_up", made.pk, reason="两次退回仍未说明。")
    waiting = Proposal.objects.get(tenant=officer(BUREAU).tenant)
    assert waiting.case == case
    assert heard("order.referred") == {department_stream(officer(BUREAU).root)}
    upper = order(case, who=officer(BUREAU), proposals=[waiting.pk])
    waiting.refresh_from_db()
    assert (waiting.status, waiting.order_id) == (Proposal.Status.ISSUED, upper.pk)
    assert heard("order.issued") >= {department_stream(department(COUNTY).id)}


def test_successor_of_a_body_that_ceased_answers_for_it() -> None:
    made = order()
    gone, heir = department(COUNTY, UNIT), department(COUNTY, "城管局")
    gone.valid_to, gone.successor = today(), heir
    gone.save()
    assert step(desk("城管局"), "reply", made.pk, text="由我局承接，已办结。").state == Order.State.ANSWERED


def test_several_cases_in_one_order() -> None:
    cases = [accepted(), accepted(), at_unit()]
    made = order(*cases)
    assert made.cases.count() == 3
    assert all(told(COUNTY, case) == ["issued"] for case in cases)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM supervision_order",
        "DELETE FROM supervision_step",
        "UPDATE supervision_step SET at = at",
        "UPDATE supervision_step SET kind = kind",
        'UPDATE supervision_ordercase SET "case" = "case"',
        "UPDATE supervision_stepfile SET sha256 = sha256",
        "DELETE FROM supervision_concern",
        "UPDATE supervision_concernnote SET by = by",
        "TRUNCATE supervision_advicenote",
    ],
)
def test_what_was_said_is_never_taken_back(statement: str) -> None:
    assert sqlstate(statement) == DENIED


def test_typed_text_may_come_under_another_key() -> None:
    order()
    assert sqlstate("UPDATE supervision_step SET text = text") is None
