"""People from a spreadsheet: looked at first, carried out in pieces, refused rows given back, again without harm."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook, load_workbook

from kernel.clock import recorded_now
from kernel.errors import Invalid, NotFound, Refused
from tenants.actors import Actor
from tenants.administration import jobs, people_sheet, posts, previews
from tenants.models import Job, Membership, PostRequest, User
from tenants.organisation import UNUSABLE
from tests.people import actor, client_for, department, membership

COUNTY, OTHER = "990123", "990124"
HEADINGS = ("用户名", "姓名", "电话", "部门", "角色", "起任日")

pytestmark = pytest.mark.django_db


def admin() -> Actor:
    return actor(COUNTY, "R19")


def sheet(*rows: tuple[str, ...], headings: tuple[str, ...] = HEADINGS) -> SimpleUploadedFile:
    book = Workbook()
    page = book.active
    assert page is not None
    for row in (headings, *rows):
        page.append(row)
    kept = io.BytesIO()
    book.save(kept)
    return SimpleUploadedFile("人员.xlsx", kept.getvalue())


def carried_out(*rows: tuple[str, ...]) -> Job:
    job = people_sheet.plan(admin(), sheet(*rows))
    jobs.begin(admin(), job.pk)
    jobs.carry_out(job.pk, seconds=60)
    job.refresh_from_db()
    return job


LIN = ("linwangshu", "林望舒", "13800000016", "办信科", "办信", "")
GU = ("guqingchuan", "顾晴川", "", "住建局", "单位信访专干、办公室主任", "2020-01-01")
YE = ("yezhaoye", "叶照野", "", "综合科", "R4", "")


def test_rows_are_looked_at_before_anything_is_written() -> None:
    before = User.objects.count()
    job = people_sheet.plan(admin(), sheet(LIN, GU, YE))
    assert job.status == "draft"
    assert job.data["counts"] == {"new": 2, "post": 0, "ask": 1, "known": 0, "refused": 0}
    assert User.objects.count() == before


def test_people_posts_and_requests_come_of_it_and_a_second_time_nothing() -> None:
    job = carried_out(LIN, GU, YE)
    assert (job.status, job.done, job.counts) == ("done", 3, {"new": 2, "ask": 1})
    lin, gu, ye = (User.objects.get(username=row[0]) for row in (LIN, GU, YE))
    assert Membership.objects.get(user=lin).roles == ["R3"]
    assert sorted(Membership.objects.get(user=gu).roles) == ["R5", "R7"]
    assert not Membership.objects.filter(user=ye).exists()
    assert PostRequest.objects.get(user=ye).roles == ["R4"]
    assert lin.password == UNUSABLE
    assert lin.phone == "13800000016"
    people = User.objects.count()
    again = people_sheet.plan(admin(), sheet(LIN, GU))
    assert again.data["counts"] == {"new": 0, "post": 0, "ask": 0, "known": 2, "refused": 0}
    assert again.total == 0
    assert User.objects.count() == people


def test_somebody_from_another_office_gains_a_post() -> None:
    other = membership(OTHER, "R3").user
    job = carried_out((other.username, other.name, "", "接访科", "接谈员", ""))
    assert job.counts == {"post": 1}
    assert Membership.objects.filter(user=other, department=department(COUNTY, "接访科")).exists()


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (("沈", "沈砚秋", "", "办信科", "R3", ""), "用户名"),
        (("shen-a", "", "", "办信科", "R3", ""), "“姓名”是空的"),
        (("shen-a", "沈砚秋", "打电话", "办信科", "R3", ""), "电话"),
        (("shen-a", "沈砚秋", "", "没有这个科", "R3", ""), "没有部门"),
        (("shen-a", "沈砚秋", "", "办信科", "科员", ""), "角色不认识：科员"),
        (("shen-a", "沈砚秋", "", "办信科", "R19、R3", ""), "管理员不看信访内容"),
        (("shen-a", "沈砚秋", "", "办信科", "R3", "明天"), "起任日"),
        (("990124-d10-r3", "沈砚秋", "", "办信科", "R3", ""), "用户名已有人用"),
        (("990123-d10-r3", "办信R3", "", "办信科", "R4", ""), "在这个部门已有岗位"),
    ],
)
def test_a_row_that_cannot_stand_says_why_and_delays_no_other(row: tuple[str, ...], told: str) -> None:
    job = people_sheet.plan(admin(), sheet(row, LIN))
    assert job.total == 1
    (line,) = people_sheet.error_rows(job)
    assert line.number == 2
    assert told in " ".join(line.errors)


def test_the_same_person_twice_in_one_department_is_told() -> None:
    job = people_sheet.plan(admin(), sheet(LIN, LIN))
    (line,) = people_sheet.error_rows(job)
    assert "第 2 行" in line.errors[0]


def test_what_changed_since_it_was_looked_at_is_kept_as_an_error() -> None:
    job = people_sheet.plan(admin(), sheet(LIN, GU))
    User.objects.create(username="linwangshu", name="别人")
    jobs.begin(admin(), job.pk)
    jobs.carry_out(job.pk, seconds=60)
    job.refresh_from_db()
    assert (job.status, job.done, job.counts) == ("done", 2, {"new": 1})
    (line,) = people_sheet.error_rows(job)
    assert line["name"] == "林望舒"
    assert "用户名已有人用" in line.errors[0]


def test_who_dies_in_the_middle_leaves_whole_pieces_and_the_next_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [(f"many-{n:03}", f"某{n}", "", "办信科", "R3", "") for n in range(50)]
    job = people_sheet.plan(admin(), sheet(*rows))
    jobs.begin(admin(), job.pk)
    jobs.carry_out(job.pk, seconds=0)
    job.refresh_from_db()
    assert (job.done, job.status) == (20, "open")
    assert User.objects.filter(username__startswith="many-").count() == 20
    invite, calls = people_sheet.people.invite, []

    def dies(*args: Any, **more: Any) -> Any:
        calls.append(1)
        if len(calls) == 5:
            raise MemoryError
        return invite(*args, **more)

    with monkeypatch.context() as patch:
        patch.setattr(people_sheet.people, "invite", dies)
        with pytest.raises(MemoryError):
            jobs.carry_out(job.pk)
    assert User.objects.filter(username__startswith="many-").count() == 20
    jobs.carry_out_all()
    job.refresh_from_db()
    assert (job.done, job.status, job.counts) == (50, "done", {"new": 50})


@pytest.mark.parametrize(
    ("upload", "told"),
    [
        (SimpleUploadedFile("a.xlsx", b"not a sheet"), "不是可以读取的表格"),
        (SimpleUploadedFile("a.csv", "用户名,姓名\n".encode()), "缺少列"),
        (SimpleUploadedFile("a.csv", "用户名,姓名,部门,角色\n".encode()), "没有人员"),
        (SimpleUploadedFile("a.csv", b"\xff\xfe\x00"), "编码"),
    ],
)
def test_a_file_that_is_none_is_told(upload: SimpleUploadedFile, told: str) -> None:
    with pytest.raises(Invalid) as refused:
        people_sheet.plan(admin(), upload)
    assert told in str(refused.value.fields)
    assert not Job.objects.exists()


def test_only_administrators_and_only_their_own_jobs() -> None:
    with pytest.raises(Refused):
        people_sheet.plan(actor(COUNTY, "R3"), sheet(LIN))
    job = people_sheet.plan(admin(), sheet(LIN))
    with pytest.raises(NotFound):
        jobs.begin(actor(OTHER, "R19"), job.pk)
    with pytest.raises(Refused):
        jobs.drop(actor(COUNTY, "R4"), job.pk)


# --- by page ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def browser() -> Client:
    return client_for(admin())


def test_the_whole_way_by_page(browser: Client) -> None:
    bad = ("shen-a", "沈砚秋", "", "没有这个科", "R3", "")
    answer = browser.post("/office/people/import/", {"file": sheet(LIN, GU, bad)})
    assert answer.status_code == 302
    page = browser.get(answer.url).content.decode()
    assert "导入 2 人" in page
    assert "没有部门" in page
    assert browser.post(answer.url, {"action": "begin"}).status_code == 302
    page = browser.get(answer.url).content.decode()
    assert "正在导入 0 / 2" in page
    assert "hx-post" in page
    part = browser.post(answer.url, headers={"HX-Request": "true"}).content.decode()
    assert "导入完：新账号 2 人" in part
    assert "hx-post" not in part
    assert "<html" not in part
    errors = b"".join(browser.get(f"{answer.url}errors/").streaming_content)  # type: ignore[arg-type]
    cells = [[cell.value for cell in row] for row in load_workbook(io.BytesIO(errors)).worksheets[0].iter_rows()]
    assert cells[0][:4] == ["用户名", "姓名", "电话", "部门"]
    assert cells[1][0] == "shen-a"
    assert "没有部门" in str(cells[1][-1])
    again = browser.post(answer.url, {"action": "begin"})
    assert again.status_code == 409


def test_no_file_is_told_at_the_field_and_a_dropped_plan_does_nothing(browser: Client) -> None:
    page = browser.post("/office/people/import/", {})
    assert page.status_code == 422
    assert "选一个表格文件" in page.content.decode()
    answer = browser.post("/office/people/import/", {"file": sheet(LIN)})
    browser.post(answer.url, {"action": "drop"})
    browser.post(answer.url, headers={"HX-Request": "true"})
    assert not User.objects.filter(username="linwangshu").exists()


def test_a_plan_that_was_never_begun_is_emptied_after_a_week(browser: Client) -> None:
    left = browser.post("/office/people/import/", {"file": sheet(LIN)}).url
    fresh = browser.post("/office/people/import/", {"file": sheet(LIN)}).url
    Job.objects.filter(pk=left.split("/")[-2]).update(created_at=recorded_now() - previews.KEPT - timedelta(minutes=1))
    assert (previews.forget(), previews.forget()) == (1, 0)
    assert browser.post(left, {"action": "begin"}).status_code == 409
    assert "林望舒" not in str(Job.objects.get(pk=left.split("/")[-2]).data)
    assert b"".join(browser.get(f"{left}errors/").streaming_content)  # type: ignore[attr-defined]
    assert "林望舒" in browser.get(fresh).content.decode()


def test_slips_are_made_for_who_has_no_password_and_nobody_else(browser: Client) -> None:
    carried_out(LIN, GU)
    lin = User.objects.get(username="linwangshu")
    clerk = membership(COUNTY, "R2").user
    page = browser.post("/office/people/passwords/", {"person": [str(lin.pk), str(clerk.pk), "x"]}).content.decode()
    assert page.count('class="secret"') == 1
    assert "已有密码" in page
    before = clerk.password
    clerk.refresh_from_db()
    assert clerk.password == before
    person = User.objects.get(pk=lin.pk)
    assert person.must_change_password
    assert person.password != UNUSABLE


def test_the_template_can_be_filled_and_comes_back(browser: Client) -> None:
    whole = b"".join(browser.get("/office/people/import/template/").streaming_content)  # type: ignore[arg-type]
    job = people_sheet.plan(admin(), SimpleUploadedFile("a.xlsx", whole))
    assert job.data["counts"]["new"] == 1


def test_a_request_of_the_sheet_is_decided_like_any_other() -> None:
    carried_out(YE)
    request = PostRequest.objects.get(user__username="yezhaoye")
    posts.consent(actor(COUNTY, "R19", nth=1), request.pk)
    assert Membership.objects.get(user__username="yezhaoye").roles == ["R4"]
