"""What a person looked for lately, and what one keeps: both are the person's own, and what was typed is encrypted."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from kernel.clock import recorded_now
from kernel.crypto import EncryptedJSONField, EncryptedTextField
from kernel.models import Model


class SavedSearch(Model):
    """`asked` is the address of the search. With `tells`, the cases it finds are watched from the post it was kept at:
    `known` were there at the first look or have been opened since, `fresh` are new, `told` counts the alerts."""

    user = models.UUIDField()
    membership = models.UUIDField()
    name = EncryptedTextField()
    asked = EncryptedJSONField()
    tells = models.BooleanField(default=False)
    known = ArrayField(models.UUIDField(), default=list)
    fresh = ArrayField(models.UUIDField(), default=list)
    told = models.PositiveIntegerField(default=0)
    looked_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=recorded_now)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["user", "id"], name="saved_of"),
            models.Index(fields=["id"], condition=Q(tells=True), name="saved_telling"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} of {self.user}"


class RecentSearch(Model):
    """`key` is the keyed hash of what was typed: the same again is the same row, only later."""

    user = models.UUIDField()
    key = models.BinaryField(max_length=32)
    text = EncryptedTextField()
    at = models.DateTimeField(default=recorded_now)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["user", "-at"], name="recent_of")]
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "key"], name="recent_once")]

    def __str__(self) -> str:
        return f"{self.pk} of {self.user}"
