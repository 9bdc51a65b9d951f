"""以往答复: what was answered before on the like question, the likest first; within the reader's rights.

The unit's latest answers on the same class of content are looked at, and, where search is installed, whatever in the
office it finds to be like the case (`nearest_by`). Which of them is likest cases.likeness judges.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from cases import policy
from cases.likeness import Matter, likeness
from cases.models import Answer, Case, Opinion
from cases.numbers import short
from cases.queries.dossier import outcome_label
from tenants.actors import Actor
from tenants.departments import bodies_answered_for

READ, MOST = 60, 3
LEAST = 0.02  # of words in common: less is no starting point

Nearest = Callable[[Actor, Case], Sequence[UUID]]
_nearest: list[Nearest] = []


@dataclass(frozen=True, slots=True)
class Earlier:
    case: UUID
    number: str
    title: str
    demand: str
    outcome: str
    reasons: str
    law: str
    at: datetime | None


def nearest_by(find: Nearest) -> None:
    """Called while the apps load: who else knows cases of the office that are like one."""
    if find not in _nearest:
        _nearest.append(find)


def earlier(actor: Actor, case: Case, most: int = MOST) -> list[Earlier]:
    """Answers that were signed; of those alike the latest first. Nothing of a sealed case."""
    if case.sealed:
        return []
    subject, near = case.filing.content_class, {one for find in _nearest for one in find(actor, case)}
    ours = Q(unit__in=bodies_answered_for(case.unit), filing__content_class=subject)
    kin = ours if subject else Q(pk__in=())
    seen = policy.visible(actor).filter(kin | Q(id__in=near), sealed=False).exclude(id=case.id)
    rows = (
        Answer.objects.filter(opinion__case__in=seen)
        .filter(opinion__status__in=(Opinion.Status.SIGNED, Opinion.Status.SERVED))
        .select_related("opinion__case__filing", "demand")
        .defer("opinion__body")
        .order_by("-opinion__signed_at")[:READ]
    )
    asked = _matter(case, "\n".join(demand.text for demand in case.demands.all()))
    weighed = [(likeness(asked, _matter(row.opinion.case, row.demand.text)), row) for row in rows]
    weighed.sort(key=lambda one: -one[0].rank)  # stable: the latest of the like
    return [_told(row) for like, row in weighed if like.words >= LEAST or like.content][:most]


def _matter(case: Case, demands: str) -> Matter:
    filing = case.filing
    return Matter(case.title, f"{demands}\n{filing.text}", filing.place, filing.place_detail, filing.content_class)


def _told(row: Answer) -> Earlier:
    case = row.opinion.case
    return Earlier(
        case=case.id,
        number=short(case.number),
        title=case.title,
        demand=row.demand.text,
        outcome=outcome_label(row.outcome),
        reasons=row.reasons,
        law=row.law,
        at=row.opinion.signed_at,
    )
