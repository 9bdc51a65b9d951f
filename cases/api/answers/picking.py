"""Articles, wording and earlier answers that a writer may take up."""

from __future__ import annotations

from rest_framework import serializers

from cases.api.answers.listed import Out
from cases.models import Wording


class ArticleToCiteOut(Out):
    """`cited`: how an opinion names it. `usual`: answers on the subject usually rely on it."""

    id = serializers.UUIDField()
    cited = serializers.CharField()
    title = serializers.CharField()
    text = serializers.CharField()
    own = serializers.BooleanField()
    usual = serializers.BooleanField()


class EarlierOut(Out):
    """An answer that was signed, of a case the caller may see."""

    case = serializers.UUIDField()
    number = serializers.CharField()
    title = serializers.CharField()
    demand = serializers.CharField()
    outcome = serializers.CharField()
    reasons = serializers.CharField()
    law = serializers.CharField()
    at = serializers.DateTimeField(allow_null=True)


class WordingToUseOut(Out):
    """`outcome`: for which conclusion, empty for any."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(Wording.Kind.values)
    outcome = serializers.CharField()
    title = serializers.CharField()
    text = serializers.CharField()
