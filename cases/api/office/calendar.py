"""日历: the days a place sets itself beside the nation's plan (R19). Clocks follow in the background."""

from __future__ import annotations

from datetime import date
from typing import Any

from rest_framework import serializers

from cases.api.answers.listed import Out
from cases.api.bodies.filings import Body, several
from cases.api.bodies.handling import Nothing
from cases.api.fields import Day, Flag, Text
from cases.api.office.acts import TAG, WholeList, act, both
from cases.api.routing import Route, items_of, one
from kernel.clock import today
from kernel.errors import NotFound
from tenants import calendar_year, calendars
from tenants.actors import Actor
from tenants.administration import calendar_days
from tenants.administration.ground import require_admin
from tenants.calendar_files import MOST_ROWS

LONGEST_NAME = 60


class LocalDayOut(Out):
    """`place`: who set it; `own`: the office itself, which may take it back."""

    day = serializers.DateField(source="row.date")
    worked = serializers.BooleanField(source="row.is_workday")
    name = serializers.CharField(source="row.name")
    source = serializers.CharField(source="row.source")  # type: ignore[assignment]
    place = serializers.CharField()
    own = serializers.BooleanField()


class AddedDaysOut(Out):
    count = serializers.IntegerField()


class YearQuery(Body):
    """Without it this year."""

    year = serializers.IntegerField(
        required=False, min_value=calendars.FIRST_YEAR, max_value=calendars.LAST_YEAR, default=None
    )


class LocalDays(WholeList):
    """Own days and those of places above, in order of date."""

    query = YearQuery
    item = LocalDayOut

    def rows(self, actor: Actor, asked: dict[str, Any]) -> Any:
        require_admin(actor)
        return calendar_year.local_days(calendar_days.place_of(actor), asked["year"] or today().year)


class DaysBody(Body):
    """From `first` to `last`, both counted; `source`: what was published where."""

    first = Day()
    last = Day(required=False, allow_null=True, default=None)
    worked = Flag(required=False, default=False)
    name = Text(max_length=LONGEST_NAME)
    source = Text(max_length=calendar_days.LONGEST_SOURCE)  # type: ignore[assignment]


def add(actor: Actor, *, first: date, last: date | None, worked: bool, name: str, source: str) -> dict[str, int]:
    require_admin(actor)
    days = calendar_days.span(first, last, worked=worked, name=name)
    return {"count": calendar_days.add(actor, days, source=source)}


class DayRowBody(Body):
    """One day: worked or free."""

    day = Day()
    worked = Flag()
    name = Text(max_length=LONGEST_NAME)


class BringDaysBody(Body):
    """本地日历, as the sheet has it; all of them or none."""

    rows = several(DayRowBody, allow_empty=False, max_length=MOST_ROWS)
    source = Text(max_length=calendar_days.LONGEST_SOURCE)  # type: ignore[assignment]


def bring(actor: Actor, *, rows: list[dict[str, Any]], source: str) -> dict[str, int]:
    require_admin(actor)
    days = calendar_days.listed([(row["day"], row["worked"], row["name"]) for row in rows])
    return {"count": calendar_days.add(actor, days, source=source, imported=True)}


def remove(actor: Actor, *, day: str) -> None:
    require_admin(actor)
    try:
        wanted = date.fromisoformat(day)
    except ValueError:
        raise NotFound from None
    calendar_days.remove(actor, wanted)


ROUTES: list[Route] = [
    (
        "office/calendar",
        both(
            one(
                LocalDays,
                "local_days",
                "本地日历",
                "Days set beside the nation's plan.",
                items_of("LocalDays", LocalDayOut),
                TAG,
                YearQuery,
            ),
            act("add_days", "增加本地日", "In force at once.", add, DaysBody, AddedDaysOut, made=True),
        ),
    ),
    (
        "office/bring_days",
        act("bring_days", "导入本地日", "A year's days at once, in force at once.", bring, BringDaysBody, AddedDaysOut),
    ),
    (
        "office/calendar/<str:day>/remove",
        act("remove_day", "撤回本地日", "The day follows the place above again.", remove, Nothing),
    ),
]
