"""What may follow the question mark of a list."""

from __future__ import annotations

from rest_framework import serializers

from cases.api.bodies.filings import Body
from cases.api.fields import Code, Day, Text, Uid, optional_text
from cases.codes import CHANNELS, CLASSES
from cases.queries.asked import CLOCKS, SCOPES, TABS
from cases.queries.timeline import FILTERS
from cases.states import State, Task
from kernel.paging import LARGEST_PAGE, PAGE


class PageQuery(Body):
    """`cursor` is the `next` of the page before."""

    cursor = Text(required=False, max_length=500)
    size = serializers.IntegerField(required=False, default=PAGE, min_value=1, max_value=LARGEST_PAGE)


class CasesQuery(PageQuery):
    """`status` open: what the office holds; owed: on what it owes a decision or a report, held or not.

    `number`: a part of the number, or the short form lists show. `tab`, `clock` and `text` as on the page: a group of
    states, how a clock stands, words of the title or a number.
    """

    scope = Code(["mine", "department", "office"], required=False, default="office")
    status = Code(["open", "owed", "closed", "gone", "all"], required=False, default="open")
    state = Code([state.value for state in State], required=False)
    task = Code([task.value for task in Task if task], required=False)
    klass = Code(CLASSES, required=False)
    tab = Code([tab for tab in TABS if tab not in ("all", "closed")], required=False)
    clock = Code([*CLOCKS], required=False)
    text = optional_text(60)
    place = optional_text(12)
    unit = Uid(required=False)
    channel = Code(CHANNELS, required=False)
    number = Text(required=False, max_length=40, min_length=4)


class DepartmentsQuery(PageQuery):
    """`purpose` receivers: where a case may be transferred or assigned; sections: allotted; office: everything here."""

    purpose = Code(["receivers", "sections", "office"], required=False, default="receivers")
    text = optional_text(40)


class TargetsQuery(Body):
    """`text`: a name, short name, code, sound or duty; without it, the own units and the bureaus below."""

    text = optional_text(40)


class AfterTransferQuery(Body):
    to_department = Uid()
    feedback_on = Day(required=False)


class ServedQuery(Body):
    received_on = Day(required=False)


class CountsQuery(Body):
    scope = Code(["mine", "department", "office"], required=False, default="office")


class SheetQuery(Body):
    """`history`: which part of it the sheet lists."""

    history = Code([*FILTERS], required=False, default="all")


class TakenQuery(Body):
    """The filters of the page 工作台; `tab` with all and closed. `sealed`: the accusations, for who handles them."""

    scope = Code([*SCOPES], required=False, default="office")
    tab = Code([*TABS], required=False, default="all")
    clock = Code([*CLOCKS], required=False)
    klass = Code(CLASSES, required=False)
    place = optional_text(12)
    unit = Uid(required=False)
    channel = Code(CHANNELS, required=False)
    text = optional_text(60)
    sealed = serializers.BooleanField(required=False, default=False)


class PeriodQuery(Body):
    """Both days belong to it; without them the month so far."""

    first = Day(required=False)
    last = Day(required=False)


class BookQuery(PageQuery, PeriodQuery):
    """登记簿."""


class NoQuery(Body):
    """No parameters."""
