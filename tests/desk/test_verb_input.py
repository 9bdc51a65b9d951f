"""Whatever is typed into the form of a verb: said at its field, nothing lost, nothing done, never a crash."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils.html import escape

from desk.forms import FORMS
from desk.forms.base import VerbForm
from tests.api.world import World, made_world
from tests.doors.desk_rows import FORMED
from tests.doors.rows import Door
from tests.people import client_for

HOSTILE = ("", "<script>alert(1)</script>", "'; DROP TABLE x; --", "字" * 6000, "\x00\ud7ff", "99999999999999", "-1")
# Done; a new code shown; what is to be turned down is not named; not from this state; something to correct.
ANSWERS = (302, 200, 404, 409, 422)
HIDDEN = re.compile(r'<input type="hidden" name="(version|token|propose|proposal)" value="([^"]*)"')


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), made_world() as made:
        yield made


def _send(door: Door, world: World, words: str) -> tuple[int, str]:
    browser: Client = client_for(door.right())
    verb = str(dict(door.where)["verb"])  # type: ignore[arg-type]
    url = f"/cases/{world.cases[door.case]}/{verb}/"
    given: dict[str, Any] = dict(HIDDEN.findall(browser.get(url).content.decode()))
    form: type[VerbForm] = FORMS[verb]
    given |= {name: words for name in form.base_fields if name not in ("version", "token", "proposal", "files")}
    answer = browser.post(url, given)
    return answer.status_code, answer.content.decode()


@pytest.mark.parametrize("door", FORMED, ids=lambda door: door.id)
def test_bad_input_is_said_and_nothing_is_lost(world: World, door: Door) -> None:
    for words in HOSTILE:
        with transaction.atomic():
            status, page = _send(door, world, words)
            transaction.set_rollback(True)
        assert status in ANSWERS, (words[:20], status)
        assert "<script>alert(1)" not in page
        if status == 422:
            assert "error-summary" in page or 'role="alert"' in page, words[:20]
            if "<textarea" in page and words.strip() and "\x00" not in words:
                assert escape(words) in page, words[:20]
