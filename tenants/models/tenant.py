"""Tenant: one petition office and its schema. The tree of offices is `parent`, and `path` for ranges."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_tenants.models import DomainMixin, TenantMixin

from kernel.clock import today
from kernel.errors import CrossTenant
from kernel.ids import new_id
from kernel.schema import PUBLIC, use_schema
from tenants.pinyin import sort_key
from tenants.validity import ValidQuerySet, ends_after_start


class Tenant(TenantMixin):
    """One office. `path` is the codes from the top joined by "/", in C order: `>= path` and `< path + "0"` is the
    subtree. A code that was given up may be given to another office; only one of them is valid."""

    class Level(models.TextChoices):
        NATION = "nation", _("国家")
        PROVINCE = "province", _("省级")
        PREFECTURE = "prefecture", _("市级")
        COUNTY = "county", _("县级")

    class Status(models.TextChoices):
        PENDING = "pending", _("待开通")
        READY = "ready", _("已开通")
        CLOSED = "closed", _("已撤销")

    auto_create_schema = False
    auto_drop_schema = False

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    schema_name = models.CharField(max_length=63, unique=True)
    code = models.CharField(_("行政区划代码"), max_length=12)
    name = models.CharField(_("名称"), max_length=60)
    pinyin = models.CharField(max_length=300, db_collation="C", editable=False, default="", db_default="")
    short_name = models.CharField(_("简称"), max_length=20, blank=True, default="")
    level = models.CharField(_("层级"), max_length=10, choices=Level)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=200, db_collation="C")
    host = models.CharField(_("域名"), max_length=253, blank=True, default="")
    valid_from = models.DateField(default=today)
    valid_to = models.DateField(null=True, blank=True)
    successor = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="predecessors")
    cell = models.CharField(max_length=20, default="main")
    schema_rev = models.PositiveIntegerField(default=0)
    status = models.CharField(max_length=8, choices=Status, default=Status.PENDING)
    address = models.CharField(_("地址"), max_length=200, blank=True, default="")
    hours = models.CharField(_("接待时间"), max_length=200, blank=True, default="")
    phone = models.CharField(_("电话"), max_length=40, blank=True, default="")
    letter_prefix = models.CharField(_("文号代字"), max_length=20, blank=True, default="")
    # What the public page says beside address, hours and phone (R 18(1), domain P20).
    mail_address = models.CharField(_("通信地址"), max_length=200, blank=True, default="", db_default="")
    online = models.CharField(_("网络信访渠道"), max_length=200, blank=True, default="", db_default="")
    procedure = models.TextField(_("办理程序"), blank=True, default="", db_default="")
    query_how = models.TextField(_("查询方式"), blank=True, default="", db_default="")
    laws = models.TextField(_("法规依据"), blank=True, default="", db_default="")
    conveniences = models.TextField(_("便民事项"), blank=True, default="", db_default="")
    published_at = models.DateTimeField(null=True, blank=True)

    objects = ValidQuerySet["Tenant"].as_manager()

    class Meta:
        ordering: ClassVar = ["path"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code"], condition=Q(valid_to__isnull=True), name="tenant_code_valid"),
            models.UniqueConstraint(fields=["path"], condition=Q(valid_to__isnull=True), name="tenant_path_valid"),
            models.CheckConstraint(condition=~Q(schema_name=PUBLIC), name="tenant_not_public"),
            models.CheckConstraint(condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="tenant_not_own_parent"),
            models.CheckConstraint(condition=Q(code__regex=r"^[0-9A-Za-z]{2,12}$"), name="tenant_code_plain"),
            models.CheckConstraint(condition=Q(path__endswith=F("code")), name="tenant_path_ends_in_code"),
            ends_after_start("tenant_valid_order"),
        ]
        indexes: ClassVar = [models.Index(fields=["path"], name="tenant_path")]

    def __str__(self) -> str:
        return self.name

    def __enter__(self) -> NoReturn:
        raise CrossTenant("`with tenant:` mixes up threads. Write `with tenants.context.use(tenant):`.")

    def activate(self) -> NoReturn:
        raise CrossTenant("Write `with tenants.context.use(tenant):`.")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """From any context: the row is shared, and no schema is made here."""
        from tenants import context  # noqa: PLC0415  context reads this model

        self.pinyin = sort_key(self.name)
        if "name" in (kwargs.get("update_fields") or ()):
            kwargs["update_fields"] = {*kwargs["update_fields"], "pinyin"}
        with use_schema(None):
            super().save(1, *args, **kwargs)
        context.forget()

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise CrossTenant("An office is closed, never deleted: its cases stay readable.")


class Domain(DomainMixin):
    """A host name under which an office is reached. One of them is the primary one."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="domains")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant"], condition=Q(is_primary=True), name="domain_one_primary"),
            models.CheckConstraint(condition=Q(domain__regex=r"^[a-z0-9.-]+$"), name="domain_lower_case"),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        from tenants import context  # noqa: PLC0415

        super().save(*args, **kwargs)
        context.forget()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        from tenants import context  # noqa: PLC0415

        done: tuple[int, dict[str, int]] = super().delete(*args, **kwargs)
        context.forget()
        return done
