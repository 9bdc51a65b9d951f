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

from cases import actions, history
from cases.clock_kinds import REQUIRED
from cases.integrity import faults
from cases.models import Case, Clock, Event, Handover, Note, Notice, Opinion, Proposal, Report
from cases.states import NOT_HELD, REASON, State
from kernel.clock import as_of, now
from kernel.errors import HuiyinError
from tenants import context
from tenants.actors import Actor
from tenants.models import Custody
from tests.cases import making
from tests.cases.crowd import CALLED, OFFICES, Crowd
from tests.cases.making import BUREAU, entry
from tests.people import actor

pytestmark = pytest.mark.django_db

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


class Custodians(RuleBasedStateMachine):
    """One savepoint an example: nothing of it remains."""

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.crowd = Crowd()
        self.offices = self.crowd.offices
        self.cases: list[UUID] = []
        self.step = 0

    def teardown(self) -> None:
        for office in self.offices:
            with context.use(office):
                assert list(history.verify()) == []
        assert list(faults()) == []
        self.roll_back()

    def roll_back(self) -> None:
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)
        transaction.set_rollback(False)

    @initialize(start=st.sampled_from(STARTS))
    def first(self, start: Callable[[], UUID]) -> None:
        """Not every example has to find its own way down: some begin where the deep rows are."""
        self.cases.append(start())

    def register(self, code: str, klass: str) -> None:
        clerk = actor(code, "R2")
        with as_of(now() + self.crowd.late), context.use(clerk.schema):
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
            self.crowd.late += timedelta(days=luck.choice([1, 4, 12, 40]), minutes=1)
        elif kind <= 4:
            verb, case_id = luck.choice(CALLED), luck.choice(self.cases)
            self.attempt(luck, luck.choice(self.crowd.people), verb, case_id, propose=luck.random() < 0.3)
        else:
            case_id = luck.choice(self.cases)
            if choice := self.crowd.open_choice(luck, case_id):
                self.attempt(luck, choice[0], choice[1], case_id, propose=choice[2])

    def attempt(self, luck: Random, who: Actor, verb: str, case_id: UUID, *, propose: bool) -> None:
        before = self.everything(case_id)
        try:
            with transaction.atomic():
                self.crowd.call(luck, who, verb, case_id, propose=propose)
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
            max_examples=10,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
