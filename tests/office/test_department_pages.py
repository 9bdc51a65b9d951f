"""机构 and 本局信息 on the page: what is seen, what is kept after an error, what the public reads."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from cases import jobs
from kernel.clock import today
from kernel.tasks import beat_schedule
from tenants import context
from tenants.administration import departments
from tenants.administration.departments import Given
from tenants.models import Change, Department, Membership, Tenant
from tests.asking import statements
from tests.cases import making
from tests.cases.making import BUREAU, COUNTY, OTHER, at_unit
from tests.people import actor, client_for, department, tenant

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> Client:
    return client_for(actor(COUNTY, "R19"))


def page(client: Client, path: str, **asked: str) -> str:
    answer = client.get(path, asked)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def one(name: str, act: str = "") -> str:
    return f"/office/departments/{department(COUNTY, name).pk}/{act}"


def cease(name: str, heir: str, days: int = 0) -> None:
    who = actor(COUNTY, "R19")
    with context.use(who.schema):
        departments.cease(
            who,
            department(COUNTY, name).pk,
            successor=department(COUNTY, heir).pk,
            on=today() + timedelta(days=days),
        )


def test_the_administrator_begins_at_the_tree(admin: Client) -> None:
    assert admin.get("/").headers["Location"] == "/office/"
    shown = page(admin, "/office/")
    assert "住房和城乡建设局" in shown
    assert "物业管理科" in shown
    assert 'aria-current="page">机构' in shown
    assert "村镇科" in page(admin, one("住建局"))


@pytest.mark.parametrize("query", ["czk", "村镇", "cunzhen", "212"])
def test_the_tree_is_narrowed_by_name_sound_or_code(admin: Client, query: str) -> None:
    shown = page(admin, "/office/", q=query)
    assert ("<mark>" in shown) == (query in ("czk", "村镇"))
    assert "住房和城乡建设局" in shown  # the way there
    assert "市容科" not in shown


def test_kinds_and_no_match(admin: Client) -> None:
    units = page(admin, "/office/", kind="unit")
    assert "城市管理局" in units
    assert "办信科" not in units
    nothing = page(admin, "/office/", q="没有这个")
    assert "没有符合“没有这个”的机构" in nothing
    assert "看全部" in nothing


def test_counts_are_of_people_and_open_cases_and_leave_out_accusations(admin: Client) -> None:
    clerk = actor(COUNTY, "R3")
    making.register(COUNTY, who=clerk, klass="B", purpose="02")
    at_unit()
    making.at_unit(OTHER)
    shown = page(admin, "/office/")
    assert "在办 1 件" in shown
    assert "在办 0 件" in page(admin, one("办信科")) or "0 件" in page(admin, one("办信科"))
    assert "1 件" in page(admin, one("住建局"))


def test_no_page_of_the_tree_shows_a_case(admin: Client) -> None:
    at_unit()
    for path in (
        "/office/",
        one("住建局"),
        one("住建局", "cease/"),
        one("村镇科", "move/"),
        one("住建局", "progress/"),
    ):
        assert "电梯" not in page(admin, path)
        assert "锦澜" not in page(admin, path)


def test_the_tree_asks_no_more_with_more_rows(admin: Client) -> None:
    few = statements(lambda: page(admin, "/office/"))
    who = actor(COUNTY, "R19")
    with context.use(who.schema):
        for number in range(12):
            given = Given(name=f"新设{number}局", kind="unit", code=f"7{number:02}")
            departments.add(who, parent=who.root, given=given)
    many = statements(lambda: page(admin, "/office/"))
    assert many <= few + 2
    assert many <= 15


def test_a_unit_is_added_from_the_page(admin: Client) -> None:
    sent = {"parent": str(department(COUNTY).pk), "kind": "unit", "name": "民政局", "short_name": "民政", "code": ""}
    answer = admin.post("/office/departments/add/", sent)
    made = Department.objects.get(name="民政局")
    assert answer.headers["Location"] == f"/office/departments/{made.pk}/?done=added"
    assert "已增设" in page(admin, answer.headers["Location"])


def test_what_was_typed_stays_and_the_error_is_at_its_field(admin: Client) -> None:
    sent = {"parent": str(department(COUNTY).pk), "kind": "unit", "name": "民政局", "code": "21", "short_name": "民政"}
    answer = admin.post("/office/departments/add/", sent)
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert 'value="民政局"' in shown
    assert 'id="code_error"' in shown
    assert "已经用了这个代码" in shown


def test_the_second_administrator_keeps_what_was_typed(admin: Client) -> None:
    row = department(COUNTY, "住建局")
    sent = {"seen": departments.seen(row), "kind": "unit", "name": row.name, "code": "21", "short_name": "建设"}
    first = client_for(actor(COUNTY, "R19", nth=1))
    assert first.post(one("住建局", "change/"), {**sent, "organ_prefix": "澄建"}).status_code == 302
    answer = admin.post(one("住房和城乡建设局", "change/"), {**sent, "short_name": "我写的"})
    assert answer.status_code == 412
    assert "另一位管理员刚改过" in answer.content.decode()
    assert 'value="我写的"' in answer.content.decode()
    now = departments.seen(department(COUNTY, "住房和城乡建设局"))
    assert f'name="seen" value="{now}"' in answer.content.decode()  # told once, the second may go on


def test_moving_says_first_what_will_happen(admin: Client) -> None:
    target = str(department(COUNTY, "城管局").pk)
    shown = page(admin, one("村镇科", "move/"), to=target)
    assert "村镇科在城市管理局下面" in shown
    assert "随科室划归城市管理局" in shown
    row = department(COUNTY, "村镇科")
    assert admin.post(one("村镇科", "move/"), {"to": target, "seen": departments.seen(row)}).status_code == 302
    assert department(COUNTY, "村镇科").unit_id == department(COUNTY, "城管局").pk
    refused = admin.post(one("办信科", "move/"), {"to": target})
    assert refused.status_code == 422


def test_ceasing_says_first_what_will_happen_and_then_how_far_it_is(admin: Client) -> None:
    case_id = at_unit()
    heir = str(department(COUNTY, "城管局").pk)
    shown = page(admin, one("住建局", "cease/"), successor=heir)
    assert "在办 1 件由城市管理局接着办" in shown
    assert "村镇科" in shown
    path = one("住建局")
    sent = {"successor": heir, "on": str(today()), "seen": departments.seen(department(COUNTY, "住建局"))}
    assert admin.post(f"{path}cease/", sent).status_code == 302
    assert "还有 1 件在移交" in page(admin, f"{path}progress/")
    jobs.succeed(tenant(COUNTY))
    assert "全部由承接的一方接着办" in page(admin, f"{path}progress/")
    tree = page(admin, "/office/")
    assert "已撤销 3 个" in tree
    assert "由城市管理局承接" in tree
    clerk = client_for(actor(COUNTY, "R5", unit="城管局"))
    history = clerk.get(f"/cases/{case_id}/").content.decode()
    assert "机构调整：住建局的件由城管局承接" in history


def test_the_worker_is_told_after_a_change_of_the_tree(admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[UUID] = []
    monkeypatch.setattr(jobs, "send", lambda task, office: sent.append(office))
    heir = str(department(COUNTY, "物业管理科").pk)
    admin.post(one("村镇科", "cease/"), {"successor": heir, "on": str(today())})
    admin.post(one("物业管理科", "move/"), {"to": str(department(COUNTY, "城管局").pk)})
    assert sent == [tenant(COUNTY).pk] * 2
    assert {"succeed", "succeed_all"} <= beat_schedule().keys()


def test_a_cessation_without_a_day_or_an_heir_is_said_at_the_field(admin: Client) -> None:
    answer = admin.post(one("住建局", "cease/"), {"successor": "", "on": ""})
    assert answer.status_code == 422
    assert "写撤销日" in answer.content.decode()
    answer = admin.post(one("住建局", "cease/"), {"successor": "", "on": str(today())})
    assert 'id="successor_error"' in answer.content.decode()


def test_a_cessation_can_be_taken_back_until_its_day(admin: Client) -> None:
    cease("住建局", "城管局", 5)
    shown = page(admin, one("住建局"))
    assert "不撤销了" in shown
    assert admin.post(one("住建局", "keep/")).status_code == 302
    assert department(COUNTY, "住建局").valid_to is None
    assert admin.post(one("住建局", "keep/")).status_code == 409


def test_people_follow_from_the_page(admin: Client) -> None:
    cease("村镇科", "物业管理科")
    path = one("村镇科")
    posts = list(
        Membership.objects.alive().filter(department=department(COUNTY, "村镇科")).values_list("pk", flat=True)
    )
    assert "岗位转到物业管理科" in page(admin, path)
    assert admin.post(f"{path}people/", {"posts": ["", "x", str(UUID(int=3))]}).status_code == 422
    assert admin.post(f"{path}people/", {"posts": [str(pk) for pk in posts]}).status_code == 302
    assert "没有人在这里任职了" in page(admin, path)


def test_the_record_tells_who_did_what(admin: Client) -> None:
    cease("村镇科", "物业管理科")
    shown = page(admin, one("村镇科"))
    assert "撤销部门" in shown
    assert "由物业管理科承接" in shown


def test_another_offices_department_does_not_exist() -> None:
    elsewhere = client_for(actor(OTHER, "R19"))
    for act in ("", "change/", "move/", "cease/", "progress/"):
        assert elsewhere.get(one("住建局", act)).status_code == 404
    for act in ("keep/", "people/"):
        assert elsewhere.post(one("住建局", act)).status_code == 404
    sent = {"successor": str(department(COUNTY, "城管局").pk), "on": str(today())}
    assert elsewhere.post(one("住建局", "cease/"), sent).status_code == 404
    assert not Change.objects.exists()


# --- the office's own page -------------------------------------------------------------------------------------------

PUBLISHED = {
    "address": "澄屿县锦溆路 1 号",
    "hours": "工作日 8:30–12:00，14:00–17:30",
    "phone": "0000-1234567，0000-7654321",
}


def publish(client: Client, **changes: str) -> Any:
    return client.post("/office/page/", {**PUBLISHED, **changes})


def anonymous(code: str = COUNTY) -> Client:
    return Client(headers={"host": tenant(code).host})


def test_what_is_published_everybody_reads(admin: Client) -> None:
    answer = publish(admin, conveniences="每月 15 日局长接访\n2 路公交到县府站", laws="《信访工作条例》")
    assert answer.status_code == 302
    shown = page(anonymous(), "/about")
    for text in ("锦溆路 1 号", "14:00–17:30", 'href="tel:00007654321"', "每月 15 日局长接访", "2 路公交"):
        assert text in shown
    change = Change.objects.get(kind="office.published")
    assert set(change.data["fields"]) == {"address", "hours", "phone", "conveniences", "laws"}
    assert "锦溆路" not in page(anonymous(OTHER), "/about")


def test_without_own_words_the_page_says_what_the_rules_say() -> None:
    shown = page(anonymous(), "/about")
    assert "15 日内转给有权处理的单位" in shown
    assert "60 日内书面答复" in shown
    assert "第三十四条" in shown
    assert "凭登记时给您的查询码" in shown


def test_own_steps_take_their_place(admin: Client) -> None:
    publish(admin, procedure="登记：当场登记\n转办\n\n答复：五十天")
    shown = page(anonymous(), "/about")
    assert "当场登记" in shown
    assert "第三十四条" not in shown
    assert shown.count("<li>") >= 3


def test_what_is_missing_is_said_at_its_field_and_nothing_is_published(admin: Client) -> None:
    before = Tenant.objects.values().get(code=COUNTY, valid_to=None)
    answer = publish(admin, phone="请打电话给我", address="")
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert 'id="phone_error"' in shown
    assert 'id="address_error"' in shown
    assert "请打电话给我" in shown
    assert Tenant.objects.values().get(code=COUNTY, valid_to=None) == before
    assert publish(admin, procedure="长" * 4001).status_code == 422


def test_two_administrators_publish_one_after_the_other(admin: Client) -> None:
    seen = page(admin, "/office/page/").split('name="seen" value="')[1][:16]
    assert publish(admin).status_code == 302
    late = client_for(actor(COUNTY, "R19", nth=1))
    answer = publish(late, seen=seen, phone="0000-1111111")
    assert answer.status_code == 412
    assert "0000-1111111" in answer.content.decode()


def test_markup_in_what_was_written_is_text(admin: Client) -> None:
    publish(admin, conveniences="<script>alert(1)</script>", address="<b>路</b>")
    shown = page(anonymous(), "/about")
    assert "<script>alert" not in shown
    assert "&lt;b&gt;路" in shown


def test_the_public_page_needs_nobody_and_says_nothing_of_staff() -> None:
    shown = page(anonymous(), "/about")
    assert "noindex" not in shown
    assert tenant(BUREAU).name not in shown
    assert Client(headers={"host": "localhost"}).get("/about").status_code == 404
