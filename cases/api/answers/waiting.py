"""What waits for the caller: arrivals to sign for, papers and proposals to decide, and how much of each."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from cases.api.answers.listed import CaseOut, NamedOut, Out
from cases.queries.approvals import Waiting
from cases.queries.worklist_counts import Counts


class DateOut(Out):
    """A date that runs already."""

    label = serializers.CharField()  # type: ignore[assignment]
    due = serializers.DateTimeField()


class ArrivedOut(Out):
    """待签收: who sent it, with which letter, and what runs since."""

    case = CaseOut()
    sender = serializers.CharField()
    kind = serializers.CharField()
    at = serializers.DateTimeField()
    letter = serializers.CharField()
    letter_number = serializers.CharField()
    feedback_due = serializers.DateTimeField(allow_null=True)
    files = serializers.IntegerField()
    dates = DateOut(many=True)
    may_object = serializers.BooleanField()

    def to_representation(self, instance: tuple[Any, Any]) -> dict[str, Any]:
        case, told = instance
        found: dict[str, Any] = super().to_representation(
            {
                "case": case,
                "sender": told.office,
                "kind": told.kind,
                "at": told.at,
                "letter": told.letter,
                "letter_number": told.number,
                "feedback_due": told.feedback,
                "files": told.files,
                "dates": [{"label": label, "due": due} for label, due, _chip in told.dues],
                "may_object": told.may_object,
            }
        )
        return found


class ApprovalOut(Out):
    """待审批: `verb` is what the caller would do with it: check, sign, or what was proposed."""

    id = serializers.UUIDField()
    verb = serializers.CharField()
    case = CaseOut()
    at = serializers.DateTimeField()
    by = NamedOut()
    opinion = serializers.UUIDField(allow_null=True)
    proposal = serializers.UUIDField(allow_null=True)

    def to_representation(self, instance: Waiting) -> dict[str, Any]:
        found: dict[str, Any] = super().to_representation(
            {
                **{name: getattr(instance, name) for name in ("id", "verb", "case", "at")},
                "by": self.names.person(instance.by),
                "opinion": instance.opinion.id if instance.opinion is not None else None,
                "proposal": instance.proposal.id if instance.proposal is not None else None,
            }
        )
        return found


def _numbers() -> Any:
    return serializers.DictField(child=serializers.IntegerField())


class CountsOut(Out):
    """Open cases of the scope by tab, clock and due group: 1000 says that there are more than 999. And what waits."""

    scopes = _numbers()
    tabs = _numbers()
    clocks = _numbers()
    groups = _numbers()
    tasks = serializers.IntegerField()
    inbox = serializers.IntegerField()
    approvals = serializers.IntegerField()

    @staticmethod
    def of(counted: Counts, approvals: int) -> dict[str, Any]:
        parts = ("scopes", "tabs", "clocks", "groups")
        numbers = {part: {name: n.number for name, n in getattr(counted, part).items()} for part in parts}
        return {**numbers, "tasks": counted.tasks, "inbox": counted.inbox, "approvals": approvals}
