"""Every (state, verb) pair, and the forbidden list of domain §4.2: the table says what it says, and nothing else."""

from datetime import timedelta
from uuid import UUID

import pytest

from cases import actions
from cases.clock_kinds import REQUIRED, Kind
from cases.models import Case, Clock, Event, Notice, Proposal
from cases.queries import dossier
from cases.states import NOT_HELD, OPEN, REASON, Seat, State
from cases.transitions import BY_VERB, ROWS, rows
from kernel.clock import now, today
from kernel.errors import Conflict, HuiyinError, Invalid, NotFound, Refused, Stale
from tenants import context
from tenants.actors import Actor
from tenants.models import Custody
from tenants.roles import BY_CODE
from tests.cases import making
from tests.cases.making import COUNTY, answers, do, refused, register, row, running
from tests.people import actor, department

pytestmark = pytest.mark.django_db

UNIT = "住建局"


def test_every_open_state_of_the_table_names_its_clock_or_its_reason() -> None:
    reached = {state for line in ROWS for state in (*line.frm, line.to, *line.also_to) if state} & OPEN
    mine = {State.S10, State.S20, State.S21, State.S24, State.S30, State.S40, State.S41, State.S42, State.S44}
    mine |= {State.S45, State.S46, State.S50, State.S58, State.S60, State.S61, State.S65, State.S88}
    assert mine <= reached
    assert all(state in REQUIRED or state in REASON for state in mine)


def test_roles_and_table_name_the_same_people() -> None:
    for line in ROWS:
        for code in line.roles - {"system"}:
            assert line.verb in BY_CODE[code].rights(), (line.code, code)
        for code in line.proposers:
            assert f"propose:{line.verb}" in BY_CODE[code].rights(), (line.code, code)


@pytest.mark.parametrize("verb", sorted(BY_VERB))
def test_a_verb_acts_only_from_the_states_of_its_rows(verb: str) -> None:
    from cases import policy

    lines = [line for line in BY_VERB[verb] if line.site == "holder"]
    for line in lines:
        for seat in line.seats:
            for state in State:
                case = Case(state=state, seat=seat, unit=UUID(int=1), department=UUID(int=1), klass="C", flags=[])
                who = Actor(
                    UUID(int=9), "x", None, UUID(int=2), "t", UUID(int=1), UUID(int=1), UUID(int=3),
                    line.roles | {"R9"}, frozenset({verb}), "office",
                )  # fmt: skip
                open_lines = [r for r in rows(verb, state, seat) if r.roles & who.roles]
                if open_lines and state not in NOT_HELD:
                    assert policy.require(who, verb, case) in open_lines
                elif verb != "unmask":
                    with pytest.raises((Conflict, Refused)):
                        policy.require(who, verb, case)


def test_registered_cannot_close_without_a_recorded_answer() -> None:
    case = register().case
    refused(NotFound, actor(COUNTY, "R5", unit=UNIT), "close", case.id)
    refused(Conflict, actor(COUNTY, "R4"), "answer", case.id, text="已答复", way="0")
    do(actor(COUNTY, "R3"), "propose", case.id, verb="answer", fields={"text": "可以当场办理"})
    refused(Invalid, actor(COUNTY, "R4"), "answer", case.id, text=" ", way="0")
    assert do(actor(COUNTY, "R4"), "answer", case.id, text="可以当场办理", way="0").state == State.S90
    assert running(COUNTY, case.id) == set()
    assert not Custody.objects.get(case=case.id).open


def test_four_eyes_are_two_people() -> None:
    case_id = making.at_unit()
    who = actor(COUNTY, "R8", unit=UNIT)
    refused(Conflict, who, "object", case_id, reason="duty", text="不属于", law="三定方案")
    do(actor(COUNTY, "R5", unit=UNIT), "propose", case_id, verb="object", fields={"reason": "duty"})
    with context.use(who.schema):
        Proposal.objects.filter(case_id=case_id).update(by=who.user)
    refused(Refused, who, "object", case_id, reason="duty", text="不属于", law="三定方案")


def test_turning_down_a_proposal_changes_neither_state_nor_clock() -> None:
    case_id = making.at_unit()
    do(actor(COUNTY, "R5", unit=UNIT), "propose", case_id, verb="object", fields={"reason": "duty"})
    assert row(COUNTY, case_id).flags == ["awaiting:object"]
    with context.use(context.tenant_by_code(COUNTY)):
        proposal = Proposal.objects.get(case_id=case_id)
    before = running(COUNTY, case_id)
    do(actor(COUNTY, "R8", unit=UNIT), "turn_down", case_id, proposal=proposal.id, reason="属于本单位")
    after = row(COUNTY, case_id)
    assert (after.state, after.flags, running(COUNTY, case_id)) == (State.S20, [], before)


def test_deciding_alone_stops_no_clock_and_the_notice_does() -> None:
    case_id = making.at_unit()
    desk = actor(COUNTY, "R5", unit=UNIT)
    do(desk, "sign_for", case_id)
    do(desk, "propose", case_id, verb="decline", fields={})
    fields = {"ground": "N1", "text": "已受理", "body": "县民政局", "same_facts": True}
    do(actor(COUNTY, "R8", unit=UNIT), "decline", case_id, **fields)
    assert row(COUNTY, case_id).state == State.S44
    assert "K3" in running(COUNTY, case_id)
    do(desk, "notify", case_id, way="1")
    assert row(COUNTY, case_id).state == State.S90
    assert running(COUNTY, case_id) == set()


@pytest.mark.parametrize("ground", ["N3", "N6"])
def test_a_redirected_case_is_told_where_to_go(ground: str) -> None:
    case = register().case
    do(actor(COUNTY, "R3"), "propose", case.id, verb="redirect", fields={})
    refused(Invalid, actor(COUNTY, "R4"), "redirect", case.id, ground=ground, text="说明", body="")
    do(actor(COUNTY, "R4"), "redirect", case.id, ground=ground, text="说明", body="县人民法院")
    assert running(COUNTY, case.id) == {"K1"}
    assert do(actor(COUNTY, "R3"), "notify", case.id, way="0").closing_kind == "redirected"


def test_signing_needs_every_demand_answered_and_other_eyes() -> None:
    case_id = making.investigated()
    handler = actor(COUNTY, "R6", unit=UNIT)
    given = answers(COUNTY, case_id)
    last = list(given)[-1]
    do(handler, "draft", case_id, answers={k: v for k, v in given.items() if k != last})
    with pytest.raises(Invalid) as caught:
        do(handler, "submit", case_id)
    assert f"answers.{last}.outcome" in caught.value.fields
    do(handler, "draft", case_id, answers={**given, last: {**given[last], "outcome": "unrecorded"}})
    refused(Invalid, handler, "submit", case_id)
    do(handler, "draft", case_id, answers=given)
    do(handler, "submit", case_id)
    refused(Conflict, actor(COUNTY, "R8", unit=UNIT), "sign", case_id)
    do(actor(COUNTY, "R7", unit=UNIT), "send_back", case_id, gates=["facts"], reason="事实不清")
    assert row(COUNTY, case_id).state == State.S50
    assert row(COUNTY, case_id).sent_back == 1


def test_important_opinions_are_signed_by_the_head_alone() -> None:
    case_id = making.submitted(important=True)
    refused(Refused, actor(COUNTY, "R8", unit=UNIT), "sign", case_id)
    refused(Conflict, actor(COUNTY, "R7", unit=UNIT), "check", case_id)
    assert do(actor(COUNTY, "R9", unit=UNIT), "sign", case_id).state == State.S60


def test_an_extension_moves_k6_and_owes_a_notice() -> None:
    case_id = making.investigated()
    with context.use(context.tenant_by_code(COUNTY)):
        before = Clock.objects.get(case_id=case_id, kind=Kind.K6).due_raw
    do(actor(COUNTY, "R6", unit=UNIT), "propose", case_id, verb="extend", fields={"days": 20})
    refused(Invalid, actor(COUNTY, "R9", unit=UNIT), "extend", case_id, days=31, reason="复杂")
    do(actor(COUNTY, "R9", unit=UNIT), "extend", case_id, days=20, reason="需检验")
    with context.use(context.tenant_by_code(COUNTY)):
        assert Clock.objects.get(case_id=case_id, kind=Kind.K6).due_raw == before + timedelta(days=20)
        assert Notice.objects.get(case_id=case_id, kind="D12").sent_at is None
    do(actor(COUNTY, "R6", unit=UNIT), "propose", case_id, verb="extend", fields={"days": 11})
    refused(Invalid, actor(COUNTY, "R9", unit=UNIT), "extend", case_id, days=11, reason="再延")


def test_a_statutory_route_has_its_own_clock_and_may_come_back() -> None:
    case_id = making.at_unit()
    desk = actor(COUNTY, "R5", unit=UNIT)
    do(desk, "sign_for", case_id)
    fields = {"path": "C5", "procedure": "行政查处", "body": "县市场监管局", "law": "行政处罚法"}
    do(desk, "route", case_id, **fields, term_days=60)
    assert running(COUNTY, case_id) == {"K3", "K4", "K6x"}
    refused(Conflict, desk, "record_result", case_id, number="1", result="已处罚", ended_on=today())
    do(desk, "notify", case_id, way="1")
    do(desk, "accept", case_id)
    assert running(COUNTY, case_id) == {"K6"}


def test_of_two_unsent_papers_the_last_decisions_goes_first_and_stops_the_clock() -> None:
    """T36 with the paper of the other way not yet sent; and an extension told of while the decision is not."""
    case_id = making.at_unit()
    desk = actor(COUNTY, "R5", unit=UNIT)
    do(desk, "sign_for", case_id)
    do(desk, "route", case_id, path="C5", procedure="行政查处", body="县市场监管局", law="行政处罚法", term_days=60)
    do(desk, "accept", case_id)
    with context.use(desk.schema):
        routed, accepted = Notice.objects.filter(case_id=case_id)
        assert [row.kind for row in dossier.unsent(row(COUNTY, case_id))] == ["D8", "D9"]
    do(desk, "notify", case_id, way="1", notice=routed.id)
    assert "K3" in running(COUNTY, case_id), "it told of what holds no more"
    handler = actor(COUNTY, "R6", unit=UNIT)
    do(desk, "allot", case_id, to_department=handler.department, handler=handler.user)
    do(handler, "contact", case_id, way="phone", text="已核对诉求。")
    do(handler, "propose", case_id, verb="extend", fields={"days": 20})
    do(actor(COUNTY, "R9", unit=UNIT), "extend", case_id, days=20, reason="需检验")
    do(desk, "notify", case_id, way="1")
    assert "K3" not in running(COUNTY, case_id)
    with context.use(desk.schema):
        assert Notice.objects.get(id=accepted.id).sent_at is not None
        assert Notice.objects.get(case_id=case_id, kind="D12").sent_at is None
    do(desk, "notify", case_id, way="1")
    refused(Conflict, desk, "notify", case_id, way="1")


def test_an_accusation_is_sealed_on_save() -> None:
    made = register(klass="B", text="举报某局长", demands=["查处"], purpose="02")
    case = row(COUNTY, made.case.id)
    assert case.sealed
    assert "举报" not in case.title + case.filing.text
    assert running(COUNTY, case.id) == {"K1"}
    for role in ("R2", "R3", "R4"):
        refused(NotFound, actor(COUNTY, role), "note", case.id, text="看看")
    desk = actor(COUNTY, "R18")
    with context.use(desk.schema):
        assert actions.read_sealed(desk, case.id)["text"] == "举报某局长"
    do(desk, "note", case.id, text="已阅")
    refused(HuiyinError, desk, "transfer", case.id, to_department=department(COUNTY, UNIT).id)


def test_a_case_classified_as_accusation_later_is_sealed_then() -> None:
    case = register(klass="", purpose="99", text="某局长收钱").case
    do(actor(COUNTY, "R3"), "complete", case.id, changes={"klass": "B"})
    sealed = row(COUNTY, case.id)
    assert sealed.sealed
    assert "收钱" not in sealed.filing.text + sealed.title
    refused(NotFound, actor(COUNTY, "R3"), "note", case.id, text="x")


def test_received_at_is_corrected_by_two_persons_and_moves_the_clock() -> None:
    case = register().case
    earlier = now() - timedelta(days=3)
    one, two = actor(COUNTY, "R3"), actor(COUNTY, "R2")
    refused(Conflict, one, "correct", case.id, changes={"received_at": earlier}, reason="邮戳")
    do(one, "propose", case.id, verb="correct", fields={"received_at": earlier.isoformat()})
    with context.use(one.schema):
        before = Clock.objects.get(case_id=case.id).due_raw
    refused(HuiyinError, one, "correct", case.id, changes={"received_at": earlier}, reason="邮戳")
    do(two, "correct", case.id, changes={"received_at": earlier}, reason="邮戳")
    with context.use(one.schema):
        assert Clock.objects.get(case_id=case.id).due_raw == before - timedelta(days=3)


def test_a_stale_version_changes_nothing() -> None:
    case = register().case
    refused(Stale, actor(COUNTY, "R3"), "note", case.id, text="x", version=case.version + 5)


def test_unmasking_leaves_an_event_and_no_new_version() -> None:
    case = register().case
    who = actor(COUNTY, "R3")
    refused(Invalid, who, "unmask", case.id, reason="curious")
    people = do(who, "unmask", case.id, reason="contact")
    assert people[0]["phone"] == "13800000016"
    assert row(COUNTY, case.id).version == case.version
    with context.use(who.schema):
        assert Event.objects.get(case_id=case.id, kind="read").data == {"reason": "contact"}


def test_a_direct_filing_at_a_unit_runs_its_own_notice_clock() -> None:
    desk = actor(COUNTY, "R5", unit=UNIT)
    made = register(COUNTY, desk)
    assert (made.case.state, made.case.seat) == (State.S30, Seat.UNIT)
    assert running(COUNTY, made.case.id) == {"K2"}
    do(desk, "accept", made.case.id)
    do(desk, "notify", made.case.id, way="0")
    assert running(COUNTY, made.case.id) == {"K6"}
