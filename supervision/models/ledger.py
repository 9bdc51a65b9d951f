"""The region's books: one row per matter as its holder has it, and every change of what counts, from the first on.

Ids, codes, numbers and dates only: no title, no name, nothing that was typed (design §6).
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Func, Q

from kernel.clock import recorded_now


class LedgerRow(models.Model):
    """One matter. A pure function of the holder's rows, but for `debts` (what other offices on its path still owe) and
    `told`, `next_rung_at` (how far the sweep has warned). Open is `closed_at` None. `due_*` is the holder's first duty;
    a right somebody may use and a term that only warns never make late (domain §5)."""

    case = models.UUIDField(primary_key=True)
    number = models.CharField(max_length=38)
    version = models.PositiveIntegerField()
    updated_at = models.DateTimeField()

    # Where it came in and where it lies.
    origin = models.UUIDField()
    origin_path = models.CharField(max_length=200, db_collation="C")
    origin_unit = models.UUIDField()
    by_unit = models.BooleanField(default=False)
    holder = models.UUIDField()
    path = models.CharField(max_length=200, db_collation="C")
    unit = models.UUIDField()
    department = models.UUIDField()
    held_since = models.DateTimeField()

    # What it is.
    channel = models.CharField(max_length=8)
    klass = models.CharField(max_length=1, blank=True, default="")
    procedure = models.CharField(max_length=2, blank=True, default="")
    content_class = models.CharField(max_length=6, blank=True, default="")
    place = models.CharField(max_length=12, blank=True, default="")
    persons = models.PositiveIntegerField(default=1)
    repeat = models.BooleanField(default=False)
    group = models.BooleanField(default=False)
    litigation = models.BooleanField(default=False)
    counted = models.BooleanField(default=True)
    important = models.BooleanField(default=False)
    urgent = models.BooleanField(default=False)
    sealed = models.BooleanField(default=False)

    # How it stands. `clocks`, `debts`: running clocks as `supervision.rows.Running`.
    state = models.CharField(max_length=3)
    seat = models.CharField(max_length=6)
    due_kind = models.CharField(max_length=3, blank=True, default="")
    due_raw = models.DateTimeField(null=True)
    clocks = models.JSONField(default=list)
    debts = models.JSONField(default=list)

    # The steps: when each was done, and by when it had to be. None: not yet, or no such step.
    received_at = models.DateTimeField()
    registered_at = models.DateTimeField()
    triaged_at = models.DateTimeField(null=True)
    triage_due = models.DateTimeField(null=True)
    unit_received_at = models.DateTimeField(null=True)
    notice_due = models.DateTimeField(null=True)
    notified_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    reply_due = models.DateTimeField(null=True)
    served_at = models.DateTimeField(null=True)
    feedback_due = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    # How it went. `passes`: stays that ended in a hand-back or a hop, as `supervision.rows.Pass`; `relays`: bureaus
    # below the first that had to send it on, as `supervision.rows.Relay`.
    closing_kind = models.CharField(max_length=24, blank=True, default="")
    outcome = models.CharField(max_length=12, blank=True, default="")
    ground = models.CharField(max_length=24, blank=True, default="")
    routed = models.BooleanField(default=False)
    extended_days = models.PositiveSmallIntegerField(default=0)
    transfers = models.PositiveSmallIntegerField(default=0)
    objections = models.PositiveSmallIntegerField(default=0)
    hand_backs = models.PositiveSmallIntegerField(default=0)
    hops = models.PositiveSmallIntegerField(default=0)
    sent_back = models.PositiveSmallIntegerField(default=0)
    passes = models.JSONField(default=list)
    relays = models.JSONField(default=list)

    # The sweep's memory: clock -> last rung told.
    told = models.JSONField(default=dict)
    next_rung_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["path", "due_raw"],
                include=["sealed", "holder", "unit", "department", "channel", "content_class", "state", "received_at"],
                condition=Q(closed_at=None),
                name="ledger_open",
            ),
            models.Index(
                fields=["origin_path", "registered_at"],
                include=["sealed", "origin_unit", "channel", "content_class", "counted"],
                name="ledger_came",
            ),
            models.Index(
                fields=["path", "closed_at"],
                include=["sealed", "unit"],
                condition=Q(closed_at__isnull=False),
                name="ledger_closed",
            ),
            models.Index(fields=["path", "reply_due"], name="ledger_reply_due"),
            models.Index(fields=["due_raw"], condition=Q(closed_at=None, sealed=False), name="ledger_oldest"),
            models.Index(fields=["path"], condition=Q(hand_backs__gt=0) | Q(hops__gt=0), name="ledger_passed_about"),
            models.Index(fields=["path"], condition=~Q(relays=[]), name="ledger_relayed"),
            models.Index(fields=["next_rung_at"], condition=Q(next_rung_at__isnull=False), name="ledger_next_rung"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.state}"


class Triage(models.Model):
    """One bureau that had to decide where a matter goes, and by when: the one it came in at, and each it was sent to
    on its way (K1, K1r). A view; `path` and `unit` are those of the bureau, whoever has the matter now."""

    case = models.UUIDField(primary_key=True)  # of several rows, where several bureaus had it
    path = models.CharField(max_length=200, db_collation="C")
    unit = models.UUIDField()
    sealed = models.BooleanField()
    counted = models.BooleanField()
    repeat = models.BooleanField()
    by_unit = models.BooleanField()
    channel = models.CharField(max_length=8)
    triage_due = models.DateTimeField()
    triaged_at = models.DateTimeField(null=True)

    class Meta:
        managed = False

    def __str__(self) -> str:
        return f"{self.case} {self.path} {self.triage_due}"


class LedgerChange(models.Model):
    """One change of what counts. `before` None: the matter is new here. The application may only INSERT and SELECT.

    `at` is when it happened (`kernel.clock.now`), `recorded_at` when it was written.
    """

    id = models.BigAutoField(primary_key=True)
    case = models.UUIDField()
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=recorded_now)
    before = models.JSONField(null=True)
    after = models.JSONField()

    class Meta:
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [
            models.Index(fields=["case", "at", "id"], name="ledger_change_case"),
            models.Index(fields=["at"], name="ledger_change_at"),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.at}"


class Unfolded(models.Model):
    """A change that the counters of regions do not hold yet. Written with it, taken away by the fold: whatever order
    transactions are committed in, none is passed over."""

    change = models.BigIntegerField(
        primary_key=True,
        db_default=Func(template="currval('supervision_ledgerchange_id_seq')", output_field=models.BigIntegerField()),
    )

    def __str__(self) -> str:
        return str(self.change)
