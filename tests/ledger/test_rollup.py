"""Counters of the nation: whatever order changes are committed in, they say what the rows say."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from kernel.clock import today
from supervision import figures, rollup
from supervision.measures import Board
from supervision.region import Region
from tenants.models import Tenant
from tests.cases import making
from tests.cases.making import BUREAU, COUNTY, OTHER, do
from tests.ledger.books import region
from tests.people import actor, tenant

NATION = "990000"


def as_nation() -> Region:
    """The top of the template's tree, read as a nation is."""
    whole = region(NATION)
    return Region(whole.path, whole.tenant, Tenant.Level.NATION)


def from_rows() -> Region:
    return Region(as_nation().path, as_nation().tenant, Tenant.Level.PROVINCE)


def same() -> Board:
    """All that both know."""
    wide, narrow = as_nation(), from_rows()
    assert figures.board(wide) == figures.board(narrow)
    for dimension in ("channel", "klass", "state", "field"):
        assert figures.by(wide, dimension) == figures.by(narrow, dimension)
    assert figures.by_office_and_field(wide) == figures.by_office_and_field(narrow)
    assert figures.flow(wide) == figures.flow(narrow)
    until = today() + timedelta(days=90)
    assert figures.calendar(wide, today(), until) == figures.calendar(narrow, today(), until)
    return figures.board(wide)


@pytest.mark.django_db(transaction=True)
def test_counters_say_what_the_rows_say() -> None:
    making.accepted()
    closed = making.register(OTHER).case.id
    making.register(BUREAU, klass="A", purpose="02", channel="LETTER")
    making.register(COUNTY, klass="B")
    assert rollup.fold() > 5
    assert same().total.open == 3
    do(actor(OTHER, "R3"), "propose", closed, verb="answer", fields={})
    do(actor(OTHER, "R4"), "answer", closed, text="已答复。", way="0")
    making.reported()
    rollup.fold()
    before = same()
    assert before.total.open == 3
    assert before.children[tenant(BUREAU).path].open == 3
    assert rollup.fold() == 0
    rollup.recount()
    assert same() == before
    rollup.fold()
    assert same() == before


@pytest.mark.django_db(transaction=True)
def test_what_is_committed_late_is_not_passed_over() -> None:
    """A transaction that began first and ends last: a fold between must not read past it."""
    begun, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            making.register(COUNTY)
            begun.set()
            assert go_on.wait(30)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert begun.wait(30)
    making.register(OTHER)
    rollup.fold()
    go_on.set()
    thread.join()
    rollup.fold()
    assert same().total.open == 2


@pytest.mark.django_db(transaction=True)
def test_a_recount_beside_open_changes_counts_each_once() -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            making.register(COUNTY)
            begun.set()
            assert go_on.wait(30)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert begun.wait(30)
    making.register(OTHER)  # committed, yet younger than one that still runs
    rollup.recount()
    go_on.set()
    thread.join()
    rollup.fold()
    assert same().total.open == 2
