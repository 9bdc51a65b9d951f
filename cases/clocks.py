"""Starting, stopping and moving the clocks of a case row (domain §5). Lengths come from the pinned profile."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from uuid import UUID

from cases import deadlines
from cases.clock_kinds import WARN_ONLY, WINDOWS, Kind
from cases.models import Case, Clock
from kernel.batch import Batch
from kernel.clock import TZ, now
from tenants.calendars import Calendar, calendar_for
from tenants.context import tenant_by_id
from tenants.profiles import Profile, profile_by_id


def _day(case: Case) -> date:
    """The day whose rules bind the case; a filing on its way into the database is registered now."""
    at: datetime | None = case.filing.registered_at
    return (at if at is not None else now()).astimezone(TZ).date()


END_OF_DAY = time(23, 59, 59)


def end_of(day: date) -> datetime:
    return datetime.combine(day, END_OF_DAY, TZ)


def start_of(day: date) -> datetime:
    return datetime.combine(day, time(), TZ)


def calendar_of(tenant: UUID) -> Calendar:
    return calendar_for(tenant_by_id(tenant).code)


class Clocks:
    """The clocks of one locked row, `known` with those that were stopped; what changed is written by `put`, once, with
    the row."""

    def __init__(self, case: Case, tenant: UUID, known: Iterable[Clock]) -> None:
        self.case = case
        self.calendar = calendar_of(tenant)
        self.profile: Profile = profile_by_id(case.profile, _day(case))
        self.known = {clock.id: clock for clock in known}
        self.running = [clock for clock in self.known.values() if clock.stopped_at is None]
        self._new: list[Clock] = []
        self._changed: list[Clock] = []

    def has(self, *kinds: Kind) -> bool:
        return any(clock.kind in kinds for clock in self.running)

    def get(self, *kinds: Kind) -> Clock | None:
        return next((clock for clock in self.running if clock.kind in kinds), None)

    def start(
        self, kind: Kind, at: datetime, *, param: str | None = None, handover: UUID | None = None
    ) -> Clock | None:
        """A clock by its profile; None where the profile has no such clock (K4 under the rules of 2005)."""
        limit = self.profile.limit(param or kind.value)
        if limit is None:
            return None
        due = deadlines.due(at, limit.value, limit.unit, self.calendar)
        return self._add(kind, at, limit.value, limit.unit, due, handover, "", limit.start_event)

    def start_until(
        self, kind: Kind, at: datetime, day: date, *, handover: UUID | None = None, basis: str = "", event: str = ""
    ) -> Clock:
        """A clock that ends on a named day: a letter's, an opinion's."""
        due = deadlines.due_on(day, self.calendar)
        length = max((day - at.astimezone(TZ).date()).days, 0)
        return self._add(kind, at, length, "date", due, handover, basis, event)

    def start_days(self, kind: Kind, at: datetime, days: int, *, basis: str, event: str) -> Clock:
        """A clock whose length another law sets (K6x)."""
        due = deadlines.due(at, days, "d", self.calendar)
        return self._add(kind, at, days, "d", due, None, basis, event)

    def _add(
        self,
        kind: Kind,
        at: datetime,
        length: int,
        unit: str,
        due: deadlines.Due,
        handover: UUID | None,
        basis: str,
        event: str,
    ) -> Clock:
        clock = Clock(
            case=self.case,
            kind=kind.value,
            handover=handover,
            started_at=at,
            length=length,
            unit=unit,
            due_raw=due.raw,
            due_effective=due.effective,
            provisional=due.provisional,
            basis=basis,
            start_event=event,
        )
        self.known[clock.id] = clock
        self.running.append(clock)
        self._new.append(clock)
        return clock

    def stop(self, kinds: Iterable[Kind], at: datetime, event: str, *, handover: UUID | None = None) -> list[Clock]:
        wanted = frozenset(kinds)
        stopped = [c for c in self.running if c.kind in wanted and (handover is None or c.handover == handover)]
        for clock in stopped:
            clock.stopped_at, clock.stop_event = at, event
            self.running.remove(clock)
            self._touch(clock)
        return stopped

    def resume(self, kind: Kind, *, handover: UUID | None) -> Clock | None:
        """The stopped clock runs again with its own date (T28c); None if there was none."""
        past = [c for c in self.known.values() if c.kind == kind and c.handover == handover and c.stopped_at]
        clock = max(past, key=lambda c: (c.stopped_at, c.id), default=None)
        if clock is not None:
            clock.stopped_at, clock.stop_event = None, ""
            self.running.append(clock)
            self._touch(clock)
        return clock

    def extend(self, clock: Clock, days: int) -> None:
        clock.extension_days += days
        self._recompute(clock)

    def move_to(self, clock: Clock, day: date) -> None:
        due = deadlines.due_on(day, self.calendar)
        clock.length = max((day - clock.started_at.astimezone(TZ).date()).days, 0)
        clock.due_raw, clock.due_effective, clock.provisional = due.raw, due.effective, due.provisional
        self._touch(clock)

    def recompute(self) -> list[dict[str, str]]:
        """Every running date by the calendar as it is known now; what moved: [{kind, old, new}]."""
        moved = []
        for clock in self.running:
            due = compute(clock, self.calendar)
            if (due.raw, due.effective, due.provisional) != (clock.due_raw, clock.due_effective, clock.provisional):
                moved.append({"kind": clock.kind, "old": clock.due_raw.isoformat(), "new": due.raw.isoformat()})
                self._recompute(clock)
        return moved

    def _recompute(self, clock: Clock) -> None:
        due = compute(clock, self.calendar)
        clock.due_raw, clock.due_effective, clock.provisional = due.raw, due.effective, due.provisional
        self._touch(clock)

    def _touch(self, clock: Clock) -> None:
        if clock not in self._new and clock not in self._changed:
            self._changed.append(clock)

    def put(self, writes: Batch) -> None:
        """What was started, stopped and moved, as part of a larger batch."""
        for clock in self._changed:
            writes.update(clock, ["started_at", "extension_days", "length", *DUE, "stopped_at", "stop_event"])
        writes.insert(self._new)
        self._new, self._changed = [], []
        self.show()

    def show(self) -> None:
        show_first(self.case, self.running)


DUE = ("due_raw", "due_effective", "provisional")


def compute(clock: Clock, calendar: Calendar) -> deadlines.Due:
    """The dates of a clock by the calendar as it is known now."""
    if clock.unit == "date":
        base = clock.started_at.astimezone(TZ).date() + timedelta(days=clock.length)
        return deadlines.due_on(base + timedelta(days=clock.extension_days), calendar)
    due = deadlines.due(clock.started_at, clock.length, clock.unit, calendar)
    return deadlines.extend(due, clock.extension_days, calendar) if clock.extension_days else due


def show_first(case: Case, running: list[Clock]) -> None:
    """Repeats on the row the clock a list shows: the first duty, else the first that only warns, else a window."""

    def rank(clock: Clock) -> tuple[int, datetime]:
        window, warns = clock.kind in WINDOWS, clock.kind in WARN_ONLY
        return (2 if window else 1 if warns else 0, clock.due_raw)

    first = min(running, key=rank, default=None)
    case.due_kind = first.kind if first else ""
    case.due_raw = first.due_raw if first else None
    case.due_effective = first.due_effective if first else None
    case.due_provisional = first.provisional if first else False
