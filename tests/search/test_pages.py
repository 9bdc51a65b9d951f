"""The search page: hits within rights, narrowing, empty states that help, people by their data, what is taken along."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import unquote
from uuid import UUID

import pytest
from django.urls import reverse
from openpyxl import load_workbook
from pytest_django import Settings

from cases.models import Access
from kernel import outbox
from search import exporting
from search.models import RecentSearch
from tenants import context
from tenants.actors import Actor
from tests.asking import statements
from tests.cases.making import BUREAU, COUNTY, OTHER, at_unit, register, row, served
from tests.people import actor, client_for

pytestmark = pytest.mark.django_db
URL, PEOPLE = "/search/", "/search/people/"
HTMX = {"HX-Request": "true"}


def found(who: Actor, headers: dict[str, str] | None = None, /, **asked: Any) -> Any:
    outbox.drain()
    return client_for(who).get(URL, asked, headers=headers or {})


def text(response: Any) -> str:
    return str(response.content.decode())


def link(case: UUID) -> str:
    return reverse("desk:case", args=[case])


def looks(code: str = COUNTY, **wanted: Any) -> list[Access]:
    with context.use(context.tenant_by_code(code)):
        return list(Access.objects.filter(**wanted))


@pytest.fixture
def matter() -> UUID:
    return at_unit()


def test_a_hit_says_what_it_is_and_opens(matter: UUID) -> None:
    page = found(actor(COUNTY, "R3"), q="电梯停用")
    (card,) = page.context["cards"]
    assert (card.url, card.state, card.holder) == (link(matter), "已转送待签收", "住建局")
    assert card.chip is not None
    said = text(page)
    assert "<mark>电梯停用</mark>" in said
    assert "1 件" in said
    assert {group.name for group in page.context["facets"]} == set(), "nothing to choose from where all are alike"
    done = served(text="锦澜小区电梯停用，已修。")
    assert {card.id for card in found(actor(COUNTY, "R3"), q="电梯停用").context["cards"]} == {matter, done}


def test_everybody_finds_what_they_may_know_of(matter: UUID) -> None:
    for who, sees in (
        (actor(COUNTY, "R5", unit="住建局"), True),
        (actor(COUNTY, "R5", unit="城管局"), False),
        (actor(OTHER, "R3"), False),
        (actor(COUNTY, "R6", unit="城管局"), False),
    ):
        page = found(who, q="电梯停用")
        assert bool(page.context["cards"]) is sees
        assert (str(matter) in text(page)) is sees
    register(klass="B", purpose="02", text="电梯停用，举报某某。")
    assert len(found(actor(COUNTY, "R3"), q="电梯停用").context["cards"]) == 1, "what is sealed stands nowhere"
    for role in ("R18", "R19", "R20"):
        refused = found(actor(COUNTY, role), q="电梯停用")
        assert refused.status_code == 403
        assert "topfind" not in text(refused)


def test_an_upper_office_finds_below_masked_and_opens_it_logged() -> None:
    case = register(text="赵晚舟反映锦澜小区电梯停用。").case
    page = found(actor(BUREAU, "R4"), q="电梯停用")
    (card,) = page.context["cards"]
    assert card.url == reverse("desk:below", args=[COUNTY, case.id])
    assert card.office == "澄屿县信访局"
    assert "赵晚舟" not in text(page)
    assert not looks(kind="read_down")
    assert client_for(actor(BUREAU, "R4")).get(card.url).status_code == 200
    assert len(looks(kind="read_down")) == 1


def test_a_page_asks_the_same_whatever_it_shows() -> None:
    at_unit()
    register(BUREAU)
    outbox.drain()
    reader = client_for(actor(BUREAU, "R4"))
    few = statements(lambda: reader.get(URL, {"q": "电梯"}))
    for _n in range(4):
        at_unit()
        register(BUREAU)
    outbox.drain()
    assert statements(lambda: reader.get(URL, {"q": "电梯"})) <= few + 1
    assert few <= 60


def test_narrowing_keeps_the_address_and_its_chips(matter: UUID) -> None:
    register(channel="NET")
    who = actor(COUNTY, "R3")
    page = found(who, q="电梯")
    facets = {group.name: {option.value: option.count for option in group.options} for group in page.context["facets"]}
    assert facets["state"] == {"S10": 1, "S20": 1}
    assert facets["channel"] == {"NET": 1, "VISIT": 1}
    part = found(who, HTMX, q="电梯", state="S20", sort="new", since="", until="")
    assert [card.id for card in part.context["cards"]] == [matter]
    assert unquote(part.headers["HX-Push-Url"]) == "/search/?q=电梯&state=S20&sort=new"
    assert "<html" not in text(part)
    (token,) = [token for token in part.context["tokens"] if token.label == "状态"]
    assert unquote(token.url) == "/search/?q=电梯&sort=new"
    assert found(who, q="电梯", state="nonsense").status_code == 200


def test_hits_go_on_where_the_page_ended() -> None:
    made = {register().case.id for _n in range(22)}
    page = found(actor(COUNTY, "R3"), q="电梯")
    seen = [card.id for card in page.context["cards"]]
    assert len(seen) == 20
    assert page.context["left"] == 2
    more = client_for(actor(COUNTY, "R3")).get(page.context["more_url"], headers=HTMX)
    seen += [card.id for card in more.context["cards"]]
    assert set(seen) == made
    assert len(seen) == 22
    assert not more.context["more_url"]


def test_nothing_found_helps_on(matter: UUID) -> None:
    who = actor(COUNTY, "R3")
    page = found(who, q="电梯停用 火星文")
    assert "没有符合“电梯停用 火星文”的件。" in text(page)
    (less,) = page.context["none"]["looser"]
    assert (less["term"], less["total"]) == ("火星文", "1")
    narrowed = found(who, q="电梯停用", klass="A")
    assert unquote(narrowed.context["none"]["whole"]) == "/search/?q=电梯停用"
    begin = found(who)
    assert "怎么查" in text(begin)
    assert "autofocus" in text(begin)


def test_behind_a_few_hits_stands_what_comes_near(matter: UUID) -> None:
    other = register(text="锦澜小区电梯停用，夜市油烟扰民。", demands=[]).case.id
    who = actor(COUNTY, "R3")
    page = found(who, q="电梯停用 夜市油烟")
    assert [card.id for card in page.context["cards"]] == [other]
    near = client_for(who).get(page.context["near_url"], headers=HTMX)
    assert [card.id for card in near.context["cards"]] == [matter]
    assert "只有其中一部分词" in text(near)
    assert not client_for(actor(COUNTY, "R5", unit="城管局")).get(page.context["near_url"]).context["cards"]


def test_what_nobody_answers_may_be_asked_again(settings: Settings) -> None:
    settings.ELASTICSEARCH_URL = "http://127.0.0.1:9"
    page = found(actor(BUREAU, "R14"), q="电梯")  # who has no cases of the own office
    assert page.status_code == 503
    assert "全区域查询暂时不能用" in text(page)
    assert "再查一次" in text(page)
    assert 'value="电梯"' in text(page)


def test_a_phone_or_an_id_number_is_not_looked_for_by_address() -> None:
    who = actor(COUNTY, "R3")
    for typed in ("13800000016", "赵 138 0000 0016", "330106198501012238"):
        answer = found(who, q=typed)
        assert answer.headers["Location"] == "/search/?personal=1"
        assert "电话和证件号不从这里查。" in text(client_for(who).get(answer.headers["Location"]))
    with context.use(who.schema):
        assert not RecentSearch.objects.exists()
    case = register().case
    assert [card.id for card in found(who, q=case.number).context["cards"]] == [case.id]


def test_while_typing_titles_and_numbers_are_offered(matter: UUID) -> None:
    outbox.drain()
    who, other = actor(COUNTY, "R3"), actor(COUNTY, "R5", unit="城管局")
    offered = client_for(who).get("/search/suggest/", {"q": "3 号楼电梯"})
    assert link(matter) in text(offered)
    assert 'role="option"' in text(offered)
    assert link(matter) not in text(client_for(other).get("/search/suggest/", {"q": "3 号楼电梯"}))
    assert 'id="topfind"' in text(client_for(who).get("/worklist/"))


# --- people -----------------------------------------------------------------------------------------------------------


def sought(who: Actor, **given: str) -> Any:
    return client_for(who).post(PEOPLE, {"by": "name", "value": "赵晚舟", "reason": "identify", **given})


def test_a_person_is_found_exactly_for_a_reason_that_is_kept(matter: UUID) -> None:
    who = actor(COUNTY, "R3")
    for given in ({}, {"by": "phone", "value": "+86 138-0000-0016"}):
        page = sought(who, **given)
        assert [card.id for card in page.context["cards"]] == [matter]
    assert not sought(who, value="赵晚").context["cards"], "not in part"
    look = looks(kind="person_sought")[-1]
    assert look.data == {"rows": 1, "by": "name", "reason": "identify"}
    assert len(looks(kind="person_sought")) == 3
    refused = sought(who, reason="")
    assert refused.status_code == 422
    assert "选一个查看理由。" in text(refused)
    assert len(looks(kind="person_sought")) == 3
    assert "核实身份" in text(client_for(actor(COUNTY, "R20")).get("/readings/", {"kind": "person_sought"}))


def test_a_person_is_found_in_the_own_office_and_within_rights_alone(matter: UUID) -> None:
    register(klass="B", purpose="02")
    assert len(sought(actor(COUNTY, "R3")).context["cards"]) == 1
    for who in (actor(BUREAU, "R3"), actor(OTHER, "R3"), actor(COUNTY, "R5", unit="城管局")):
        assert sought(who).context["cards"] == []
    for role in ("R13", "R18", "R20"):
        assert sought(actor(COUNTY, role)).status_code == 403


# --- taken along ------------------------------------------------------------------------------------------------------


def test_what_is_taken_is_what_one_may_see_and_is_kept(matter: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    register(OTHER)
    outbox.drain()
    who = actor(COUNTY, "R3")
    sheet = client_for(who).post("/search/export/", {"q": "电梯"})
    rows = list(load_workbook(io.BytesIO(b"".join(sheet))).active.values)
    assert len(rows) == 2
    assert rows[1][1] == row(COUNTY, matter).title
    (look,) = looks(kind="hits_exported")
    assert look.data == {"rows": 1, "words": True}
    assert client_for(actor(COUNTY, "R20")).post("/search/export/", {"q": "电梯"}).status_code == 403
    assert client_for(who).post("/search/export/").status_code == 422
    register()
    outbox.drain()
    monkeypatch.setattr(exporting, "MOST_ROWS", 1)
    cut = list(
        load_workbook(io.BytesIO(b"".join(client_for(who).post("/search/export/", {"q": "电梯"})))).active.values
    )
    assert (len(cut), cut[-1][0]) == (3, "只到这里：一次最多 1 行。缩小条件，分几次导出。")
    assert looks(kind="hits_exported")[-1].data["rows"] == 1
