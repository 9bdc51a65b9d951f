"""The worklist and the inbox: what stands in them for whom, in which order, and signing for several."""

import re
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.models import Case
from cases.queries import tally, worklist, worklist_counts
from cases.states import State
from kernel.clock import as_of, now
from kernel.kept import forget_all
from tenants import context
from tests.asking import statements
from tests.cases.making import BUREAU, COUNTY, OTHER, at, at_unit, do, in_days, investigated, register, row, served
from tests.people import actor, client_for, department

pytestmark = pytest.mark.django_db

HTMX = {"headers": {"hx-request": "true"}}
DESK = {"unit": "住建局"}


def numbers(page: str) -> list[str]:
    return re.findall(r'href="/cases/([0-9a-f-]{36})/"[^>]*tabindex', page)


def listed(who: object, query: str = "") -> list[str]:
    answer = client_for(who).get(f"/worklist/{query}")  # type: ignore[arg-type]
    assert answer.status_code == 200
    return numbers(answer.content.decode())


def older(days: int, code: str = COUNTY, **changes: object) -> UUID:
    with as_of(now() - timedelta(days=days)):
        return register(code, **changes).case.id


def test_soonest_due_first_in_groups_that_say_how_many() -> None:
    later, over, soon = register().case.id, older(20), older(11)
    page = client_for(actor(COUNTY, "R3")).get("/worklist/?scope=office").content.decode()
    assert numbers(page) == [str(over), str(soon), str(later)]
    titles = re.findall(r'scope="rowgroup">([^<]+)', page)
    assert titles[0] == "已超期 1 件"
    assert titles[-1].startswith("以后") or "本周" in titles[-1]
    assert "超期 5 日" in page or "超期 6 日" in page
    assert "style=" not in page


def test_each_sees_the_own_body_and_nothing_of_another() -> None:
    mine, elsewhere = at_unit(), register(OTHER).case.id
    assert listed(actor(COUNTY, "R5", **DESK)) == [str(mine)]
    assert listed(actor(COUNTY, "R5", unit="城管局")) == []
    assert listed(actor(OTHER, "R3"), "?scope=office") == [str(elsewhere)]
    assert listed(actor(BUREAU, "R3"), "?scope=office") == []


def test_a_handler_starts_with_the_own_cases() -> None:
    case_id = investigated()
    at_unit()
    assert listed(actor(COUNTY, "R6", **DESK)) == [str(case_id)]
    page = client_for(actor(COUNTY, "R6", **DESK)).get("/worklist/").content.decode()
    assert "我的" in page
    assert "本单位 <b>" not in page


def test_the_tabs_and_filters_narrow_and_stay_in_the_address() -> None:
    first = register(title="海棠路夜市油烟扰民").case.id
    second = served()
    who = actor(COUNTY, "R4")
    assert listed(who, "?scope=office&tab=triage") == [str(first)]
    assert listed(who, "?scope=office&tab=window") == [str(second)]
    assert listed(who, "?scope=office&text=油烟") == [str(first)]
    number = row(COUNTY, first).number
    assert listed(who, f"?scope=office&text={number[-15:-7]}-{number[-4:]}")[0] == str(first)
    page = client_for(who).get("/worklist/?scope=office&text=油烟&class=C").content.decode()
    assert "scope=office&amp;tab=triage&amp;class=C&amp;text=" in page
    assert listed(who, "?scope=office&clock=over") == []
    unit = department(COUNTY, "住建局").id
    assert listed(who, f"?scope=office&unit={unit}") == [str(second)]


def test_the_count_of_a_clock_is_the_length_of_its_list() -> None:
    for days in (60, 40, 31, 20, 16, 12, 9, 3, 0):
        older(days)
    served()
    who = actor(COUNTY, "R4")
    with at(who):
        asked = worklist.Asked(scope="office")
        counted = worklist_counts.counts(who, asked)
        for clock, number in counted.clocks.items():
            rows = worklist.rows_of(who, asked.with_(clock=clock))
            assert number.number == rows.count(), clock
        for tab, number in counted.tabs.items():
            assert number.number == worklist.rows_of(who, asked.with_(tab=tab)).count(), tab
        assert sum(n.number for n in counted.groups.values()) == counted.tabs["all"].number == 10
        assert counted.clocks["grave"].number > 0
        assert counted.clocks["over"].number > 0


def test_only_what_was_too_many_to_count_is_not_counted_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally, "CAP", 2)
    clerk, held = actor(COUNTY, "R3"), [register().case.id for _ in range(3)]
    at_unit()

    def counted() -> dict[str, str]:
        with context.use(clerk.schema):
            found = worklist_counts.counts(clerk, worklist.Asked(scope="office"))
        return {name: str(found.tabs[name]) for name in ("triage", "sign")}

    assert counted() == {"triage": "2+", "sign": "1"}
    do(clerk, "transfer", held[0], to_department=department(COUNTY, "住建局").id)
    do(clerk, "transfer", held[1], to_department=department(COUNTY, "住建局").id)
    assert counted() == {"triage": "2+", "sign": "2+"}
    forget_all()
    assert counted() == {"triage": "1", "sign": "2+"}


def test_three_texts_for_three_kinds_of_nothing() -> None:
    clerk = client_for(actor(COUNTY, "R3"))
    assert "没有要办的件" in clerk.get("/worklist/").content.decode()
    register()
    assert "没有符合“油姻”的件" in clerk.get("/worklist/?text=油姻").content.decode()
    refused = client_for(actor(COUNTY, "R19")).get("/worklist/")
    assert refused.status_code == 403
    assert "您的岗位不办件" in refused.content.decode()


@pytest.mark.parametrize(
    "query",
    ["?tab=%00", "?after=x~y", "?after=2026~", "?unit=%27", "?clock=zzz&class=Q", "?text=%25%27%22<b>", "?place=\x00"],
)
def test_nonsense_in_the_address_is_no_error(query: str) -> None:
    register()
    assert client_for(actor(COUNTY, "R3")).get(f"/worklist/{query}").status_code == 200


def test_several_are_signed_for_at_once_and_who_failed_stays_picked_with_the_reason() -> None:
    one, two = at_unit(), at_unit()
    who = actor(COUNTY, "R5", **DESK)
    stale = f"{two}:1"
    browser = client_for(who)
    answer = browser.post(
        "/worklist/sign-for/", {"case": [f"{one}:{row(COUNTY, one).version}", stale], "back": ""}, **HTMX
    )
    page = answer.content.decode()
    assert row(COUNTY, one).state == State.S30
    assert row(COUNTY, two).state == State.S20
    assert "已签收 1 件" in page
    assert "刚刚被别人改过" in page
    assert len(re.findall(r"<input[^>]* checked>", page)) == 1


def test_who_was_quicker_is_named_beside_what_is_no_longer_to_be_signed_for() -> None:
    quick, slow, left = at_unit(), at_unit(), at_unit()
    who = actor(COUNTY, "R5", **DESK)
    picked = [f"{one}:{row(COUNTY, one).version}" for one in (quick, slow)]
    do(who, "sign_for", quick)
    page = client_for(who).post("/inbox/sign-for/", {"case": [*picked, f"{UUID(int=1)}:1"]}, **HTMX).content.decode()
    assert "已签收 1 件。2 件没有签收</b>。" in page
    assert f'href="/cases/{quick}/"' in page
    assert re.search(r"<small>\S+ <time[^>]*>[^<]+</time> 已签收这件。</small>", page)
    assert "1 件已不在您的办理范围内" in page
    assert str(left) in page
    assert re.search(r'id="entries"[^>]* hx-swap-oob="true"', page)
    assert "待签收 <b>1</b>" in page


def test_accusations_are_listed_and_counted_for_the_confidential_desk_alone() -> None:
    register(klass="B", purpose="02")
    for role in ("R2", "R3", "R4"):
        assert listed(actor(COUNTY, role), "?scope=office") == []
    page = client_for(actor(COUNTY, "R18")).get("/sealed/").content.decode()
    assert len(numbers(page)) == 1
    assert client_for(actor(COUNTY, "R18")).get("/worklist/").status_code == 403


def test_an_objection_to_decide_stands_on_top_for_who_decides_it() -> None:
    case = register(BUREAU).case
    do(actor(BUREAU, "R3"), "transfer", case.id, to_department=department(COUNTY).id)
    clerk, head = actor(COUNTY, "R3"), actor(COUNTY, "R4")
    do(clerk, "propose", case.id, verb="object", fields={})
    do(head, "object", case.id, reason="place", text="不在本县。", law="《信访工作条例》第二十三条")
    page = client_for(actor(BUREAU, "R4")).get("/worklist/").content.decode()
    assert "等本局决定 1 件" in page
    assert "异议待决定" in page
    assert "等本局决定" not in client_for(actor(BUREAU, "R2")).get("/worklist/").content.decode()


def test_the_inbox_shows_the_letter_the_files_and_the_dates_that_run() -> None:
    case = register().case
    unit = department(COUNTY, "住建局").id
    do(actor(COUNTY, "R4"), "assign", case.id, to_department=unit, feedback_on=in_days(20), letter_text="请速办。")
    browser = client_for(actor(COUNTY, "R5", **DESK))
    page = browser.get("/inbox/").content.decode()
    for words in ("请速办。", "告知期限", "异议期", "反馈期限", "澄屿县信访局"):
        assert words in page, words
    assert "待签收 <b>1</b>" in page
    version = row(COUNTY, case.id).version
    answer = browser.post("/inbox/sign-for/", {"one": f"{case.id}:{version}"}, **HTMX)
    assert "已签收 1 件" in answer.content.decode()
    assert "没有待签收的件" in browser.get("/inbox/").content.decode()


def test_the_list_goes_on_by_key_without_losing_or_doubling_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worklist, "PAGE", 3)
    made = [str(older(days)) for days in (20, 18, 11, 5, 3, 0, 0)]
    who = actor(COUNTY, "R3")
    seen: list[str] = []
    with at(who):
        after = ""
        while True:
            page = worklist.read(who, worklist.Asked(scope="office", after=after), size=3)
            seen += [str(case.id) for case in page.cases]
            after = page.next
            if not after:
                break
    assert sorted(seen) == sorted(made)
    assert seen[:3] == made[:3]


def test_a_page_asks_as_often_for_many_rows_as_for_few() -> None:
    who = actor(COUNTY, "R3")
    browser = client_for(who)

    def shown() -> None:
        assert browser.get("/worklist/?scope=office").status_code == 200

    register()
    at_unit()
    few = statements(shown)
    for _n in range(6):
        at_unit()
    assert statements(shown) == few


@pytest.fixture
def many() -> Iterator[int]:
    """Ten thousand open cases beside one real one; written straight, for the shape of the questions only."""
    case = register().case
    with context.use(context.tenant_by_code(COUNTY)), connection.cursor() as cursor:
        cursor.execute(MANY, [10_000])
        cursor.execute("ANALYZE cases_case, cases_filing")
    yield 10_000
    del case


MANY = """
WITH numbers AS MATERIALIZED (
  SELECT n, gen_random_uuid() AS filing, gen_random_uuid() AS matter FROM generate_series(1, %s) n),
filings AS (
  INSERT INTO cases_filing SELECT made.* FROM (SELECT to_jsonb(f) AS row FROM cases_filing f LIMIT 1) one, numbers,
    LATERAL jsonb_populate_record(NULL::cases_filing, one.row || jsonb_build_object(
      'id', filing, 'number', '99012320260101' || lpad(n::text, 7, '0'))) made RETURNING id)
INSERT INTO cases_case SELECT made.* FROM (SELECT to_jsonb(c) AS row FROM cases_case c LIMIT 1) one, numbers,
  LATERAL jsonb_populate_record(NULL::cases_case, one.row || jsonb_build_object(
    'id', matter, 'filing_id', filing, 'number', '99012320260101' || lpad(n::text, 7, '0'),
    'due_raw', now() + (n - 3000) * interval '7 minutes')) made
"""


def test_the_stretch_is_read_from_the_index_at_any_depth(many: int) -> None:
    who = actor(COUNTY, "R3")
    with at(who):
        case = Case.objects.exclude(due_raw=None).order_by("due_raw")[many // 2]
        key = f"{case.due_raw.isoformat()}~{case.id}" if case.due_raw else ""
        with CaptureQueriesContext(connection) as found:
            page = worklist.read(who, worklist.Asked(scope="office", after=key))
        assert len(page.cases) == worklist.PAGE
        assert len(found) == 1
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN (ANALYZE, FORMAT TEXT) " + found[0]["sql"])
            plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "case_open_due" in plan, plan
    assert "Sort Key" not in plan, plan
    assert not re.search(r"Rows Removed by Filter: \d{3,}", plan), plan
