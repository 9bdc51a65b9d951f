"""Rebuilt == maintained: whatever anybody does in any order, the books say what the offices' rows say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.management import call_command
from hypothesis import HealthCheck, settings
from hypothesis.stateful import invariant, run_state_machine_as_test

from supervision import ledger
from supervision.models import LedgerChange, LedgerRow
from tests.cases.test_custody_machine import Custodians, pytestmark  # noqa: F401  the mark of this module too


class Bookkeepers(Custodians):
    """The same attack as on custody, without asking after each step what that one asks."""

    def everything(self, case_id: UUID) -> list[Any]:
        return []

    @invariant()
    def one_holder_and_the_clocks_of_the_table(self) -> None:
        pass

    def teardown(self) -> None:
        try:
            self.books_are_right()
        finally:
            self.roll_back()

    def books_are_right(self) -> None:
        assert LedgerRow.objects.filter(case__in=self.cases).count() == len(self.cases)
        assert [drift for office in self.offices for drift in ledger.compare(office)] == []
        for row in LedgerRow.objects.filter(case__in=self.cases):
            last = LedgerChange.objects.filter(case=row.case).order_by("at", "id").last()
            assert last is not None
            assert last.after == ledger.counted(row)
        before = list(LedgerRow.objects.order_by("case").values())
        LedgerRow.objects.filter(case__in=self.cases).delete()
        call_command("rebuild_ledger", verbosity=0)
        after = list(LedgerRow.objects.order_by("case").values())
        assert [self.seen(row) for row in after] == [self.seen(row) for row in before]

    @staticmethod
    def seen(row: Mapping[str, Any]) -> dict[str, Any]:
        """But for how far people were warned, and at which version it was written."""
        return {name: value for name, value in row.items() if name in (*ledger.PURE, "debts")}


def test_any_order_of_actions_leaves_right_books() -> None:
    run_state_machine_as_test(
        Bookkeepers,
        settings=settings(
            max_examples=8,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
