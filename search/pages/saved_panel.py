"""常用查询 and 最近查过: panels beside the hits, each put back into its place after a change."""

from __future__ import annotations

from typing import Any

from search import address, saved
from search.shapes import Asked
from tenants.actors import Actor


def context(actor: Actor, asked: Asked | None = None) -> dict[str, Any]:
    return of_saved(actor, asked) | of_recent(actor)


def of_saved(actor: Actor, asked: Asked | None = None) -> dict[str, Any]:
    """`asked` is what may be kept."""
    rows = [{"one": one, "fresh": saved.fresh(actor, one)} for one in saved.saved(actor)]
    keep = address.pairs(asked) if asked and not address.is_empty(asked) else []
    return {"saved": rows, "keep_fields": keep, "longest_name": saved.LONGEST_NAME}


def of_recent(actor: Actor) -> dict[str, Any]:
    rows = saved.recent(actor)
    return {"recent": [{"one": one, "url": address.url(Asked(text=one.text))} for one in rows]}
