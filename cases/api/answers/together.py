"""What became of several cases: one line for each, in the order they were named."""

from __future__ import annotations

from rest_framework import serializers

from cases.api.answers.listed import Out
from kernel.openapi import ProblemField


class FateOut(Out):
    """`fate`: done; proposed, where a leader has to agree first; failed, with the `problem` it would answer alone.

    `version`: the case's now, null where it failed.
    """

    case = serializers.UUIDField()
    fate = serializers.ChoiceField(["done", "proposed", "failed"])
    version = serializers.IntegerField(allow_null=True)
    state = serializers.CharField()
    problem = ProblemField(allow_null=True)


class TogetherOut(Out):
    """`letter`: the hand-over whose letter names them all; null where nothing was sent."""

    items = FateOut(many=True)
    failed = serializers.IntegerField()
    letter = serializers.UUIDField(allow_null=True)
