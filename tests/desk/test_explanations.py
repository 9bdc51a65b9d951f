"""Every clock, state and verb says in one sentence what it is, with its article; the help page lists them all."""

from __future__ import annotations

import pytest
from django.utils import translation

from cases.clock_kinds import Kind
from cases.queries import explanations
from cases.queries.explanations import Explanation
from cases.states import State
from cases.transitions import ROWS
from desk import keys, navigation
from tests.cases.making import COUNTY
from tests.people import actor, client_for


def everyone() -> list[Explanation]:
    return [found for _anchor, _title, rows in explanations.everything() for found in rows]


def test_none_is_missing() -> None:
    assert set(explanations.CLOCKS) == set(Kind.values)
    assert set(explanations.STATES) == set(State.values)
    assert {row.verb for row in ROWS} <= set(explanations.VERBS)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_each_is_a_sentence_with_its_source(language: str) -> None:
    with translation.override(language):
        for found in everyone():
            assert found.text.endswith("。" if language == "zh-hans" else "."), found
            assert found.basis
            assert found.name != found.key, f"{found.key} has no name"
            if language == "en":
                assert found.text.isascii() or "–" in found.text, found.text


@pytest.mark.django_db
def test_the_help_page_holds_them_all_and_the_keys() -> None:
    shown = client_for(actor(COUNTY, "R3")).get("/help/").content.decode()
    for found in everyone():
        assert f'id="{found.key}"' in shown
        assert found.text in shown
    assert shown.partition('id="keys"')[2].partition("</section>")[0].count("<kbd>") > 20


def test_the_keys_are_those_of_the_pages_that_exist() -> None:
    """pages.md §7, but for the wall's; a page that does not exist yet has no key."""
    listed = {"+".join(key.strokes) for group in keys.GROUPS for key in group.keys}
    wanted = {"/", "?", "N", "G+W", "G+S", "G+D", "J+K", "X", "Shift+X", "Enter", "S", "Esc", "D", "C", "[+]"}
    assert wanted | {"Ctrl+Enter", "Ctrl+S", "P"} <= listed
    shown = {"+".join(key.strokes) for group in keys.groups() for key in group.keys}
    assert listed - shown == ({"G+D"} if not navigation.exists("supervision") else set())
