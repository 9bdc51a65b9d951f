"""The same key asks for the same thing once: its row lives in the action's transaction, so there is no moment between.

Only successes are kept: after a refusal nothing happened, and the same key may try again.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.utils.translation import gettext_lazy as _

from kernel.clock import recorded_now
from kernel.crypto import EncryptedJSONField, keyed_hash
from kernel.errors import Invalid

KEY_LENGTH = 128


class Idempotency(models.Model):
    """What was answered to one person's key in one office."""

    schema = models.CharField(max_length=63)
    actor = models.UUIDField()
    key = models.CharField(max_length=KEY_LENGTH)
    target_hash = models.BinaryField(max_length=32)
    body_hash = models.BinaryField(max_length=32)
    status = models.SmallIntegerField(default=0)
    answer = EncryptedJSONField()
    created_at = models.DateTimeField(default=recorded_now)

    class Meta:
        app_label = "kernel"
        db_table = "kernel_idempotency"
        constraints: ClassVar = [models.UniqueConstraint(fields=["schema", "actor", "key"], name="idempotency_once")]
        indexes: ClassVar = [models.Index(fields=["created_at"], name="idempotency_old")]

    def __str__(self) -> str:
        return self.key


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks what: the key's owner, `POST /path`, and the body as parsed."""

    schema: str
    actor: UUID
    key: str
    target: str
    body: Any


def answer_once(asked: Asked, act: Callable[[], Answer]) -> Answer:
    """Run `act` in a transaction, or give what it answered before. Raises Invalid when the key asked something else.

    A second request with the key waits for the first one's transaction: then it gets the answer or, if that failed,
    its turn.
    """
    if not 8 <= len(asked.key) <= KEY_LENGTH or not asked.key.isascii() or not asked.key.isprintable():
        raise Invalid(_("Idempotency-Key 应为 8 至 128 个可见字符。"), code="idempotency-key")
    target, body = _hash("target", asked.target), _hash("body", asked.body)
    with transaction.atomic():
        pk = _insert(asked, target, body)
        if pk is None:
            return _stored(asked, target, body)
        answer = act()
        row = Idempotency(pk=pk, status=answer.status, answer={"body": answer.body, "headers": answer.headers})
        row.save(update_fields=["status", "answer"])
        return answer


def _hash(kind: str, value: Any) -> bytes:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, cls=DjangoJSONEncoder, default=str)
    return keyed_hash(f"idempotency:{kind}", hashlib.sha256(text.encode()).hexdigest())


def _insert(asked: Asked, target: bytes, body: bytes) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kernel_idempotency (schema, actor, key, target_hash, body_hash, status, answer, created_at) "
            "VALUES (%s, %s, %s, %s, %s, 0, %s, %s) ON CONFLICT (schema, actor, key) DO NOTHING RETURNING id",
            [asked.schema, asked.actor, asked.key, target, body, b"", recorded_now()],
        )
        inserted = cursor.fetchone()
    return None if inserted is None else int(inserted[0])


def _stored(asked: Asked, target: bytes, body: bytes) -> Answer:
    row = Idempotency.objects.get(schema=asked.schema, actor=asked.actor, key=asked.key)
    if bytes(row.target_hash) != target or bytes(row.body_hash) != body:
        raise Invalid(_("这个 Idempotency-Key 已经用于另一项请求。换一个新的再发。"), code="idempotency-key-reused")
    return Answer(row.status, row.answer["body"], dict(row.answer["headers"]), replayed=True)


def forget(older_than: timedelta = timedelta(days=2)) -> int:
    """Remove keys nobody repeats any more; for a nightly job."""
    return Idempotency.objects.filter(created_at__lt=recorded_now() - older_than).delete()[0]
