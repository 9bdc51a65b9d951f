"""One index of one province: being filled beside the live one, live, or done with; and where copies are not right."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kernel.clock import recorded_now
from tenants.renewal import Shaped


class Shelf(Shaped):
    """An office's documents; while they are made anew, `last` is the case come to."""

    last = models.UUIDField(null=True)
    done = models.PositiveIntegerField(default=0)


class Build(models.Model):
    """`cursor_*`: the last document copied; who goes on begins after it. Offices come in the order of their schemas."""

    class State(models.TextChoices):
        FILLING = "filling", _("正在建立")
        LIVE = "live", _("使用中")
        FORMER = "former", _("已替换")
        DROPPED = "dropped", _("已删除")

    province = models.CharField(max_length=12)
    index = models.CharField(max_length=80, unique=True)
    state = models.CharField(max_length=8, choices=State, default=State.FILLING)
    cursor_schema = models.CharField(max_length=63, default="", blank=True)
    cursor_case = models.UUIDField(null=True)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    aside = models.PositiveIntegerField(default=0)  # of those done, what Elasticsearch would not take
    started_at = models.DateTimeField(default=recorded_now)
    moved_at = models.DateTimeField(default=recorded_now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["province"], condition=Q(state="filling"), name="build_one_filling"),
            models.UniqueConstraint(fields=["province"], condition=Q(state="live"), name="build_one_live"),
        ]

    def __str__(self) -> str:
        return f"{self.index} {self.state}"


class Difference(models.Model):
    """Found by the last comparison of an office, until the next: what a document or its copy does not say."""

    class Layer(models.TextChoices):
        DOCUMENT = "document", _("检索文档")
        INDEX = "index", _("索引")

    class Kind(models.TextChoices):
        MISSING = "missing", _("缺少")
        STALE = "stale", _("过时")
        SURPLUS = "surplus", _("多余")

    schema = models.CharField(max_length=63)
    case = models.UUIDField()
    layer = models.CharField(max_length=8, choices=Layer)
    kind = models.CharField(max_length=7, choices=Kind)
    found_at = models.DateTimeField(default=recorded_now)

    class Meta:
        ordering: ClassVar = ["schema", "layer", "kind", "case"]

    def __str__(self) -> str:
        return f"{self.schema} {self.layer} {self.kind} {self.case}"
