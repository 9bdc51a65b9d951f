"""What was understood of the words, as chips; each leads to the same search without it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from search.address import url
from search.facets import chosen_words
from search.language import words
from search.language.query import understand
from search.shapes import Asked, Query
from tenants.actors import Actor
from tenants.context import tenant_by_id

# -地点:"锦溆 街道", “半句话”, 20260824-0183
_QUOTED = '“[^“”]*”?|"[^"]*"?|「[^」]*」?|『[^』]*』?'
_TERM = re.compile(rf"[-－]?(?:[^\s“”\"「『:：]+[:：]\s*)?(?:{_QUOTED}|[^\s“”\"「『，、；。！？,;!?]+)")


@dataclass(frozen=True, slots=True)
class Token:
    """`url` "" where it cannot be told from the rest of what was typed."""

    label: str
    value: str
    url: str


def terms(text: str) -> list[str]:
    return [found.strip() for found in _TERM.findall(text)]


def without(text: str, term: str) -> str:
    left = terms(text)
    if term in left:
        left.remove(term)
    return " ".join(left)


def told(actor: Actor, asked: Asked, understood: Query | None) -> list[Token]:
    """Recognised in the text first, then what was chosen beside it."""
    found = []
    if understood is not None and understood.told:
        shorter = _shorter(actor, asked, understood)
        found = [Token(label, value, shorter.get((label, value), "")) for label, value in understood.told]
    for facet, title, value, text in chosen_words(actor, asked):
        rest = tuple(one for one in asked.chosen[facet] if one != value)
        chosen = {name: values for name, values in {**asked.chosen, facet: rest}.items() if values}
        found.append(Token(title, text, url(asked, chosen=chosen)))
    if asked.since:
        found.append(Token(_("登记自"), asked.since.isoformat(), url(asked, since=None)))
    if asked.until:
        found.append(Token(_("登记至"), asked.until.isoformat(), url(asked, until=None)))
    return found


def _shorter(actor: Actor, asked: Asked, understood: Query) -> Mapping[tuple[str, str], str]:
    """What is no longer recognised when a term is left out came from it; other words of the term stay."""
    found: dict[tuple[str, str], str] = {}
    office = tenant_by_id(actor.tenant)
    for term in terms(asked.text):
        text = without(asked.text, term)
        less = understand(office, replace(asked, text=text))
        for label, value in understood.told:
            if (label, value) not in less.told:
                plain = words.fold(value)
                rest = [word.text for word in understood.words if word not in less.words and word.text not in plain]
                found[label, value] = url(asked, text=" ".join([text, *rest]).strip())
    return found
