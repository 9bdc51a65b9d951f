"""The table in which a receiver is chosen: who is found, what speaks for each, why some cannot be chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from cases.codes import content_list, lead_word
from cases.models import Case
from cases.queries import loads
from cases.queries.loads import Load
from kernel.clock import now
from tenants import finding
from tenants.finding import Found, Where
from tenants.models import Tenant


def address(name: str, *args: object) -> str:
    """A page of the desk, or the start where this installation lacks it."""
    try:
        return reverse(f"desk:{name}", args=args)
    except NoReverseMatch:
        return "/"


@dataclass(frozen=True, slots=True)
class Way:
    """Where to go on from a row that cannot be chosen."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Row:
    found: Found
    note: str
    open: bool
    load: Load | None
    told: str
    objections: str
    on: bool
    way: Way | None = None

    @property
    def id(self) -> UUID:
        return self.found.id

    @property
    def elsewhere(self) -> str:
        """Whose it is, where the name does not tell."""
        away = self.found.where in (Where.UPPER, Where.SIDEWAYS, Where.CLOSED)
        return finding.place_name(self.found.office) if away and self.found.office != self.found.name else ""


@dataclass(frozen=True, slots=True)
class Table:
    """`label` says how many were found; `more` of them are not shown."""

    rows: list[Row]
    label: str
    more: int
    with_loads: bool


def table(
    case: Case,
    office: Tenant,
    query: str,
    chosen: UUID | None,
    *,
    name: str = "to",
    with_loads: bool = True,
    without: UUID | None = None,
) -> Table:
    """The rows for a query; whoever was chosen stays in the table."""
    filing = case.filing
    lead = lead_word(filing.content_class) if filing.content_class else ""
    found, total = finding.units(office, query, lead=lead, place=filing.place_detail, without=without)
    shown = total - len(found)
    if chosen is not None and all(row.id != chosen for row in found):
        picked = finding.unit(office, chosen)
        found = [picked, *found] if picked is not None else found
    known: Mapping[UUID, Load] = loads.loads(now()) if with_loads else {}
    rows = [_row(case, one, query, chosen, known, with_loads=with_loads) for one in found]
    asked = query.strip()
    label = (
        _("“%(query)s”找到 %(n)d 个单位") % {"query": asked, "n": total}
        if asked
        else _("本局所属单位和下级信访局，%(n)d 个") % {"n": total}
    )
    if asked and not total:
        label = _("没有符合“%(query)s”的单位。换个简称、代码或拼音首字母试试。") % {"query": asked}
    return Table(rows, label, max(shown, 0), with_loads)


def _row(
    case: Case, one: Found, query: str, chosen: UUID | None, known: Mapping[UUID, Load], *, with_loads: bool
) -> Row:
    load = (known.get(one.id) or Load()) if with_loads and one.where == Where.UNIT else None
    sent = known.get(one.id) or Load()
    told = _("%(n).1f 日") % {"n": load.told_days} if load is not None and load.told_days is not None else "—"
    objections = ""
    if with_loads and one.open:
        objections = _("%(n)d 件") % {"n": sent.objections}
        if sent.objections:
            objections = _("%(n)d 件，同意 %(yes)d") % {"n": sent.objections, "yes": sent.consented}
    note, way = (_said(case, one, query), None) if one.open else _why_not(case, one)
    return Row(one, note, one.open, load, told, objections, one.id == chosen and one.open, way)


def _said(case: Case, one: Found, query: str) -> str:
    if one.duty:
        return _("职责：%(duty)s") % {"duty": one.duty}
    if one.suited == "place":
        return _("问题属地")
    if one.suited == "lead":
        subject = content_list().label(case.filing.content_class)
        return _("“%(subject)s”通常由这类单位负责") % {"subject": subject}
    if one.where == Where.BELOW:
        return _("下级信访局，由它再转给单位")
    asked = query.strip()
    if asked.isascii() and asked.isalpha() and not any(hit for _text, hit in one.pieces):
        return ""
    return _("拼音相近") if asked.isascii() and asked.isalpha() and len(one.pieces) > 3 else ""


def _why_not(case: Case, one: Found) -> tuple[str, Way | None]:
    if one.where == Where.CEASED:
        day = one.ceased_on.isoformat() if one.ceased_on else ""
        if one.successor is None:
            return _("已于 %(day)s 撤销，还没有指定承接单位。请管理员先指定。") % {"day": day}, None
        text = _("已于 %(day)s 撤销，职责由%(heir)s承接。") % {"day": day, "heir": one.successor_name}
        return text, Way(_("改选承接单位"), f"?to={one.successor}")
    if one.where == Where.UPPER:
        return _("不能向上级转送。确需上级处理的，报请上级信访局，由它转送。"), None
    if one.where == Where.SIDEWAYS:
        return _("不能直接转给其他地区。确属那里管的，报请共同的上级信访局转送。"), None
    if one.where == Where.CLOSED:
        return _("还没有开通。先用书面转送，开通后补登。"), None
    if one.where == Where.DESK or one.unit == case.unit:
        text = _("这是本局自己。") if one.where == Where.DESK else _("本局科室。")
        return text, Way(_("用分派交给科室"), address("verb", case.id, "allot"))
    return _("转给单位，不直接转给科室；由单位自己分派。"), Way(_("改选所属单位"), f"?to={one.unit}")
