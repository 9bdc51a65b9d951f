"""Questions in Elasticsearch's words. The rights come first and stand around everything: hits, counts and facets.

In the own office all texts are looked through, of what lies below the shared ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from itertools import pairwise
from typing import Any, Literal, NamedTuple

from kernel.clock import TZ, now
from search import clock
from search.language import words
from search.shapes import FACETS, MOST, Asked, Order, Own, Query, Rights, Word

Clause = dict[str, Any]
Analysis = Literal["pairs", "singles", "both"]  # by what a phrase is found; pairs are rarer and so tell more

# What a match is worth by where it stands; the greatest counts, the others a little.
SHARED_WORTH = {"title": 6.0, "demands": 4.0, "narrative": 3.0, "answers": 2.0, "numbers": 5.0}
OWN_WORTH = {**SHARED_WORTH, "spot": 3.0, "papers": 1.0, "files": 0.6}
TYPED_WORTH = {"title": 2.0, "numbers": 1.0}


class Texts(NamedTuple):
    """What is looked through, and how."""

    worth: Mapping[str, float]
    analysis: Analysis = "pairs"


TYPED = Texts(TYPED_WORTH)
SYNONYM, TOGETHER, ELSEWHERE, FRESH, FRESH_DAYS = 0.7, 0.3, 0.1, 2.0, 160
LIKE_READ, LIKE_TERMS, LIKE_SHARE = 1200, 40, "30%"
COUNTED = 500  # values of a facet
FIELD = {"state": "state", "klass": "klass", "office": "office", "department": "unit", "channel": "channel"}
# The case is the last word, so that a page goes on exactly where the one before ended.
SORT: dict[Order, list[Clause]] = {
    "best": [{"_score": "desc"}, {"case": "desc"}],
    "due": [{"due_raw": {"order": "asc", "missing": "_last"}}, {"case": "asc"}],
    "new": [{"registered_at": {"order": "desc", "missing": "_last"}}, {"case": "desc"}],
}


def find(rights: Rights, query: Query, asked: Asked, after: Sequence[Any], analysis: Analysis = "pairs") -> Clause:
    """One hit more than a page holds, which says whether another follows."""
    kept = {name: _kept(name, query.chosen[name]) for name in FACETS if query.chosen.get(name)}
    reach = [_every(filters, _words(query, Texts(worth, analysis))) for filters, worth in _reach(rights)]
    matching = {"bool": {"filter": [*_standing(), *_filters(query)], "must": [_any(reach)]}}
    body: Clause = {
        "query": _fresh(matching) if asked.order == "best" else matching,
        "size": asked.size + 1,
        "track_total_hits": MOST,
        "_source": ["schema", "case", "shown"],
        "sort": SORT[asked.order],
        "aggs": {name: _counted(name, [kept[other] for other in kept if other != name]) for name in FACETS},
    }
    if kept:  # behind the counts, so that a facet's own choice does not narrow them; no right ever stands here
        body["post_filter"] = {"bool": {"filter": list(kept.values())}}
    if after:
        body["search_after"] = list(after)
    return body


def suggest(rights: Rights, typed: Sequence[str], most: int) -> Clause:
    """`typed`: words as folded, of which the last may be unfinished."""
    wanted = [*(_phrase(word, TYPED) for word in typed[:-1]), _begun(typed[-1])]
    query = {"bool": {"filter": _within(rights), "must": wanted}}
    return {
        "query": _fresh(query),
        "size": most,
        "track_total_hits": False,
        "_source": ["schema", "case", "shown.title"],
    }


def like(rights: Rights, text: str, most: int, places: Sequence[str]) -> Clause:
    """By a text, never by a document: nobody may ask what is like one they cannot see."""
    more = {
        "fields": ["title.bi", "narrative.bi", "demands.bi"],
        "like": words.fold(text[:LIKE_READ]),
        "min_term_freq": 1,
        "min_doc_freq": 1,
        "max_query_terms": LIKE_TERMS,
        "minimum_should_match": LIKE_SHARE,
    }
    here = [{"terms": {"place": list(places)}}] if places else []
    query = {"bool": {"filter": [*_within(rights), *here], "must": [{"more_like_this": more}]}}
    return {"query": query, "size": most, "track_total_hits": False, "_source": ["schema", "case"]}


# --- rights -----------------------------------------------------------------------------------------------------------


def _reach(rights: Rights) -> list[tuple[list[Clause], Mapping[str, float]]]:
    """What of the own office, what below; each with the texts that may be read there."""
    found: list[tuple[list[Clause], Mapping[str, float]]] = []
    if rights.own is not None:
        found.append(([{"term": {"schema": rights.schema}}, *_own(rights.own)], OWN_WORTH))
    if rights.below:  # what the own office has or had stands there, in its own row, for who sees them all
        had = [{"term": {"offices": rights.code}}] if rights.whole else []
        elsewhere = {"bool": {"must_not": [{"term": {"schema": rights.schema}}, *had]}}
        found.append(([{"term": {"scope": rights.code}}, {"term": {"held": True}}, elsewhere], SHARED_WORTH))
    return found


def _own(own: Own) -> list[Clause]:
    units = {"terms": {"unit": [str(unit) for unit in own.units]}}
    if own.kind == "all":
        return []
    if own.kind == "unit":
        return [units]
    named = {"bool": {"filter": [{"term": {"handler": str(own.user)}}, units]}}
    return [_any([{"terms": {"department": [str(one) for one in own.departments]}}, named])]


def _standing() -> list[Clause]:
    return [{"term": {"removed": False}}]


def _within(rights: Rights) -> list[Clause]:
    """For questions that look at shared texts alone."""
    return [*_standing(), _any([{"bool": {"filter": filters}} for filters, _worth in _reach(rights)])]


# --- words ------------------------------------------------------------------------------------------------------------


def _words(query: Query, texts: Texts) -> Clause:
    asked = [word for word in query.words if not word.excluded]
    near = [_phrase(one.text + two.text, texts, TOGETHER) for one, two in pairwise(asked) if not one.least + two.least]
    return {
        "must": [_relaxed(word, texts) if word.least else _word(word, texts) for word in asked],
        "should": near,
        "must_not": [_phrase(word.text, texts) for word in query.words if word.excluded],
    }


def _word(word: Word, texts: Texts) -> Clause:
    found = _phrase(word.text, texts)
    if not word.others:
        return found
    return {"dis_max": {"queries": [found, *(_phrase(other, texts, SYNONYM) for other in word.others)]}}


def _relaxed(word: Word, texts: Texts) -> Clause:
    pairs = [_phrase(pair, texts) for pair in words.needed(word.text)]
    return {"bool": {"should": pairs, "minimum_should_match": word.least}}


def _phrase(text: str, texts: Texts, boost: float = 1.0) -> Clause:
    """The text as it stands, in any of the fields; a single character has no pairs."""
    under = {"pairs": (".bi",), "singles": ("",), "both": (".bi", "")}[texts.analysis] if _long(text) else ("",)
    fields = [f"{name}{one}^{weight}" for name, weight in texts.worth.items() for one in under]
    return {
        "multi_match": {"query": text, "type": "phrase", "fields": fields, "tie_breaker": ELSEWHERE, "boost": boost}
    }


def _long(text: str) -> bool:
    return sum(len(run) if han else 1 for run, han in words.runs(text)) > 1


def _begun(text: str) -> Clause:
    if _long(text):
        fields = [f"{name}^{weight}" for name, weight in TYPED_WORTH.items()]
        return {"multi_match": {"query": text, "type": "phrase_prefix", "fields": fields}}
    return _any([{"prefix": {name: {"value": text, "boost": weight}}} for name, weight in TYPED_WORTH.items()])


# --- what narrows, counts and sorts -----------------------------------------------------------------------------------


def _filters(query: Query) -> list[Clause]:
    """What is no facet: nothing is counted without it."""
    found: list[Clause] = [{"wildcard": {"number": _pattern(pattern)}} for pattern in query.numbers]
    if query.places:
        found.append({"terms": {"place": list(query.places)}})
    if query.units:
        units = [str(unit) for unit in query.units]
        found.append(_any([{"terms": {"unit": units}}, {"terms": {"department": units}}]))
    if query.since is not None:
        found.append({"range": {"registered_at": {"gte": _moment(datetime.combine(query.since, time(), TZ))}}})
    if query.until is not None:
        end = datetime.combine(query.until, time(), TZ) + timedelta(days=1)
        found.append({"range": {"registered_at": {"lt": _moment(end)}}})
    return found


def _pattern(like: str) -> str:
    """SQL's signs for anything and for one character, as a wildcard."""
    return like.translate({ord("*"): r"\*", ord("?"): r"\?", ord("\\"): r"\\", ord("%"): "*", ord("_"): "?"})


def _kept(name: str, values: Sequence[str]) -> Clause:
    if name == "clock":
        return _any([level for value, level in _levels().items() if value in values] or [{"match_none": {}}])
    return {"terms": {FIELD[name]: list(values)}}


def _counted(name: str, others: Sequence[Clause]) -> Clause:
    values = (
        {"filters": {"filters": _levels()}} if name == "clock" else {"terms": {"field": FIELD[name], "size": COUNTED}}
    )
    return {"filter": {"bool": {"filter": list(others)}}, "aggs": {"values": values}}


def _levels() -> dict[str, Clause]:
    """As search.clock.level."""
    at = clock.edges()
    today, later = _moment(at.today), _moment(at.later)
    clockless = {"terms": {"state": list(clock.CLOCKLESS)}}
    quiet = {"terms": {"due_kind": list(clock.QUIET_KINDS)}}
    loud = {"must_not": [clockless, quiet]}
    on_time: list[Clause] = [quiet, {"range": {"due_raw": {"gte": later}}}]
    return {
        "over": {"bool": {**loud, "filter": [{"range": {"due_raw": {"lt": today}}}]}},
        "soon": {"bool": {**loud, "filter": [{"range": {"due_raw": {"gte": today, "lt": later}}}]}},
        "ok": {"bool": {"must_not": [clockless], "filter": [{"exists": {"field": "due_raw"}}, _any(on_time)]}},
        "hold": {"bool": {"must_not": [clockless, {"exists": {"field": "due_raw"}}]}},
    }


def _fresh(query: Clause) -> Clause:
    """A little more for what came in lately, told by the day, so that it is the same on the next page."""
    today = _moment(datetime.combine(now().astimezone(TZ).date(), time(), TZ))
    decay = {"exp": {"registered_at": {"origin": today, "scale": f"{FRESH_DAYS}d", "decay": 0.5}}, "weight": FRESH}
    return {"function_score": {"query": query, "functions": [decay], "boost_mode": "sum"}}


def _moment(at: datetime) -> str:
    return at.isoformat()


def _any(clauses: Sequence[Clause]) -> Clause:
    return {"bool": {"should": list(clauses), "minimum_should_match": 1}} if clauses else {"match_none": {}}


def _every(filters: Sequence[Clause], texts: Clause) -> Clause:
    return {"bool": {"filter": list(filters), **texts}}
