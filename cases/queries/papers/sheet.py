"""What a statutory paper is made of, whoever prints it. Papers are in Chinese whatever language the reader chose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from cases import remedies
from cases.codes.channels import CHANNELS
from cases.models import Case
from cases.people import masked
from cases.states import Class
from kernel.clock import TZ
from tenants.models import Department, Tenant

Clear = Sequence[Mapping[str, str]]
_DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph; `head` stands before it in bold. `gap`: what is still missing in a draft."""

    text: str
    head: str = ""
    gap: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One paper (domain §10). `draft`: not yet issued. `masked`: the addressee is not named in clear."""

    code: str
    organ: str
    title: str
    number: str
    addressee: str = ""
    blocks: list[Block] = field(default_factory=list)
    rows: list[tuple[str, str]] = field(default_factory=list)
    after: list[Block] = field(default_factory=list)
    signer: str = ""
    signed_on: str = ""
    copies: list[str] = field(default_factory=list)
    draft: bool = False
    masked: bool = True

    @property
    def gaps(self) -> int:
        return sum(block.gap for block in self.blocks)


def day(value: date | datetime) -> str:
    """`2026 年 8 月 24 日`, in Shanghai."""
    there = value.astimezone(TZ).date() if isinstance(value, datetime) else value
    return f"{there.year} 年 {there.month} 月 {there.day} 日"


def ordinal(n: int) -> str:
    """一, 二, … 十, 十一, … 九十九."""
    if n < 10:
        return _DIGITS[n]
    tens, ones = divmod(n, 10)
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


def organ(department: Department, tenant: Tenant) -> str:
    """The body in whose name it is issued, never a section: 澄屿县住房和城乡建设局 (D16)."""
    body = department.unit
    if body.parent_id is None:
        return tenant.name
    place = remedies.place(tenant)
    return body.name if body.name.startswith(place[:2]) else f"{place}{body.name}"


def within(department: Department, tenant: Tenant) -> str:
    """As `organ`, with the section where one is meant: 澄屿县信访局督查科."""
    body = organ(department, tenant)
    return body if department.id == department.unit_id else f"{body}{department.name}"


def addressee(case: Case, clear: Clear | None) -> str:
    """`赵**等 12 人`; in clear only for those who gave a reason."""
    if clear is not None:
        names = [person.get("name", "") for person in clear if person.get("role") == "main"] or [""]
    else:
        main = next(iter(case.petitioners.all()), None)
        names = [masked(main)["name"] if main is not None else ""]
    name = names[0] or "信访人"
    persons = case.filing.persons
    return f"{name}等 {persons} 人" if persons > 1 else name


def you(case: Case) -> str:
    return "你们" if case.filing.persons > 1 else "您"


def matter(case: Case) -> str:
    """How a paper names what was asked: 2026 年 8 月 24 日以网信形式提出的…（编号 …）."""
    filing = case.filing
    asked = filing.petition_date or filing.received_at
    channel = CHANNELS.label(filing.channel)
    kind = "建议" if case.klass == Class.A else "信访事项"
    title = case.title.rstrip("。，；、 ")
    named = title if kind in title else f"“{title}”{kind}"
    return f"{you(case)}于 {day(asked)}以{channel}形式提出的{named}（编号 {filing.number}）"


def sentence(text: str) -> str:
    """Ends with a full stop, once."""
    words = text.strip()
    return words if not words or words[-1] in "。！？；：.!?" else f"{words}。"


def reached(tenant: Tenant) -> str:
    """Where to turn to with questions: what of it is known."""
    parts = [
        f"地址：{tenant.address}" if tenant.address else "",
        f"接待时间：{tenant.hours}" if tenant.hours else "",
        f"电话：{tenant.phone}" if tenant.phone else "",
    ]
    return "；".join(part for part in parts if part)
