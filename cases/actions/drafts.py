"""save_draft, discard: S00 is not yet a filing; autosaved, encrypted, own version, no history (T0)."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from cases.models import Draft
from cases.transitions import BY_VERB
from kernel.clock import now
from kernel.errors import Invalid, NotFound, Refused, Stale
from tenants.actors import Actor
from tenants.administration.changes import record
from tenants.models import Membership
from tenants.roles import ADMIN

LARGEST = 200_000
MOST = 50
REGISTERING = frozenset(role for row in BY_VERB["register"] for role in row.roles)


def _require(actor: Actor) -> None:
    if not actor.roles & REGISTERING:
        raise Refused(_("您的岗位不能登记。"))


@transaction.atomic
def save_draft(
    actor: Actor,
    *,
    body: dict[str, Any],
    draft: UUID | None = None,
    version: int | None = None,
    once: bool = False,
) -> Draft:
    """暂存: creates or overwrites the own draft. Stale: another window saved since `version`. `once`: a new one with
    the same words as one there is that one, also of two at once (a page that was left, and the one after it)."""
    _require(actor)
    if len(json.dumps(body)) > LARGEST:
        raise Invalid(_("草稿太长。长文请作为材料附上。"))
    if draft is None:
        _one_at_a_time(actor)
        if once and (same := next((row for row in Draft.objects.filter(owner=actor.user) if row.body == body), None)):
            return same
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


def _one_at_a_time(actor: Actor) -> None:
    """New drafts of a person, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"draft {actor.user}"])


def hand_over_drafts(actor: Actor, *, leaver: UUID, to: UUID) -> int:
    """Of who leaves, to the colleague who takes the work over, as far as that one registers in this office; how many.
    For the administrator, who sees none of them; inside the caller's transaction."""
    if ADMIN not in actor.roles:
        raise Refused(_("离岗人员的草稿由本单位管理员移交。"))
    posts = Membership.objects.alive().filter(tenant=actor.tenant, user=to, roles__overlap=sorted(REGISTERING))
    post = posts.order_by("id").first()
    if post is None:
        return 0
    drafts = Draft.objects.filter(owner=leaver)
    count: int = drafts.update(owner=to, department=post.department_id, version=F("version") + 1, updated_at=now())
    if count:
        record(actor.user, actor.tenant, "draft.hand_over", leaver, to=to, count=count)
    return count


@transaction.atomic
def discard(actor: Actor, *, draft: UUID) -> None:
    """丢弃: only one's own."""
    deleted, _rows = Draft.objects.filter(id=draft, owner=actor.user).delete()
    if not deleted:
        raise NotFound
