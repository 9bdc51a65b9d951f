"""A case of an office below, as one reads down: masked, without files, notes, drafts and papers."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from cases.api.answers.listed import OfficeOut, Out
from cases.clock_kinds import Kind
from cases.models import Case
from cases.states import State


class DemandBelowOut(Out):
    """`outcome` and `reply` once an opinion was issued."""

    text = serializers.CharField()
    outcome = serializers.CharField()
    reply = serializers.CharField()


class ClockBelowOut(Out):
    """A clock that runs; `text`: what is left."""

    kind = serializers.ChoiceField(Kind.values)
    label = serializers.CharField(source="name")  # type: ignore[assignment]
    level = serializers.CharField(source="chip.level")
    text = serializers.CharField(source="chip.text")


class LineBelowOut(Out):
    at = serializers.DateTimeField()
    by = serializers.CharField(source="actor")
    text = serializers.CharField()


class CaseBelowOut(Out):
    """`history`: the latest first."""

    id = serializers.UUIDField()
    office = OfficeOut()
    number = serializers.CharField()
    title = serializers.CharField()
    state = serializers.ChoiceField(State.values)
    state_label = serializers.CharField()
    klass = serializers.CharField()
    place = serializers.CharField()
    holder = serializers.CharField()
    flags = serializers.ListField(child=serializers.CharField())
    text = serializers.CharField()
    demands = DemandBelowOut(many=True)
    clocks = ClockBelowOut(many=True)
    hops = serializers.IntegerField()
    returns = serializers.IntegerField()
    history = LineBelowOut(many=True)

    def to_representation(self, instance: dict[str, Any]) -> dict[str, Any]:
        case: Case = instance["case"]
        return super().to_representation(
            {
                **instance,
                "id": case.id,
                "number": case.number,
                "state": case.state,
                "state_label": instance["state"],
                "klass": case.klass,
                "holder": instance["line"].holder,
                "flags": [flag.text for flag in instance["flags"]],
                "clocks": instance["running"],
                "history": [{**line, "text": _said(line)} for line in instance["history"]],
            }
        )


def _said(line: dict[str, Any]) -> str:
    """What was done, or the paper that was served."""
    paper = line["paper"]["title"] if line["paper"] else ""
    return " ".join(filter(None, (line["text"], paper, line["tail"])))
