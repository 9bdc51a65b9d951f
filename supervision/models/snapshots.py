"""Figures as they stood when somebody reported them: never counted again, never changed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from kernel.ids import new_id
from tenants.models import Tenant


class Snapshot(models.Model):
    """`figures`: group -> code -> {"parts", "numerator": numbers as text, "denominator": number}; group "" is the
    whole region, others are codes of the offices next below. The application may only INSERT and SELECT."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    path = models.CharField(max_length=200, db_collation="C")
    unit = models.UUIDField(null=True)
    first = models.DateField()
    last = models.DateField()
    at = models.DateTimeField()
    taken_by = models.UUIDField()
    figures = models.JSONField()

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [models.Index(fields=["tenant", "-id"], name="snapshot_of_tenant")]

    def __str__(self) -> str:
        return f"{self.path} {self.first} {self.last}"
