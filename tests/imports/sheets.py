"""Small spreadsheets for the import's tests, made on the spot; nothing here is real."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

HEADER = ("留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "答复意见", "答复时间")
REPLY = "经核查，路灯线路故障，已于三日内修复。"


def row(number: Any, **changes: Any) -> list[Any]:
    """One answered message that names 澄屿县."""
    base = {
        "number": number,
        "name": "T00012345",
        "title": "澄屿县桐荫路路灯不亮",
        "received": "2019/4/25 9:32:09",
        "text": "\n\t\t\n\t　澄屿县桐荫路的路灯坏了半个月。\t\n",
        "reply": REPLY,
        "replied": "2019-05-10 14:56:53",
    }
    return list({**base, **changes}.values())


def book(path: Path, rows: Sequence[Sequence[Any]], header: Sequence[str] = HEADER) -> Path:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    for cells in [header, *rows]:
        sheet.append(list(cells))
    made.save(path)
    return path
