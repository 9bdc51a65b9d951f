"""Which article is meant: found by title, number or words, or because answers on the subject usually rely on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from tenants.models import LawArticle
from tenants.validity import alive

MOST = 12


@dataclass(frozen=True, slots=True)
class Article:
    """`cited` is how an opinion names it."""

    id: UUID
    cited: str
    title: str
    text: str
    own: bool
    usual: bool


def articles(
    office: UUID, query: str = "", contents: Sequence[str] = (), most: int = MOST
) -> tuple[list[Article], int]:
    """The best, and how many there are. Every word must be met. Without words: those usual for the subject alone.

    An office's own article stands for the shared one of the same law and number.
    """
    rows = LawArticle.objects.filter(Q(law__tenant=office) | Q(law__tenant=None)).filter(alive(prefix="law__"))
    words = [word for word in query.replace("《", " ").replace("》", " ").split() if word][:6]
    for word in words:
        rows = rows.filter(
            Q(law__title__icontains=word)
            | Q(number__icontains=word)
            | Q(title__icontains=word)
            | Q(text__icontains=word)
        )
    found: dict[tuple[str, str], LawArticle] = {}
    for row in rows.select_related("law").order_by("law__title", "seq", "number"):
        key = (row.law.title, row.number)
        if key not in found or row.law.tenant_id is not None:
            found[key] = row
    wanted = set(contents)
    made = [_article(row, wanted) for row in found.values()]
    made.sort(key=lambda one: (not one.usual, not one.own))
    shown = made if words else [one for one in made if one.usual]
    return shown[:most], len(made)


def _article(row: LawArticle, wanted: set[str]) -> Article:
    law = row.law
    return Article(
        id=row.pk,
        cited=f"《{law.title}》{row.number}",
        title=row.title,
        text=row.text,
        own=law.tenant_id is not None,
        usual=bool(wanted & set(row.contents)),
    )


def listed(office: UUID) -> list[LawArticle]:
    """All an office may cite: its own laws first, article by article."""
    rows = LawArticle.objects.filter(Q(law__tenant=office) | Q(law__tenant=None)).filter(alive(prefix="law__"))
    found = rows.select_related("law").order_by("law__title", "law", "seq", "number")
    return sorted(found, key=lambda row: row.law.tenant_id is None)
