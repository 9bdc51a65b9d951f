"""A statutory clock with the answer to "why this date?"."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from cases import deadlines
from cases.api.answers.listed import Out, RemainingOut, remaining
from cases.clock_kinds import WINDOWS, Kind
from cases.clocks import calendar_of
from cases.models import Case, Clock
from kernel.clock import TZ
from tenants.context import current_tenant
from tenants.models.profiles import StartEvent
from tenants.profiles import Profile, profile_by_id


class WhyOut(Out):
    label = serializers.CharField()  # type: ignore[assignment]
    text = serializers.CharField()
    sub = serializers.CharField()


class ClockOut(Out):
    """`due_raw` rules lateness, `due_effective` is what a petitioner may rely on. Once stopped, nothing remains."""

    kind = serializers.ChoiceField(Kind.values)
    label = serializers.CharField()  # type: ignore[assignment]
    started_at = serializers.DateTimeField()
    due_raw = serializers.DateTimeField()
    due_effective = serializers.DateTimeField()
    provisional = serializers.BooleanField()
    window = serializers.BooleanField()
    extension_days = serializers.IntegerField()
    stopped_at = serializers.DateTimeField(allow_null=True)
    stop_event = serializers.CharField()
    remaining = RemainingOut(allow_null=True)
    why = WhyOut(many=True)


def told(case: Case) -> list[dict[str, Any]]:
    """Running clocks first, each by its date."""
    profile = profile_by_id(case.profile, case.filing.registered_at.astimezone(TZ).date())
    rows = sorted(case.clocks.all(), key=lambda clock: (clock.stopped_at is not None, clock.due_raw))
    return [_one(clock, profile) for clock in rows]


def _one(clock: Clock, profile: Profile) -> dict[str, Any]:
    limit = profile.limit(clock.kind)
    event = clock.start_event
    return {
        "kind": clock.kind,
        "label": Kind(clock.kind).label,
        "started_at": clock.started_at,
        "due_raw": clock.due_raw,
        "due_effective": clock.due_effective,
        "provisional": clock.provisional,
        "window": clock.kind in WINDOWS,
        "extension_days": clock.extension_days,
        "stopped_at": clock.stopped_at,
        "stop_event": clock.stop_event,
        "remaining": None if clock.stopped_at else remaining(clock.due_raw),
        "why": [
            row._asdict()
            for row in deadlines.why(
                basis=clock.basis or (limit.basis if limit else ""),
                started_at=clock.started_at,
                start_event=str(StartEvent(event).label) if event in StartEvent.values else event,
                length=clock.length,
                unit=clock.unit,
                due=deadlines.Due(clock.due_raw, clock.due_effective, clock.provisional),
                profile_name=profile.name,
                calendar=calendar_of(current_tenant().pk),
                extension_days=clock.extension_days,
                measured=clock.kind not in WINDOWS,
            )
        ],
    }
