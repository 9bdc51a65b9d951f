"""What search shows is what policy shows, whoever asks: hits, counts, facets, marks, suggestions and the like."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from random import Random
from uuid import UUID

import pytest
from pytest_django import Settings

from cases import policy
from cases.models import Case
from cases.states import Class, State
from kernel.errors import Refused, Unavailable
from kernel.failures import TaskFailure
from search import clock, documents, gateway
from search.models import Document
from search.rights import rights_of
from search.shapes import FACETS, INNER, Asked, Found
from tenants import context
from tenants.actors import Actor, actor_for
from tenants.models import Department, Membership, Tenant
from tenants.organisation import add_person
from tests.cases.making import BUREAU, COUNTY, OTHER, at_unit, do, investigated, register, row, served
from tests.people import actor, department, tenant
from tests.search.conftest import InElasticsearch, InPostgres

Backend = InPostgres | InElasticsearch
pytestmark = pytest.mark.django_db
PROVINCE = "990000"
OFFICES = (PROVINCE, BUREAU, COUNTY, OTHER)
ROLES = [f"R{n}" for n in (2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 14, 15, 16, 17, 18, 20, 21)]
PEOPLE, CASES = 26, 18
Pair = tuple[str, UUID]


def written(backend: Backend) -> None:
    for office in Tenant.objects.all():
        for _done in documents.rebuild(office):
            pass
    backend.catch_up()


def posts(random: Random) -> Iterator[Actor]:
    """People at random places with one to three roles, beside some whom every office has."""
    for code in (BUREAU, COUNTY):
        for role in ("R3", "R6", "R14", "R18"):
            yield actor(code, role)
    places = sorted(Department.objects.all(), key=lambda place: (place.tenant.path, place.code))
    for number in range(PEOPLE):
        place = random.choice(places)
        user = add_person(f"random-{number}", "某", posts=[(place, random.sample(ROLES, random.randint(1, 3)))])
        yield actor_for(Membership.objects.with_places().get(user=user))


def matters(random: Random) -> None:
    """Registered anywhere, handed down one to three times, some accusations, some answered."""
    for number in range(CASES):
        code, unit = random.choice(OFFICES), random.choice(("住建局", "城管局"))
        text = f"第{number}件：小区电梯停用，{random.choice(('维修资金', '夜市油烟', '征地补偿'))}没有说法。"
        klass = random.choice(("A", "B", "C", "C", "C"))
        case = register(code, text=text, klass=klass, purpose="02" if klass == "B" else "04", place=code).case
        if klass == "B":
            continue
        path = [BUREAU, random.choice((COUNTY, OTHER))] if code == PROVINCE else [COUNTY] if code == BUREAU else []
        for lower in path[: random.randint(0, 2)]:
            do(actor(code, "R4"), "transfer", case.id, to_department=department(lower).id)
            code = lower
            do(actor(code, "R3"), "sign_for", case.id)
        if random.random() < 0.5:
            do(actor(code, "R3"), "transfer", case.id, to_department=department(code, unit).id)
    served(text="电梯停用，答复过。")
    investigated(text="电梯停用，正在办。")
    at_unit(OTHER, text="电梯停用，等签收。")


def expected(who: Actor) -> dict[Pair, Case]:
    """By policy alone; what an office that sees all of its own has a row of stands there."""
    found: dict[Pair, Case] = {}
    with context.use(who.schema):
        for case in policy.visible(who).filter(sealed=False).select_related("filing"):
            found[who.schema, case.id] = case
        whole = who.at_desk and bool(who.roles & policy.WHOLE_OFFICE)
        here = set(Case.objects.values_list("id", flat=True)) if whole else set()
    for office in Tenant.objects.exclude(pk=who.tenant):
        with context.use(office):
            for case in Case.objects.exclude(state=State.S99).select_related("filing"):
                if policy.sees_below(who, office, case) and case.id not in here:
                    found[office.schema_name, case.id] = case
    return found


def counts(cases: dict[Pair, Case]) -> dict[str, Counter[str]]:
    def values(schema: str, case: Case) -> dict[str, str]:
        return {
            "state": case.state,
            "clock": clock.level(case.state, case.due_raw, case.due_kind),
            "klass": case.klass,
            "office": context.tenant_by_schema(schema).code,
            "department": str(case.unit),
            "channel": case.filing.channel,
        }

    told = [values(schema, case) for (schema, _id), case in cases.items()]
    return {name: Counter(one[name] for one in told if one[name]) for name in FACETS}


def pairs(hits: object) -> set[Pair]:
    return {(hit.schema, hit.case) for hit in hits}  # type: ignore[attr-defined]


def holds(found: Found, wanted: dict[Pair, Case]) -> None:
    assert pairs(found.hits) == set(wanted)
    assert (found.total, found.dropped, found.relaxed) == (len(wanted), 0, False)
    facets = {name: Counter(dict(found.facets.get(name, ()))) for name in FACETS}
    assert facets == counts(wanted)


@pytest.mark.parametrize("seed", [6])
def test_search_and_policy_say_the_same(backend: Backend, seed: int) -> None:
    random = Random(seed)
    matters(random)
    written(backend)
    shut, met = 0, set()
    for who in posts(random):
        wanted = expected(who)
        assert not any(case.sealed or case.klass == Class.B for case in wanted.values())
        try:
            rights = rights_of(who)
        except Refused:
            shut += 1
            assert not any(schema == who.schema for schema, _case in wanted)
            with pytest.raises(Refused):
                gateway.suggest(who, "电梯")
            with pytest.raises(Refused):
                gateway.like(who, "小区电梯停用")
            continue
        found = gateway.search(who, Asked(text="电梯", size=100))
        holds(found, wanted)
        for hit in found.hits:
            assert hit.own == (hit.schema == who.schema)
            assert hit.own or not {field for field, _text in hit.pieces} & set(INNER)
        assert pairs(gateway.suggest(who, "电梯", 100)) == set(wanted)
        assert pairs(gateway.like(who, "小区电梯停用，维修资金没有说法", 100)) <= set(wanted)
        assert pairs(gateway.near(who, Asked(text="电梯停用 夜市油烟 第1件"))) <= set(wanted)
        below = {pair: case for pair, case in wanted.items() if pair[0] != who.schema}
        own = {pair: case for pair, case in wanted.items() if pair not in below}
        inner = gateway.search(who, Asked(text="受理告知书", size=100))
        assert pairs(inner.hits) <= set(own)
        assert inner.total == len(inner.hits)
        if wanted:
            met |= {rights.own.kind if own and rights.own else "", "below" if below else ""}
        state = random.choice(sorted(State.values))
        chosen = gateway.search(who, Asked(text="电梯", chosen={"state": (state,)}, size=100))
        assert pairs(chosen.hits) == {pair for pair, case in wanted.items() if case.state == state}
        assert Counter(dict(chosen.facets.get("state", ()))) == counts(wanted)["state"]
    assert 0 < shut < PEOPLE
    assert met >= {"all", "unit", "section", "below"}  # else the numbers above say little


def test_an_accusation_and_what_is_sealed_later_appear_nowhere(backend: Backend) -> None:
    secret = register(klass="B", purpose="02", text="举报甲局长收受贿赂一事").case
    later = register(text="举报乙局长收受贿赂一事").case
    written(backend)
    boss, upper, sealed = actor(COUNTY, "R3"), actor(BUREAU, "R3"), actor(COUNTY, "R18")
    for who in (boss, upper):
        assert {hit.case for hit in gateway.search(who, Asked(text="收受贿赂")).hits} == {later.id}
    with context.use(boss.schema):
        Case.objects.filter(id=later.id).update(sealed=True)
    for who in (boss, upper):  # before the documents hear of it: policy is asked again, and the operator told
        found = gateway.search(who, Asked(text="收受贿赂"))
        assert (list(found.hits), found.total, found.dropped) == ([], 0, 1)
        assert gateway.suggest(who, "举报") == gateway.like(who, "举报局长收受贿赂一事") == []
    assert set(TaskFailure.objects.values_list("task", "code")) == {("search.gateway", "search-mismatch")}
    written(backend)
    for text in ("收受贿赂", "举报甲局长", secret.number, later.number, ""):
        for who in (boss, upper):
            found = gateway.search(who, Asked(text=text))
            assert (list(found.hits), found.total, found.facets, found.dropped) == ([], 0, {}, 0), text
            assert gateway.suggest(who, text) == []
    with pytest.raises(Refused):
        gateway.search(sealed, Asked(text="收受贿赂"))


def test_right_after_a_hand_over_nothing_is_shown_that_is_no_longer_ones_own(backend: Backend) -> None:
    case = at_unit(COUNTY, "住建局", text="小区电梯停用")
    unit = actor(COUNTY, "R5", unit="住建局")
    written(backend)
    assert [hit.case for hit in gateway.search(unit, Asked(text="电梯")).hits] == [case]
    with context.use(unit.schema):
        Case.objects.filter(id=case).update(unit=department(COUNTY, "城管局").id)
    found = gateway.search(unit, Asked(text="电梯"))
    assert (list(found.hits), found.dropped) == ([], 1)


def test_markup_of_what_people_wrote_is_text(backend: Backend) -> None:
    register(text="<script>alert(1)</script> 电梯 & <b>停用</b>")
    written(backend)
    who = actor(COUNTY, "R3")
    found = gateway.search(who, Asked(text="电梯 停用 script"))
    shown = "".join(text for hit in (*found.hits, *gateway.suggest(who, "电梯")) for _field, text in hit.pieces)
    assert "<mark>script</mark>" in shown
    assert "<mark>电梯</mark>" in shown
    bare = shown.replace("<mark>", "").replace("</mark>", "")
    assert "<" not in bare
    assert "&lt;b&gt;停用" in bare
    for text in (
        "'; DROP TABLE search_document; --",
        '"}}], "query": {"match_all": {}}',
        "* OR 1=1",
        "%",
        "\\",
        "_all:*",
    ):
        assert gateway.search(who, Asked(text=text)).total == 0
    with context.use(who.schema):
        assert Document.objects.count() == 1


def test_what_nothing_has_as_typed_is_found_with_a_wrong_character(backend: Backend) -> None:
    for number in range(3):
        register(text=f"锦澜小区{number}号楼电梯停用，维修资金去向不明", demands=[])
    register(text="夜市油烟扰民", demands=[])
    register(OTHER, text="夜市油烟扰邻", demands=[])
    written(backend)
    who = actor(COUNTY, "R3")
    found = gateway.search(who, Asked(text="维修资全", size=2))
    assert (found.total, len(found.hits), found.relaxed, found.instead) == (3, 2, True, ("维修资金",))
    more = gateway.search(who, Asked(text="维修资全", size=2, after=found.after))
    assert (len(more.hits), more.relaxed, more.after) == (1, True, "")
    assert not pairs(more.hits) & pairs(found.hits)
    assert gateway.search(who, Asked(text="电剃停用 维修资全")).instead == ("电梯停用 维修资金",)
    assert gateway.search(who, Asked(text="油烟扰令")).instead == ("油烟扰民",)  # never from where one sees nothing
    near = gateway.search(who, Asked(text="电梯停用好久维修资金不知去向"))
    assert (near.total, near.relaxed, near.instead) == (3, True, ())
    (one,) = gateway.search(who, Asked(text="1号楼 去向")).hits  # few have it all: what comes near stands behind them
    others = gateway.near(who, Asked(text="1号楼 去向"))
    assert len(pairs(others) - pairs([one])) == len(others) == 2
    assert "<mark>号楼</mark>" in others[0].pieces[0][1]
    for text in ("维修资全", "电梯", "“1号楼” 去向", "1号楼 去向 时间:去年"):
        assert gateway.near(who, Asked(text=text)) == [], text
    assert gateway.search(who, Asked(text="“维修资全”")).total == 0
    assert not gateway.search(who, Asked(text="电梯停用 去向")).relaxed
    assert gateway.search(who, Asked(text="电梯停用", chosen={"state": ("S90",)})).total == 0


def test_while_elasticsearch_is_down_the_own_office_is_answered(settings: Settings) -> None:
    case = register(text="小区电梯停用").case
    written(InPostgres())
    settings.ELASTICSEARCH_URL = "http://127.0.0.1:9"
    found = gateway.search(actor(COUNTY, "R3"), Asked(text="电梯"))
    assert ([hit.case for hit in found.hits], found.backend, found.fallen_back) == ([case.id], "embedded", True)
    above = gateway.search(actor(BUREAU, "R3"), Asked(text="电梯"))
    assert (above.total, above.fallen_back) == (0, True)
    reader = replace(actor(BUREAU, "R14"), roles=frozenset({"R14"}))
    with pytest.raises(Unavailable):
        gateway.search(reader, Asked(text="电梯"))
    assert row(COUNTY, case.id).state == "S10"
    assert tenant(COUNTY).schema_name == found.hits[0].schema
