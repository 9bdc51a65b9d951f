"""How a clock is shown: level, words and number of its chip; windows and warnings never look late (domain §5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from cases import deadlines
from cases.clock_kinds import WARN_ONLY, WINDOWS, Kind
from tenants.workdays import Calendar

QUIET = frozenset(kind.value for kind in WINDOWS | WARN_ONLY)
KINDS = frozenset(Kind)  # `Kind.values` puts every label into words first


@dataclass(frozen=True, slots=True)
class Chip:
    """Shape of the desk's clock chip."""

    level: str
    text: str = ""
    strong: str = ""
    word: str = ""


def name_of(kind: str) -> str:
    """办理期限; a window is a 期 already: 复查期."""
    words = {
        Kind.K4: _("异议期"),
        Kind.K9: _("复查期"),
        Kind.K5: _("反馈期限"),
        Kind.K6F: _("回看日"),
        Kind.K14: _("执行期限"),
    }
    if kind not in KINDS:
        return _("期限")
    found = words.get(Kind(kind))
    return found or _("%(kind)s期限") % {"kind": Kind(kind).label}


def short_name_of(kind: str) -> str:
    """What stands behind the date in a list: 办理, 告知, 复查期."""
    if kind in (Kind.K9, Kind.K4):
        return pgettext("in a list", "复查期") if kind == Kind.K9 else pgettext("in a list", "异议期")
    return str(Kind(kind).label) if kind in KINDS else ""


def chip(kind: str, due: datetime, now: datetime, calendar: Calendar, *, provisional: bool = False) -> Chip:
    """For a list: 临期 3 个工作日, 超期 6 日."""
    left = deadlines.remaining(due, now, calendar)
    if kind in QUIET and left.days < 0:
        late = ngettext("%(n)s 日", "%(n)s 日", -left.days) % {"n": -left.days}
        return Chip("soon" if kind in WARN_ONLY else "ok", word=_("已到期"), text=late)
    if kind in WINDOWS:
        return Chip("ok", text=left.amount)
    return Chip(left.level.value, text=left.amount)


def large(kind: str, due: datetime, now: datetime, calendar: Calendar) -> Chip:
    """For the custody line: 临期 还剩 4 个工作日, the number strong."""
    left = deadlines.remaining(due, now, calendar)
    if kind in QUIET and left.days < 0:
        return Chip("soon" if kind in WARN_ONLY else "ok", word=_("已到期"))
    level = "ok" if kind in WINDOWS else left.level.value
    if left.days > 0 and not left.provisional:
        return Chip(level, text=_("还剩"), strong=pgettext("left", "%(amount)s") % {"amount": left.amount})
    return Chip(level, text="" if left.days < 0 else left.text, strong=left.amount if left.days < 0 else "")


def held(reason: str) -> Chip:
    """No clock runs: why."""
    return Chip("hold", word=REASONS.get(reason, _no_clock)())


def _no_clock() -> str:
    return _("没有在走的期限")


REASONS = {
    "follows_master": lambda: _("随主件"),
    "awaiting_organ_receipt": lambda: _("等候签收"),
}
