"""What a file of lettered places names, and the region that is made of it."""

from pathlib import Path

from django.core.management import call_command
from openpyxl import load_workbook

from tests.imports.sheets import book, row


def test_the_region_of_a_file(tmp_path: Path) -> None:
    texts = ["A市A3区的路", "Ａ３区 停水", "B7县学校", "B7县", "B7区", "K12市", "XA5区", "C区和D县不算"]
    path = book(tmp_path / "a.xlsx", [row(n, title="题", text=text) for n, text in enumerate(texts)])
    call_command("scan_region", str(path), "--mapping", "messages", "--out", str(tmp_path / "r.xlsx"), verbosity=0)
    sheet = load_workbook(tmp_path / "r.xlsx").active
    assert sheet is not None
    rows = [tuple(cell.value for cell in line) for line in sheet]
    assert rows[1:] == [
        ("980000", "西地省信访局", "province", None, "xidi.localhost", "西地省"),
        ("980100", "A市信访局", "prefecture", "980000", "xidi-a.localhost", "A市"),
        ("980103", "A3区信访局", "county", "980100", "xidi-a3.localhost", "A3区"),
        ("980200", "B市信访局", "prefecture", "980000", "xidi-b.localhost", "B市"),
        ("980207", "B7县信访局", "county", "980200", "xidi-b7.localhost", "B7县"),
        ("981100", "K市信访局", "prefecture", "980000", "xidi-k.localhost", "K市"),
        ("981112", "K12市信访局", "county", "981100", "xidi-k12.localhost", "K12市"),
    ]
