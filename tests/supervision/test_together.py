"""Two at once: one decision on an order wins, and orders on the same cases wait for each other without a deadlock."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from django.db import connection

from cases.integrity import faults
from kernel.errors import Conflict, HuiyinError
from supervision.models import Order
from tests.cases.making import COUNTY, accepted
from tests.supervision.ordering import desk, flagged, officer, order, step, told

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each gave, or the refusal it met."""

    def run(act: Callable[[], object]) -> object:
        try:
            return act()
        except HuiyinError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_one_decision_wins() -> None:
    case = accepted()
    made = order(case)
    step(desk(), "reply", made.pk, text="已修好。")
    who = officer()
    found = at_once(
        lambda: step(who, "accept_reply", made.pk, version=None),
        lambda: step(who, "lift", made.pk, reason="并案。"),
    )
    assert sum(isinstance(one, Conflict) for one in found) == 1
    assert Order.objects.get().state in (Order.State.DONE, Order.State.LIFTED)
    assert len(told(COUNTY, case)) == 3
    assert not flagged(COUNTY, case)


def test_orders_on_the_same_cases_wait_for_each_other() -> None:
    cases: list[UUID] = [accepted() for _turn in range(3)]
    who = officer()
    found = at_once(
        *(lambda turn=turn: order(*(cases if turn % 2 else cases[::-1]), who=who) for turn in range(4))  # type: ignore[misc]
    )
    assert all(isinstance(one, Order) for one in found), found
    numbers = sorted(Order.objects.values_list("number", flat=True))
    assert [number[-2] for number in numbers] == ["1", "2", "3", "4"]
    assert all(len(told(COUNTY, case)) == 4 for case in cases)
    assert not list(faults())
