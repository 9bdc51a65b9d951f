"""What service of an opinion would bring: which clocks stop, until when review may be asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cases import deadlines, endings
from cases.clock_kinds import Kind
from cases.clocks import calendar_of, start_of
from cases.codes.endings import BY_ADOPTION, CLOSINGS, Adoption, Closing
from cases.models import Answer, Case, Clock, Handover, Opinion, Service
from cases.queries import chips
from cases.states import Class
from kernel.clock import TZ, now
from tenants.actors import Actor
from tenants.profiles import profile_by_id


@dataclass(frozen=True, slots=True)
class Item:
    text: str
    by: date


@dataclass(frozen=True, slots=True)
class Effect:
    """`stops`: names of the clocks that stop. `window`: the petitioner's last day, with the generous date."""

    stops: list[tuple[str, date]]
    late: bool
    window: deadlines.Due | None
    window_days: int
    items: list[Item]
    execute_by: date | None
    ends: str
    report: bool


def to_serve(case: Case) -> Opinion | None:
    """The signed opinion that waits for service."""
    found: Opinion | None = Opinion.objects.filter(case=case, status=Opinion.Status.SIGNED).first()
    return found


def served(case: Case) -> tuple[Opinion, Service] | None:
    row = (
        Service.objects.filter(opinion__case=case, opinion__status=Opinion.Status.SERVED)
        .select_related("opinion")
        .last()
    )
    return (row.opinion, row) if row is not None else None


def effect(actor: Actor, case: Case, opinion: Opinion, received_on: date) -> Effect:
    """The same rules as the action `serve`; reads only."""
    calendar = calendar_of(actor.tenant)
    registered = case.filing.registered_at.astimezone(TZ).date()
    limit = profile_by_id(case.profile, registered).limit("K9")
    running = Clock.objects.filter(case=case, stopped_at=None, kind__in=(Kind.K6, Kind.K7))
    stops = [(chips.name_of(clock.kind), deadlines.local_day(clock.due_raw)) for clock in running]
    items = [
        Item(answer.item, answer.execute_by)
        for answer in Answer.objects.filter(opinion=opinion).exclude(item="")
        if answer.execute_by is not None
    ]
    path = list(Handover.objects.filter(case=case, kind__in=("transfer", "assign"), undone_at=None))
    window = None
    if case.klass != Class.A and limit is not None:
        today = now().astimezone(TZ).date()
        start = now() if received_on == today else start_of(received_on)
        window = deadlines.due(start, limit.value, limit.unit, calendar)
    ends = ""
    if case.klass == Class.A:
        known = opinion.outcome in Adoption.values
        ends = CLOSINGS.label(BY_ADOPTION[Adoption(opinion.outcome)] if known else Closing.NOT_ADOPTED)
    return Effect(
        stops=stops,
        late=any(received_on > due for _name, due in stops),
        window=window,
        window_days=limit.value if limit is not None else 0,
        items=items if case.klass != Class.A else [],
        execute_by=max((item.by for item in items), default=None),
        ends=ends,
        report=endings.owed_on(path),
    )
