"""权责清单: what each unit answers for, item by item."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kernel.clock import today
from kernel.ids import new_id
from tenants.models.department import Department
from tenants.models.tenant import Tenant
from tenants.validity import ValidQuerySet, ends_after_start


class Duty(models.Model):
    """One item of a unit's list. `contents`: codes of the content classes it covers, a field or subject meaning all
    below it. An item that ended stays, so that what was decided by it can be explained."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="listed")
    number = models.PositiveIntegerField(_("序号"))
    text = models.CharField(_("事项"), max_length=200)
    contents = ArrayField(models.CharField(max_length=6), default=list, blank=True)
    law = models.CharField(_("依据"), max_length=200, blank=True, default="")
    valid_from = models.DateField(default=today)
    valid_to = models.DateField(null=True, blank=True)

    objects = ValidQuerySet["Duty"].as_manager()

    class Meta:
        ordering: ClassVar = ["department", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["department", "number"], condition=Q(valid_to__isnull=True), name="duty_number_valid"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="duty_says_something"),
            ends_after_start("duty_valid_order"),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant", "department"], name="duty_list")]

    def __str__(self) -> str:
        return self.text
