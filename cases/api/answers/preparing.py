"""What one looks at before acting: receivers with their load, what a transfer or a service brings, who is there."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from cases.api.answers.listed import NamedOut, Out
from cases.api.answers.papers import OpinionOut
from cases.clock_kinds import Kind
from cases.deadlines import Due
from cases.queries.loads import Load
from cases.queries.preview import Start
from tenants.finding import Found, Where


class LoadOut(Out):
    """How much lies with a unit of one's own, and how it kept its dates."""

    open = serializers.IntegerField()
    soon = serializers.IntegerField()
    over = serializers.IntegerField()
    told_days = serializers.FloatField(allow_null=True)
    objections = serializers.IntegerField()
    consented = serializers.IntegerField()


class TargetOut(Out):
    """Who is found for what was typed. `open`: the case may go there; else `where` says why not."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    short_name = serializers.CharField()
    code = serializers.CharField()
    office = serializers.CharField()
    where = serializers.ChoiceField([where.value for where in Where])
    open = serializers.BooleanField()
    suited = serializers.CharField()
    duty = serializers.CharField()
    successor = serializers.UUIDField(allow_null=True)
    load = LoadOut(allow_null=True)

    @staticmethod
    def of(found: Found, loads: dict[Any, Load]) -> dict[str, Any]:
        plain = ("id", "name", "code", "office", "open", "suited", "duty", "successor")
        load = (loads.get(found.id) or Load()) if found.where == Where.UNIT else None
        told = {name: getattr(found, name) for name in plain}
        return {**told, "short_name": found.short, "where": found.where.value, "load": load}


class StartOut(Out):
    """A clock that would start; `due` null: it starts later."""

    kind = serializers.ChoiceField(Kind.values)
    label = serializers.CharField()  # type: ignore[assignment]
    due = serializers.DateTimeField(allow_null=True)
    due_effective = serializers.DateTimeField(allow_null=True)
    provisional = serializers.BooleanField()

    @staticmethod
    def of(start: Start) -> dict[str, Any]:
        kind = Kind(start.kind)
        due: Due | None = start.due
        return {
            "kind": kind.value,
            "label": kind.label,
            "due": due.raw if due is not None else None,
            "due_effective": due.effective if due is not None else None,
            "provisional": due.provisional if due is not None else False,
        }


class LuggageOut(Out):
    """What travels, and how many notes stay."""

    demands = serializers.IntegerField()
    files = serializers.IntegerField()
    people = serializers.IntegerField()
    anonymous = serializers.BooleanField()
    notes = serializers.IntegerField()


class AfterTransferOut(Out):
    """What would be so, were the case sent there now."""

    clocks = StartOut(many=True)
    luggage = LuggageOut()


class StaffOut(Out):
    """A section and who may handle a case there."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    people = NamedOut(many=True)


class MissingOut(Out):
    """What still has to be there before `submit`; `demand` is empty where it belongs to the case."""

    demand = serializers.CharField()
    field = serializers.CharField()
    text = serializers.CharField()


class SentBackOut(Out):
    at = serializers.DateTimeField()
    by = serializers.CharField()
    gates = serializers.CharField()
    reason = serializers.CharField()
    times = serializers.IntegerField()


class DraftingOut(Out):
    """The opinion in the making, what is missing, who will check and sign, why it came back."""

    opinion = OpinionOut(allow_null=True)
    missing = MissingOut(many=True)
    outcomes = serializers.ListField(child=serializers.CharField())
    checked_and_signed_by = serializers.CharField()
    notice_sent = serializers.BooleanField()
    sent_back = SentBackOut(allow_null=True)


class PromiseOut(Out):
    text = serializers.CharField()
    by = serializers.DateField()


class StopOut(Out):
    label = serializers.CharField()  # type: ignore[assignment]
    due = serializers.DateField()


class AfterServiceOut(Out):
    """What service on that day would bring; `window_until` is the petitioner's last day to ask for review."""

    stops = StopOut(many=True)
    late = serializers.BooleanField()
    window_until = serializers.DateTimeField(allow_null=True)
    items = PromiseOut(many=True)
    ends = serializers.CharField()
    report = serializers.BooleanField()


class OwedOut(Out):
    office = serializers.CharField()
    letter = serializers.CharField()
    due = serializers.DateTimeField(allow_null=True)


class ExecutionOut(Out):
    id = serializers.UUIDField()
    demand = serializers.CharField()
    text = serializers.CharField()
    by = serializers.DateField(allow_null=True)
    done = serializers.DateField(allow_null=True)


class SuggestionOut(Out):
    facts = serializers.CharField()
    handling = serializers.CharField()
    execution = serializers.CharField()
    attitude = serializers.CharField()


class AnsweredOut(Out):
    """What the petitioner was answered, as the report tells the offices above."""

    demand = serializers.CharField()
    outcome = serializers.CharField()
    facts = serializers.CharField()
    reasons = serializers.CharField()
    law = serializers.CharField()
    item = serializers.CharField()
    executed_on = serializers.CharField()


class ReportingOut(Out):
    """Whom a report is owed to, how the case is to end, what the report may say, and what it said."""

    owed = OwedOut(allow_null=True)
    ended = serializers.BooleanField()
    ending = serializers.CharField()
    verdict = serializers.CharField()
    suggestion = SuggestionOut()
    answers = AnsweredOut(many=True)
    items = ExecutionOut(many=True)


class PlaceOut(Out):
    """A place a matter may be about; `initials` is how it is typed."""

    code = serializers.CharField()
    name = serializers.CharField()
    initials = serializers.CharField()
    detail = serializers.CharField()
