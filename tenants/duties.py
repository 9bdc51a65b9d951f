"""Who answers for a subject: the items of the units' lists (权责清单) that name its class or the typed words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from tenants.models import Duty

SUBJECT, FIELD, WORDS = 45, 30, 25  # how much an item speaks for its unit


@dataclass(frozen=True, slots=True)
class Named:
    """The item that speaks for a unit. `by`: "content" or "words"."""

    number: int
    text: str
    law: str
    by: str
    weight: int


def named(office: UUID, contents: Sequence[str], words: str = "") -> dict[UUID, Named]:
    """By unit the item that fits best. `contents`: the case's content class and those above it, nearest first."""
    asked = words.strip()
    fits = Q(contents__overlap=list(contents)) if contents else Q()
    if asked:
        fits |= Q(text__icontains=asked)
    if not fits:
        return {}
    found: dict[UUID, Named] = {}
    for row in Duty.objects.alive().filter(fits, tenant=office).order_by("number"):
        one = _weigh(row, contents, asked)
        best = found.get(row.department_id)
        if best is None or one.weight > best.weight:
            found[row.department_id] = one
    return found


def _weigh(row: Duty, contents: Sequence[str], asked: str) -> Named:
    """An item that names the subject itself says more than one that names the whole field."""
    near = next((place for place, code in enumerate(contents) if code in row.contents), None)
    weight = 0 if near is None else FIELD if contents[near].endswith("0000") else SUBJECT
    if asked and asked.lower() in row.text.lower():
        weight += WORDS
    return Named(row.number, row.text, row.law, "words" if near is None else "content", weight)


def count(office: UUID) -> int:
    return Duty.objects.alive().filter(tenant=office).count()
