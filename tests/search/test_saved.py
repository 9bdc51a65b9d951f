"""Searches one keeps and ran lately: a person's own, encrypted; new hits are told within the rights of that moment."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote
from uuid import UUID

import pytest
from django.db import connection

from kernel import outbox
from kernel.alerts import Alert, render
from search import saved, telling
from search.models import RecentSearch, SavedSearch
from tenants import context
from tenants.actors import Actor
from tests.cases.making import BUREAU, COUNTY, at, at_unit, do, register
from tests.people import actor, client_for, department

pytestmark = pytest.mark.django_db
KEEP = "/search/saved/"
HTMX = {"HX-Request": "true"}


def keep(who: Actor, name: str = "电梯，锦溆", **given: Any) -> Any:
    return client_for(who).post(KEEP, {"q": "电梯停用", "name": name, **given}, headers=HTMX)


def kept(who: Actor) -> list[SavedSearch]:
    with at(who):
        return saved.saved(who)


def told() -> list[Alert]:
    outbox.drain()
    telling.look_out()
    return list(Alert.objects.filter(kind=telling.FRESH).order_by("id"))


def open_url(pk: UUID) -> str:
    return f"{KEEP}{pk}/"


def test_a_search_is_kept_renamed_opened_and_forgotten() -> None:
    who = actor(COUNTY, "R3")
    assert keep(who, state="S20", sort="new").status_code == 200
    (one,) = kept(who)
    assert (one.name, one.asked) == ("电梯，锦溆", {"q": "电梯停用", "state": ["S20"], "sort": "new"})
    opened = client_for(who).get(open_url(one.pk))
    assert unquote(opened.headers["Location"]) == "/search/?q=电梯停用&state=S20&sort=new"
    client_for(who).post(f"{open_url(one.pk)}change/", {"name": " 电梯  类 ", "tells": "1"})
    assert [(row.name, row.tells) for row in kept(who)] == [("电梯 类", True)]
    wrong = keep(who, name=" ")
    assert wrong.status_code == 422
    assert "写一个名称" in wrong.content.decode()
    other = client_for(actor(COUNTY, "R3", nth=1))
    for path in ("", "change/", "forget/"):
        ask = other.post if path else other.get
        assert ask(f"{open_url(one.pk)}{path}", {"name": "x"}).status_code == 404
    assert "电梯 类" not in other.get("/search/").content.decode()
    client_for(who).post(f"{open_url(one.pk)}forget/")
    assert kept(who) == []


def test_what_was_typed_is_encrypted_and_forgotten_when_asked() -> None:
    who = actor(COUNTY, "R3")
    keep(who)
    mine = client_for(who)
    for text in ("锦澜小区", "油烟扰民", "锦澜小区"):
        mine.get("/search/", {"q": text})
    with at(who):
        assert [one.text for one in saved.recent(who)] == ["锦澜小区", "油烟扰民"]
        for n in range(saved.MOST_RECENT + 2):
            saved.remember(who, f"第 {n} 次")
        assert RecentSearch.objects.count() == saved.MOST_RECENT
        with connection.cursor() as cursor:
            cursor.execute("SELECT name::text || asked::text FROM search_savedsearch")
            stored = bytes.fromhex(str(cursor.fetchone()[0]).replace("\\x", ""))
    assert "电梯".encode() not in stored
    assert client_for(actor(COUNTY, "R3", nth=1)).post("/search/recent/forget/").status_code == 302
    with at(who):
        assert RecentSearch.objects.exists(), "another's"
        mine.post("/search/recent/forget/")
    with at(who):
        assert not RecentSearch.objects.exists()


def test_new_hits_are_told_once_without_words() -> None:
    who = actor(COUNTY, "R3")
    register()
    outbox.drain()
    keep(who, tells="1")
    assert told() == [], "what was there is not new"
    first = register().case
    (alert,) = told()
    assert (alert.stream, alert.data["count"]) == (f"u:{who.user}", 1)
    assert set(alert.data) == {"saved", "count"}
    assert alert.case is None
    (line,) = render([alert])
    assert line["text"] == "常用查询新增 1 件"
    assert "新增 1 件，已提醒" in client_for(who).get("/search/").content.decode()
    assert len(told()) == 1, "once"
    register(text="油烟扰民。")
    assert len(told()) == 1, "another matter"
    client_for(who).get(line["link"])
    assert kept(who)[0].fresh == []
    register()
    assert [alert.data["count"] for alert in told()] == [1, 1]
    assert first.id in one_of(who).known


def one_of(who: Actor) -> SavedSearch:
    with at(who):
        return SavedSearch.objects.get(user=who.user)


def test_new_is_what_its_owner_may_know_of_at_that_moment() -> None:
    unit, upper = actor(COUNTY, "R5", unit="住建局"), actor(BUREAU, "R4")
    for who in (unit, upper):
        keep(who, tells="1")
    register(klass="B", purpose="02", text="电梯停用，举报某某。")
    elsewhere = register().case
    assert [alert.stream for alert in told()] == [f"u:{upper.user}"], "the office above reads down, the unit not yet"
    do(actor(COUNTY, "R3"), "transfer", elsewhere.id, to_department=department(COUNTY, "住建局").id)
    assert {alert.stream for alert in told()} == {f"u:{upper.user}", f"u:{unit.user}"}
    case = at_unit(unit="城管局")
    outbox.drain()
    telling.look_out()
    assert case not in one_of(unit).fresh
    with context.use(context.tenant_by_code(COUNTY)):
        assert SavedSearch.objects.filter(tells=True).count() == 1
