"""save_draft, discard: S00 is not yet a filing; autosaved, encrypted, own version, no history (T0)."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cases.models import Draft
from cases.transitions import BY_VERB
from kernel.clock import now
from kernel.errors import Invalid, NotFound, Refused, Stale
from tenants.actors import Actor

LARGEST = 200_000
MOST = 50


def _require(actor: Actor) -> None:
    if not any(actor.roles & row.roles for row in BY_VERB["register"]):
        raise Refused(_("您的岗位不能登记。"))


@transaction.atomic
def save_draft(actor: Actor, *, body: dict[str, Any], draft: UUID | None = None, version: int | None = None) -> Draft:
    """暂存: creates or overwrites the own draft. Stale: another window saved since `version`."""
    _require(actor)
    if len(json.dumps(body)) > LARGEST:
        raise Invalid(_("草稿太长。长文请作为材料附上。"))
    if draft is None:
        if Draft.objects.filter(owner=actor.user).count() >= MOST:
            raise Invalid(_("草稿已有 %(n)d 份。先登记或丢弃一些。") % {"n": MOST})
        row = Draft(owner=actor.user, department=actor.department, body=body, created_at=now(), updated_at=now())
        row.save(force_insert=True)
        return row
    found: Draft | None = Draft.objects.select_for_update().filter(id=draft, owner=actor.user).first()
    if found is None:
        raise NotFound
    if version is not None and version != found.version:
        raise Stale(_("这份草稿在另一个窗口改过。您写的还在，看过那一份再存。"))
    found.body, found.updated_at, found.version = body, now(), found.version + 1
    found.save(update_fields=["body", "updated_at", "version"])
    return found


@transaction.atomic
def discard(actor: Actor, *, draft: UUID) -> None:
    """丢弃: only one's own."""
    deleted, _rows = Draft.objects.filter(id=draft, owner=actor.user).delete()
    if not deleted:
        raise NotFound
