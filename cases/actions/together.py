"""The same step for several cases (集中交办, S2), one at a time: page and API call `one` for each of them.

Every call is a transaction of its own, so that a case somebody else took first does not hold up the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from cases import policy
from cases.actions.proposals import propose
from cases.actions.transfers import allot, assign, sign_for, transfer
from cases.models import Case, Handover
from kernel.errors import Conflict, NotFound, Refused
from tenants.actors import Actor

ACTS: dict[str, Callable[..., Case]] = {"sign_for": sign_for, "allot": allot, "transfer": transfer, "assign": assign}
SENDS = frozenset({"transfer", "assign"})


@dataclass(frozen=True, slots=True)
class Done:
    """`proposed`: a leader has to agree first. `letter`: the hand-over whose letter the next cases join."""

    case: Case
    proposed: bool = False
    letter: UUID | None = None


def proposes(actor: Actor, case: Case, verb: str) -> bool:
    """Has a leader to agree first? Raises what stands in the way where the case cannot go along at all."""
    only_proposed = not _open(actor, case, verb, propose=False)
    if only_proposed and not _open(actor, case, verb, propose=True):
        policy.require(actor, verb, case)
    if verb in SENDS and not case.klass:
        raise Conflict(_("还没有定类别。先单独打开这件，定类别。"), code="no-class")
    return only_proposed


def _open(actor: Actor, case: Case, verb: str, *, propose: bool) -> bool:
    try:
        policy.require(actor, verb, case, propose=propose)
    except (Refused, Conflict):
        return False
    return True


def one(
    actor: Actor, verb: str, case_id: UUID, *, version: int | None, letter: UUID | None = None, **given: Any
) -> Done:
    """The step on this case, or its proposal; `given` are the verb's own arguments. Raises what the verb raises."""
    if verb not in SENDS:
        return Done(ACTS[verb](actor, case_id, version=version, **given))
    case = policy.visible(actor).filter(id=case_id).first()
    if case is None:
        raise NotFound
    if proposes(actor, case, verb):
        fields = {name: _plain(value) for name, value in given.items()}
        return Done(propose(actor, case_id, version=version, verb=verb, fields=fields), proposed=True)
    sent = ACTS[verb](actor, case_id, version=version, letter_of=letter, **given)
    return Done(sent, letter=_letter(sent))


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID | date) else value


def _letter(case: Case) -> UUID | None:
    kinds = (Handover.Kind.TRANSFER, Handover.Kind.ASSIGN)
    rows = Handover.objects.filter(case=case, kind__in=kinds, undone_at=None)
    return rows.order_by("-seq").values_list("id", flat=True).first()
