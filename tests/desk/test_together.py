"""Several cases at once: one letter, a result for each, the failed ones again; and the list as a spreadsheet."""

from __future__ import annotations

import re
from io import BytesIO
from uuid import UUID

import pytest
from django.test import Client
from openpyxl import load_workbook

from cases.integrity import faults
from cases.models import Access, Case, Handover, Proposal
from cases.queries.papers.offices import letter
from cases.states import State
from tenants import context
from tenants.models import Custody
from tests.api.calling import Caller
from tests.cases.making import COUNTY, OTHER, accepted, at_unit, do, in_days, register
from tests.people import actor, client_for, department

pytestmark = pytest.mark.django_db

TO = "住建局"


def keys(cases: list[UUID]) -> list[str]:
    with context.use(context.tenant_by_code(COUNTY)):
        return [f"{case}:{Case.objects.get(id=case).version}" for case in cases]


def send(client: Client, verb: str, cases: list[str], **fields: object) -> str:
    answer = client.post(f"/worklist/together/{verb}/", {"case": cases, "step": "go", **fields})
    return str(answer.content.decode())


def stays(cases: list[UUID]) -> list[Handover]:
    with context.use(context.tenant_by_code(COUNTY)):
        return list(Handover.objects.filter(case__in=cases).order_by("at", "id"))


def filed(count: int, **changes: object) -> list[UUID]:
    return [register(klass="C", path="C6", **changes).case.id for _ in range(count)]


def test_one_letter_goes_with_all_and_each_is_a_hand_over_of_its_own() -> None:
    cases = filed(3)
    page = send(
        client_for(actor(COUNTY, "R4")),
        "assign",
        keys(cases),
        to=str(department(COUNTY, TO).id),
        feedback_on=in_days(30).isoformat(),
        note="请一并办理。",
    )
    assert page.count("已交办") == 3
    made = stays(cases)
    assert {row.case_id for row in made} == set(cases)
    assert len({row.letter_number for row in made}) == 1
    assert {row.letter_text for row in made} == {"请一并办理。"}
    assert {Custody.objects.get(case=case).department_id for case in cases} == {department(COUNTY, TO).id}
    assert not list(faults())
    with context.use(context.tenant_by_code(COUNTY)):
        rows = dict(letter(Case.objects.get(id=cases[0]), made[0], context.tenant_by_code(COUNTY)).rows)
    assert rows["同函件数"] == "本函共交办 3 件，本页为其中一件"
    told = Caller(actor(COUNTY, "R4")).get(f"cases/{cases[0]}").json()["related"]
    assert {one["id"] for one in told} == {str(case) for case in cases[1:]}
    for who in (actor(COUNTY, "R4"), actor(COUNTY, "R5", unit=TO)):
        beside = client_for(who).get(f"/cases/{cases[0]}/").content.decode()
        assert all(f"/cases/{other}/" in beside for other in cases[1:])
        assert made[0].letter_number in beside


def test_the_next_letter_has_the_next_number() -> None:
    first, second = filed(2), filed(1)
    client, to = client_for(actor(COUNTY, "R3")), str(department(COUNTY, TO).id)
    send(client, "transfer", keys(first), to=to)
    send(client, "transfer", keys(second), to=to)
    numbers = [int(re.findall(r"(\d+)号", row.letter_number)[0]) for row in stays([*first, *second])]
    assert numbers[0] == numbers[1]
    assert numbers[2] == numbers[0] + 1


def test_a_letter_of_somebody_else_or_to_another_unit_is_not_joined() -> None:
    mine, other = filed(1), filed(1)
    clerk = actor(COUNTY, "R3")
    do(clerk, "transfer", mine[0], to_department=department(COUNTY, TO).id)
    letter = str(stays(mine)[0].id)
    page = send(client_for(clerk), "transfer", keys(other), to=str(department(COUNTY, "城管局").id), letter=letter)
    assert "不能并入这份函" in page
    assert not stays(other)


def test_who_moved_meanwhile_is_told_and_chosen_again_as_it_stands() -> None:
    moved, still = filed(2)
    stale = keys([moved, still])
    clerk = actor(COUNTY, "R3")
    do(clerk, "note", moved, text="来电补充")
    with context.use(clerk.schema):
        Case.objects.filter(id=moved).update(version=9)
    client, to = client_for(clerk), str(department(COUNTY, TO).id)
    page = send(client, "transfer", stale, to=to)
    assert page.count("已转送") == 1
    assert "转送办了 1 件，1 件没有办" in page
    again = re.findall(r'name="case" value="([^"]+)" checked', page)
    assert again == [f"{moved}:9"]
    assert f'name="to" value="{to}"' in page
    assert send(client, "transfer", again, to=to).count("已转送") == 1


def test_a_clerk_sends_what_needs_a_leader_for_approval() -> None:
    cases = filed(2)
    page = send(
        client_for(actor(COUNTY, "R3")),
        "assign",
        keys(cases),
        to=str(department(COUNTY, TO).id),
        feedback_on=in_days(20).isoformat(),
    )
    assert page.count("已送领导审批") == 2
    with context.use(context.tenant_by_code(COUNTY)):
        assert Proposal.objects.filter(case__in=cases, verb="assign", status="open").count() == 2
    assert not stays(cases)


def test_what_cannot_go_along_says_why_before_anything_is_sent() -> None:
    plain, unclassed, elsewhere = filed(1)[0], register(klass="", path="", purpose="").case.id, at_unit()
    client = client_for(actor(COUNTY, "R3"))
    page = client.post("/worklist/together/transfer/", {"case": keys([plain, unclassed, elsewhere])}).content.decode()
    assert "转送 1 件" in page
    assert "还没有定类别" in page
    assert page.count('name="case"') == 1
    assert not stays([plain, unclassed])


def test_a_missing_receiver_or_date_is_said_at_the_field_and_the_letter_stays_typed() -> None:
    cases = keys(filed(2))
    client = client_for(actor(COUNTY, "R4"))
    page = send(client, "assign", cases, note="写了很久的附言")
    assert "选一个单位。" in page
    assert "交办要写明反馈日期。" in page
    assert "写了很久的附言" in page
    assert page.count('name="case"') == 2


def test_more_than_a_stretch_is_done_piece_by_piece() -> None:
    cases = filed(23)
    client, to = client_for(actor(COUNTY, "R3")), str(department(COUNTY, TO).id)
    page = send(client, "transfer", keys(cases), to=to)
    assert page.count("已转送") == 20
    assert "正在转送 20 / 23" in page
    hidden = dict(re.findall(r'type="hidden" name="(to|letter|total|done|q|note|failed)" value="([^"]*)"', page))
    rest = re.findall(r'type="hidden" name="case" value="([^"]+)"', page)
    assert len(rest) == 3
    answer = client.post(
        "/worklist/together/transfer/", {"step": "go", "case": rest, **hidden}, headers={"hx-request": "true"}
    ).content.decode()
    assert answer.count("已转送") == 3
    assert "转送办了 23 件" in answer
    assert len({row.letter_number for row in stays(cases)}) == 1


def test_several_are_allotted_to_a_person_in_one_go() -> None:
    cases = [accepted(), accepted()]
    desk = actor(COUNTY, "R5", unit=TO)
    place = department(COUNTY, TO).id
    handler = actor(COUNTY, "R6", unit=TO)
    page = send(
        client_for(desk), "allot", keys(cases), to_department=str(place), handler=f"{handler.department}:{handler.user}"
    )
    assert page.count("已分派") == 2
    with context.use(desk.schema):
        assert set(Case.objects.filter(id__in=cases).values_list("handler", flat=True)) == {handler.user}


def test_nobody_moves_cases_of_another_body() -> None:
    mine, away = at_unit(), register(OTHER).case.id
    client = client_for(actor(COUNTY, "R5", unit="城管局"))
    keys_ = [f"{mine}:1", f"{away}:1"]
    answer = client.post("/worklist/together/allot/", {"case": keys_, "step": "go"})
    assert answer.status_code in (409, 422, 200)
    assert "已分派" not in answer.content.decode()
    with context.use(context.tenant_by_code(COUNTY)):
        assert Case.objects.get(id=mine).state == State.S20


# --- the list as a spreadsheet ------------------------------------------------------------------------------------


def sheet(client: Client, query: str = "") -> list[tuple[object, ...]]:
    answer = client.get(f"/worklist/export/{query}")
    assert answer.status_code == 200
    book = load_workbook(BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    return list(book.worksheets[0].iter_rows(values_only=True))


def test_the_sheet_holds_what_the_list_shows_and_the_auditor_learns_of_it() -> None:
    register(channel="PHONE")
    register(channel="LETTER")
    clerk = actor(COUNTY, "R3")
    rows = sheet(client_for(clerk), "?scope=office&channel=PHONE")
    assert len(rows) == 2
    assert rows[0][0] == "编号"
    assert rows[1][3] == "来电"
    with context.use(clerk.schema):
        log = Access.objects.get(kind="list_exported")
    assert log.data["rows"] == 1
    assert log.data["channel"] == "PHONE"


def test_the_sheet_of_another_body_and_of_accusations_stays_shut() -> None:
    at_unit()
    register(klass="B", purpose="02")
    assert len(sheet(client_for(actor(COUNTY, "R5", unit="城管局")))) == 1
    assert client_for(actor(COUNTY, "R3")).get("/worklist/export/?sealed=1").status_code == 403
    assert client_for(actor(COUNTY, "R19")).get("/worklist/export/").status_code == 403
    assert len(sheet(client_for(actor(COUNTY, "R3")), "?scope=office")) == 2


def test_columns_are_left_out_by_the_address() -> None:
    register()
    page = client_for(actor(COUNTY, "R3")).get("/worklist/?scope=office&hide=place,nonsense").content.decode()
    assert "no-place" in page
    assert "no-nonsense" not in page
    assert "hide=place" in page
