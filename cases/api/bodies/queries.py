"""What may follow the question mark of a list."""

from __future__ import annotations

from rest_framework import serializers

from cases.api.bodies.filings import Body
from cases.api.fields import Code, Text, Uid, optional_text
from cases.codes import CHANNELS, CLASSES
from cases.states import State, Task
from kernel.paging import LARGEST_PAGE, PAGE


class PageQuery(Body):
    """`cursor` is the `next` of the page before."""

    cursor = Text(required=False, max_length=500)
    size = serializers.IntegerField(required=False, default=PAGE, min_value=1, max_value=LARGEST_PAGE)


class CasesQuery(PageQuery):
    """`status` open: what the office holds; owed: on what it owes a decision or a report, held or not.

    `number`: a part of the number, or the short form lists show.
    """

    scope = Code(["mine", "department", "office"], required=False, default="office")
    status = Code(["open", "owed", "closed", "gone", "all"], required=False, default="open")
    state = Code([state.value for state in State], required=False)
    task = Code([task.value for task in Task if task], required=False)
    klass = Code(CLASSES, required=False)
    unit = Uid(required=False)
    channel = Code(CHANNELS, required=False)
    number = Text(required=False, max_length=40, min_length=4)


class DepartmentsQuery(PageQuery):
    """`purpose` receivers: where a case may be transferred or assigned; sections: allotted; office: everything here."""

    purpose = Code(["receivers", "sections", "office"], required=False, default="receivers")
    text = optional_text(40)
