"""Doors of search: who sees no case searches none; what one keeps is one's own."""

from __future__ import annotations

from typing import Any

from search.models import SavedSearch, Synonym
from tenants import context
from tests.api.world import World
from tests.cases.making import COUNTY
from tests.doors.rows import Door
from tests.people import actor, tenant

ASKED = {"q": "电梯"}
PERSON = {"by": "name", "value": "赵晚舟", "reason": "identify"}


def kept(_world: World) -> dict[str, Any]:
    """One of the right person's."""
    owner = actor(COUNTY, "R3")
    with context.use(owner.schema):
        made = SavedSearch.objects.create(user=owner.user, membership=owner.membership, name="电梯", asked=ASKED)
    return {"saved_id": made.pk}


def _search(route: str, method: str = "GET", form: dict[str, str] | None = None, **more: Any) -> Door:
    """The auditor and the administrator see no case."""
    return Door(f"search:{route}", method=method, form=ASKED if form is None else form, **{"wrong": "R20", **more})


def synonym(_world: World) -> dict[str, Any]:
    with context.use(tenant(COUNTY)):
        made = Synonym.objects.create(words=["棚改", "旧改"], by=actor(COUNTY, "R19").user)
    return {"synonym_id": made.pk}


def _keeper(route: str, **more: Any) -> Door:
    return Door(f"search:{route}", "R19", wrong="R3", refused=frozenset({403}), **more)


WORDS = {"words": "棚改 旧改 棚户区改造"}

SEARCH: list[Door] = [
    _search("page"),
    _search("page", who="R14", wrong="R18"),
    _search("near"),
    _search("suggest"),
    _search("export", "POST"),
    _search("people", form={}, wrong="R13"),
    _search("people", "POST", PERSON, wrong="R13"),
    _search("saved_keep", "POST", {**ASKED, "name": "电梯"}),
    _search("saved_open", where=kept),
    _search("saved_change", "POST", {"name": "电梯"}, where=kept),
    _search("saved_forget", "POST", where=kept),
    _search("recent_forget", "POST", wrong=""),
    _search("similar", form={}, case="registered", wrong="R5"),
    _search("alike", "POST", {"text": "电梯停用三个月"}, who="R2", wrong="R13"),
    _keeper("synonyms"),
    _keeper("synonyms", method="POST", form=WORDS),
    _keeper("synonym", where=synonym),
    _keeper("synonym", method="POST", form=WORDS, where=synonym),
]
