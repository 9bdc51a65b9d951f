"""近义词: which words are found for one another. The country's few ship with us, an office adds its own, and what an
office above wrote holds below it. Asked when a query is understood; documents know nothing of it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from kernel.clock import recorded_now
from kernel.errors import Conflict, Invalid, NotFound, Refused
from kernel.kept import Kept
from search.language.words import fold
from search.models import Synonym
from tenants import context
from tenants.actors import Actor
from tenants.administration.changes import record
from tenants.models import Tenant
from tenants.roles import ADMIN

MOST_GROUPS, MOST_WORDS, LONGEST = 500, 12, 20
MOST_OTHERS = 12  # one word never becomes more than so many questions
SHORTEST = 2  # a single character means too much

Table = dict[str, tuple[str, ...]]
_tables: Kept[UUID, Table] = Kept()


@dataclass(frozen=True, slots=True)
class Inherited:
    """What holds here without being written here. `office` "" is the country's."""

    office: str
    groups: tuple[tuple[str, ...], ...]


def others(tenant: UUID, word: str) -> tuple[str, ...]:
    """What else to look for where `word` (folded) is asked: its synonyms; for a longer run that has a known word in it,
    the run with the other one in its place (农民工讨薪 -> 农民工拖欠工资)."""
    table = _tables.get(tenant, lambda: _table(tenant))
    return table[word] if word in table else tuple(_replaced(table, word))[:MOST_OTHERS]


def _replaced(table: Table, run: str) -> Iterator[str]:
    inside = [known for known in table if known in run]
    for known in sorted(inside, key=len, reverse=True):
        if not any(known != longer and known in longer for longer in inside):
            yield from (run.replace(known, other) for other in table[known] if other not in run)


def _table(tenant: UUID) -> Table:
    groups = [fold_all(group) for group in national()]
    for office in _upwards(context.tenant_by_id(tenant)):
        with context.use(office):
            groups += [fold_all(row.words) for row in Synonym.objects.filter(ended_at=None)]
    found: dict[str, dict[str, None]] = {}
    for group in groups:
        for word in group:
            found.setdefault(word, {}).update(dict.fromkeys(other for other in group if other != word))
    return {word: tuple(more)[:MOST_OTHERS] for word, more in found.items()}


def fold_all(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(plain for word in words if len(plain := fold(word)) >= SHORTEST))


def _upwards(office: Tenant) -> Iterator[Tenant]:
    """The office, then those above it, the nearest first."""
    yield office
    while office.parent_id:
        office = context.tenant_by_id(office.parent_id)
        yield office


@cache
def national() -> tuple[tuple[str, ...], ...]:
    with (Path(__file__).parent / "synonyms.toml").open("rb") as file:
        return tuple(tuple(group.split()) for group in tomllib.load(file)["groups"])


# --- as an office keeps them ------------------------------------------------------------------------------------------


def kept() -> list[Synonym]:
    """The present office's own."""
    return list(Synonym.objects.filter(ended_at=None))


def inherited(tenant: UUID) -> list[Inherited]:
    """From the offices above, the nearest first, then the country's."""
    found = []
    for office in list(_upwards(context.tenant_by_id(tenant)))[1:]:
        with context.use(office):
            groups = tuple(tuple(row.words) for row in Synonym.objects.filter(ended_at=None))
        if groups:
            found.append(Inherited(office.name, groups))
    return [*found, Inherited("", national())]


def require_keeper(actor: Actor) -> None:
    """Raises Refused."""
    if ADMIN not in actor.roles:
        raise Refused(_("近义词由管理员维护。"))


@transaction.atomic
def write(actor: Actor, synonym: UUID | None = None, *, words: str) -> Synonym:
    """A new group, or other words for one that stands; parted by blanks or commas. Raises Refused, NotFound, Invalid,
    Conflict."""
    require_keeper(actor)
    given = _checked(words)
    row = find(synonym, locked=True) if synonym is not None else Synonym()
    standing = Synonym.objects.filter(ended_at=None).exclude(id=row.id)
    if synonym is None and standing.count() >= MOST_GROUPS:
        raise Conflict(_("近义词已有 %(n)d 组。先停用不用的。") % {"n": MOST_GROUPS})
    if any(set(fold_all(one.words)) == set(fold_all(given)) for one in standing):
        raise Invalid(fields={"words": [_("已有同样的一组。")]})
    row.words, row.by, row.at = given, actor.user, recorded_now()
    row.save(force_insert=synonym is None)
    kind = "synonym.added" if synonym is None else "synonym.changed"
    record(actor.user, actor.tenant, kind, row.id, words=str(row))
    transaction.on_commit(_tables.forget)
    return row


@transaction.atomic
def end(actor: Actor, synonym: UUID) -> Synonym:
    require_keeper(actor)
    row = find(synonym, locked=True)
    row.ended_at = recorded_now()
    row.save(update_fields=["ended_at"])
    record(actor.user, actor.tenant, "synonym.ended", row.id, words=str(row))
    transaction.on_commit(_tables.forget)
    return row


def find(synonym: UUID, *, locked: bool = False) -> Synonym:
    """Of the present office. Raises NotFound."""
    rows = Synonym.objects.select_for_update() if locked else Synonym.objects
    found: Synonym | None = rows.filter(id=synonym, ended_at=None).first()
    if found is None:
        raise NotFound
    return found


def _checked(words: str) -> list[str]:
    given = words.replace("\x00", "")
    for mark in "，、；,;":
        given = given.replace(mark, " ")
    found = list({fold(word): word for word in given.split()}.values())
    wrong = ""
    if any(len(fold(word)) < SHORTEST for word in found):
        wrong = _("每个词至少 %(n)d 个字。") % {"n": SHORTEST}
    elif any(len(word) > LONGEST for word in found):
        wrong = _("每个词最多 %(n)d 个字。") % {"n": LONGEST}
    elif len(found) < 2:
        wrong = _("至少写两个词，用空格或顿号隔开。")
    elif len(found) > MOST_WORDS:
        wrong = _("一组最多 %(n)d 个词。分成几组写。") % {"n": MOST_WORDS}
    if wrong:
        raise Invalid(fields={"words": [wrong]})
    return found
