"""Bodies of the verbs that move a case and decide what becomes of it (T3-T22)."""

from __future__ import annotations

from cases.actions.acceptance import LONGEST_TERM, WAYS
from cases.actions.copies import MOST_COPIES
from cases.actions.handling import LONGEST_NOTE, NOT_POSSIBLE
from cases.api.bodies.filings import MOST_FILES, Body, FileBody, several
from cases.api.fields import Code, Day, Flag, Number, Text, Uid, optional_text, uids
from cases.codes import CONTACTS, GROUNDS, OBJECTIONS

LONG = 5_000
LINE = 120
ROUTES = ["C1", "C2", "C3", "C4", "C5"]
MOST_DAYS = 366


class Nothing(Body):
    """No members."""


class TransferBody(Body):
    """转送. `letter_of`: a hand-over made today to the same receiver, whose letter names this case too (集中转送)."""

    to_department = Uid()
    letter_text = optional_text(LONG)
    copy_to = uids(MOST_COPIES)
    letter_of = Uid(required=False, allow_null=True)


class AssignBody(TransferBody):
    """交办: with the day by which the receiver reports back."""

    feedback_on = Day()


class AllotBody(Body):
    """分派."""

    to_department = Uid()
    handler = Uid(required=False, allow_null=True)


class SignForBody(Body):
    """签收."""

    promised_on = Day(required=False, allow_null=True)


class ObjectBody(Body):
    """提出异议."""

    reason = Code(OBJECTIONS)
    text = Text(max_length=LONG)
    law = Text(max_length=500)
    proposed_unit = Uid(required=False, allow_null=True)


class ConsentBody(Body):
    """同意退回."""

    text = optional_text(LONG)


class RefuseBody(Body):
    """驳回异议."""

    text = Text(max_length=LONG)


class RouteBody(Body):
    """导入法定途径."""

    path = Code(ROUTES)
    procedure = Text(max_length=LINE)
    body = Text(max_length=LINE)
    law = Text(max_length=LINE)
    term_days = Number(required=False, allow_null=True, min_value=1, max_value=LONGEST_TERM)
    applied_on = Day(required=False, allow_null=True)


class DeclineBody(Body):
    """不予受理, 不再受理."""

    ground = Code(GROUNDS)
    text = Text(max_length=LONG)
    body = optional_text(LINE)
    same_facts = Flag(required=False, default=False)


class RedirectBody(Body):
    """告知去向."""

    ground = Code(GROUNDS)
    text = Text(max_length=LONG)
    body = Text(max_length=LINE)


class AnswerBody(Body):
    """直接答复."""

    text = Text(max_length=LONG)
    way = Code([*WAYS[:3]])
    received_by = optional_text(LINE)


class NotifyBody(Body):
    """告知: 0 in person, 1 by post, 2 otherwise, none where nobody can be told, with the reason in `proof`."""

    notice = Uid(required=False, allow_null=True)
    way = Code([*WAYS])
    sent_on = Day(required=False, allow_null=True)
    proof = optional_text(LONG)


class RecordResultBody(Body):
    """记录结果."""

    number = Text(max_length=80)
    result = Text(max_length=LONG)
    ended_on = Day()


class ContactBody(Body):
    """联系."""

    way = Code([*(code.code for code in CONTACTS), NOT_POSSIBLE])
    text = Text(max_length=LONGEST_NOTE)
    met_on = Day(required=False, allow_null=True)
    persons = optional_text(LINE)


class NoteBody(Body):
    """备注."""

    text = Text(max_length=LONGEST_NOTE)


class AttachBody(Body):
    """附加材料."""

    files = several(FileBody, allow_empty=False, max_length=MOST_FILES)


class ExtendBody(Body):
    """延期."""

    days = Number(min_value=1, max_value=MOST_DAYS)
    reason = Text(max_length=LONG)
