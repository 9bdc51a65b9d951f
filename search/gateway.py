"""The one door to search: rights first, then a backend, then every hit is read again through policy.

Nothing is shown that policy refuses, whatever an index says; that it had to refuse is an alarm. While Elasticsearch
does not answer, PostgreSQL does, for the own office, and the page says so.
"""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from html import escape
from typing import TypeVar
from uuid import UUID

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import policy
from cases.models import Case
from kernel import failures
from kernel.errors import HuiyinError, NotFound, Unavailable
from search.embedded.backend import Embedded
from search.language import marks, relaxing, spelling, words
from search.language.query import understand
from search.rights import rights_of
from search.shapes import MOST, Asked, Backend, Found, Hit, Query, Raw, RawHit, Rights
from tenants.actors import Actor
from tenants.context import tenant_by_id, tenant_by_schema, use

log = logging.getLogger("huiyin.search")
LARGEST = 200  # hits of one answer

# How what was found relates to what was typed: as it stands (""), with a character put right, or near it.
Level = str
EASIER = (CORRECTED, NEAR) = ("1", "2")

T = TypeVar("T")
_embedded = Embedded()


class Mismatch(HuiyinError):
    """An index found what policy does not show."""

    status = 500
    code = "search-mismatch"
    message = gettext_lazy("查询结果与权限不符，已不显示，并告知平台运维。")


def search(actor: Actor, asked: Asked) -> Found:
    """Raises Refused for who may search nothing, Unavailable when no backend can answer in time."""
    started = time.perf_counter()
    rights = rights_of(actor)
    asked = replace(asked, size=max(1, min(asked.size, LARGEST)))
    typed = understand(tenant_by_id(rights.tenant), asked)
    if says_nothing(typed) and asked.text:
        return Found((), 0, more=False, facets={}, after="", query=typed, backend="")
    (raw, query, level), name, fallen = _answered(rights, lambda one, within: found(one, within, typed, asked))
    hits, dropped = _seen(actor, rights, raw.hits)
    return Found(
        hits=hits,
        total=max(raw.total - dropped, len(hits)),
        more=raw.partial or raw.total >= MOST,
        partial=raw.partial,
        facets=raw.facets,
        after=f"{level}.{raw.after}" if raw.after else "",
        query=query,
        backend=name,
        fallen_back=fallen,
        took_ms=round((time.perf_counter() - started) * 1000),
        dropped=dropped,
        relaxed=bool(level),
        instead=spelling.meant(typed, query) if level == CORRECTED else (),
    )


def says_nothing(query: Query) -> bool:
    """Signs alone, say: that is no question for everything there is."""
    return replace(query, told=(), notes=()) == Query()


def suggest(actor: Actor, text: str, most: int = 8) -> list[Hit]:
    """While somebody types: cases whose title or number has the words."""
    rights = rights_of(actor)
    hits, _name, _fallen = _answered(rights, lambda one, within: one.suggest(within, text, most))
    return _seen(actor, rights, hits)[0]


def like(actor: Actor, text: str, most: int = 20, *, places: Sequence[str] = ()) -> list[Hit]:
    """Cases like a text, most like first."""
    rights = rights_of(actor)
    hits, _name, _fallen = _answered(rights, lambda one, within: one.like(within, text, most, places=places))
    return _seen(actor, rights, hits)[0]


def near(actor: Actor, asked: Asked) -> list[Hit]:
    """What comes near, to stand behind the few that have all the words; nothing where those are many, or none."""
    rights = rights_of(actor)
    asked = replace(asked, after="", order="best", size=relaxing.FEW)
    query = understand(tenant_by_id(rights.tenant), asked)

    def ask(backend: Backend, within: Rights) -> list[RawHit]:
        raw, _query, level = found(backend, within, query, asked)
        return [] if level else beside(backend, within, query, asked, raw)

    hits, _name, _fallen = _answered(rights, ask)
    return _seen(actor, rights, hits)[0]


# --- which backend ----------------------------------------------------------------------------------------------------


def _answered(rights: Rights, ask: Callable[[Backend, Rights], T]) -> tuple[T, str, bool]:
    """What a backend said, its name, and whether it stood in for Elasticsearch."""
    if not getattr(settings, "ELASTICSEARCH_URL", ""):
        return ask(_embedded, rights), _embedded.name, False
    from search.elastic.backend import Elastic  # noqa: PLC0415  its client is loaded only where there is a server

    elastic = Elastic()
    try:
        return ask(elastic, rights), elastic.name, False
    except Unavailable:
        log.warning("elasticsearch does not answer")
    if rights.own is None:
        raise Unavailable(_("全区域查询暂时不能用，几分钟后再试。"))
    return ask(_embedded, replace(rights, below=False)), _embedded.name, True


def found(backend: Backend, rights: Rights, query: Query, asked: Asked) -> tuple[Raw, Query, Level]:
    """What has all the words; where nothing has, what has them with a character put right, then what comes near.
    Further pages go on at the level of the first."""
    level, _dot, after = asked.after.partition(".")
    if after and level in EASIER:
        easier = _easier(rights, query, level) or query
        return backend.find(rights, easier, replace(asked, after=after)), easier, level
    raw = backend.find(rights, query, replace(asked, after=after))
    if after or raw.total or raw.facets:
        return raw, query, ""
    best: tuple[Raw, Query, Level] = raw, query, ""
    for name in EASIER:
        eased = _easier(rights, query, name)
        if eased is None:
            continue
        looser = backend.find(rights, eased, replace(asked, after=""))
        if looser.total > best[0].total:
            best = looser, eased, name
        if best[0].total >= relaxing.FEW or (best[0].total and not relaxing.is_sentence(query)):
            break
    return best


def beside(backend: Backend, rights: Rights, query: Query, asked: Asked, raw: Raw) -> list[RawHit]:
    """Behind `raw`, which has all the words: what has most of them, `asked.size` at most."""
    eased = relaxing.relaxed(query) if 0 < raw.total < relaxing.FEW else None
    if eased is None:
        return []
    known = {(hit.schema, hit.case) for hit in raw.hits}
    hits = backend.find(rights, eased, replace(asked, after="", order="best", size=asked.size + len(known))).hits
    return [hit for hit in hits if (hit.schema, hit.case) not in known][: asked.size]


def _easier(rights: Rights, query: Query, level: str) -> Query | None:
    return spelling.corrected(rights, query) if level == CORRECTED else relaxing.relaxed(query)


# --- read again through policy ----------------------------------------------------------------------------------------


def _seen(actor: Actor, rights: Rights, hits: Sequence[RawHit]) -> tuple[list[Hit], int]:
    """The hits that policy shows, in their order, and how many it does not."""
    by_schema: dict[str, set[UUID]] = defaultdict(set)
    for hit in hits:
        by_schema[hit.schema].add(hit.case)
    seen = {
        (schema, case)
        for schema, cases in by_schema.items()
        for case in (_own(actor, cases) if schema == rights.schema else _below(actor, schema, cases))
    }
    kept = [
        Hit(hit.schema, hit.case, hit.schema == rights.schema, tuple(_piece(*piece) for piece in hit.pieces))
        for hit in hits
        if (hit.schema, hit.case) in seen
    ]
    dropped = len(hits) - len(kept)
    if dropped:
        _alarm(dropped)
    return kept, dropped


def _own(actor: Actor, cases: set[UUID]) -> set[UUID]:
    with use(actor.schema):
        return set(policy.visible(actor).filter(id__in=cases, sealed=False).values_list("id", flat=True))


def _below(actor: Actor, schema: str, cases: set[UUID]) -> set[UUID]:
    try:
        office = tenant_by_schema(schema)
    except NotFound:  # it was taken away, and an index still knows it
        return set()
    with use(office):
        rows = Case.objects.filter(id__in=cases, sealed=False).only("id", "sealed")
        return {case.id for case in rows if policy.sees_below(actor, office, case)}


def _alarm(dropped: int) -> None:
    """Counted where failed tasks are: whoever runs the platform sees it there."""
    log.error("search found what policy does not show", extra={"code": Mismatch.code, "dropped": dropped})
    failures.record("search.gateway", Mismatch())


# --- markup -----------------------------------------------------------------------------------------------------------


def _piece(field: str, text: str, spans: Sequence[marks.Span]) -> tuple[str, SafeString]:
    """Escaped, with <mark> around what matched."""
    inside = tuple((max(a, 0), min(b, len(text))) for a, b in spans if a < b and a < len(text))
    if field != "title":
        text, inside = marks.cut(text, inside)
    parts, at = [], 0
    for start, end in words.merged(inside):
        parts += [escape(text[at:start]), "<mark>", escape(text[start:end]), "</mark>"]
        at = end
    return field, mark_safe("".join([*parts, escape(text[at:])]))  # noqa: S308  every part is escaped
