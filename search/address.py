"""The address of a search: what it says is what is asked, nonsense counts as not asked, and back leads back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from search.shapes import FACETS, Asked, Order

LONGEST = 200  # of what is typed
MOST_CHOSEN = 20  # values of one facet
ORDERS: tuple[Order, ...] = ("best", "due", "new")


def read(given: QueryDict) -> Asked:
    chosen = {facet: _values(given.getlist(facet)) for facet in FACETS}
    return _asked(given, {facet: values for facet, values in chosen.items() if values})


def restored(kept: Mapping[str, Any]) -> Asked:
    """What `kept` of a saved search says."""
    chosen = {facet: tuple(map(str, kept[facet])) for facet in FACETS if kept.get(facet)}
    return _asked({name: str(value) for name, value in kept.items() if name not in FACETS}, chosen)


def _asked(given: Mapping[str, Any], chosen: Mapping[str, tuple[str, ...]]) -> Asked:
    order = given.get("sort", "")
    return Asked(
        text=" ".join(str(given.get("q", "")).replace("\x00", "").split())[:LONGEST],
        chosen=chosen,
        since=_day(given.get("since", "")),
        until=_day(given.get("until", "")),
        order=next((known for known in ORDERS if known == order), "best"),
        after=str(given.get("after", ""))[:400],
    )


def _values(given: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value[:40] for value in given[:MOST_CHOSEN] if value and "\x00" not in value))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def kept(asked: Asked) -> dict[str, Any]:
    """The same as plain values, without those that say nothing and without the place in the list."""
    pairs: dict[str, Any] = {
        "q": asked.text,
        **{facet: list(asked.chosen.get(facet, ())) for facet in FACETS},
        "since": asked.since.isoformat() if asked.since else "",
        "until": asked.until.isoformat() if asked.until else "",
        "sort": "" if asked.order == "best" else asked.order,
    }
    return {name: value for name, value in pairs.items() if value}


def pairs(asked: Asked, *leave_out: str) -> list[tuple[str, str]]:
    """Name and value of each parameter: for an address, or the hidden fields of a form."""
    found: list[tuple[str, str]] = []
    for name, value in kept(asked).items():
        if name not in leave_out:
            found += [(name, one) for one in value] if isinstance(value, list) else [(name, value)]
    return found


def url(asked: Asked, **changes: Any) -> str:
    """Its address, with the changes; it begins at the first hit unless `after` is among them."""
    changed = replace(asked, **{"after": "", **changes})
    query = urlencode([*pairs(changed), *([("after", changed.after)] if changed.after else [])])
    return reverse("search:page") + (f"?{query}" if query else "")


def is_empty(asked: Asked) -> bool:
    return not (asked.text or asked.chosen or asked.since or asked.until)
