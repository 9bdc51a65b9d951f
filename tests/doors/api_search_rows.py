"""Doors of the API's search and of what it finds below: the same people as on the pages."""

from __future__ import annotations

from typing import Any

from tests.doors.rows import Door
from tests.doors.search_rows import ASKED, PERSON, WORDS, kept, synonym
from tests.doors.supervision_rows import Above, below


def _search(route: str, method: str = "GET", form: dict[str, Any] | None = None, **more: Any) -> Door:
    """The auditor and the administrator see no case."""
    return Door(f"api:{route}", method=method, form=ASKED if form is None else form, **{"wrong": "R20", **more})


def _keeper(route: str, method: str = "GET", form: dict[str, Any] | None = None, **more: Any) -> Door:
    return Door(f"api:{route}", "R19", wrong="R3", refused=frozenset({403}), method=method, form=form or {}, **more)


KEPT = {"name": "电梯", "tells": True}

API_SEARCH = [
    _search("search"),
    _search("search_near"),
    _search("suggest"),
    _search("search_people", "POST", PERSON, wrong="R13"),
    _search("search_alike", "POST", {"text": "电梯停用三个月"}, who="R2", wrong="R13"),
    _search("similar", form={}, case="registered", wrong="R5"),
    _search("export_search"),
    _search("recent_searches", form={}),
    _search("forget_recent_searches", "POST", {}, wrong=""),
    _search("saved_searches", form={}),
    _search("saved_searches", "POST", {**KEPT, "asked": ASKED}),
    _search("look_at_search", "POST", {}, where=kept),
    _search("change_search", "POST", KEPT, where=kept),
    _search("forget_search", "POST", {}, where=kept),
    _keeper("synonyms"),
    _keeper("synonyms", "POST", WORDS),
    _keeper("change_synonym", "POST", WORDS, where=synonym),
    _keeper("end_synonym", "POST", where=synonym),
    Above("api:case_below", "R13", where=below, wrong="R4"),
]
