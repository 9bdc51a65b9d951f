"""What the API says of orders, advice letters and figures."""

from __future__ import annotations

from rest_framework import serializers

from cases.api.answers.listed import NamedOut, OfficeOut, Out
from cases.codes.orders import Instrument, OrderStep, Trigger
from supervision.models import Advice, Order


class OrderOut(Out):
    """督办. `version` is the ETag that a change must name; `due_raw` is the day the answer is measured by."""

    id = serializers.UUIDField()
    version = serializers.IntegerField()
    number = serializers.CharField()
    instrument = serializers.ChoiceField(Instrument.values)
    state = serializers.ChoiceField(Order.State.values)
    basis = serializers.ChoiceField(["", *Trigger.values])
    reason = serializers.CharField()
    office = OfficeOut(source="tenant")
    to_office = OfficeOut(source="to_tenant")
    to = NamedOut(source="to_department")
    issued_at = serializers.DateTimeField()
    due_raw = serializers.DateTimeField()
    due_effective = serializers.DateTimeField()
    due_provisional = serializers.BooleanField()
    seen_at = serializers.DateTimeField(allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True)
    accepted_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    sent_back = serializers.IntegerField()


class OrderFileOut(Out):
    id = serializers.UUIDField()
    name = serializers.CharField()
    mime = serializers.CharField()
    size = serializers.IntegerField()


class OrderStepOut(Out):
    """One step; `text` null where nothing was written."""

    kind = serializers.ChoiceField(OrderStep.values)
    at = serializers.DateTimeField()
    department = serializers.UUIDField()
    text = serializers.CharField(allow_null=True)
    due_raw = serializers.DateTimeField(allow_null=True)
    files = OrderFileOut(many=True)


class OrderCaseOut(Out):
    """A case the caller may know of. `office`: the code of the lower office that has it, "" for the own one."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    title = serializers.CharField()
    state = serializers.CharField()
    open = serializers.BooleanField()
    office = serializers.CharField()


class OrderInFullOut(Out):
    """`next`: what the caller may do with it now."""

    order = OrderOut()
    cases = OrderCaseOut(many=True)
    steps = OrderStepOut(many=True)
    next = serializers.ListField(child=serializers.CharField())


class AdviceOut(Out):
    """建议书. To a body on the platform (`to`) or one outside it (`to_body`). `adopted`: Y, P, N, "" before."""

    id = serializers.UUIDField()
    version = serializers.IntegerField()
    number = serializers.CharField()
    kind = serializers.ChoiceField(Advice.Kind.values)
    state = serializers.ChoiceField(Advice.State.values)
    office = OfficeOut(source="tenant")
    to = NamedOut(source="to_department", allow_null=True)
    to_body = serializers.CharField(allow_null=True)
    text = serializers.CharField()
    sent_at = serializers.DateTimeField()
    due_raw = serializers.DateTimeField()
    adopted = serializers.ChoiceField(["", *Advice.Adoption.values])
    answer = serializers.CharField(allow_null=True)
    answered_on = serializers.DateField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)


class AdviceNoteOut(Out):
    at = serializers.DateTimeField()
    department = serializers.UUIDField()
    text = serializers.CharField()


class AdviceInFullOut(Out):
    """`next`: what the caller may do with it now."""

    advice = AdviceOut()
    notes = AdviceNoteOut(many=True)
    next = serializers.ListField(child=serializers.CharField())


class LevelsOut(Out):
    """Open matters by how late they are; sealed ones are in none of these."""

    open = serializers.IntegerField()
    soon = serializers.IntegerField()
    overdue = serializers.IntegerField()
    serious = serializers.IntegerField()
    grave = serializers.IntegerField()


class FigureOut(Out):
    """An indicator: `value` is null where nothing was to be counted; a share, or a number of `unit`."""

    code = serializers.CharField()
    name = serializers.CharField()
    unit = serializers.CharField()
    numerator = serializers.FloatField()
    denominator = serializers.IntegerField()
    value = serializers.FloatField(allow_null=True)


class GroupOut(Out):
    """`key`: "" the whole, or the region's own office; else an office's code or a unit's id."""

    key = serializers.CharField()
    figures = FigureOut(many=True)


class IndicatorsOut(Out):
    """Of matters that fall into the days from `first` to `last`, measured at `at`."""

    first = serializers.DateField()
    last = serializers.DateField()
    at = serializers.DateTimeField()
    groups = GroupOut(many=True)


class PlaceLevelsOut(LevelsOut):
    """`key`: "" the region's own office; else an office's code or a unit's id."""

    key = serializers.CharField()


class FlowOut(Out):
    """`came`: by channel."""

    day = serializers.DateField()
    came = serializers.DictField(child=serializers.IntegerField())
    closed = serializers.IntegerField()


class PairOut(Out):
    """Two bodies between which matters were passed about; `days` lost each time, on the average."""

    a = serializers.UUIDField()
    b = serializers.UUIDField()
    cases = serializers.IntegerField()
    times = serializers.IntegerField()
    days = serializers.FloatField()
    reason = serializers.CharField()


class OldOut(Out):
    """A matter that is late for longest."""

    case = serializers.UUIDField()
    number = serializers.CharField()
    unit = serializers.UUIDField()
    content_class = serializers.CharField()
    due_raw = serializers.DateTimeField()
    days = serializers.IntegerField()


class WallOut(Out):
    """The region as the wall shows it. `sealed` null: under five. `reply_rate`: I3 of the month."""

    day = serializers.DateField(allow_null=True)
    total = LevelsOut()
    places = PlaceLevelsOut(many=True)
    sealed = serializers.IntegerField(allow_null=True)
    reply_rate = serializers.FloatField(allow_null=True)
    flow = FlowOut(many=True)
    pairs = PairOut(many=True)
    oldest = OldOut(many=True)
