"""The people of a filing and the files that came with it; all personal data encrypted (domain §11.2)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.codes.persons import PersonRole
from cases.models.case import Case
from kernel.crypto import EncryptedJSONField, EncryptedTextField
from kernel.models import Model


class Petitioner(Model):
    """信访人. `particulars`: name, phone, id_type, id_number, address, mailing_address (all str)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, db_index=False, related_name="petitioners")
    role = models.CharField(max_length=8, choices=PersonRole)
    seq = models.PositiveSmallIntegerField()
    particulars = EncryptedJSONField()
    name_hash = models.BinaryField(max_length=32, null=True)
    phone_hash = models.BinaryField(max_length=32, null=True)
    id_hash = models.BinaryField(max_length=32, null=True)
    address_code = models.CharField(max_length=12, blank=True, default="")

    class Meta:
        ordering: ClassVar = ["seq"]
        indexes: ClassVar = [
            models.Index(fields=["name_hash"], name="petitioner_name", condition=models.Q(name_hash__isnull=False)),
            models.Index(fields=["phone_hash"], name="petitioner_phone", condition=models.Q(phone_hash__isnull=False)),
            models.Index(fields=["id_hash"], name="petitioner_id", condition=models.Q(id_hash__isnull=False)),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "seq"], name="petitioner_seq"),
            models.UniqueConstraint(fields=["case"], condition=models.Q(role="main"), name="petitioner_one_main"),
        ]


class Attachment(Model):
    """材料: the bytes lie encrypted in the store under their content hash; the name is encrypted too."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="attachments")
    sha256 = models.CharField(max_length=64)
    name = EncryptedTextField()
    mime = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    origin = models.CharField(max_length=10, choices=[("petitioner", _("信访人")), ("office", _("单位"))])
    added_by = models.UUIDField()
    added_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["added_at", "id"]
        indexes: ClassVar = [models.Index(fields=["sha256"], name="attachment_sha")]
