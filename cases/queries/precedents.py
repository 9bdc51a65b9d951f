"""以往答复: what the unit answered before on the same subject, nearest in words first; within the reader's rights."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cases import policy
from cases.models import Answer, Case, Opinion
from cases.numbers import short
from cases.queries.dossier import outcome_label
from tenants.actors import Actor
from tenants.departments import bodies_answered_for

READ, MOST = 60, 3


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


def earlier(actor: Actor, case: Case, most: int = MOST) -> list[Earlier]:
    """Answers that were signed, on the same content class; the latest are weighed. Nothing of an unclassified case."""
    subject = case.filing.content_class
    if not subject or case.sealed:
        return []
    seen = policy.visible(actor).filter(
        unit__in=bodies_answered_for(case.unit), filing__content_class=subject, sealed=False
    )
    rows = (
        Answer.objects.filter(opinion__case__in=seen.exclude(id=case.id))
        .filter(opinion__status__in=(Opinion.Status.SIGNED, Opinion.Status.SERVED))
        .select_related("opinion__case", "demand")
        .defer("opinion__body")
        .order_by("-opinion__signed_at")[:READ]
    )
    asked = _pairs(demand.text for demand in case.demands.all())
    weighed = sorted(rows, key=lambda row: -len(asked & _pairs([row.demand.text])))  # stable: the latest of the like
    return [_told(row) for row in weighed[:most]]


def _pairs(texts: Iterable[str]) -> set[str]:
    """Two characters side by side: how Han text is compared without cutting it into words."""
    return {text[n : n + 2] for text in texts for n in range(len(text) - 1)}


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
