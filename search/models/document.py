"""What search knows of a case: one row per office's row of it, derived, without the data of persons."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.states import Class, State
from kernel.clock import recorded_now
from kernel.crypto import EncryptedTextField
from kernel.models import Model


class Document(Model):
    """Elasticsearch holds a copy; PostgreSQL answers from here. Never deleted: `removed` says it must not be found.

    Texts are masked and as one reads them; `folded_*` are those texts as `words.fold` gives them, one to a line, in
    which a match is made sure of; `*_terms` are their bigrams without places. Shared texts are read by offices above
    too, inner ones by the own office alone (shapes.SHARED, shapes.INNER).
    """

    id = None  # type: ignore[assignment]  # the case is the key
    case = models.UUIDField(primary_key=True)
    revision = models.PositiveBigIntegerField(default=1)  # + 1 with each write: Elasticsearch's external version
    version = models.PositiveIntegerField(default=0)  # of the case's row it was made from
    made_at = models.DateTimeField(default=recorded_now)
    held = models.BooleanField(default=False)
    removed = models.BooleanField(default=False)
    offices = ArrayField(models.CharField(max_length=12), default=list)  # codes of all that hold or held the matter
    unit = models.UUIDField(null=True)
    department = models.UUIDField(null=True)
    handler = models.UUIDField(null=True)
    number = models.CharField(max_length=38, default="", blank=True)
    klass = models.CharField(max_length=1, choices=Class, default="", blank=True)
    state = models.CharField(max_length=3, choices=State, default="", blank=True)
    channel = models.CharField(max_length=8, default="", blank=True)
    content_class = models.CharField(max_length=6, default="", blank=True)
    place = models.CharField(_("问题属地"), max_length=12, default="", blank=True)
    spot = models.TextField(default="", db_default="", blank=True)  # the place in words; an inner text
    due_raw = models.DateTimeField(null=True)
    due_kind = models.CharField(max_length=3, default="", blank=True)
    received_at = models.DateTimeField(null=True)
    registered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    group = models.BooleanField(default=False)
    urgent = models.BooleanField(default=False)
    title = models.TextField(default="", blank=True)
    narrative = models.TextField(default="", blank=True)
    demands = models.TextField(default="", blank=True)
    answers = models.TextField(default="", blank=True)
    papers = models.TextField(default="", blank=True)
    files = models.TextField(default="", blank=True)
    folded_title = models.TextField(default="", blank=True)
    folded_shared = models.TextField(default="", blank=True)
    folded_inner = models.TextField(default="", blank=True)
    shared_terms = SearchVectorField(default="")
    inner_terms = SearchVectorField(default="")

    class Meta:
        indexes: ClassVar = [
            GinIndex(fields=["shared_terms"], name="document_shared"),
            GinIndex(fields=["inner_terms"], name="document_inner"),
            models.Index(fields=["registered_at", "case"], name="document_registered"),
            models.Index(fields=["number"], name="document_number"),
        ]

    def __str__(self) -> str:
        return f"{self.number} r{self.revision}"


class FileText(Model):
    """What was read in an attachment, by the hash of its bytes: once, whatever number of cases it came with."""

    class Outcome(models.TextChoices):
        READ = "read", _("已提取文字")
        NONE = "none", _("没有文字")
        BROKEN = "broken", _("文件损坏")
        LARGE = "large", _("文件过大")
        SLOW = "slow", _("提取超时")

    id = None  # type: ignore[assignment]
    sha256 = models.CharField(max_length=64, primary_key=True)
    outcome = models.CharField(max_length=6, choices=Outcome)
    text = EncryptedTextField(null=True)
    at = models.DateTimeField(default=recorded_now)

    def __str__(self) -> str:
        return f"{self.sha256[:12]} {self.outcome}"
