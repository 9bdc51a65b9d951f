"""What is new to a saved search: looked for every few minutes with its owner's rights of that moment, and told."""

from __future__ import annotations

import logging
from dataclasses import replace
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kernel import alerts
from kernel.alerts import Alert, Kind, Level
from kernel.clock import recorded_now
from kernel.errors import HuiyinError, Refused
from kernel.tasks import every, register_periodic
from search import gateway
from search.address import restored
from search.models import SavedSearch
from search.shapes import Asked
from tenants import context
from tenants.actors import Actor, actor_for
from tenants.models import Membership, Tenant
from tenants.streams import user_stream

FRESH = "search.fresh"
EVERY_S = 120
AT_A_TIME = 200
MOST_WATCHED = 600  # the newest of what is found
MOST_KNOWN = 2 * MOST_WATCHED

log = logging.getLogger("huiyin.search")


def watched(one: SavedSearch) -> SavedSearch:
    """What begins to tell is looked at once, so that only later cases are new."""
    if one.tells and one.looked_at is None:
        look(one.pk)
        one.refresh_from_db()
    return one


def look_out() -> None:
    """Every saved search that tells, office by office; one that fails is looked at again next time."""
    for office in Tenant.objects.filter(valid_to__isnull=True).order_by("pk"):
        with context.use(office):
            for pk in list(SavedSearch.objects.filter(tells=True).order_by("id").values_list("pk", flat=True)):
                try:
                    look(pk)
                except Refused:  # the post no longer reads cases
                    continue
                except HuiyinError as error:
                    log.warning("saved search not looked at", extra={"tenant": office.schema_name, "code": error.code})


@transaction.atomic
def look(saved_id: UUID) -> None:
    """In the owner's office. Nothing is told of a post that has ended, nor while part of the region is not answered."""
    one = SavedSearch.objects.select_for_update(skip_locked=True).filter(pk=saved_id, tells=True).first()
    post = Membership.objects.alive().with_places().filter(pk=one.membership).first() if one else None
    if one is None or post is None:
        return
    found = _found(actor_for(post), restored(one.asked))
    if found is None:
        return
    ids, whole = found
    before, known = set(one.fresh), set(one.known)
    if one.looked_at is None:
        one.known, one.fresh = ids, []
    else:
        one.fresh = _new(ids, known, whole=whole)
    one.looked_at = recorded_now()
    if set(one.fresh) - before:
        one.told += 1
        alerts.tell(
            FRESH,
            [user_stream(one.user)],
            dedup=f"{FRESH}:{one.pk}:{one.told}",
            tenant=context.current_tenant().pk,
            data={"saved": str(one.pk), "count": len(one.fresh)},
        )
    one.known = one.known[:MOST_KNOWN]
    one.save(update_fields=["known", "fresh", "told", "looked_at"])


def _new(ids: list[UUID], known: set[UUID], *, whole: bool) -> list[UUID]:
    """Of a list that was cut short, only what stands before something known: the rest may merely have moved up."""
    if not whole:
        ids = ids[: max((at for at, one in enumerate(ids) if one in known), default=0)]
    return [one for one in ids if one not in known]


def _found(actor: Actor, asked: Asked) -> tuple[list[UUID], bool] | None:
    """The newest first, and whether those are all; None where the answer is not the whole region's."""
    ids: list[UUID] = []
    asked = replace(asked, order="new", size=AT_A_TIME, after="")
    while True:
        found = gateway.search(actor, asked)
        if found.fallen_back:
            return None
        if found.relaxed:  # nothing has all the words: what is merely near is not what one waits for
            return [], True
        ids += [hit.case for hit in found.hits if hit.case not in ids]
        if not found.after or len(ids) >= MOST_WATCHED:
            return ids[:MOST_WATCHED], not found.after
        asked = replace(asked, after=found.after)


def _text(alert: Alert) -> str:
    return _("常用查询新增 %(count)d 件") % {"count": alert.data["count"]}


def _link(alert: Alert) -> str | None:
    return reverse("search:saved_open", args=[alert.data["saved"]])


def register() -> None:
    alerts.register(Kind(FRESH, _text, _link, Level.NOTICE, gettext_lazy("常用查询")))
    register_periodic("tell_saved_searches", every(EVERY_S), look_out)
