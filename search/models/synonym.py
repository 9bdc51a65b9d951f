"""Words an office wants to be found for one another."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from kernel.clock import recorded_now
from kernel.models import Model


class Synonym(Model):
    """Two or more words that mean the same to those who search; for this office and those below. One that ended
    stays."""

    words = ArrayField(models.CharField(max_length=20))
    by = models.UUIDField()
    at = models.DateTimeField(default=recorded_now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["words", "id"]

    def __str__(self) -> str:
        return " ".join(self.words)
