"""User, Role, Membership: a person has posts; a post gives roles in one department of one office, for a time."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kernel.clock import recorded_now, today
from kernel.crypto import EncryptedTextField
from kernel.ids import new_id
from tenants.models.department import Department
from tenants.models.tenant import Tenant
from tenants.pinyin import sort_key
from tenants.roles import BESIDE_ADMIN, KNOWN
from tenants.validity import ValidQuerySet, ends_after_start


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, name: str = "", password: str | None = None, **fields: Any) -> User:
        """A person without a post: may sign in nowhere until a membership is added."""
        user = self.model(username=username, name=name or username, **fields)
        user.set_password(password)
        user.save()
        return user


class User(AbstractBaseUser):
    """An official. The operator runs the platform and is never inside a tenant."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    username = models.CharField(_("用户名"), max_length=60, unique=True)
    name = models.CharField(_("姓名"), max_length=40)
    pinyin = models.CharField(max_length=300, db_collation="C", editable=False, default="")
    phone = EncryptedTextField(_("电话"), null=True, blank=True)
    is_operator = models.BooleanField(_("平台运维"), default=False)
    is_active = models.BooleanField(_("启用"), default=True)
    language = models.CharField(_("语言"), max_length=10, default="zh-hans")
    must_change_password = models.BooleanField(default=False)
    password_ends_at = models.DateTimeField(null=True)  # of a password to be used once; see tenants.passwords
    created_at = models.DateTimeField(default=recorded_now)

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        ordering: ClassVar = ["pinyin", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(username__regex=r"^[a-z0-9][a-z0-9._@-]*$"), name="user_name_plain"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.pinyin = sort_key(self.name)
        super().save(*args, **kwargs)


class Role(models.Model):
    """A role of domain §2.2 as data: the verbs it may call or propose, and what it may read. Seeded from
    `tenants.roles`, changed by migration only."""

    class Reads(models.TextChoices):
        NONE = "none", _("不看信访内容")
        SEALED = "sealed", _("封存件")
        DEPT = "dept", _("本科室")
        OFFICE = "office", _("本单位")

    code = models.CharField(primary_key=True, max_length=4)
    name = models.CharField(_("名称"), max_length=40)
    verbs = ArrayField(models.CharField(max_length=40))
    reads = models.CharField(max_length=6, choices=Reads)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(code__in=["R19", "R20", "R21", "R16"]) | ~Q(reads="none"), name="role_reads_something"
            ),
            models.CheckConstraint(condition=~Q(code="R19") | Q(verbs=[], reads="none"), name="role_admin_no_case"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class MembershipQuerySet(ValidQuerySet["Membership"]):
    def with_places(self) -> Self:
        return self.select_related("user", "department", "tenant")


class Membership(models.Model):
    """A post. That the department is the office's own is a foreign key over both columns (migration 0002)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="memberships")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="memberships")
    roles = ArrayField(models.CharField(max_length=4))
    valid_from = models.DateField(default=today)
    valid_to = models.DateField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            # R19 manages people and codes; beside it only what shows no case (domain §2.2).
            models.CheckConstraint(
                condition=~Q(roles__contains=["R19"]) | Q(roles__contained_by=sorted(BESIDE_ADMIN)),
                name="membership_admin_no_case_role",
            ),
            models.CheckConstraint(condition=Q(roles__len__gt=0), name="membership_has_role"),
            models.CheckConstraint(condition=Q(roles__contained_by=sorted(KNOWN)), name="membership_roles_known"),
            models.UniqueConstraint(
                fields=["user", "department"], condition=Q(valid_to__isnull=True), name="membership_once"
            ),
            ends_after_start("membership_valid_order"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "department"], name="membership_place"),
            models.Index(fields=["tenant", "user"], condition=Q(roles__contains=["R19"]), name="membership_admins"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {','.join(self.roles)} @ {self.department_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises Refused when another post in the same office makes the person administrator and clerk at once."""
        from tenants import posts  # noqa: PLC0415  posts reads this model

        posts.check_apart(self)
        super().save(*args, **kwargs)
