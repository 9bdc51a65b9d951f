"""What one row says of a filing, or what is wrong with it and what to do."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from cases.actions.registration import LONGEST_TEXT
from cases.imports.mapping import Mapping
from cases.imports.tables import Formula, Line
from kernel.clock import TZ
from kernel.masking import mask_name

EXAMPLE = datetime(2019, 4, 25, 9, 32, 9, tzinfo=TZ)
OLDEST = datetime(2005, 5, 1, tzinfo=TZ)  # the first rules we know (domain §1.1)
LONGEST = {"number": 64, "name": 200, "phone": 200, "address": 200}
LONGEST_TITLE = 120
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\u200b]")
_BLANK = re.compile(r"[^\S\n]+")


@dataclass(frozen=True, slots=True)
class Fault:
    """`column` is the header in the spreadsheet."""

    column: str
    what: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Record:
    """A row that can be carried out. Times are aware; `reply` is "" where there was none."""

    row: int
    number: str
    title: str
    text: str
    received: datetime
    name: str = ""
    phone: str = ""
    address: str = ""
    reply: str = ""
    replied: datetime | None = None

    @property
    def same(self) -> bytes:
        """Equal for the same words of the same person."""
        words = re.sub(r"\s", "", self.text)
        return hashlib.sha256(f"{self.name}\0{words}".encode()).digest()

    def preview(self) -> str:
        replied = f"{self.replied:%Y-%m-%d}" if self.replied else "—"
        title = self.title[:30] or self.text[:30]
        return f"{self.row}: {self.number}  {self.received:%Y-%m-%d %H:%M}  {replied}  {mask_name(self.name)}  {title}"


class Reader:
    """Turns lines into records by one mapping. `places`: field -> column index; `now`: nothing may be later."""

    def __init__(self, mapping: Mapping, places: dict[str, int], now: datetime) -> None:
        self.mapping, self.places, self.now = mapping, places, now

    def read(self, line: Line) -> tuple[Record | None, list[Fault]]:
        self._faults: list[Fault] = []
        number = self._text(line, "number")
        if not number:
            self._fault("number", _("没有编号"), _("补上编号；没有编号的件无法防止重复导入"))
        for name, most in LONGEST.items():
            if len(self._plain(line, name)) > most:
                self._fault(name, _("超过 %(n)d 字") % {"n": most}, _("缩短后再导入"))
        text, title = self._text(line, "text"), self._text(line, "title")
        if not text and not title:
            self._fault("text", _("没有内容"), _("补上内容"))
        reply = self._text(line, "reply")
        for name, words in (("text", text), ("reply", reply)):
            if len(words) > LONGEST_TEXT:
                self._fault(name, _("超过 20000 字"), _("缩短，全文另作材料"))
        received = self._time(line, "received")
        replied = self._time(line, "replied", needed=bool(reply))
        if replied is not None and not reply:
            self._fault("reply", _("有答复时间，没有答复内容"), _("补上答复，或删去答复时间"))
        if received and replied and replied == _midnight(received):
            replied = received  # a date without time says the day of the message itself
        if received and replied and replied < received:
            self._fault("replied", _("答复早于来件"), _("核对两个时间"))
        self._formulas(line)
        if self._faults or received is None:
            return None, self._faults
        title = title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1] + "…"
        name, phone, address = (self._plain(line, field) for field in ("name", "phone", "address"))
        record = Record(
            row=line.number,
            number=number,
            title=title,
            text=text or title,
            received=received,
            name=name,
            phone=phone,
            address=address,
            reply=reply,
            replied=replied,
        )
        return record, []

    def _fault(self, field: str, what: str, remedy: str) -> None:
        self._faults.append(Fault(self.mapping.columns.get(field, field), what, remedy))

    def _cell(self, line: Line, field: str) -> Any:
        index = self.places.get(field)
        return line.cells[index] if index is not None and index < len(line.cells) else None

    def _text(self, line: Line, field: str) -> str:
        return clean(self._cell(line, field))

    def _plain(self, line: Line, field: str) -> str:
        return " ".join(self._text(line, field).split())

    def _formulas(self, line: Line) -> None:
        for field in self.places:
            if isinstance(self._cell(line, field), Formula):
                self._fault(field, _("是公式"), _("在表格软件里复制、选择性粘贴为数值，再导入"))

    def _time(self, line: Line, field: str, *, needed: bool = True) -> datetime | None:
        value = self._cell(line, field)
        if isinstance(value, Formula):
            return None  # told once, by _formulas
        if value is None or not str(value).strip():
            if needed:
                self._fault(field, _("没有时间"), _("补上时间"))
            return None
        moment = value if isinstance(value, datetime) else parse(str(value).strip(), self.mapping.formats)
        if moment is None:
            wanted = "、".join(EXAMPLE.strftime(given) for given in self.mapping.formats[:2])
            text = _("不认识的时间“%(value)s”") % {"value": str(value)[:30]}
            self._fault(field, text, _("写成 %(formats)s，或在对应文件里加格式") % {"formats": wanted})
            return None
        moment = moment.replace(tzinfo=moment.tzinfo or TZ)
        if moment > self.now:
            self._fault(field, _("在今天之后"), _("核对年份"))
        elif moment < OLDEST:
            self._fault(field, _("早于 2005 年 5 月 1 日，没有可用的规则"), _("核对年份；更早的件请留在原系统"))
        return moment


def parse(text: str, formats: Sequence[str]) -> datetime | None:
    for given in formats:
        try:
            return datetime.strptime(text, given)  # noqa: DTZ007  the zone is added by the caller
        except ValueError:
            continue
    return None


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def clean(value: Any) -> str:
    """Without control characters and the blanks a web form adds: tabs, full-width spaces, empty lines around."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = _CONTROL.sub("", str(value)).replace("\r\n", "\n").replace("\r", "\n")
    rows = [_BLANK.sub(" ", row).strip() for row in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(rows)).strip()
