"""How often something may be tried, counted in the database: every process and every restart counts the same."""

from datetime import UTC, datetime, timedelta
from typing import ClassVar

from django.db import connection, models

from kernel.clock import recorded_now
from kernel.crypto import keyed_hash

PER_ACCOUNT = (5, 300)
PER_ADDRESS = (200, 300)  # a whole office may share one address


class Attempt(models.Model):
    """Tries of one kind by one subject within one window. The subject is a keyed hash."""

    kind = models.CharField(max_length=40)
    subject_hash = models.BinaryField(max_length=32)
    window_start = models.DateTimeField()
    count = models.IntegerField(default=0)

    class Meta:
        app_label = "kernel"
        db_table = "kernel_attempt"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "subject_hash", "window_start"], name="attempt_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["window_start"], name="attempt_old")]

    def __str__(self) -> str:
        return f"{self.kind} {self.count}"


def hit(kind: str, subject: str, limit: int, per_s: int) -> bool:
    """Count one try and say whether it is within `limit` tries in `per_s` seconds.

    The window slides by weighting the previous one, so that a burst over its edge does not count as two windows. The
    count is one statement: two requests at once never both take the last try.
    """
    now = recorded_now()
    start = _window(now, per_s)
    row: list[str | bytes | datetime] = [kind, keyed_hash(f"attempt:{kind}", subject), start]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kernel_attempt (kind, subject_hash, window_start, count) VALUES (%s, %s, %s, 1) "
            "ON CONFLICT (kind, subject_hash, window_start) DO UPDATE SET count = kernel_attempt.count + 1 "
            "RETURNING count",
            row,
        )
        counted = cursor.fetchone()
    return _weighed(kind, subject, now, per_s, int(counted[0]) if counted else 0) <= limit


def allowed(kind: str, subject: str, limit: int, per_s: int) -> bool:
    """Whether another try would still be within the limit; counts nothing."""
    now = recorded_now()
    found = _count(kind, subject, _window(now, per_s))
    return _weighed(kind, subject, now, per_s, found) < limit


def forgive(kind: str, subject: str) -> None:
    """After a success the failures before it no longer count."""
    Attempt.objects.filter(kind=kind, subject_hash=keyed_hash(f"attempt:{kind}", subject)).delete()


def forget(older_than: timedelta = timedelta(days=1)) -> int:
    """Remove what no window can reach any more; for a nightly job."""
    return Attempt.objects.filter(window_start__lt=recorded_now() - older_than).delete()[0]


def _window(now: datetime, per_s: int) -> datetime:
    return datetime.fromtimestamp(int(now.timestamp()) // per_s * per_s, UTC)


def _count(kind: str, subject: str, start: datetime) -> int:
    rows = Attempt.objects.filter(kind=kind, subject_hash=keyed_hash(f"attempt:{kind}", subject), window_start=start)
    return rows.values_list("count", flat=True).first() or 0


def _weighed(kind: str, subject: str, now: datetime, per_s: int, present: int) -> int:
    start = _window(now, per_s)
    before = _count(kind, subject, start - timedelta(seconds=per_s))
    share = 1 - (now - start).total_seconds() / per_s
    return present + int(before * share)
