"""What a receiver is told of an event: ids, kinds, codes, versions and times. Nothing anybody typed, no person."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any
from uuid import UUID

from cases.models import Event
from cases.queries import event_names
from kernel.clock import TZ, recorded_now
from kernel.outgoing import Request
from tenants.models import Delivery, Tenant

PING = "ping"
NEVER_TOLD = frozenset({"read", "sealed"})
KINDS = tuple(kind for kind, _name in event_names.changes() if kind not in NEVER_TOLD)


def body_of(event: Event, tenant: Tenant, delivery: UUID) -> dict[str, Any]:
    return {
        "delivery": str(delivery),
        "office": tenant.code,
        "event": {
            "id": str(event.id),
            "kind": event.kind,
            "seq": event.seq,
            "happened_at": event.happened_at.astimezone(TZ).isoformat(),
        },
        "case": {"id": str(event.case_id), "version": event.version, "state": event.state},
    }


def ping(tenant: Tenant, delivery: UUID) -> dict[str, Any]:
    at = recorded_now().astimezone(TZ).isoformat()
    return {
        "delivery": str(delivery),
        "office": tenant.code,
        "event": {"id": str(delivery), "kind": PING, "seq": 0, "happened_at": at},
        "case": None,
    }


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """HMAC-SHA256 over the timestamp, a full stop and the body as sent; old requests cannot be told as new."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def request_for(delivery: Delivery) -> Request:
    """Signed anew at each try, so that a receiver may refuse what is older than some minutes."""
    body = json.dumps(delivery.body, ensure_ascii=False, separators=(",", ":")).encode()
    timestamp = str(int(recorded_now().timestamp()))
    return Request(
        delivery.webhook.url,
        body,
        {
            "Content-Type": "application/json",
            "Huiyin-Delivery": str(delivery.pk),
            "Huiyin-Event": delivery.kind,
            "Huiyin-Timestamp": timestamp,
            "Huiyin-Signature": f"v1={signature(str(delivery.webhook.secret), timestamp, body)}",
        },
    )
