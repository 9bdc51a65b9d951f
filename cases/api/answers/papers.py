"""Proposals, notices, opinions and reports of a case; what people typed is shown to those who may read it."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from cases.api.answers.listed import NamedOut, Out
from cases.api.names import Names
from cases.models import Case, Notice, Opinion, Report


class ProposalOut(Out):
    """What waits for a second person."""

    id = serializers.UUIDField()
    verb = serializers.CharField()
    fields = serializers.JSONField(allow_null=True)  # type: ignore[assignment]
    by = NamedOut()
    at = serializers.DateTimeField()


class NoticeOut(Out):
    """告知书; `sent_at` null: still to be sent with `notify`."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(Notice.Kind.values)
    number = serializers.CharField()
    data = serializers.DictField()  # type: ignore[assignment]
    text = serializers.CharField(allow_null=True)
    drafted_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)
    way = serializers.CharField()


class AnswerOut(Out):
    """The signed answer to one demand."""

    id = serializers.UUIDField()
    demand = serializers.UUIDField(source="demand_id")
    outcome = serializers.CharField()
    facts = serializers.CharField()
    reasons = serializers.CharField()
    law = serializers.CharField()
    item = serializers.CharField()
    execute_by = serializers.DateField(allow_null=True)
    executed_on = serializers.DateField(allow_null=True)


class ServiceOut(Out):
    """送达回证."""

    way = serializers.CharField()
    at = serializers.DateTimeField()
    received_on = serializers.DateField()
    refused = serializers.BooleanField()
    view = serializers.CharField()


class OpinionOut(Out):
    """意见书. `draft` is what is typed so far, shown to the holder's people until it is signed."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    status = serializers.ChoiceField(Opinion.Status.values)
    version = serializers.IntegerField()
    number = serializers.CharField()
    outcome = serializers.CharField()
    written_by = NamedOut()
    written_at = serializers.DateTimeField()
    checked_by = NamedOut(allow_null=True)
    signed_by = NamedOut(allow_null=True)
    signed_at = serializers.DateTimeField(allow_null=True)
    remedy = serializers.JSONField()
    draft = serializers.JSONField(allow_null=True)
    answers = AnswerOut(many=True)
    service = ServiceOut(allow_null=True)


class DraftedOut(Out):
    """An opinion while it is typed."""

    id = serializers.UUIDField()
    version = serializers.IntegerField()
    status = serializers.ChoiceField(Opinion.Status.values)


class ReportOut(Out):
    """办结报告 D17."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    status = serializers.CharField()
    gate = serializers.CharField()
    text = serializers.CharField(allow_null=True)
    planned_ending = serializers.CharField()
    by = NamedOut()
    at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)


def proposals(case: Case, names: Names, *, shown: bool) -> list[dict[str, Any]]:
    rows = case.proposals.filter(status="open").order_by("at", "id")
    return [
        {
            "id": row.id,
            "verb": row.verb,
            "fields": row.fields if shown else None,
            "by": names.person(row.by),
            "at": row.at,
        }
        for row in rows
    ]


def notices(case: Case, *, shown: bool) -> list[Notice]:
    rows = list(case.notices.all())
    for row in rows:
        if not shown:
            row.text = None
    return rows


def opinions(case: Case, names: Names, *, shown: bool) -> list[dict[str, Any]]:
    rows = case.opinions.select_related("service").prefetch_related("answers")
    plain = ("id", "kind", "status", "version", "number", "outcome", "written_at", "signed_at", "remedy")
    return [
        {
            **{name: getattr(row, name) for name in plain},
            "written_by": names.person(row.written_by),
            "checked_by": names.person(row.checked_by),
            "signed_by": names.person(row.signed_by),
            "draft": row.body if shown and not row.number else None,
            "answers": list(row.answers.all()),
            "service": getattr(row, "service", None),
        }
        for row in rows
    ]


def reports(case: Case, names: Names, *, shown: bool) -> list[dict[str, Any]]:
    plain = [field.name for field in Report._meta.concrete_fields if field.name in ReportOut().fields]
    return [
        {
            **{name: getattr(row, name) for name in plain},
            "text": row.text if shown else None,
            "by": names.person(row.by),
        }
        for row in case.reports.all()
    ]
