"""What a clerk may type for a place or a subject: options found by name, code or initials without a script."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cases.codes import CodeList
from cases.codes.contents import level, parent
from kernel.clock import TZ
from tenants import finding
from tenants.models import Tenant


@dataclass(frozen=True, slots=True)
class Option:
    """`value` is what is filled in; browsers look for the typed letters in `label` too."""

    value: str
    label: str


def options(office: Tenant) -> list[Option]:
    return [Option(p.name, f"{p.code} {p.initials}" if not p.detail else p.initials) for p in finding.places(office)]


def content_options(codes: CodeList) -> list[Option]:
    """Fields and subjects: 物业管理和维修资金, found by 080400, wyglhwxzj or 城乡建设."""
    found = []
    for code in codes:
        name = str(code.label)
        above = codes.label(parent(code.code)) if level(code.code) > 1 else ""
        found.append(Option(name, " ".join(filter(None, (code.code, above, "".join(finding.letters(name)))))))
    return found


def words(office: Tenant, code: str, detail: str) -> str:
    return finding.place_words(office, code, detail)


def local(at: datetime) -> datetime:
    return at.astimezone(TZ)
