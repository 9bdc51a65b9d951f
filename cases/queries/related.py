"""相关的件: cases that go together with this one, as far as the reader may know of them. Today: those one letter handed
over together (集中转送、集中交办). Repeats are linked by their own rule (S12) and join here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from cases import policy
from cases.models import Case, Handover
from cases.numbers import short
from cases.queries.listing import state_word
from tenants.actors import Actor

MOST = 8


@dataclass(frozen=True, slots=True)
class Related:
    id: UUID
    number: str
    title: str
    state: str
    letter_number: str
    task: str

    @property
    def short(self) -> str:
        return short(self.number)

    @property
    def how(self) -> str:
        return _("同一份函 %(number)s") % {"number": self.letter_number}

    @property
    def state_word(self) -> str:
        return state_word(self.task, self.state)


@dataclass(frozen=True, slots=True)
class Found:
    cases: Sequence[Related]
    more: int = 0

    @property
    def total(self) -> int:
        return len(self.cases) + self.more


def of(actor: Actor, case: Case, stays: Iterable[Handover]) -> Found:
    """One question, none for a case that no letter handed over; the latest letter first."""
    letters = {(s.letter_number, s.from_tenant): s for s in stays if s.letter_number and s.undone_at is None}
    if case.sealed or not letters:
        return Found(())
    same = Q()
    for number, office in letters:
        same |= Q(letter_number=number, from_tenant=office)
    known = policy.visible(actor).filter(sealed=False).exclude(id=case.id)
    pairs = Handover.objects.filter(same, undone_at=None, case__in=known).select_related("case")
    found: dict[UUID, Related] = {}
    for row in pairs.only(*SHOWN).order_by("-at", "id"):
        one = row.case
        found.setdefault(one.id, Related(one.id, one.number, one.title, one.state, row.letter_number, one.task))
    every = list(found.values())
    return Found(every[:MOST], max(len(every) - MOST, 0))


SHOWN = ("letter_number", "at", *(f"case__{name}" for name in ("number", "title", "state", "task")))
