"""Lists of duties, laws and standard wording: looked at first, rows refused with the reason, twice is harmless."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from openpyxl import load_workbook

from cases.actions import wordings as acts
from cases.models import Wording
from cases.queries import wordings
from kernel.clock import today
from kernel.errors import Invalid, NotFound, Refused
from tenants import laws
from tenants.administration.laws import order, put_for_all
from tenants.models import Change, Duty, Law, LawArticle
from tenants.sheets import Line
from tests.cases.making import COUNTY, OTHER, at
from tests.people import actor, client_for, department, tenant

pytestmark = pytest.mark.django_db
DUTIES, LAWS, WORDINGS = "/office/duties/", "/office/laws/", "/office/wordings/"


def csv(*rows: str, name: str = "x.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, "\n".join(rows).encode())


@pytest.fixture
def admin() -> Client:
    return client_for(actor(COUNTY, "R19"))


def look(client: Client, url: str, file: SimpleUploadedFile) -> tuple[Any, str]:
    """The answer to a look, and the token under which its rows are kept."""
    answer = client.post(url, {"action": "look", "file": file})
    bringing = answer.context["bringing"]
    return answer, bringing.token


LIST = (
    "单位,序号,事项,内容分类,依据",
    "住建局,1,物业管理和住宅专项维修资金,080400,《物业管理条例》",
    "21,2,城镇燃气安全,,",
    "没有的局,1,什么,,",
    "城管局,1,油烟噪声,不是分类,",
)


def test_a_list_is_looked_at_then_brought_in_and_brought_in_again(admin: Client) -> None:
    answer, token = look(admin, DUTIES, csv(*LIST))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "没有单位“没有的局”" in page
    assert "没有内容分类“不是分类”" in page
    assert Duty.objects.count() == 0
    assert admin.post(DUTIES, {"action": "put", "rows": token}).status_code == 302
    rows = list(Duty.objects.order_by("number"))
    assert [(row.department.short_name, row.number, row.contents) for row in rows] == [
        ("住建局", 1, ["080400"]),
        ("住建局", 2, []),
    ]
    assert Change.objects.get(kind="duty.imported").data == {"new": 2, "changed": 0}
    answer, _token = look(admin, DUTIES, csv(*LIST))
    assert answer.context["bringing"].counts["same"] == 2
    changed = csv(LIST[0], "住建局,2,城镇燃气和供热,,")
    admin.post(DUTIES, {"action": "put", "rows": look(admin, DUTIES, changed)[1]})
    assert [row.text for row in Duty.objects.order_by("number")][1] == "城镇燃气和供热"


def test_refused_rows_come_back_as_a_sheet(admin: Client) -> None:
    _answer, token = look(admin, DUTIES, csv(*LIST))
    sheet = admin.post(DUTIES, {"action": "errors", "rows": token})
    book = load_workbook(io.BytesIO(b"".join(sheet.streaming_content)))
    cells = [[str(cell) for cell in row] for row in book.worksheets[0].iter_rows(values_only=True)]
    assert len(cells) == 3
    assert any("没有的局" in cell for row in cells for cell in row)


def test_what_was_taken_out_is_brought_back_unchanged(admin: Client) -> None:
    admin.post(DUTIES, {"action": "put", "rows": look(admin, DUTIES, csv(*LIST))[1]})
    body = b"".join(admin.get(f"{DUTIES}sheet/").streaming_content)
    answer, _token = look(admin, DUTIES, SimpleUploadedFile("权责清单.xlsx", body))
    assert answer.context["bringing"].counts == {
        "new": 0,
        "changed": 0,
        "same": 2,
        "refused": 0,
        "writes": 0,
        "more": 0,
    }


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (("单位,事项", "住建局,"), "“事项”是空的"),
        (("单位,序号,事项", "住建局,0,x"), "序号写"),
        (("单位,序号,事项", "住建局,1,x", "住建局,1,y"), "与第 2 行重复"),
        (("单位,事项", f"住建局,{'长' * 201}"), "最多 200 字"),
        (("单位,事项,终止日期", "住建局,x,明年"), "不是日期"),
        (("单位,事项,起始日期,终止日期", "住建局,x,2026-02-01,2026-01-01"), "终止日期早于起始日期"),
    ],
)
def test_a_row_says_what_is_wrong_with_it(admin: Client, rows: tuple[str, ...], words: str) -> None:
    answer, _token = look(admin, DUTIES, csv(*rows))
    assert words in answer.content.decode()


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (csv(""), "文件是空的"),
        (csv("单位,事项"), "表里没有内容"),
        (SimpleUploadedFile("x.xlsx", b"no sheet"), "不是可以读取的表格"),
        (None, "选一个表格文件"),
    ],
)
def test_what_is_no_list_is_said_at_the_field(admin: Client, file: Any, words: str) -> None:
    sent = {"action": "look"} | ({"file": file} if file is not None else {})
    answer = admin.post(DUTIES, sent)
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_rows_of_another_office_or_made_up_are_refused(admin: Client) -> None:
    _answer, token = look(client_for(actor(OTHER, "R19")), DUTIES, csv(*LIST[:2]))
    for rows in (token, "made:up", ""):
        assert admin.post(DUTIES, {"action": "put", "rows": rows}).status_code == 409
    assert Duty.objects.count() == 0


def test_an_item_that_ended_is_not_put_forward(admin: Client) -> None:
    ending = csv("单位,序号,事项,终止日期", f"住建局,1,燃气,{today().isoformat()}")
    admin.post(DUTIES, {"action": "put", "rows": look(admin, DUTIES, ending)[1]})
    assert Duty.objects.count() == 1
    assert "燃气" not in admin.get(DUTIES).content.decode()


def test_laws_ship_by_article_and_an_office_brings_its_own(admin: Client) -> None:
    shipped = LawArticle.objects.get(law__title="信访工作条例", number="第三十二条")
    assert shipped.text == ""
    bring = csv("法规,条,内容提要,内容分类", "《物业管理条例》,第三十五条,物业服务企业的义务,物业管理和维修资金")
    admin.post(LAWS, {"action": "put", "rows": look(admin, LAWS, bring)[1]})
    own = Law.objects.get(title="物业管理条例")
    assert own.tenant_id == tenant(COUNTY).pk
    usual, total = laws.articles(tenant(COUNTY).pk, "", ["080400", "080000"])
    assert [one.cited for one in usual] == ["《物业管理条例》第三十五条"]
    assert total > 1
    assert [one.cited for one in laws.articles(tenant(COUNTY).pk, "物业 三十五")[0]] == ["《物业管理条例》第三十五条"]
    assert laws.articles(tenant(OTHER).pk, "物业 三十五")[1] == 0
    assert laws.articles(tenant(OTHER).pk, "复查")[1] >= 1


def test_an_offices_own_article_stands_for_the_shared_one(admin: Client) -> None:
    bring = csv("法规,条,内容提要", "信访工作条例,第三十二条,本局摘要")
    admin.post(LAWS, {"action": "put", "rows": look(admin, LAWS, bring)[1]})
    found, total = laws.articles(tenant(COUNTY).pk, "信访工作条例 第三十二条")
    assert (total, found[0].title, found[0].own) == (1, "本局摘要", True)
    assert not laws.articles(tenant(OTHER).pk, "信访工作条例 第三十二条")[0][0].own


def test_the_operator_brings_what_all_may_cite() -> None:
    lines = [Line(2, {"law": "民法典", "number": "第五百八十二条", "title": "违约责任"})]
    assert put_for_all(lines, {}, dry_run=True).writes == 1
    assert not Law.objects.filter(title="民法典").exists()
    put_for_all(lines, {})
    assert put_for_all([Line(2, dict(lines[0].cells))], {}).count("same") == 1
    assert laws.articles(tenant(OTHER).pk, "民法典")[1] == 1


def test_articles_stand_in_their_order() -> None:
    assert [order(text, 7) for text in ("第五条", "第二十条", "第五百八十二条", "35", "附则")] == [
        5,
        20,
        582,
        35,
        100_007,
    ]


def test_wording_is_kept_by_the_administrator_for_all_and_by_a_unit_for_itself(admin: Client) -> None:
    sent = {"kind": "reasons", "outcome": "SUPPORT", "title": "维修资金公示", "text": "某日前公示使用明细。"}
    assert admin.post(WORDINGS, sent).status_code == 302
    head = client_for(actor(COUNTY, "R7", unit="住建局"))
    assert head.post(WORDINGS, {**sent, "title": "本局的"}).status_code == 302
    with at(actor(COUNTY, "R6", unit="住建局")) as handler:
        known = [row.title for row in wordings.for_writers(handler.unit, "reasons")]
        assert known == ["本局的", "维修资金公示"]
    with at(actor(COUNTY, "R6", unit="城管局")) as other:
        assert [row.title for row in wordings.for_writers(other.unit, "reasons")] == ["维修资金公示"]
    with at(actor(COUNTY, "R19")):
        row = Wording.objects.get(title="维修资金公示")
    assert head.get(f"{WORDINGS}{row.id}/").status_code == 404
    assert admin.post(f"{WORDINGS}{row.id}/", {"action": "end"}).status_code == 302
    with at(actor(COUNTY, "R6", unit="城管局")) as other:
        assert wordings.for_writers(other.unit, "reasons") == []


def test_wording_that_cannot_be_says_so_at_its_field(admin: Client) -> None:
    answer = admin.post(WORDINGS, {"kind": "x", "title": "", "text": "写到一半"})
    assert answer.status_code == 422
    assert "写到一半" in answer.content.decode()
    with at(actor(COUNTY, "R19")) as who:
        acts.write_wording(who, kind="letter", title="先联系", text="请先联系。")
        for wrong in ({"title": "先联系"}, {"text": "长" * 1001}, {"outcome": "NO"}):
            with pytest.raises(Invalid):
                acts.write_wording(who, **{"kind": "letter", "title": "另一条", "text": "x", **wrong})
        with pytest.raises(NotFound):
            acts.end_wording(who, department(COUNTY).id)
    with at(actor(COUNTY, "R3")) as clerk, pytest.raises(Refused):
        acts.scope(clerk)


def test_the_operators_command_tells_what_it_did(tmp_path: Path) -> None:
    file = tmp_path / "laws.csv"
    file.write_text(
        "法规,条,内容提要,内容分类\n民法典,第五百八十二条,违约责任,\n民法典,第一条,x,没有这类\n", encoding="utf-8"
    )
    said, wrong = io.StringIO(), io.StringIO()
    call_command("import_laws", str(file), dry_run=True, stdout=said, stderr=wrong)
    assert "新增 1 条" in said.getvalue()
    assert "没有这类" in wrong.getvalue()
    assert not Law.objects.filter(title="民法典").exists()
    call_command("import_laws", str(file), errors=tmp_path / "e.xlsx", stdout=said, stderr=wrong)
    assert LawArticle.objects.get(law__title="民法典").seq == 582
    assert (tmp_path / "e.xlsx").exists()
    with pytest.raises(CommandError, match="没有这个文件"):
        call_command("import_laws", str(tmp_path / "none.csv"))
