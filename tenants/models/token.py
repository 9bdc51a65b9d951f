"""ApiToken: another system's key to one office: with a place and roles like a post, and never more than its scope."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kernel.clock import recorded_now
from kernel.ids import new_id
from tenants.models.department import Department
from tenants.models.tenant import Tenant

# Never a leader's, the confidential desk's or an administrator's: those decide in person (design §8).
MACHINE_ROLES = ("R13", "R17", "R2", "R3", "R5", "R6")
LONGEST_LIFE = timedelta(days=366)


class ApiToken(models.Model):
    """Two administrators hold half a secret each, shown once; kept is a keyed hash: of the first half until the second
    administrator consents (`agreed_at`), then of the whole. `verbs`: the scope: "read", verbs, "propose:verb".

    What the system does is done under this id; the row stays when the token ends, so that histories keep its name.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="tokens")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(_("系统名称"), max_length=40)
    roles = ArrayField(models.CharField(max_length=4))
    verbs = ArrayField(models.CharField(max_length=40))
    secret_hash = models.BinaryField(max_length=32, unique=True)
    hint = models.CharField(max_length=12)
    created_by = models.UUIDField()
    created_at = models.DateTimeField(default=recorded_now)
    agreed_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(roles__contained_by=list(MACHINE_ROLES)) & Q(roles__len__gt=0),
                name="token_roles_of_machines",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__lte=F("created_at") + LONGEST_LIFE, expires_at__gt=F("created_at")),
                name="token_ends_within_a_year",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant", "-id"], name="token_of_office")]

    def __str__(self) -> str:
        return self.name
