"""An alert as every reader is told it (kernel.alerts.render), in the caller's language."""

from __future__ import annotations

from rest_framework import serializers

from cases.api.answers.listed import Out


class NoteTakenOut(Out):
    """Who took note first, for all who hear the stream."""

    by = serializers.CharField()
    at = serializers.DateTimeField()


class AlertOut(Out):
    """`stream` and `seq`: in which order it was told. `link`: a path on this host. `delivered`, `seen`: when it first
    reached anybody's browser and screen."""

    id = serializers.UUIDField()
    stream = serializers.CharField()
    seq = serializers.IntegerField()
    kind = serializers.CharField()
    level = serializers.CharField()
    text = serializers.CharField()
    link = serializers.CharField(allow_null=True)
    case = serializers.UUIDField(allow_null=True)
    at = serializers.DateTimeField()
    delivered = serializers.DateTimeField(allow_null=True)
    seen = serializers.DateTimeField(allow_null=True)
    acknowledged = NoteTakenOut(allow_null=True)


class AcknowledgedOut(Out):
    items = AlertOut(many=True)
