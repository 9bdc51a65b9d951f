"""Several statements in one call: the same rows as the ORM's, one round trip, and the same refusals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from cases.models import Case, Clock, Demand, Filing, Petitioner
from kernel.batch import Ask, Batch, read
from kernel.errors import CrossTenant
from kernel.ids import new_id
from kernel.models import Model
from tenants import context
from tests.cases.making import register

pytestmark = pytest.mark.django_db

HERE, THERE = "t_990123", "t_990124"


@pytest.fixture(autouse=True)
def in_office() -> Iterator[None]:
    with context.use(HERE):
        yield


def columns(row: Model) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def statements(work: Any) -> int:
    said: list[str] = []
    with connection.execute_wrapper(lambda run, sql, *rest: (said.append(sql), run(sql, *rest))[1]):
        work()
    return len(said)


def test_reads_what_the_orm_reads_in_one_call() -> None:
    case = register().case
    asks = [Ask(Demand, "case_id", case.id, ("seq",)), Ask(Petitioner, "case_id", case.id), Ask(Clock, "id", new_id())]
    demands, people, clocks = read(*asks)
    assert [columns(row) for row in demands] == [columns(row) for row in Demand.objects.filter(case=case)]
    assert people[0].particulars["name"] == "赵晚舟"
    assert not people[0]._state.adding
    assert clocks == []
    assert statements(lambda: read(*asks)) == 1


def test_writes_rows_and_changes_in_one_call() -> None:
    case = register().case
    writes = Batch()
    writes.insert(Demand(case=case, seq=seq, sealed_text="秘密") for seq in (8, 9))
    case.flags, case.outside = ["a"], {"body": "法院"}
    writes.update(case, ["flags", "outside"])
    assert statements(writes.send) == 1
    assert Demand.objects.get(case=case, seq=9).sealed_text == "秘密"
    found = Case.objects.get(id=case.id)
    assert (found.flags, found.outside) == (["a"], {"body": "法院"})
    assert statements(writes.send) == 0  # sent once


def test_a_row_that_is_gone_is_no_change() -> None:
    case = register().case
    case.id = new_id()
    writes = Batch()
    writes.update(case, ["title"])
    with pytest.raises(DatabaseError), transaction.atomic():
        writes.send()


def test_a_row_of_another_office_is_refused() -> None:
    case = register().case
    with context.use(THERE), pytest.raises(CrossTenant):
        Batch().update(case, ["title"])
    with context.use(THERE):
        filing = Filing(id=new_id())
    with pytest.raises(CrossTenant):
        Batch().insert([filing])
