"""Whatever is typed is text: kept as it was typed, shown escaped, and in nobody's way."""

import re
from html import escape, unescape
from typing import Any
from urllib.parse import quote_from_bytes

import pytest

from cases import history
from cases.models import Note, Opinion
from tenants import context
from tenants.actors import Actor
from tests.cases.making import BUREAU, COUNTY, register, row
from tests.people import actor, client_for, tenant
from tests.privacy.driving import UNIT, Words, drive

# At most 28 characters each: they go into fields of 64 and, three times over, into some of 120.
HOSTILE = {
    "SQL": "'; DROP TABLE cases_case;--",
    "HTML": "<script>alert(1)</script>",
    "attribute": "\"><img src=x onerror='a()'",
    "template": "{{ 7*7 }}{% now 'Y' %}%(x)s",
    "odd letters": "\u202e倒\u2066着📮👨‍👩‍👧e\u0301\u00a0\ufeff",
    "line ends": "一\r\n二\u2028三\t四",
}


FIELDS = ("name", "address", "inner", "typed", "accusation", "file")


@pytest.mark.django_db
@pytest.mark.parametrize("turn", range(0, len(HOSTILE), 2))
def test_every_verb_takes_it_as_text(turn: int) -> None:
    """Each kind of field gets another one; in three turns each field has had three of them."""
    given = list(HOSTILE.values())
    words = Words(**{field: given[(place + turn) % len(given)] for place, field in enumerate(FIELDS)})
    made = drive(words)
    with context.use(tenant(COUNTY)):
        bodies = list(
            map(str, Note.objects.filter(kind__in=["remark", "contact", "extension"]).values_list("body", flat=True))
        )
        assert bodies
        assert all(words.typed in body or words.inner in body for body in bodies)
        assert all(words.inner in opinion.body["overall"] for opinion in Opinion.objects.all())
        assert list(history.verify()) == []
    assert "<script>alert" not in row(COUNTY, made.cases["assigned"]).title
    for who in (actor(COUNTY, "R3"), actor(COUNTY, "R5", unit=UNIT), actor(COUNTY, "R18"), actor(BUREAU, "R4")):
        _shown_escaped(who, made.cases.values(), words)


def _shown_escaped(who: Actor, cases: Any, words: Words) -> None:
    client = client_for(who)
    shown = 0
    for address in [*(f"/cases/{case_id}/" for case_id in cases), "/worklist/", "/inbox/"]:
        answer = client.get(address)
        assert answer.status_code in (200, 403, 404), address
        page = answer.content.decode()
        shown += any(word in unescape(page) or escape(word) in page for word in (words.inner, words.typed))
        assert "<script>alert" not in page, address
        assert "<img src=x" not in page, address
        assert "49{" not in page, address
        for inline in re.findall(r"<[a-z][^>]*\son[a-z]+=", page):
            raise AssertionError(f"{address}: {inline}")
    if who.at_desk and who.roles & {"R3"}:
        assert shown, "the words are there, as words"


@pytest.mark.django_db
@pytest.mark.parametrize("bad", ["a\x00b", "a\ud800b"], ids=["NUL", "half a letter"])
def test_what_no_database_can_hold_is_left_out_or_refused_never_a_crash(bad: str) -> None:
    """Forms and API refuse these; an import or a task may still bring them."""
    from cases import actions
    from kernel.errors import HuiyinError
    from tests.cases.making import at, entry
    from tests.people import actor as somebody

    clerk = somebody(COUNTY, "R2")
    given = {"text": bad, "title": bad, "demands": [bad], "addressee": bad, "place_detail": bad, "foreign_number": bad}
    with at(clerk):
        made = actions.register(clerk, entry(**given))
        stored = row(COUNTY, made.case.id)
        assert stored.title == stored.filing.text == stored.filing.foreign_number == "ab"
        actions.note(clerk, made.case.id, text=bad)
        actions.correct(clerk, made.case.id, changes={"title": bad, "text": bad}, demands=[bad], reason=bad)
        for changes in ({"source": bad}, {"content_class": bad}, {"place": bad}):
            with pytest.raises(HuiyinError):
                actions.correct(clerk, made.case.id, changes=changes, reason="x")
        assert list(history.verify()) == []


@pytest.mark.django_db
@pytest.mark.parametrize("bad", ["a\x00b", "a\ud800b", "x" * 3_000_000], ids=["NUL", "half a letter", "endless"])
def test_page_and_api_say_so_in_words(bad: str) -> None:
    import json

    case = register().case
    client = client_for(actor(COUNTY, "R3"))
    body = json.dumps({"text": bad})
    headers = {"If-Match": f'"{case.version}"'}
    answer = client.post(f"/api/v1/cases/{case.id}/note", body, content_type="application/json", headers=headers)
    assert answer.status_code in (400, 413, 422), answer.content
    assert re.search(r"[\u4e00-\u9fff]", answer.json()["detail"])
    assert row(COUNTY, case.id).version == case.version, "nothing happened"
    form = f"version={case.version}&text={quote_from_bytes(bad.encode('utf-8', 'surrogatepass'))}"
    page = client.post(f"/cases/{case.id}/note/", form, content_type="application/x-www-form-urlencoded")
    assert page.status_code < 500
    with context.use(tenant(COUNTY)):
        assert not any("\x00" in str(note.body) for note in Note.objects.all())
