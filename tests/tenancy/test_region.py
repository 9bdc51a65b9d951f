"""A region from a spreadsheet: any depth, any order, and bad input that gets a reason and loses nothing."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from openpyxl import Workbook, load_workbook

from kernel.errors import Invalid
from tenants.models import Department, Membership, Tenant, User
from tenants.regions import Region

HEAD = ["代码", "名称", "层级", "上级", "域名"]
GOOD = [
    [970123, "白苇县信访局", "县级", None, "baiwei.localhost"],  # before its parents, as a number
    ["970000", "东岚省信访局", "省级", None, "donglan.localhost"],
    ["970100", "岱溪市信访局", "prefecture", "970000", "Daixi.localhost"],
    ["979001", "沐原县信访局", "县", "", ""],
]
DEPARTMENTS = [
    ["机构", "代码", "名称", "性质", "上级", "简称"],
    ["970123", "11", "交通运输局", "单位", "", "交通局"],
    ["970123", "111", "运输科", "科室", "11", ""],
    ["990123", "77", "水务局", "", "", ""],
]
PEOPLE = [
    ["用户名", "姓名", "机构", "部门", "角色"],
    ["tao", "陶见山", "970123", "11", "R5, r7"],
    ["gu", "顾南乔", "970123", "", "R3"],
    ["admin-bw", "程栖迟", "970123", "", "R19"],
]


def _book(tmp_path: Path, offices: list[list[Any]], **more: list[list[Any]]) -> Path:
    book = Workbook()
    page = book.worksheets[0]
    page.title = "机构"
    for row in offices:
        page.append(row)
    for title, rows in more.items():
        page = book.create_sheet(title)
        for row in rows:
            page.append(row)
    path = tmp_path / "region.xlsx"
    book.save(path)
    return path


def _run(path: Path, **options: Any) -> str:
    out = io.StringIO()
    call_command("provision_region", str(path), stdout=out, stderr=io.StringIO(), **options)
    return out.getvalue()


@pytest.mark.usefixtures("as_owner")
def test_a_whole_region_and_again(tmp_path: Path) -> None:
    path = _book(tmp_path, [HEAD, *GOOD], 部门=DEPARTMENTS, 人员=PEOPLE)
    said = _run(path)
    assert "1/4 已开通 970000 东岚省信访局" in said
    paths = dict(Tenant.objects.filter(code__startswith="97").values_list("code", "path"))
    assert paths == {
        "970000": "970000",
        "970100": "970000/970100",
        "970123": "970000/970100/970123",
        "979001": "970000/979001",
    }
    assert Tenant.objects.get(code="970100").domains.get().domain == "daixi.localhost"
    assert Department.objects.get(name="运输科").unit.short_name == "交通局"
    assert Membership.objects.get(user__username="tao").roles == ["R5", "R7"]
    assert User.objects.get(username="gu").must_change_password

    assert "4/4 已有" in _run(path)
    assert (Tenant.objects.count(), Membership.objects.filter(tenant__code="970123").count()) == (8, 3)


def test_a_dry_run_changes_nothing(db: None, tmp_path: Path) -> None:
    said = _run(_book(tmp_path, [HEAD, *GOOD]), dry_run=True)
    assert said.count("将开通") == 4
    assert Tenant.objects.count() == 4


BAD = [
    (["", "x", "县级", "", ""], "代码"),
    (["97-1", "x", "县级", "", ""], "代码"),
    (["9701234567890", "x", "县级", "", ""], "代码"),
    (["970200", "", "市级", "", ""], "名称"),
    (["970200", "x" * 61, "市级", "", ""], "太长"),
    (["970200", "x", "乡级", "", ""], "层级"),
    (["970200", "x", "市级", "123456", ""], "上级"),
    (["970200", "x", "市级", "970200", ""], "圈"),
    (["970200", "x", "省级", "970000", ""], "层级不高于"),
    (["970200", "x", "市级", "", "chengyu.localhost"], "域名"),
    (["970200", "x", "市级", "", "a_b.localhost"], "域名"),
    (["970200", "x", "市级", "", "'; DROP SCHEMA public; --"], "域名"),
    (["970000", "东岚省信访局", "省级", "", ""], "重复"),
    (["990123", "改了名的局", "县级", "", ""], "已是"),
]


@pytest.mark.parametrize(("row", "reason"), BAD)
def test_a_bad_row_says_why_and_the_others_stand(db: None, tmp_path: Path, row: list[Any], reason: str) -> None:
    region = Region(_book(tmp_path, [HEAD, GOOD[1], row]))
    (refused,) = [line for line in region.lines["机构"] if line.errors]
    assert refused.number == 3
    assert reason in " ".join(refused.errors)
    assert len(list(region.carry_out(dry_run=True))) == 1


def test_who_stands_under_a_refused_row_is_refused_too(db: None, tmp_path: Path) -> None:
    rows = [
        ["970000", "x", "国级", "", ""],
        ["970100", "y", "市级", "970000", ""],
        ["970101", "z", "县级", "970100", ""],
    ]
    region = Region(_book(tmp_path, [HEAD, *rows]))
    assert region.refused() == 3
    assert list(region.carry_out(dry_run=True)) == []


def test_a_circle_of_parents_ends(db: None, tmp_path: Path) -> None:
    rows = [
        ["970100", "x", "市级", "970200", ""],
        ["970200", "y", "市级", "970300", ""],
        ["970300", "z", "市级", "970100", ""],
    ]
    assert Region(_book(tmp_path, [HEAD, *rows])).refused() == 3


def test_bad_departments_and_people(db: None, tmp_path: Path) -> None:
    departments = [
        ["机构", "代码", "名称", "性质", "上级"],
        ["123456", "1", "x", "", ""],
        ["990123", "1", "x", "信访局", ""],
        ["990123", "1", "x", "", "nope"],
    ]
    people = [
        ["用户名", "姓名", "机构", "部门", "角色"],
        ["Big Name", "x", "990123", "", "R3"],
        ["a", "x", "990123", "nope", "R3"],
        ["b", "x", "990123", "", "R99"],
        ["c", "x", "990123", "", "R19 R3"],
        ["d", "x" * 41, "990123", "", "R3"],
        ["e", "x", "123456", "", "R3"],
    ]
    region = Region(_book(tmp_path, [HEAD], departments=departments, people=people))
    assert region.refused() == 9


def test_the_error_sheet_holds_the_refused_rows_and_no_formula(db: None, tmp_path: Path) -> None:
    path = _book(tmp_path, [HEAD, ["970200", "=HYPERLINK(1)", "x", "", ""], GOOD[1]])
    target = tmp_path / "errors.xlsx"
    with pytest.raises(CommandError, match="1 行有问题"):
        _run(path, dry_run=True, errors=target)
    page = load_workbook(target)["机构"]
    assert page.max_row == 2
    assert [cell.value for cell in page[2]][:2] == ["970200", None]  # a formula has no value until it is computed
    assert page.cell(2, page.max_column - 1).value == 2


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsx", b""),
        ("a.xlsx", b"not a zip"),
        ("a.xlsx", b"PK\x03\x04 broken"),
        ("a.docx", b"PK"),
        ("a.csv", b"\xff\xfe\x00\x01\x81"),
        ("a.csv", b""),
        ("a.csv", "名称,层级\nx,y\n".encode()),
    ],
)
def test_what_is_no_table_is_refused_in_words(db: None, tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(Invalid) as refused:
        Region(path)
    assert refused.value.fields["file"]
    with pytest.raises(CommandError):
        _run(path)


def test_a_missing_file(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="没有这个文件"):
        _run(tmp_path / "nowhere.xlsx")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_csv_as_offices_save_it(db: None, tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "region.csv"
    path.write_bytes("代码,名称,层级\n970000,东岚省信访局,省级\n\n".encode(encoding))
    (line,) = Region(path).offices
    assert (line["name"], line["level"], line.errors) == ("东岚省信访局", "province", [])
