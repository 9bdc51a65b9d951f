"""Files that cannot be read: a clear sentence, and nothing written."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from openpyxl import Workbook

from cases.imports import tables
from tenants.models import Custody, User
from tests.imports.sheets import HEADER, book, row

pytestmark = pytest.mark.django_db


def refused(path: Path, *, tenant: str = "990100", mapping: str = "answered", more: tuple[str, ...] = ()) -> str:
    with pytest.raises(CommandError) as caught:
        call_command("import_cases", str(path), "--tenant", tenant, "--mapping", mapping, "--jobs", "1", *more)
    assert not Custody.objects.exists()
    assert not User.objects.filter(username__startswith="import.").exists()
    return str(caught.value)


def test_no_file(tmp_path: Path) -> None:
    assert "打不开" in refused(tmp_path / "none.xlsx")


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"")
    assert "是空的" in refused(tmp_path / "a.xlsx")


def test_an_empty_sheet(tmp_path: Path) -> None:
    Workbook().save(tmp_path / "a.xlsx")
    assert "没有内容" in refused(tmp_path / "a.xlsx")


@pytest.mark.parametrize("content", [b"%PDF-1.7\n\0\0\0\xff\xfe\0\0", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"\0" * 500])
def test_not_a_spreadsheet(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.xlsx").write_bytes(content)
    assert "不是表格" in refused(tmp_path / "a.xlsx")


def test_an_old_workbook(tmp_path: Path) -> None:
    (tmp_path / "a.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    assert "另存为 .xlsx" in refused(tmp_path / "a.xls")


@pytest.mark.parametrize("keep", [0.3, 0.9])
def test_a_broken_workbook(tmp_path: Path, keep: float) -> None:
    whole = book(tmp_path / "a.xlsx", [row(n) for n in range(50)]).read_bytes()
    (tmp_path / "b.xlsx").write_bytes(whole[: int(len(whole) * keep)])
    assert "已损坏" in refused(tmp_path / "b.xlsx")


def test_a_workbook_damaged_inside(tmp_path: Path) -> None:
    import zipfile

    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as file:
        file.writestr("hello.txt", "hello")
    assert "已损坏" in refused(tmp_path / "a.xlsx")


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    header = [name for name in HEADER if name != "答复时间"]
    message = refused(book(tmp_path / "a.xlsx", [row(1)[:6]], header))
    assert "答复时间" in message
    assert "留言编号" in message


def test_an_unknown_office(tmp_path: Path) -> None:
    assert "111111" in refused(book(tmp_path / "a.xlsx", [row(1)]), tenant="111111")


def test_an_error_sheet_nobody_can_write(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", [row(1)])
    assert "不存在" in refused(path, more=("--errors", str(tmp_path / "no" / "e.xlsx")))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[columns", "写法不对"),
        ('[columns]\nnumber = "a"\n', "缺少 received"),
        ('[columns]\nnumber="a"\nreceived="b"\ntext="c"\ncolour="d"\n[fixed]\nchannel="NET"\n', "不认识 colour"),
        ('[columns]\nnumber="a"\nreceived="b"\ntext="c"\n[fixed]\nchannel="SMOKE"\n', "channel"),
        ('[columns]\nnumber="a"\nreceived="b"\ntext="c"\nreply="d"\n[fixed]\nchannel="NET"\n', "一起写"),
        ('[columns]\nnumber="a"\nreceived="b"\ntext="c"\n[fixed]\nchannel="NET"\nsource="moon"\n', "moon"),
    ],
)
def test_a_mapping_that_cannot_stand(tmp_path: Path, text: str, told: str) -> None:
    mapping = tmp_path / "m.toml"
    mapping.write_text(text)
    assert told in refused(book(tmp_path / "a.xlsx", [row(1)]), mapping=str(mapping))


def test_rows_are_read_as_they_come(tmp_path: Path) -> None:
    """A hundred thousand rows are never in memory at once."""
    path = tmp_path / "many.csv"
    with path.open("w") as file:
        file.write(",".join(HEADER) + "\n")
        for number in range(100_000):
            file.write(f"{number},T1,题,2019/4/25 9:32:09,文,,\n")
    stream = tables.lines(path)
    assert next(stream).number == 2
    assert sum(1 for _line in stream) == 99_999
