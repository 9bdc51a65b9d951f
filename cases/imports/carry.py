"""One row through the actions at its real dates: registered, handed on, answered, served, closed (domain §7)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from cases import actions
from cases.actions import Entry
from cases.clock_kinds import Kind
from cases.importing import MISSING, UNRECORDED, importing
from cases.imports.crew import Crew
from cases.imports.records import Record
from cases.models import Clock, Demand
from cases.people import Person
from kernel import batch
from kernel.clock import as_of
from tenants import context
from tenants.actors import Actor
from tenants.models import Tenant

NIGHT = timedelta(hours=2)  # when the system closes what is over


@transaction.atomic
def carry(record: Record, fixed: dict[str, Any], origin: Crew, to: tuple[Tenant, Crew] | None, now: datetime) -> UUID:
    """All of a row or nothing of it. `to` is the office the text names, with its crew."""
    with _as_one(), importing(), as_of(record.received):
        with context.use(origin.clerk.schema):
            case = actions.register(origin.clerk, _entry(record, fixed)).case.id
            if to is None:
                return case
            place, there = to
            actions.transfer(origin.clerk, case, to_department=there.desk)
        if record.replied is not None:
            with context.use(place):
                actions.sign_for(there.clerk, case)
                actions.accept(there.clerk, case)
                actions.notify(there.clerk, case, way="2", proof=MISSING)
                _answer(record, case, there, record.replied)
                _close(case, place, now)
    return case


@contextmanager
def _as_one() -> Iterator[None]:
    """The verbs of a row stand or fall together, so none needs a savepoint of its own: a fifth of all statements."""
    features = connection.features
    features.uses_savepoints = False
    try:
        yield
    finally:
        features.uses_savepoints = True


def _entry(record: Record, fixed: dict[str, Any]) -> Entry:
    person = Person(name=record.name, phone=record.phone, address=record.address)
    return Entry(
        text=record.text,
        title=record.title,
        people=[person] if record.name else [],
        received_at=record.received,
        petition_date=record.received.date(),
        foreign_number=record.number,
        **fixed,
    )


def _answer(record: Record, case: UUID, to: Crew, replied: datetime) -> None:
    """The old system kept the words and the day, not contact, facts, law, outcome or who signed."""
    given = {"outcome": UNRECORDED, "facts": MISSING, "reasons": record.reply, "law": MISSING}
    with as_of(replied):
        actions.contact(to.clerk, case, way="none", text=MISSING)
        (demands,) = batch.read(batch.Ask(Demand, "case_id", case))
        actions.draft(to.clerk, case, answers={str(demand.id): given for demand in demands})
        actions.submit(to.clerk, case)
        actions.check(to.signer, case)
        actions.sign(to.signer, case)
        actions.serve(to.clerk, case, way="2", received_on=replied.date(), proof=MISSING)


def _close(case: UUID, place: Tenant, now: datetime) -> None:
    (clocks,) = batch.read(batch.Ask(Clock, "case_id", case))
    (window,) = [clock for clock in clocks if clock.kind == Kind.K9 and clock.stopped_at is None]
    at = window.due_effective + NIGHT
    if at < now:
        with as_of(at):
            actions.close(Actor.system(place), case)
