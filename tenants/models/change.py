"""What was changed in the running of an office: departments, people, posts, calendar, keys. Append-only by grant."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from kernel.clock import recorded_now
from kernel.ids import new_id
from tenants.models.tenant import Tenant


class Change(models.Model):
    """One act of an administrator or of the operator. `data` holds ids, codes and dates; what is named by `subject`
    keeps its own name, so none stands here. The application may only INSERT and SELECT."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, null=True, related_name="+")
    by = models.UUIDField()
    kind = models.CharField(max_length=40)
    subject = models.UUIDField(null=True)
    data = models.JSONField(default=dict)
    at = models.DateTimeField(default=recorded_now)

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [models.Index(fields=["tenant", "-id"], name="change_of_office")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"
