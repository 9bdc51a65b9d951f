"""A case as a list shows it, and the small things that travel with a verb's answer."""

from __future__ import annotations

from typing import Any, cast

from rest_framework import serializers

from cases import deadlines
from cases.api.names import Names
from cases.clock_kinds import WINDOWS, Kind
from cases.clocks import calendar_of
from cases.codes import CHANNELS
from cases.models import Case
from cases.numbers import short
from cases.states import State, Task
from kernel.clock import now
from kernel.shapes import Shape
from tenants.actors import Actor
from tenants.context import current_tenant


class Out(Shape):
    """Every member is always there; what does not apply is null or empty."""

    @property
    def actor(self) -> Actor:
        found: Actor = self.context["request"]._request.actor
        return found

    @property
    def names(self) -> Names:
        """One per answer, so that a list costs one query of departments and one of people."""
        context = cast(dict[str, Any], self.context)
        names: Names = context.setdefault("names", Names())
        return names


class NamedOut(Out):
    id = serializers.UUIDField()
    name = serializers.CharField()


class OfficeOut(Out):
    code = serializers.CharField()
    name = serializers.CharField()


class RemainingOut(Out):
    """How a clock stands now; `days` is negative once it is late."""

    level = serializers.ChoiceField([level.value for level in deadlines.Level])
    days = serializers.IntegerField()
    workdays = serializers.IntegerField()
    text = serializers.CharField()


class DueOut(Out):
    """The clock a list shows."""

    kind = serializers.ChoiceField(Kind.values)
    label = serializers.CharField()  # type: ignore[assignment]
    raw = serializers.DateTimeField()
    effective = serializers.DateTimeField()
    provisional = serializers.BooleanField()
    window = serializers.BooleanField()
    remaining = RemainingOut()


class CaseOut(Out):
    """信访事项, one office's row of it. `version` is the ETag that a change must name."""

    id = serializers.UUIDField()
    version = serializers.IntegerField()
    number = serializers.CharField()
    short_number = serializers.CharField()
    title = serializers.CharField()
    channel = serializers.ChoiceField([code.code for code in CHANNELS])
    klass = serializers.CharField()
    path = serializers.CharField()
    state = serializers.ChoiceField(State.values)
    state_label = serializers.CharField()
    seat = serializers.CharField()
    task = serializers.ChoiceField(Task.values)
    held_here = serializers.BooleanField()
    department = NamedOut(allow_null=True)
    unit = NamedOut(allow_null=True)
    handler = NamedOut(allow_null=True)
    held_since = serializers.DateTimeField()
    received_at = serializers.DateTimeField()
    registered_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    closing_kind = serializers.CharField()
    planned_ending = serializers.CharField()
    outcome = serializers.CharField()
    important = serializers.BooleanField()
    urgent = serializers.BooleanField()
    group = serializers.BooleanField()
    sealed = serializers.BooleanField()
    awaiting = serializers.ListField(child=serializers.CharField())
    due = DueOut(allow_null=True)

    def to_representation(self, instance: Case) -> dict[str, Any]:
        return super().to_representation(Listed(instance, self.names))


class Listed:
    """The columns of the row under the names of the answer."""

    def __init__(self, case: Case, names: Names) -> None:
        self._case = case
        names.learn(departments=[case.department, case.unit], people=[case.handler])
        self.short_number = short(case.number)
        self.channel = case.filing.channel
        self.state_label = State(case.state).label
        self.held_here = case.state != State.S99
        self.department, self.unit = names.department(case.department), names.department(case.unit)
        self.handler = names.person(case.handler)
        self.received_at, self.registered_at = case.filing.received_at, case.filing.registered_at
        self.awaiting = [flag.removeprefix("awaiting:") for flag in case.flags if flag.startswith("awaiting:")]
        self.due = _due(case)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._case, name)


def _due(case: Case) -> dict[str, Any] | None:
    if case.due_raw is None or case.due_effective is None:
        return None
    return {
        "kind": case.due_kind,
        "label": Kind(case.due_kind).label,
        "raw": case.due_raw,
        "effective": case.due_effective,
        "provisional": case.due_provisional,
        "window": case.due_kind in WINDOWS,
        "remaining": remaining(case.due_raw),
    }


def remaining(due_raw: Any) -> deadlines.Remaining:

    return deadlines.remaining(due_raw, now(), calendar_of(current_tenant().pk))


class RegisteredOut(Out):
    """`query_code` is shown here and never again."""

    case = CaseOut()
    query_code = serializers.CharField()
