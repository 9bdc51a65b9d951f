"""Six processes, random hand-overs, objections and reports both ways: no deadlock, and Custody equals the rows."""

import os

import psycopg
import pytest

from cases import history
from cases.integrity import faults
from tenants import context
from tests.cases import making
from tests.cases.crowd import OFFICES
from tests.cases.racing import Race

pytestmark = pytest.mark.django_db(transaction=True)

SECONDS = float(os.environ.get("HUIYIN_RACE_SECONDS", "60"))
WANTED = {"transfer", "assign", "sign_for", "object", "consent", "report"}


def test_six_processes_neither_deadlock_nor_lose_a_case(
    database_env: dict[str, str], owner: "psycopg.Connection[tuple[object, ...]]"
) -> None:
    cases = [making.register(code).case.id for code in OFFICES for _ in range(3)]
    cases += [making.owing(), making.owing(), making.reported(), making.served(), making.at_unit()]
    race = Race(6, cases, database_env)
    race.run(SECONDS, WANTED, most=4 * SECONDS, fresh=making.at_unit)
    assert race.done().keys() >= WANTED
    deadlocks = owner.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()").fetchone()
    assert deadlocks == (0,)
    assert list(faults()) == []
    for code in OFFICES:
        with context.use(context.tenant_by_code(code)):
            assert list(history.verify()) == []
