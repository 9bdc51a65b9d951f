"""What helps people to write: standard wording (常用语), and who has a draft open at this moment."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case
from kernel.clock import recorded_now
from kernel.models import Model


class Wording(Model):
    """A sentence that is written often. `unit` None: the whole office's; else one unit's own. `outcome`: for which
    conclusion it is meant, "" for any. Never about a person; one that ended stays."""

    class Kind(models.TextChoices):
        FACTS = "facts", _("查明的事实")
        REASONS = "reasons", _("答复")
        LETTER = "letter", _("转送、交办附言")

    kind = models.CharField(max_length=8, choices=Kind)
    outcome = models.CharField(max_length=12, blank=True, default="")
    unit = models.UUIDField(null=True)
    title = models.CharField(_("名称"), max_length=40)
    text = models.CharField(_("内容"), max_length=1000)
    by = models.UUIDField()
    at = models.DateTimeField(default=recorded_now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["kind", "title", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(title="") & ~Q(text=""), name="wording_says_something")
        ]


class Presence(Model):
    """Somebody has the draft of a case open; renewed while the page stands open, old a minute later."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    user = models.UUIDField()
    seen_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "user"], name="presence_once")]
