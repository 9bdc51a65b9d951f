"""The demo that goes on: some acts, every promise kept, and the prefecture is told of what was left lying."""

from __future__ import annotations

import pytest

from cases.demo import fill
from cases.demo.cast import gather
from kernel.alerts.models import Alert
from supervision import sweep
from supervision.demo_live import LATE_EVERY, Life
from supervision.models import LedgerRow
from tenants.streams import department_stream
from tests.cases.making import BUREAU
from tests.people import department

pytestmark = pytest.mark.django_db


def test_some_acts_keep_the_promise_and_one_is_told_above() -> None:
    region = gather(BUREAU)
    life = Life(region, 20)
    said = [life.act() for _turn in range(LATE_EVERY * 3)]
    assert not [line for line in said if line.startswith("refused")]
    assert fill.prove(region) == []
    above = Alert.objects.filter(kind=sweep.RUNG, stream=department_stream(department(BUREAU).pk), level="serious")
    assert above.count() == len([line for line in said if line.startswith("overdue")]) == 3
    assert LedgerRow.objects.count() > 10
