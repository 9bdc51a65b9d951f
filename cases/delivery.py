"""What goes along when a case changes office: the snapshot, its hash, and the rows written at the receiver's."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from cases.history import plain
from cases.models import Attachment, Case, Demand, Filing, Handover, Note, Petitioner
from kernel.models import Model

# Of the case row only this travels; state, holder, clocks and history belong to the receiver's own row.
CASE_FIELDS = (
    "number",
    "title",
    "klass",
    "path",
    "origin",
    "important",
    "urgent",
    "group",
    "sealed",
    "sent_back",
    "accepted_at",
    "notified_at",
)


def columns(row: Model) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def _plain(row: Model) -> dict[str, Any]:
    return {k: v.hex() if isinstance(v, (bytes, memoryview)) else plain(v) for k, v in columns(row).items()}


@dataclass(frozen=True)
class Snapshot:
    """Everything that travels, as read in the sender's schema under the lock; plain values only.

    Never in it: internal notes, drafts, read events, proposals, opinions in the making (design §4).
    """

    case: dict[str, Any]
    filing: dict[str, Any]
    demands: list[dict[str, Any]]
    petitioners: list[dict[str, Any]]
    attachments: list[dict[str, Any]]
    handovers: list[dict[str, Any]]
    notes: list[dict[str, Any]]
    head: bytes
    content_hash: bytes


def read(case: Case) -> Snapshot:
    def every(rows: Sequence[Model]) -> list[dict[str, Any]]:
        return [columns(row) for row in rows]

    demands = list(Demand.objects.filter(case=case).order_by("seq"))
    petitioners = list(Petitioner.objects.filter(case=case).order_by("seq"))
    attachments = list(Attachment.objects.filter(case=case).order_by("added_at", "id"))
    handovers = list(Handover.objects.filter(case=case).order_by("seq"))
    notes = list(Note.objects.filter(case=case, kind__in=Note.TRAVELS).order_by("at", "id"))
    content = {
        "filing": _plain(case.filing),
        "demands": [_plain(row) for row in demands],
        "petitioners": [_plain(row) for row in petitioners],
        "attachments": [[row.sha256, str(row.name), row.size] for row in attachments],
        "case": {name: plain(getattr(case, name)) for name in CASE_FIELDS},
    }
    body = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return Snapshot(
        case={name: getattr(case, name) for name in CASE_FIELDS},
        filing=columns(case.filing),
        demands=every(demands),
        petitioners=every(petitioners),
        attachments=every(attachments),
        handovers=every(handovers),
        notes=every(notes),
        head=bytes(case.head_hash),
        content_hash=hashlib.sha256(body.encode()).digest(),
    )


def write_filing(snapshot: Snapshot) -> Filing:
    """In the receiver's context: the filing as it was sent; a tombstone's older copy is overwritten."""
    filing = Filing(**snapshot.filing)
    _upsert(Filing, [filing])
    return filing


def write_parts(snapshot: Snapshot, case_id: UUID) -> None:
    _upsert(Demand, [Demand(**row) for row in snapshot.demands])
    Petitioner.objects.filter(case_id=case_id).exclude(id__in=[row["id"] for row in snapshot.petitioners]).delete()
    _upsert(Petitioner, [Petitioner(**row) for row in snapshot.petitioners])
    _upsert(Attachment, [Attachment(**row) for row in snapshot.attachments])
    _upsert(Handover, [Handover(**row) for row in snapshot.handovers])
    _upsert(Note, [Note(**{**row, "event": None}) for row in snapshot.notes])


def _upsert(model: type[Model], rows: Sequence[Model]) -> None:
    if rows:
        names = [f.name for f in model._meta.concrete_fields if not f.primary_key]
        model._default_manager.bulk_create(rows, update_conflicts=True, unique_fields=["id"], update_fields=names)


def staged(case: Case) -> list[str]:
    """Content hashes of the files that must lie in the receiver's store before the transaction."""
    return list(Attachment.objects.filter(case=case).values_list("sha256", flat=True))
