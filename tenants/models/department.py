"""Department: the tree inside one office. Its root is the office's own desk."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kernel.clock import today
from kernel.ids import new_id
from kernel.kept import forget_all
from tenants.models.tenant import Tenant
from tenants.pinyin import sort_key
from tenants.validity import ValidQuerySet, ends_after_start


class Department(models.Model):
    """A bureau, a unit that may be responsible (责任单位), or a section of one (domain §2.1).

    `unit` is the nearest bureau or unit from here upwards, itself included: the body that answers for it.
    """

    class Kind(models.TextChoices):
        BUREAU = "bureau", _("信访局")
        UNIT = "unit", _("单位")
        SECTION = "section", _("科室")
        REVIEW_BODY = "review_body", _("复查复核机构")
        JOINT_CONF = "joint_conf", _("联席会议办公室")
        SUPERVISION = "supervision", _("督查")

    BODIES: ClassVar = frozenset({Kind.BUREAU, Kind.UNIT})

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="departments")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    unit = models.ForeignKey("self", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("性质"), max_length=12, choices=Kind)
    code = models.CharField(_("代码"), max_length=20)
    name = models.CharField(_("名称"), max_length=60)
    short_name = models.CharField(_("简称"), max_length=20, blank=True, default="")
    pinyin = models.CharField(max_length=300, db_collation="C", editable=False)
    valid_from = models.DateField(default=today)
    valid_to = models.DateField(null=True, blank=True)
    successor = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="predecessors")
    vertical_managed = models.BooleanField(_("垂直管理"), default=False)
    superior_line = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    organ_prefix = models.CharField(_("机关代字"), max_length=20, blank=True, default="")
    duties = models.TextField(_("职责"), blank=True, default="")

    objects = ValidQuerySet["Department"].as_manager()

    class Meta:
        ordering: ClassVar = ["pinyin", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant"], condition=Q(parent__isnull=True), name="department_one_root"),
            models.UniqueConstraint(
                fields=["tenant", "code"], condition=Q(valid_to__isnull=True), name="department_code_valid"
            ),
            # What the raw foreign keys of migration 0002 point to: a department is only ever named with its office.
            models.UniqueConstraint(fields=["id", "tenant"], name="department_with_tenant"),
            models.CheckConstraint(
                condition=Q(parent__isnull=False) | Q(kind="bureau", unit=F("id")), name="department_root_is_bureau"
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["bureau", "unit"]) | Q(unit=F("id")), name="department_body_is_own_unit"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["bureau", "unit"]) | ~Q(unit=F("id")), name="department_section_has_unit"
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="department_not_own_parent"
            ),
            ends_after_start("department_valid_order"),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant", "pinyin"], name="department_list")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.pinyin = sort_key(self.name)
        if self.kind in self.BODIES:
            self.unit_id = self.id
        elif self.parent is not None:
            self.unit_id = self.parent.unit_id
        if self.parent is not None and self.parent.tenant_id != self.tenant_id:
            raise ValueError("A department and its parent belong to one office.")
        super().save(*args, **kwargs)
        forget_all()
