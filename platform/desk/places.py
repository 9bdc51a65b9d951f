"""What a clerk may type for a place or a subject: found by name, code, initials or the whole sound of the name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from cases.codes import CodeList
from cases.codes.contents import level, parent
from kernel.clock import TZ
from tenants import finding
from tenants.models import Tenant
from tenants.pinyin import sounds


@dataclass(frozen=True, slots=True)
class Option:
    """`value` is what is filled in. `code`, `letters` and `sound` find it too; `above` is the field a subject is of."""

    value: str
    code: str
    letters: str
    sound: str
    above: str = ""

    @property
    def label(self) -> str:
        """What a browser without the script looks for besides the value."""
        return " ".join(part for part in (self.code, self.above, self.letters, self.sound) if part)

    def means(self, typed: str) -> bool:
        asked = typed.lower()
        return asked in (self.value.lower(), self.code, self.letters, self.sound)


@lru_cache(maxsize=4096)
def sound(name: str) -> str:
    """wuyeguanli"""
    return "".join(part for part in sounds(name) if part.isascii() and part.isalnum()).lower()


def options(office: Tenant) -> list[Option]:
    return [Option(p.name, "" if p.detail else p.code, p.initials, sound(p.name)) for p in finding.places(office)]


def content_options(codes: CodeList) -> list[Option]:
    """Fields and subjects: 物业管理和维修资金, found by 080400, wyglhwxzj or 城乡建设."""
    found = []
    for code in codes:
        name = str(code.label)
        above = codes.label(parent(code.code)) if level(code.code) > 1 else ""
        found.append(Option(name, code.code, "".join(filter(str.isalnum, finding.letters(name))), sound(name), above))
    return found


def meant(choices: Iterable[Option], typed: str) -> list[Option]:
    """Which one was typed: what it is called in one of its four ways, else whatever begins so."""
    choices = list(choices)
    asked = typed.strip().lower()
    exact = [option for option in choices if option.means(asked)]
    if exact or not asked:
        return exact
    return [
        option
        for option in choices
        if option.value.lower().startswith(asked)
        or (asked.isascii() and any(way.startswith(asked) for way in (option.code, option.letters, option.sound)))
    ]


def understood(office: Tenant, typed: str) -> finding.Place:
    """The place, also where its name was typed by its whole sound: `jinxujiedao 3 号楼`."""
    head, _space, rest = " ".join(typed.split()).partition(" ")
    if head.isascii() and head.isalpha():
        found = [option for option in options(office) if option.sound == head.lower()]
        if len(found) == 1:
            typed = f"{found[0].value} {rest}".strip()
    return finding.place(office, typed)


def words(office: Tenant, code: str, detail: str) -> str:
    return finding.place_words(office, code, detail)


def local(at: datetime) -> datetime:
    return at.astimezone(TZ)
