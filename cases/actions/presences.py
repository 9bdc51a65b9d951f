"""Who has a draft open: renewed while the page stands open. No event, no version: nothing happens to the case."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from cases import policy
from cases.models import Case, Presence
from kernel.clock import now
from kernel.errors import NotFound
from tenants.actors import Actor

GONE_AFTER = timedelta(seconds=60)


def stand_by(actor: Actor, case: Case) -> list[UUID]:
    """Says that the actor has the draft open; who else has, last seen first."""
    if not policy.sees(actor, case):
        raise NotFound
    at = now()
    Presence.objects.bulk_create(
        [Presence(case=case, user=actor.user, seen_at=at)],
        update_conflicts=True,
        unique_fields=["case", "user"],
        update_fields=["seen_at"],
    )
    others = Presence.objects.filter(case=case, seen_at__gt=at - GONE_AFTER).exclude(user=actor.user)
    return list(others.order_by("-seen_at").values_list("user", flat=True))


def step_away(actor: Actor, case: Case) -> None:
    """The page was left: nobody need wait for a minute."""
    Presence.objects.filter(case=case, user=actor.user).update(seen_at=now() - GONE_AFTER)
