"""What an administrator asks of a second one (PostRequest), and long work that is done piece by piece (Job)."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kernel.clock import recorded_now, today
from kernel.crypto import EncryptedJSONField, EncryptedTextField
from kernel.ids import new_id
from tenants.models.department import Department
from tenants.models.people import Membership, User
from tenants.models.tenant import Tenant
from tenants.models.token import ApiToken
from tenants.roles import KNOWN


class PostRequest(models.Model):
    """A post, a change of its roles, a new password or another system's token: what takes two administrators (design
    §8). Four eyes: neither who asked nor whom it is about (of a token: who asked) decides; `decided_in` is the office
    of who did, the own or the next upper one."""

    class Kind(models.TextChoices):
        GIVE = "give", _("设岗")
        CHANGE = "change", _("改岗")
        RESET = "reset", _("重设密码")
        TOKEN = "token", _("接口令牌")

    class Status(models.TextChoices):
        OPEN = "open", _("待同意")
        DONE = "done", _("已同意")
        DECLINED = "declined", _("不同意")
        WITHDRAWN = "withdrawn", _("已撤回")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=6, choices=Kind)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, null=True, related_name="+")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    token = models.OneToOneField(ApiToken, on_delete=models.PROTECT, null=True, related_name="request")
    roles = ArrayField(models.CharField(max_length=4), default=list)
    before = ArrayField(models.CharField(max_length=4), default=list)
    valid_from = models.DateField(default=today)
    valid_to = models.DateField(null=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=recorded_now)
    status = models.CharField(max_length=9, choices=Status, default=Status.OPEN)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_in = models.ForeignKey(Tenant, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = EncryptedTextField(_("理由"), null=True)

    class Meta:
        ordering: ClassVar = ["at", "id"]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "at"], condition=Q(status="open"), name="post_request_open"),
            models.Index(fields=["tenant", "user"], name="post_request_person"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(roles__contained_by=sorted(KNOWN)), name="post_request_roles_known"),
            models.CheckConstraint(
                condition=Q(kind="reset") | Q(department__isnull=False, roles__len__gt=0), name="post_request_has_post"
            ),
            models.CheckConstraint(
                condition=~Q(kind="change") | Q(membership__isnull=False), name="post_request_changes_one"
            ),
            models.CheckConstraint(
                condition=Q(kind="token", token__isnull=False) | ~Q(kind="token") & Q(token__isnull=True),
                name="post_request_token",
            ),
            models.CheckConstraint(
                condition=Q(status="open", decided_by__isnull=True, decided_at__isnull=True)
                | ~Q(status="open") & Q(decided_by__isnull=False, decided_at__isnull=False),
                name="post_request_decided",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["open", "withdrawn"]) | ~Q(decided_by=F("by")) & ~Q(decided_by=F("user")),
                name="post_request_four_eyes",
            ),
            models.UniqueConstraint(
                fields=["user", "department"],
                condition=Q(status="open", department__isnull=False, token__isnull=True),
                name="post_request_once",
            ),
            models.UniqueConstraint(
                fields=["user"], condition=Q(status="open", kind="reset"), name="post_request_reset_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.user_id} {','.join(self.roles)} {self.status}"


class Job(models.Model):
    """Work of many small transactions: people of a spreadsheet, the cases of who has left. `done` of `total` pieces;
    whoever comes next goes on from there. `data` may name people; `failed` holds (piece, what stood in the way)."""

    class Kind(models.TextChoices):
        IMPORT = "import", _("导入人员")
        HAND_OVER = "hand_over", _("移交在办件")

    class Status(models.TextChoices):
        DRAFT = "draft", _("待开始")
        OPEN = "open", _("进行中")
        DONE = "done", _("已完成")
        DROPPED = "dropped", _("已放弃")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    by = models.UUIDField()
    membership = models.UUIDField()
    subject = models.UUIDField(null=True)
    data = EncryptedJSONField(default=dict)
    status = models.CharField(max_length=7, choices=Status, default=Status.DRAFT)
    run_from = models.DateField(default=today)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    failed = EncryptedJSONField(default=list)
    created_at = models.DateTimeField(default=recorded_now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["run_from", "id"], condition=Q(status="open"), name="job_open"),
            models.Index(fields=["tenant", "-id"], name="job_of_office"),
            models.Index(fields=["subject"], name="job_subject"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "subject"], condition=Q(status="open", kind="hand_over"), name="job_one_hand_over"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.status} {self.done}/{self.total}"
