"""kill -9 after every statement of a hand-over: the case is still whole at the sender, or whole at the receiver."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest

from cases.integrity import faults
from cases.models import Case, Handover
from tenants import context
from tenants.models import Custody
from tests.cases.making import BUREAU, COUNTY, register

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[2]


def killed(case_id: UUID, mode: str, env: dict[str, str]) -> tuple[int, list[int], int]:
    """(statements of one hand-over, the signal at each kill point, kill points that left the promise broken).

    "torn" ends at the first of these.
    """
    paths = os.pathsep.join([str(ROOT), str(ROOT / "platform")])
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.cases.killing", str(case_id), mode],
        cwd=ROOT,
        env={**os.environ, **env, "PYTHONPATH": paths, "DJANGO_SETTINGS_MODULE": "config.settings"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    signals: list[int] = []
    broken = 0
    with process:
        total = int(process.stdout.readline())
        for _point in range(total):
            signals.append(int(process.stdout.readline().split()[1]))
            broken += int(not still_at_the_sender(case_id))
            if mode == "torn" and broken:
                break
            process.stdin.write("\n")
            process.stdin.flush()
    return total, signals, broken


def still_at_the_sender(case_id: UUID) -> bool:
    if list(faults()) or Custody.objects.get(case=case_id).tenant.code != BUREAU:
        return False
    with context.use(context.tenant_by_code(COUNTY)):
        if Case.objects.filter(id=case_id).exists():
            return False
    with context.use(context.tenant_by_code(BUREAU)):
        return not Handover.objects.filter(case_id=case_id).exists()


def test_a_hand_over_killed_at_any_statement_never_happened(database_env: dict[str, str]) -> None:
    case_id = register(BUREAU).case.id
    total, signals, broken = killed(case_id, "whole", database_env)
    assert total > 20
    assert signals == [signal.SIGKILL] * total
    assert broken == 0


def test_without_the_transaction_the_same_kills_are_seen(database_env: dict[str, str]) -> None:
    case_id = register(BUREAU).case.id
    _total, _signals, broken = killed(case_id, "torn", database_env)
    assert broken > 0
