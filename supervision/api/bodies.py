"""What a request about orders, letters and figures may say; what it means, the function behind it decides."""

from __future__ import annotations

from rest_framework import serializers

from cases.api.bodies.filings import Body, FileBody
from cases.api.bodies.handling import Nothing as NothingBody
from cases.api.bodies.queries import PageQuery
from cases.api.fields import Code, Day, Text, Uid, optional_code, optional_text, uids
from cases.codes.orders import Instrument, Trigger
from supervision.advice import LONGEST_BODY, MOST_CASES
from supervision.models import Advice
from supervision.orders.frame import LONGEST, MOST_FILES

__all__ = ["NothingBody"]
LISTS = ("to_answer", "answered_by_us", "to_decide", "running", "of_others", "over")


def _text() -> Text:
    return Text(max_length=LONGEST)


class OrdersQuery(PageQuery):
    """`list` as on the page: what one's body owes, what is to be decided, what else runs, what is over."""

    list = Code([*LISTS], required=False, default="running")


class IssueBody(Body):
    """督办. `due`: by which day the body answers; `proposals` are settled by it."""

    instrument = Code(Instrument.values)
    to_department = Uid()
    cases = serializers.ListField(child=Uid(), min_length=1, max_length=MOST_CASES)
    reason = _text()
    due = Day()
    basis = optional_code([*Trigger.values])
    partners = uids(20)
    proposals = uids(MOST_CASES)


class ProgressBody(Body):
    text = _text()
    files = serializers.ListField(child=FileBody(), required=False, default=list, max_length=MOST_FILES)


class AcceptBody(Body):
    text = optional_text(LONGEST)


class ReturnBody(Body):
    """`due`: the new day."""

    reason = _text()
    due = Day()


class EscalateBody(Body):
    instrument = Code(Instrument.values)
    reason = _text()
    due = Day()


class ReasonBody(Body):
    reason = _text()


class AdviseBody(Body):
    """To a body on the platform or, in words, to one outside it: exactly one of the two."""

    kind = Code(Advice.Kind.values)
    text = _text()
    to_department = Uid(required=False)
    to_body = optional_text(LONGEST_BODY)
    cases = uids(MOST_CASES)
    due = Day(required=False)


class AnswerAdviceBody(Body):
    """`answered_on`: the day of the letter, where it came on paper."""

    adopted = Code(Advice.Adoption.values)
    text = _text()
    answered_on = Day(required=False)


class FollowUpBody(Body):
    text = _text()


class PartQuery(Body):
    """Which part of the region: an office below by its code, a unit of the office by its id; the whole without."""

    office = optional_text(12)
    unit = Uid(required=False)


class WallQuery(PartQuery):
    """`day`: how it stood at the end of a past day."""

    day = Day(required=False)


class IndicatorsQuery(PartQuery):
    """The days from `first` to `last`; without them this month so far. `by`: per office below, or per unit."""

    first = Day(required=False)
    last = Day(required=False)
    by = Code(["whole", "child", "unit"], required=False, default="whole")
