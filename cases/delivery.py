"""What goes along when a case changes office: the snapshot, its hash, and the rows written at the receiver's."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from cases.history import plain
from cases.models import Attachment, Case, Demand, Filing, Handover, Note, Petitioner
from kernel import batch
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


# Facts of the case that its row keeps as flags and that hold wherever it goes.
FLAGS_THAT_TRAVEL = frozenset({"supervised"})

M = TypeVar("M", bound=Model)


def columns(row: Model) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def made(model: type[M], values: dict[str, Any]) -> M:
    """A row of the current office with these `columns`; by place, which costs Django half of what names do."""
    return model(*values.values())


def _plain(row: Model) -> dict[str, Any]:
    return {k: v.hex() if isinstance(v, (bytes, memoryview)) else plain(v) for k, v in columns(row).items()}


@dataclass(frozen=True)
class Snapshot:
    """Everything that travels, as read in the sender's schema under the lock; plain values only.

    Never in it: internal notes, drafts, read events, proposals, opinions in the making (design §4).
    """

    case: dict[str, Any]
    flags: list[str]
    filing: dict[str, Any]
    demands: list[dict[str, Any]]
    petitioners: list[dict[str, Any]]
    attachments: list[dict[str, Any]]
    handovers: list[dict[str, Any]]
    notes: list[dict[str, Any]]
    head: bytes
    content_hash: bytes


@dataclass(frozen=True, slots=True)
class Parts:
    """What hangs on a locked case in the sender's schema."""

    demands: list[Demand]
    petitioners: list[Petitioner]
    attachments: list[Attachment]
    handovers: list[Handover]
    notes: list[Note]


def asked(case_id: UUID) -> tuple[batch.Ask, ...]:
    """What `parts_of` is made of."""
    return (
        batch.Ask(Demand, "case_id", case_id, ("seq",)),
        batch.Ask(Petitioner, "case_id", case_id, ("seq",)),
        batch.Ask(Attachment, "case_id", case_id, ("added_at", "id")),
        batch.Ask(Handover, "case_id", case_id, ("seq",)),
        batch.Ask(Note, "case_id", case_id, ("at", "id")),
    )


def parts_of(found: Sequence[batch.Rows]) -> Parts:
    demands, petitioners, attachments, handovers, notes = found
    return Parts(demands, petitioners, attachments, handovers, [n for n in notes if n.kind in Note.TRAVELS])


def read(case: Case) -> Snapshot:
    return seal(case, parts_of(batch.read(*asked(case.id))))


def seal(case: Case, parts: Parts) -> Snapshot:
    """The case and its parts as they stand now, under one hash."""

    def every(rows: Sequence[Model]) -> list[dict[str, Any]]:
        return [columns(row) for row in rows]

    content = {
        "filing": _plain(case.filing),
        "demands": [_plain(row) for row in parts.demands],
        "petitioners": [_plain(row) for row in parts.petitioners],
        "attachments": [[row.sha256, str(row.name), row.size] for row in parts.attachments],
        "case": {name: plain(getattr(case, name)) for name in CASE_FIELDS},
    }
    body = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return Snapshot(
        case={name: getattr(case, name) for name in CASE_FIELDS},
        flags=[flag for flag in case.flags if flag in FLAGS_THAT_TRAVEL],
        filing=columns(case.filing),
        demands=every(parts.demands),
        petitioners=every(parts.petitioners),
        attachments=every(parts.attachments),
        handovers=every(parts.handovers),
        notes=every(parts.notes),
        head=bytes(case.head_hash),
        content_hash=hashlib.sha256(body.encode()).digest(),
    )


def merged(flags: list[str], snapshot: Snapshot) -> list[str]:
    """The receiver's own flags, with what travelled."""
    return [*(flag for flag in flags if flag not in FLAGS_THAT_TRAVEL), *snapshot.flags]


def arriving(snapshot: Snapshot, incoming: Handover) -> list[Model]:
    """In the receiver's context, for a case it never had: what hangs on the case, unsaved, the letter last."""
    return [
        *(made(Demand, row) for row in snapshot.demands),
        *(made(Petitioner, row) for row in snapshot.petitioners),
        *(made(Attachment, row) for row in snapshot.attachments),
        *(made(Handover, row) for row in snapshot.handovers if row["id"] != incoming.id),
        *(made(Note, {**row, "event": None}) for row in snapshot.notes),
        incoming,
    ]


def write_filing(snapshot: Snapshot) -> Filing:
    """In the receiver's context: the filing as it was sent; a tombstone's older copy is overwritten."""
    filing = made(Filing, snapshot.filing)
    _upsert(Filing, [filing])
    return filing


def write_parts(snapshot: Snapshot, case_id: UUID) -> None:
    _upsert(Demand, [made(Demand, row) for row in snapshot.demands])
    Petitioner.objects.filter(case_id=case_id).exclude(id__in=[row["id"] for row in snapshot.petitioners]).delete()
    _upsert(Petitioner, [made(Petitioner, row) for row in snapshot.petitioners])
    _upsert(Attachment, [made(Attachment, row) for row in snapshot.attachments])
    _upsert(Handover, [made(Handover, row) for row in snapshot.handovers])
    _upsert(Note, [made(Note, {**row, "event": None}) for row in snapshot.notes])


def _upsert(model: type[Model], rows: Sequence[Model]) -> None:
    if rows:
        names = [f.name for f in model._meta.concrete_fields if not f.primary_key]
        model._default_manager.bulk_create(rows, update_conflicts=True, unique_fields=["id"], update_fields=names)
