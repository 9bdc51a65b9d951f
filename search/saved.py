"""Searches one keeps, and those one ran lately: a person's own, in one office, known to nobody else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from kernel.clock import recorded_now
from kernel.crypto import keyed_hash
from kernel.errors import Conflict, Invalid, NotFound, Refused
from search.models import RecentSearch, SavedSearch
from tenants.actors import Actor

MOST_SAVED = 30
MOST_RECENT = 10
LONGEST_NAME = 40


def saved(actor: Actor) -> list[SavedSearch]:
    """In the order they were kept. Of several posts in an office all; what is new only of the present one."""
    return list(SavedSearch.objects.filter(user=actor.user).defer("known").order_by("id"))


def fresh(actor: Actor, one: SavedSearch) -> int:
    """How many cases were new to it when it was last looked for, within the rights of the post at which one sits."""
    return len(one.fresh) if one.tells and one.membership == actor.membership else 0


@transaction.atomic
def keep(actor: Actor, name: str, asked: Mapping[str, Any], *, tells: bool = False) -> SavedSearch:
    """存为常用查询. Raises Invalid, Conflict when there are too many."""
    if actor.membership is None:
        raise Refused
    if SavedSearch.objects.filter(user=actor.user).count() >= MOST_SAVED:
        raise Conflict(_("常用查询最多 %(n)d 个。删去不用的，再存新的。") % {"n": MOST_SAVED})
    if not asked:
        raise Invalid(fields={"name": [_("先输入要找的，或者选条件，再存为常用查询。")]})
    return SavedSearch.objects.create(
        user=actor.user, membership=actor.membership, name=_name(name), asked=dict(asked), tells=tells
    )


def _name(text: str) -> str:
    name = " ".join(text.replace("\x00", "").split())
    if not name:
        raise Invalid(fields={"name": [_("写一个名称，下次好认。")]})
    if len(name) > LONGEST_NAME:
        raise Invalid(fields={"name": [_("名称最多 %(n)d 个字。") % {"n": LONGEST_NAME}]})
    return name


@transaction.atomic
def change(actor: Actor, saved_id: UUID, *, name: str, tells: bool) -> SavedSearch:
    """改名, and whether it tells. What begins to tell is watched from this post, from now on."""
    one = _own(actor, saved_id)
    one.name = _name(name)
    if actor.membership is not None and (tells, actor.membership) != (one.tells, one.membership):
        one.tells, one.membership, one.known, one.fresh, one.looked_at = tells, actor.membership, [], [], None
    one.save(update_fields=["name", "tells", "membership", "known", "fresh", "looked_at"])
    return one


@transaction.atomic
def forget(actor: Actor, saved_id: UUID) -> None:
    _own(actor, saved_id).delete()


@transaction.atomic
def look(actor: Actor, saved_id: UUID) -> SavedSearch:
    """It is opened: what was new to it is known from now on."""
    one = _own(actor, saved_id)
    if one.fresh and one.membership == actor.membership:
        one.known, one.fresh = [*one.fresh, *one.known], []
        one.save(update_fields=["known", "fresh"])
    return one


def _own(actor: Actor, saved_id: UUID) -> SavedSearch:
    """NotFound for another's, as for what does not exist."""
    found = SavedSearch.objects.select_for_update().filter(user=actor.user, pk=saved_id).first()
    if found is None:
        raise NotFound
    return found


# --- lately -----------------------------------------------------------------------------------------------------------


def recent(actor: Actor) -> list[RecentSearch]:
    """The latest first."""
    return list(RecentSearch.objects.filter(user=actor.user).order_by("-at")[:MOST_RECENT])


@transaction.atomic
def remember(actor: Actor, text: str) -> None:
    """What was typed and looked for; the oldest beyond MOST_RECENT is forgotten."""
    RecentSearch.objects.bulk_create(
        [RecentSearch(user=actor.user, key=keyed_hash("search", text), text=text, at=recorded_now())],
        update_conflicts=True,
        unique_fields=["user", "key"],
        update_fields=["at"],
    )
    rows = RecentSearch.objects.filter(user=actor.user)
    kept = rows.order_by("-at").values("pk")[:MOST_RECENT]
    rows.exclude(pk__in=kept).delete()


def forget_recent(actor: Actor, recent_id: UUID | None = None) -> None:
    """One of them, or all. NotFound for another's."""
    rows = RecentSearch.objects.filter(user=actor.user)
    gone, _rows = (rows.filter(pk=recent_id) if recent_id else rows).delete()
    if recent_id and not gone:
        raise NotFound
