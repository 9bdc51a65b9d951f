"""Six processes, random hand-overs, objections and reports both ways: no deadlock, and Custody equals the rows."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from cases import history
from cases.integrity import faults
from tenants import context
from tests.cases import making
from tests.cases.crowd import OFFICES

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[2]
PROCESSES = 6
SECONDS = float(os.environ.get("HUIYIN_RACE_SECONDS", "60"))
WANTED = {"transfer", "assign", "sign_for", "object", "consent", "report"}
MOST_TURNS = 3  # a machine that is busy with other tests gets on slowly


def raced(turn: int, cases: list[UUID], env: dict[str, str]) -> Counter[str]:
    """What six processes did to the cases for SECONDS, by verb."""
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.cases.racing", str(seed), str(SECONDS), ",".join(map(str, cases))],
            cwd=ROOT,
            env=env,
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in range(turn * PROCESSES, (turn + 1) * PROCESSES)
    ]
    done: Counter[str] = Counter()
    for process in running:
        said, _ = process.communicate(timeout=SECONDS + 120)
        assert process.returncode == 0
        done.update(json.loads(said))
    return done


def test_six_processes_neither_deadlock_nor_lose_a_case(
    database_env: dict[str, str], owner: "psycopg.Connection[tuple[object, ...]]"
) -> None:
    cases = [making.register(code).case.id for code in OFFICES for _ in range(3)]
    cases += [making.reported(), making.served(), making.at_unit()]
    paths = os.pathsep.join([str(ROOT), str(ROOT / "platform")])
    env = {**os.environ, **database_env, "PYTHONPATH": paths, "DJANGO_SETTINGS_MODULE": "config.settings"}
    done: Counter[str] = Counter()
    for turn in range(MOST_TURNS):
        done += raced(turn, cases, env)
        if done.keys() >= WANTED:
            break
    assert done.keys() >= WANTED
    deadlocks = owner.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()").fetchone()
    assert deadlocks == (0,)
    assert list(faults()) == []
    for code in OFFICES:
        with context.use(context.tenant_by_code(code)):
            assert list(history.verify()) == []
