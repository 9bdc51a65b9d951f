"""The tree changes while people work: in any order, and at the same moment; the promise holds all the while."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import psycopg
import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test

from cases import history, jobs
from cases.actions import succession
from cases.integrity import faults
from kernel.clock import as_of, now, today
from kernel.errors import HuiyinError
from tenants import context
from tenants.administration import departments
from tenants.models import Custody, Department
from tests.cases import making
from tests.cases.crowd import OFFICES
from tests.cases.making import COUNTY
from tests.cases.racing import Race
from tests.cases.test_custody_machine import Custodians
from tests.people import actor, department, tenant


def astray() -> int:
    """Open cases that lie with nobody."""
    return Custody.objects.filter(open=True, department__valid_to__lte=today()).count()


class Reorganised(Custodians):
    """The custody machine, with an administrator among the people."""

    @rule(seed=st.integers(0, 2**32))
    def the_tree_changes(self, seed: int) -> None:
        luck = Random(f"{seed}:{self.step}")
        office = luck.choice(OFFICES)
        admin = actor(office, "R19")
        with as_of(now() + self.crowd.late), context.use(admin.schema):
            standing = list(Department.objects.filter(tenant=admin.tenant, valid_to=None).order_by("code"))
            what, other = luck.choice(standing), luck.choice(standing)
            act = luck.choice(["cease", "cease", "move", "succeed", "succeed"])
            try:
                with transaction.atomic():
                    if act == "cease":
                        on = today() + timedelta(days=luck.choice([0, 0, 3]))
                        departments.cease(admin, what.pk, successor=other.pk, on=on)
                    elif act == "move":
                        departments.move(admin, what.pk, to=other.pk)
            except HuiyinError:
                pass
        if act == "succeed":
            with as_of(now() + self.crowd.late):
                jobs.succeed(tenant(office))
                assert not Custody.objects.filter(
                    open=True, tenant=admin.tenant, department__valid_to__lte=today()
                ).exists()


@pytest.mark.django_db
def test_no_order_of_verbs_and_changes_of_the_tree_breaks_custody() -> None:
    run_state_machine_as_test(
        Reorganised,
        settings=settings(
            max_examples=4,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )


@pytest.mark.django_db(transaction=True)
def test_a_cessation_while_cases_are_handed_over(
    database_env: dict[str, str], owner: psycopg.Connection[tuple[object, ...]]
) -> None:
    """Four processes act as fast as they can while a unit ceases under them and its cases are taken over."""
    cases = [making.register().case.id for _ in range(4)]
    cases += [making.at_unit(), making.accepted(), making.investigated(), making.served(), making.reported()]
    race = Race(4, cases, database_env)
    admin = actor(COUNTY, "R19")
    with context.use(admin.schema):
        departments.move(admin, department(COUNTY, "村镇科").pk, to=department(COUNTY, "城管局").pk)
        unit, heir = department(COUNTY, "住建局").pk, department(COUNTY, "城管局").pk
        departments.cease(admin, unit, successor=heir, on=today())
    taken = 0
    for turn in range(5):
        race.run(turn + 1.0, set(), most=turn + 1.0)
        taken += jobs.succeed(tenant(COUNTY))
        assert list(faults()) == []
    assert race.done()
    assert succession.offices_with_heirs() == [tenant(COUNTY).pk]
    taken += jobs.succeed(tenant(COUNTY))
    assert taken > 0
    assert astray() == 0
    assert jobs.succeed(tenant(COUNTY)) == 0
    deadlocks = owner.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()").fetchone()
    assert deadlocks == (0,)
    assert list(faults()) == []
    for code in OFFICES:
        with context.use(tenant(code)):
            assert list(history.verify()) == []
