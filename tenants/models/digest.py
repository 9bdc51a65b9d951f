"""Digest: that a person wants one e-mail a day about what waits, where to, and when."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kernel.crypto import EncryptedTextField
from tenants.models.people import User

FIRST_HOUR, LAST_HOUR = 6, 21


class Digest(models.Model):
    """The row is there while it is wanted. `last_sent`: the day that is done; `hour` is Shanghai's."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, primary_key=True, related_name="digest")
    address = EncryptedTextField(_("邮箱"))
    hour = models.PositiveSmallIntegerField(_("每天几点"))
    last_sent = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(hour__gte=FIRST_HOUR, hour__lte=LAST_HOUR), name="digest_hour"),
        ]
        indexes: ClassVar = [models.Index(fields=["hour", "last_sent"], name="digest_due")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.hour}"
