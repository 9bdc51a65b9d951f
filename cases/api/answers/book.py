"""A line of the register book: the petitioner masked, empty for who may not read people."""

from __future__ import annotations

from rest_framework import serializers

from cases.api.answers.listed import Out


class EntryOut(Out):
    """登记簿."""

    id = serializers.UUIDField()
    number = serializers.CharField(source="full_number")
    received_at = serializers.DateTimeField(source="received")
    registered_at = serializers.DateTimeField(source="registered")
    channel = serializers.CharField()
    who = serializers.CharField()
    address = serializers.CharField()
    title = serializers.CharField()
    persons = serializers.IntegerField()
    clerk = serializers.CharField()
    holder = serializers.CharField()
    result = serializers.CharField()
