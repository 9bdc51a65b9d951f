"""The promise attacked first: any verb by anybody in any order leaves one holder, the table's clocks and whole chains.

Two counties and their common superior. Three quarters of the steps are verbs somebody may call now, the rest are
shots in the dark; a refused one must have changed nothing anywhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from cases import actions, history, policy
from cases.clock_kinds import REQUIRED
from cases.integrity import faults
from cases.models import Answer, Case, Clock, Event, Handover, Note, Notice, Opinion, Proposal, Report
from cases.states import NOT_HELD, REASON, State
from cases.transitions import VERBS
from kernel.clock import as_of, now
from kernel.errors import HuiyinError
from tenants import context
from tenants.actors import Actor
from tenants.models import Custody
from tests.cases import making
from tests.cases.making import BUREAU, COUNTY, OTHER, answers, entry
from tests.people import actor, department, tenant

pytestmark = pytest.mark.django_db

OFFICES = (BUREAU, COUNTY, OTHER)
CALLED = [*sorted(VERBS - {"register"}), "turn_down"]
STAYING = {"note", "attach", "correct", "complete", "reissue_code", "unmask", "contact", "allot"}
STARTS: list[Callable[[], UUID]] = [
    lambda: making.register(BUREAU).case.id,
    making.accepted,
    making.investigated,
    making.submitted,
    lambda: making.served(given={"item": "修好", "execute_by": making.in_days(5).isoformat()}),
    making.reported,
]
TABLES = (Case, Clock, Event, Handover, Note, Notice, Opinion, Proposal, Report)
DIGEST = "SELECT " + ", ".join(
    f"(SELECT md5(string_agg(t::text, '|' ORDER BY t.id)) FROM {table._meta.db_table} t"
    f" WHERE {'id' if table is Case else 'case_id'} = %(case)s)"
    for table in TABLES
)


def crew() -> list[Actor]:
    people = [actor(code, role) for code in OFFICES for role in ("R2", "R3", "R4")]
    for code in OFFICES:
        for unit in units(code):
            people += [actor(code, role, unit=unit) for role in ("R5", "R6", "R7", "R8", "R9")]
    return people


def units(code: str) -> list[str]:
    from tenants.models import Department

    names = Department.objects.filter(tenant__code=code, kind="unit").values_list("short_name", flat=True)
    return [name for name in names if name]


class Custodians(RuleBasedStateMachine):
    """One savepoint an example: nothing of it remains."""

    people: list[Actor]

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.people = crew()
        self.offices = [tenant(code) for code in OFFICES]
        self.cases: list[UUID] = []
        self.late = timedelta()
        self.step = 0

    def teardown(self) -> None:
        for office in self.offices:
            with context.use(office):
                assert list(history.verify()) == []
        assert list(faults()) == []
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)
        transaction.set_rollback(False)

    @initialize(start=st.sampled_from(STARTS))
    def first(self, start: Callable[[], UUID]) -> None:
        """Not every example has to find its own way down: some begin where the deep rows are."""
        self.cases.append(start())

    def register(self, code: str, klass: str) -> None:
        clerk = actor(code, "R2")
        with as_of(now() + self.late), context.use(clerk.schema):
            self.cases.append(actions.register(clerk, entry(klass=klass, purpose="")).case.id)

    @rule(seed=st.integers(0, 2**32))
    def something_happens(self, seed: int) -> None:
        """One number a step: Hypothesis chooses and shrinks the order, the number chooses who does what."""
        self.step += 1
        luck = Random(f"{seed}:{self.step}")
        kind = luck.randrange(20)
        if kind == 0 and len(self.cases) < 4:
            self.register(luck.choice(OFFICES), luck.choice(["", "A", "C", "C", "B"]))
        elif kind == 1:
            self.late += timedelta(days=luck.choice([1, 4, 12, 40]), minutes=1)
        elif kind <= 4:
            verb, case_id = luck.choice(CALLED), luck.choice(self.cases)
            self.attempt(luck, luck.choice(self.people), verb, case_id, propose=luck.random() < 0.3)
        else:
            self.somebody_does_what_is_open(luck, luck.choice(self.cases))

    def somebody_does_what_is_open(self, luck: Random, case_id: UUID) -> None:
        choices: list[tuple[Actor, str, bool]] = []
        for office in self.offices:
            with context.use(office):
                case = Case.objects.filter(id=case_id).first()
                for who in self.people if case is not None and not case.sealed else []:
                    if who.tenant == office.id:
                        choices += [(who, row.verb, propose) for row, propose in policy.available(who, case)]
        # Verbs that lead on are drawn more often than the many that leave the state as it is.
        leading = [choice for choice in choices if choice[1] not in STAYING]
        if found := leading if leading and luck.random() < 0.8 else choices:
            verb = luck.choice(sorted({choice[1] for choice in found}))
            who, _verb, propose = luck.choice([choice for choice in found if choice[1] == verb])
            self.attempt(luck, who, verb, case_id, propose=propose)

    def attempt(self, luck: Random, who: Actor, verb: str, case_id: UUID, *, propose: bool) -> None:
        before = self.everything(case_id)
        try:
            with as_of(now() + self.late), context.use(who.schema):
                if propose and verb in VERBS:
                    actions.propose(who, case_id, verb=verb, fields={})
                else:
                    fields = self.fields(luck, who, verb, case_id)
                    with transaction.atomic():
                        getattr(actions, verb)(who, case_id, **fields)
        except HuiyinError:
            assert self.everything(case_id) == before

    def everything(self, case_id: UUID) -> list[Any]:
        """A digest of every row of the case in every office."""
        found: list[Any] = list(
            Custody.objects.filter(case=case_id).values_list("tenant", "department", "hops", "open")
        )
        for office in self.offices:
            with context.use(office), connection.cursor() as cursor:
                cursor.execute(DIGEST, {"case": case_id})
                found.append(cursor.fetchone())
        return found

    def fields(self, luck: Random, who: Actor, verb: str, case_id: UUID) -> dict[str, Any]:
        today = now().date()
        soon = today + timedelta(days=luck.randint(1, 40))
        target = luck.choice(self.targets(who))
        ground = luck.choice(["N1", "N2", "N3"])
        section = luck.choice([p for p in self.people if p.schema == who.schema]).department
        supported = luck.random() < 0.5
        table: dict[str, dict[str, Any]] = {
            "transfer": {"to_department": target},
            "assign": {"to_department": target, "feedback_on": soon},
            "allot": {"to_department": section},
            "object": {"reason": "duty", "text": "不属于", "law": "权责清单"},
            "refuse": {"text": "驳回"},
            "route": {"path": "C2", "procedure": "仲裁", "body": "仲裁委", "law": "仲裁法"},
            "decline": {"ground": ground, "text": "说明", "body": "某局", "same_facts": True},
            "redirect": {"ground": "N3", "text": "说明", "body": "某局"},
            "answer": {"text": "答复", "way": "0"},
            "notify": {"way": "1"},
            "record_result": {"number": "1", "result": "结束", "ended_on": today},
            "contact": {"way": "phone", "text": "联系"},
            "note": {"text": "备注"},
            "attach": {"files": []},
            "extend": {"days": luck.randint(1, 31), "reason": "复杂"},
            "draft": {"answers": self.written(who, case_id, supported, today)},
            "send_back": {"gates": ["facts"], "reason": "重写"},
            "serve": {"way": "0", "received_on": today},
            "prove_execution": {"answer": self.item(who, case_id), "executed_on": today, "proof": "照片"},
            "report": {"facts": "实", "handling": "办", "attitude": "好"},
            "return_report": {"gate": "facts", "reason": "退", "redo": luck.random() < 0.5},
            "defer": {"feedback_on": soon + timedelta(days=40)},
            "close": {"closing_kind": "settled", "reason": "签字"},
            "complete": {"changes": {"important": luck.random() < 0.5}},
            "correct": {"changes": {"persons": 2}, "reason": "数错"},
            "reissue_code": {"identity_checked": True},
            "unmask": {"reason": "contact"},
            "turn_down": {"proposal": self.proposal(who, case_id), "reason": "不妥"},
        }
        return table.get(verb, {})

    def targets(self, who: Actor) -> list[UUID]:
        found = [department(code).id for code in OFFICES]
        code = next(office.code for office in self.offices if office.schema_name == who.schema)
        return found + [department(code, unit).id for unit in units(code)] * 2

    def written(self, who: Actor, case_id: UUID, supported: bool, today: Any) -> dict[str, dict[str, str]]:
        code = next(office.code for office in self.offices if office.schema_name == who.schema)
        item = {"item": "修好", "execute_by": (today + timedelta(days=9)).isoformat()} if supported else {}
        klass = Case.objects.filter(id=case_id).values_list("klass", flat=True).first()
        return answers(code, case_id, outcome="ADOPT" if klass == "A" else "SUPPORT", **({} if klass == "A" else item))

    def item(self, who: Actor, case_id: UUID) -> UUID:
        rows = Answer.objects.filter(opinion__case_id=case_id, executed_on=None).exclude(item="")
        return rows.values_list("id", flat=True).first() or UUID(int=1)

    def proposal(self, who: Actor, case_id: UUID) -> UUID:
        rows = Proposal.objects.filter(case_id=case_id, status="open")
        return rows.values_list("id", flat=True).first() or UUID(int=1)

    @invariant()
    def one_holder_and_the_clocks_of_the_table(self) -> None:
        holders: dict[UUID, list[tuple[Any, Case]]] = defaultdict(list)
        clocks: dict[UUID, set[str]] = defaultdict(set)
        for office in self.offices:
            with context.use(office):
                for case in Case.objects.filter(id__in=self.cases).exclude(state=State.S99):
                    holders[case.id].append((office.id, case))
                for clock in Clock.objects.filter(case_id__in=self.cases, stopped_at=None):
                    clocks[clock.case_id].add(clock.kind)
        for custody in Custody.objects.filter(case__in=self.cases):
            ((office_id, case),) = holders.pop(custody.case)
            assert (custody.tenant_id, custody.department_id) == (office_id, case.department)
            self.clocks_are_right(case, custody, clocks[custody.case])
        assert not holders

    @staticmethod
    def clocks_are_right(case: Case, custody: Custody, clocks: set[str]) -> None:
        state = State(case.state)
        assert custody.open == (state not in NOT_HELD)
        if state in NOT_HELD:
            assert not clocks, (state, clocks)
            return
        for needed in REQUIRED.get(state, ()):
            assert clocks & {kind.value for kind in needed}, (state, clocks, needed)
        assert clocks or case.reason == REASON[state]


def test_no_order_of_verbs_breaks_custody() -> None:
    run_state_machine_as_test(
        Custodians,
        settings=settings(
            max_examples=15,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
