"""Orders, advice letters, proposals and what goes to the confidential desk; what was said is never taken back."""

from typing import Any

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import kernel.crypto
import kernel.ids

CHANGED = ("order", "proposal", "advice", "concern")
KEPT = ("ordercase", "step", "stepfile", "advicenote", "concernnote")
ALL = ", ".join(f"supervision_{name}" for name in (*CHANGED, *KEPT))
# Typed text may be written again under a new key; nothing else of a line that was said.
GRANTS: list[Any] = [
    f"REVOKE ALL ON {ALL} FROM huiyin_app",
    f"GRANT SELECT, INSERT ON {ALL} TO huiyin_app",
    *(f"GRANT UPDATE ON supervision_{name} TO huiyin_app" for name in CHANGED),
    *(f"GRANT UPDATE (text) ON supervision_{name} TO huiyin_app" for name in ("step", "advicenote", "concernnote")),
    "GRANT UPDATE (name) ON supervision_stepfile TO huiyin_app",
]


class Migration(migrations.Migration):
    dependencies = [
        ("supervision", "0001_ledger"),
        ("tenants", "0010_consent_and_ends"),
    ]

    operations = [
        migrations.CreateModel(
            name="Advice",
            fields=[
                ("id", models.UUIDField(default=kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("to_body", kernel.crypto.EncryptedTextField(null=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("improve", "改进工作"), ("policy", "完善政策"), ("account", "追究责任")], max_length=7
                    ),
                ),
                ("number", models.CharField(max_length=60)),
                ("text", kernel.crypto.EncryptedTextField()),
                (
                    "cases",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("sent", "待反馈"), ("answered", "已反馈"), ("closed", "已了结")],
                        default="sent",
                        max_length=8,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("sent_by", models.UUIDField()),
                ("sent_at", models.DateTimeField()),
                ("due_raw", models.DateTimeField()),
                ("due_effective", models.DateTimeField()),
                ("due_provisional", models.BooleanField(default=False)),
                (
                    "adopted",
                    models.CharField(
                        blank=True,
                        choices=[("Y", "采纳"), ("P", "部分采纳"), ("N", "不采纳")],
                        default="",
                        max_length=1,
                    ),
                ),
                ("answer", kernel.crypto.EncryptedTextField(null=True)),
                ("answered_by", models.UUIDField(null=True)),
                ("answered_on", models.DateField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenants.department"
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenants.tenant"
                    ),
                ),
                (
                    "to_department",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.department",
                    ),
                ),
                (
                    "to_tenant",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenants.tenant"
                    ),
                ),
            ],
            options={
                "ordering": ["due_raw", "id"],
            },
        ),
        migrations.CreateModel(
            name="AdviceNote",
            fields=[
                ("id", models.UUIDField(default=kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("by", models.UUIDField()),
                ("department", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("text", kernel.crypto.EncryptedTextField()),
                (
                    "advice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="notes", to="supervision.advice"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Concern",
            fields=[
                ("id", models.UUIDField(default=kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("leak", "泄露信访人信息"), ("retaliation", "打击报复"), ("conduct", "作风粗暴")],
                        max_length=11,
                    ),
                ),
                ("case_number", kernel.crypto.EncryptedTextField(null=True)),
                ("text", kernel.crypto.EncryptedTextField()),
                ("by", models.UUIDField()),
                ("department", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("version", models.PositiveIntegerField(default=1)),
                ("closed_by", models.UUIDField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenants.tenant"
                    ),
                ),
                (
                    "to_tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenants.tenant"
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="ConcernNote",
            fields=[
                ("id", models.UUIDField(default=kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("by", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("text", kernel.crypto.EncryptedTextField()),
                (
                    "concern",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="notes", to="supervision.concern"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Order",
            fields=[
                ("id", models.UUIDField(default=kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                (
                    "instrument",
                    models.CharField(
                        choices=[
                            ("urge", "催办"),
                            ("letter", "督办函"),
                            ("onsite", "实地督查"),
                            ("special", "专项督查"),
                            ("track", "跟踪督办"),
                            ("joint", "联合督查"),
                            ("listed", "挂牌督办"),
                            ("talk", "约谈"),
                            ("circular", "通报"),
                            ("correct", "责令限期整改"),
                        ],
                        max_length=8,
                    ),
                ),
                ("number", models.CharField(max_length=60)),
                (
                    "basis",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("V1", "逾期未分流、未告知"),
                            ("V2", "逾期未办结，延期未批准或未告知"),
                            ("V3", "交办件逾期未反馈"),
                            ("V4", "未按程序办理"),
                            ("V5", "推诿：多次退回或转手"),
                            ("V6", "敷衍：答复两次退回或照抄"),
                            ("V7", "支持的诉求逾期未执行"),
                        ],
                        default="",
                        max_length=3,
                    ),
                ),
                ("reason", kernel.crypto.EncryptedTextField()),
                (
                    "partners",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("issued", "待签收"),
                            ("seen", "办理中"),
                            ("answered", "已反馈，待认可"),
                            ("accepted", "已认可，未解除"),
                            ("done", "已办结"),
                            ("escalated", "已升级"),
                            ("lifted", "已解除"),
                        ],
                        default="issued",
                        max_length=9,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("issued_by", models.UUIDField()),
                ("issued_at", models.DateTimeField()),
                ("first_due", models.DateTimeField()),
                ("due_raw", models.DateTimeField()),
                ("due_effective", models.DateTimeField()),
                ("due_provisional", models.BooleanField(default=False)),
                ("seen_at", models.DateTimeField(null=True)),
                ("first_answered_at", models.DateTimeField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("accepted_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("sent_back", models.PositiveSmallIntegerField(default=0)),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenants.department"
                    ),
                ),
                (
                    "follows",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followed_by",
                        to="supervision.order",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenants.tenant"
                    ),
                ),
                (
                    "to_department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenants.department"
                    ),
                ),
                (
                    "to_tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenants.tenant"
                    ),
                ),
            ],
            options={
                "ordering": ["due_raw", "id"],
            },
        ),
        migrations.CreateModel(
            name="OrderCase",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("case", models.UUIDField()),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="cases", to="supervision.order"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Proposal",
            fields=[
                ("id", models.UUIDField(default=kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                (
                    "trigger",
                    models.CharField(
                        choices=[
                            ("V1", "逾期未分流、未告知"),
                            ("V2", "逾期未办结，延期未批准或未告知"),
                            ("V3", "交办件逾期未反馈"),
                            ("V4", "未按程序办理"),
                            ("V5", "推诿：多次退回或转手"),
                            ("V6", "敷衍：答复两次退回或照抄"),
                            ("V7", "支持的诉求逾期未执行"),
                        ],
                        max_length=3,
                    ),
                ),
                ("case", models.UUIDField()),
                ("evidence", models.JSONField(default=list)),
                ("dedup", models.CharField(blank=True, default="", max_length=80)),
                ("at", models.DateTimeField()),
                (
                    "status",
                    models.CharField(
                        choices=[("open", "待处理"), ("issued", "已督办"), ("dismissed", "不督办")],
                        default="open",
                        max_length=9,
                    ),
                ),
                ("decided_by", models.UUIDField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("reason", kernel.crypto.EncryptedTextField(null=True)),
                (
                    "order",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposals",
                        to="supervision.order",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenants.tenant"
                    ),
                ),
                (
                    "to_department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenants.department"
                    ),
                ),
                (
                    "to_tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenants.tenant"
                    ),
                ),
            ],
            options={
                "ordering": ["trigger", "at", "id"],
            },
        ),
        migrations.CreateModel(
            name="Step",
            fields=[
                ("id", models.UUIDField(default=kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("issued", "发出"),
                            ("seen", "签收"),
                            ("progress", "报告进展"),
                            ("reply", "书面反馈"),
                            ("accepted", "认可反馈"),
                            ("sent_back", "退回重办"),
                            ("escalated", "升级督办"),
                            ("lifted", "解除"),
                        ],
                        max_length=9,
                    ),
                ),
                ("by", models.UUIDField()),
                ("department", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("text", kernel.crypto.EncryptedTextField(null=True)),
                ("due_raw", models.DateTimeField(null=True)),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="supervision.order"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="StepFile",
            fields=[
                ("id", models.UUIDField(default=kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("tenant", models.UUIDField()),
                ("sha256", models.CharField(max_length=64)),
                ("name", kernel.crypto.EncryptedTextField()),
                ("mime", models.CharField(max_length=100)),
                ("size", models.PositiveBigIntegerField()),
                (
                    "step",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="files", to="supervision.step"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.AddIndex(
            model_name="advice",
            index=models.Index(fields=["tenant", "state", "due_raw"], name="advice_of_issuer"),
        ),
        migrations.AddIndex(
            model_name="advice",
            index=models.Index(fields=["to_department", "state", "due_raw"], name="advice_of_body"),
        ),
        migrations.AddConstraint(
            model_name="advice",
            constraint=models.UniqueConstraint(fields=("tenant", "number"), name="advice_number"),
        ),
        migrations.AddConstraint(
            model_name="advice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("to_body__isnull", True), ("to_department__isnull", False), ("to_tenant__isnull", False)),
                    models.Q(("to_body__isnull", False), ("to_department__isnull", True), ("to_tenant__isnull", True)),
                    _connector="OR",
                ),
                name="advice_one_addressee",
            ),
        ),
        migrations.AddConstraint(
            model_name="advice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("adopted", ""), ("answered_at__isnull", True), ("state", "sent")),
                    models.Q(
                        models.Q(("state", "sent"), _negated=True),
                        models.Q(("adopted", ""), _negated=True),
                        ("answered_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="advice_answered",
            ),
        ),
        migrations.AddIndex(
            model_name="concern",
            index=models.Index(fields=["to_tenant", "-id"], name="concern_of_desk"),
        ),
        migrations.AddConstraint(
            model_name="concern",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", True), ("closed_by__isnull", True)),
                    models.Q(("closed_at__isnull", False), ("closed_by__isnull", False)),
                    _connector="OR",
                ),
                name="concern_closed_by_whom",
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("state__in", ["issued", "seen"])), fields=["due_raw", "id"], name="order_owed"
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["tenant", "state", "due_raw"], name="order_of_issuer"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["to_department", "state", "due_raw"], name="order_of_body"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["to_tenant", "state", "due_raw"], name="order_of_office"),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.UniqueConstraint(fields=("tenant", "number"), name="order_number"),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", False), ("state__in", ["done", "escalated", "lifted"])),
                    models.Q(
                        models.Q(("state__in", ["done", "escalated", "lifted"]), _negated=True),
                        ("closed_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="order_closed_at",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["accepted", "done"]), _negated=True),
                    ("accepted_at__isnull", False),
                    _connector="OR",
                ),
                name="order_accepted_at",
            ),
        ),
        migrations.AddIndex(
            model_name="ordercase",
            index=models.Index(fields=["case"], name="order_of_case"),
        ),
        migrations.AddConstraint(
            model_name="ordercase",
            constraint=models.UniqueConstraint(fields=("order", "case"), name="order_case_once"),
        ),
        migrations.AddIndex(
            model_name="proposal",
            index=models.Index(
                condition=models.Q(("status", "open")), fields=["tenant", "trigger", "at"], name="proposal_waiting"
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.UniqueConstraint(
                fields=("tenant", "trigger", "case", "dedup"), name="supervision_proposal_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("decided_at__isnull", True),
                        ("decided_by__isnull", True),
                        ("order__isnull", True),
                        ("status", "open"),
                    ),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        ("order__isnull", False),
                        ("status", "issued"),
                    ),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        ("order__isnull", True),
                        ("status", "dismissed"),
                    ),
                    _connector="OR",
                ),
                name="supervision_proposal_decided",
            ),
        ),
        migrations.AddIndex(
            model_name="step",
            index=models.Index(fields=["order", "id"], name="order_step"),
        ),
        migrations.RunSQL(GRANTS, f"REVOKE ALL ON {ALL} FROM huiyin_app"),
    ]
