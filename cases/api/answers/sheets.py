"""Statutory papers as structured text, in Chinese whatever the reader's language; the addressee is masked."""

from __future__ import annotations

from rest_framework import serializers

from cases.api.answers.listed import Out
from cases.queries import papers


class BlockOut(Out):
    """One paragraph. `gap`: what a draft still lacks."""

    text = serializers.CharField()
    head = serializers.CharField()
    gap = serializers.BooleanField()


class SheetOut(Out):
    """One paper (domain §10)."""

    code = serializers.CharField()
    organ = serializers.CharField()
    title = serializers.CharField()
    number = serializers.CharField()
    addressee = serializers.CharField()
    blocks = BlockOut(many=True)
    rows = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))
    after = BlockOut(many=True)
    signer = serializers.CharField()
    signed_on = serializers.CharField()
    copies = serializers.ListField(child=serializers.CharField())
    draft = serializers.BooleanField()
    masked = serializers.BooleanField()


class PaperOut(Out):
    """A paper of the case; read it at papers/{kind}/{id}."""

    kind = serializers.ChoiceField([*papers.KINDS])
    id = serializers.UUIDField()
    title = serializers.CharField()
    number = serializers.CharField()
    draft = serializers.BooleanField()


class ReceiptOut(Out):
    """登记回执 (D2) of a case registered here. The query code was told once, when it was registered."""

    number = serializers.CharField()
    received_at = serializers.DateTimeField()
    registered_at = serializers.DateTimeField()
    channel = serializers.CharField()
    channel_label = serializers.CharField()
    due = serializers.DateTimeField(allow_null=True)
    organ = serializers.CharField()
