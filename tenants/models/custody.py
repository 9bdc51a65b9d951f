"""Custody: the one row that says who holds a case. Every action locks it first (design §3)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tenants.models.department import Department
from tenants.models.tenant import Tenant


class Custody(models.Model):
    """One row per matter, one holder by construction. That the department is the office's own is a foreign key over
    both columns (migration 0002)."""

    case = models.UUIDField(primary_key=True)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    hops = models.PositiveSmallIntegerField(default=0)
    open = models.BooleanField(default=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["tenant", "open"], name="custody_tenant_open"),
            models.Index(fields=["department"], condition=Q(open=True), name="custody_department_open"),
        ]

    def __str__(self) -> str:
        return f"{self.case} @ {self.department_id}"
