"""Bodies of one step for several cases: which ones, each over the version seen, and what is said once for all."""

from __future__ import annotations

from cases.api.bodies.filings import Body, several
from cases.api.bodies.handling import LONG
from cases.api.fields import Day, Number, Uid, optional_text

MOST_TOGETHER = 50
LATEST_VERSION = 999_999_999


class PickedBody(Body):
    """A case, over the `version` its list or its ETag told."""

    id = Uid()
    version = Number(min_value=1, max_value=LATEST_VERSION)


class TogetherBody(Body):
    """签收 of several."""

    cases = several(PickedBody, allow_empty=False, max_length=MOST_TOGETHER)


class AllotTogetherBody(TogetherBody):
    """分派: to one section, and one person of it."""

    to_department = Uid()
    handler = Uid(required=False, allow_null=True)


class TransferTogetherBody(TogetherBody):
    """集中转送: one receiver, one letter. `letter`: of an earlier answer, to go on with its letter today."""

    to_department = Uid()
    letter_text = optional_text(LONG)
    letter = Uid(required=False, allow_null=True)


class AssignTogetherBody(TransferTogetherBody):
    """集中交办: with the day by which the receiver reports back."""

    feedback_on = Day()
