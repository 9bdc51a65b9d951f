"""Laws and their articles, to be picked where an opinion says on what it relies (R 32)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kernel.ids import new_id
from tenants.models.tenant import Tenant
from tenants.validity import ValidQuerySet, ends_after_start


class Law(models.Model):
    """A law, regulation or policy. `tenant` None: for every office; else an office's own."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, null=True, related_name="+")
    title = models.CharField(_("名称"), max_length=120)
    issued = models.CharField(_("文号或年份"), max_length=80, blank=True, default="")
    valid_from = models.DateField(default=date(1949, 10, 1))
    valid_to = models.DateField(null=True, blank=True)

    objects = ValidQuerySet["Law"].as_manager()

    class Meta:
        ordering: ClassVar = ["title", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "title"], condition=Q(valid_to__isnull=True), name="law_title_valid"
            ),
            models.UniqueConstraint(
                fields=["title"], condition=Q(valid_to__isnull=True, tenant__isnull=True), name="law_title_shared"
            ),
            ends_after_start("law_valid_order"),
        ]

    def __str__(self) -> str:
        return self.title


class LawArticle(models.Model):
    """One article: how it is cited, what it is about, its words where somebody brought them. `contents`: the content
    classes whose answers usually rely on it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    law = models.ForeignKey(Law, on_delete=models.PROTECT, related_name="articles")
    number = models.CharField(_("条"), max_length=40)
    seq = models.PositiveIntegerField()
    title = models.CharField(_("内容提要"), max_length=200, blank=True, default="")
    text = models.TextField(_("条文"), blank=True, default="")
    contents = ArrayField(models.CharField(max_length=6), default=list, blank=True)

    class Meta:
        ordering: ClassVar = ["law", "seq"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["law", "number"], name="law_article_number")]

    def __str__(self) -> str:
        return self.number
