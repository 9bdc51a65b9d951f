"""类似的件: what is like a case or a text that is being typed, within rights, and why it is thought so.

A backend brings candidates through the gateway, cases.likeness judges them here. Nothing is linked: a person opens,
compares and confirms.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from cases import policy
from cases.codes.contents import CONTENTS
from cases.likeness import Likeness, Matter, likeness
from cases.models import Case
from cases.queries import drafts
from kernel.errors import NotFound, Refused, Unavailable
from search import cards, gateway
from search.cards import Card
from search.models import Document
from search.rights import rights_of
from search.shapes import Hit
from tenants import context, finding
from tenants.actors import Actor

READ, READ_HERE = 40, 20
MOST, MOST_TYPED = 5, 3
LONGEST = 4000
SHORTEST = 6  # characters; less is like everything


@dataclass(frozen=True, slots=True)
class Similar:
    """`card.office` names the office below in which it lies; there it opens masked, and logged."""

    card: Card
    why: Likeness


def beside(actor: Actor, case_id: UUID) -> list[Similar]:
    """Of a case the actor sees. Raises NotFound for any other and for a sealed one; else as `of_case`."""
    rights_of(actor)
    case = policy.visible(actor).select_related("filing").filter(id=case_id, sealed=False).first()
    if case is None:
        raise NotFound
    return of_case(actor, case)


def of_case(actor: Actor, case: Case, most: int = MOST) -> list[Similar]:
    """Raises Refused for who may search nothing, Unavailable when no backend answers."""
    return [] if case.sealed else of_matter(actor, matter_of(case), but=case.id, most=most)


def of_matter(actor: Actor, matter: Matter, *, but: UUID | None = None, most: int = MOST) -> list[Similar]:
    """The likest first, whose they are is not asked. Raises as `of_case`."""
    judged = [(hit, like) for hit, like in _judged(actor, matter) if hit.case != but and like.kin]
    judged.sort(key=lambda one: -one[1].rank)  # stable: of equals as the backend had them
    why = {(hit.schema, hit.case): like for hit, like in judged[:most]}
    shown = [hit for hit, _like in judged[:most]]
    found = {card.id: card for card in cards.of_hits(actor, shown)}
    return [Similar(found[hit.case], why[hit.schema, hit.case]) for hit in shown if hit.case in found]


def of_typed(
    actor: Actor, *, text: str, demands: Sequence[str] = (), place: str = "", content_class: str = ""
) -> list[Similar]:
    """What is being registered, as far as it is written; a place and a class by name or code. Raises as `of_case`."""
    rights_of(actor)
    if not drafts.may_register(actor):
        raise Refused
    office = context.tenant_by_id(actor.tenant)
    at = finding.place(office, place[:80])
    spot = finding.place_words(office, at.code, at.detail) if at.detail else ""
    named = {str(code.label): code.code for code in CONTENTS}
    subject = named.get(content_class.strip(), content_class.strip()[:6])
    matter = Matter("\n".join(demands)[:LONGEST], text[:LONGEST], at.code, spot, subject)
    return of_matter(actor, matter, most=MOST_TYPED)


def nearest(actor: Actor, case: Case) -> list[UUID]:
    """Cases of the own office that are like this one, for earlier answers; none where search does not answer."""
    try:
        hits = gateway.like(actor, _asked(matter_of(case)), READ)
    except (Refused, Unavailable):
        return []
    return [hit.case for hit in hits if hit.own and hit.case != case.id]


def matter_of(case: Case) -> Matter:
    """In the office's context."""
    filing = case.filing
    spot = finding.place_words(context.current_tenant(), filing.place, filing.place_detail)
    return Matter(case.title, filing.text, filing.place, spot, filing.content_class)


def _asked(matter: Matter) -> str:
    return f"{matter.title}\n{matter.text}".strip()


def _judged(actor: Actor, matter: Matter) -> list[tuple[Hit, Likeness]]:
    text = _asked(matter)
    if len(text) < SHORTEST:
        return []
    found = gateway.like(actor, text, READ)
    if matter.place:
        found += gateway.like(actor, text, READ_HERE, places=[matter.place])
    hits = list({(hit.schema, hit.case): hit for hit in found}.values())
    known = _matters(hits)
    return [(hit, likeness(matter, other)) for hit in hits if (other := known.get((hit.schema, hit.case))) is not None]


def _matters(hits: Iterable[Hit]) -> dict[tuple[str, UUID], Matter]:
    """As documents have them: masked, and what an office above may read. The hits were read through policy."""
    ids: dict[str, list[UUID]] = defaultdict(list)
    for hit in hits:
        ids[hit.schema].append(hit.case)
    return {(schema, one): matter for schema, cases in ids.items() for one, matter in in_office(schema, cases).items()}


def in_office(schema: str, cases: Sequence[UUID]) -> dict[UUID, Matter]:
    fields = ("case", "title", "narrative", "place", "spot", "content_class")
    with context.use(schema):
        rows = Document.objects.filter(case__in=cases, removed=False).values_list(*fields)
        return {row[0]: Matter(*row[1:]) for row in rows}
