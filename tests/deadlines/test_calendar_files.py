"""Importing days from spreadsheets and CSV: every bad row is named, nothing half done."""

import io
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from openpyxl import Workbook

from kernel.errors import Invalid
from tenants import calendars
from tenants.calendar_files import read
from tenants.models import CalendarYear, OffDay
from tenants.workdays import Day

CSV_2027 = """日期,是否上班,名称
2027-01-01,否,元旦
2027/5/1,休,劳动节
2027年5月2日,放假,劳动节
2027-10-01,0,国庆节
2027-10-02,no,国庆节
2027-10-03,否,国庆节
2027-10-09,是,国庆节调休
"""


@pytest.fixture(autouse=True)
def forget() -> Iterator[None]:
    yield
    calendars.invalidate()


def sheet(*rows: tuple[object, ...]) -> bytes:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_in_the_encodings_offices_use(encoding: str) -> None:
    days = read(CSV_2027.encode(encoding), "2027.csv")
    assert len(days) == 7
    assert days[date(2027, 5, 2)] == Day(False, "劳动节")
    assert days[date(2027, 10, 9)] == Day(True, "国庆节调休")


def test_spreadsheet_with_real_dates_and_empty_rows() -> None:
    days = read(sheet(("日期", "上班"), (datetime(2027, 1, 1), False, "元旦"), (), ("2027-10-09", "是")), "a.xlsx")
    assert days == {date(2027, 1, 1): Day(False, "元旦"), date(2027, 10, 9): Day(True, "")}


def test_every_bad_row_is_named() -> None:
    text = "2027-02-30,否,春节\n2027-01-01,否,元旦\n2027-01-01,否,元旦\n2027-03-01,也许\n3027-01-01,否\n"
    with pytest.raises(Invalid) as refused:
        read(text.encode(), "a.csv")
    assert refused.value.fields == {
        "第 1 行": ["“2027-02-30”不是日期。写成 2027-01-01。"],
        "第 3 行": ["2027-01-01 已在前面出现过。"],
        "第 4 行": ["“也许”看不出是否上班。写 是 或 否。"],
        "第 5 行": ["年份只能是 1949 至 2100。"],
    }


@pytest.mark.parametrize(("content", "name"), [(b"", "a.csv"), (b"not a zip", "a.xlsx"), (b"\xff\xfe\x81", "a.csv")])
def test_files_that_are_no_table_are_refused(content: bytes, name: str) -> None:
    with pytest.raises(Invalid):
        read(content, name)


def test_a_file_far_too_long_is_refused() -> None:
    with pytest.raises(Invalid):
        read(b"\n" * 3000, "a.csv")


@pytest.mark.django_db
def test_command_puts_a_year_in_force(tmp_path: Path) -> None:
    file = tmp_path / "2027.csv"
    file.write_text(CSV_2027, encoding="utf-8")
    call_command("import_calendar", str(file), "--dry-run", stdout=io.StringIO())
    assert not CalendarYear.objects.filter(year=2027).exists()
    call_command("import_calendar", str(file), "--source", "notice", stdout=io.StringIO())
    assert CalendarYear.objects.get(year=2027).source == "notice"
    assert OffDay.objects.filter(date__year=2027).count() == 7
    assert calendars.calendar_for("").is_workday(date(2027, 10, 9))


@pytest.mark.django_db
def test_command_lists_what_is_missing_and_writes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "2027.csv"
    file.write_text("2027-01-01,否,元旦\n", encoding="utf-8")
    with pytest.raises(CommandError, match="2027-10-01（国庆节）应当放假"):
        call_command("import_calendar", str(file), stdout=io.StringIO())
    assert not OffDay.objects.filter(date__year=2027).exists()
