"""Doors of search: who sees no case searches none; what one keeps is one's own."""

from __future__ import annotations

from typing import Any

from search.models import SavedSearch
from tenants import context
from tests.api.world import World
from tests.cases.making import COUNTY
from tests.doors.rows import Door
from tests.people import actor

ASKED = {"q": "电梯"}
PERSON = {"by": "name", "value": "赵晚舟", "reason": "identify"}


def _kept(_world: World) -> dict[str, Any]:
    """One of the right person's."""
    owner = actor(COUNTY, "R3")
    with context.use(owner.schema):
        made = SavedSearch.objects.create(user=owner.user, membership=owner.membership, name="电梯", asked=ASKED)
    return {"saved_id": made.pk}


def _search(route: str, method: str = "GET", form: dict[str, str] | None = None, **more: Any) -> Door:
    """The auditor and the administrator see no case."""
    return Door(f"search:{route}", method=method, form=ASKED if form is None else form, **{"wrong": "R20", **more})


SEARCH: list[Door] = [
    _search("page"),
    _search("page", who="R14", wrong="R18"),
    _search("suggest"),
    _search("export", "POST"),
    _search("people", form={}, wrong="R13"),
    _search("people", "POST", PERSON, wrong="R13"),
    _search("saved_keep", "POST", {**ASKED, "name": "电梯"}),
    _search("saved_open", where=_kept),
    _search("saved_change", "POST", {"name": "电梯"}, where=_kept),
    _search("saved_forget", "POST", where=_kept),
    _search("recent_forget", "POST", wrong=""),
]
