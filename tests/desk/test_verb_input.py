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


def _opened(door: Door, world: World) -> tuple[Client, str, dict[str, Any]]:
    """The form as it comes: who asked for it, where it is sent, what it carries along."""
    browser: Client = client_for(door.right())
    url = f"/cases/{world.cases[door.case]}/{dict(door.where)['verb']}/"
    return browser, url, dict(HIDDEN.findall(browser.get(url).content.decode()))


@pytest.mark.parametrize("door", FORMED, ids=lambda door: door.id)
def test_bad_input_is_said_and_nothing_is_lost(world: World, door: Door) -> None:
    browser, url, given = _opened(door, world)
    form: type[VerbForm] = FORMS[str(dict(door.where)["verb"])]  # type: ignore[arg-type]
    fields = [name for name in form.base_fields if name not in ("version", "token", "proposal", "files")]
    for words in HOSTILE:
        with transaction.atomic():
            answer = browser.post(url, given | dict.fromkeys(fields, words))
            transaction.set_rollback(True)
        status, page = answer.status_code, answer.content.decode()
        assert status in ANSWERS, (words[:20], status)
        assert "<script>alert(1)" not in page
        if status == 422:
            assert "error-summary" in page or 'role="alert"' in page, words[:20]
            if "<textarea" in page and words.strip() and "\x00" not in words:
                assert escape(words) in page, words[:20]
