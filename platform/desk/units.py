"""The table in which a receiver is chosen: who is found, what speaks for each, why some cannot be chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.codes import content_list, lead_word
from cases.codes.contents import above
from cases.models import Case
from cases.queries import loads
from cases.queries.loads import Load
from tenants import duties, finding
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
    kept: str
    objections: str
    on: bool
    way: Way | None = None

    @property
    def id(self) -> UUID:
        return self.found.id

    @property
    def elsewhere(self) -> str:
        """Whose it is, where the name does not tell."""
        away = self.found.where in (Where.UPPER, Where.SIDEWAYS, Where.CLOSED, Where.FAR)
        return finding.place_name(self.found.office) if away and self.found.office != self.found.name else ""


@dataclass(frozen=True, slots=True)
class Subject:
    """What one or several cases are about, as far as they agree; `case` where it is one only."""

    content: str
    place: str
    unit: UUID | None
    case: UUID | None = None

    @classmethod
    def of(cls, cases: Sequence[Case]) -> Subject:
        """Of many cases only what is the same for all puts a unit forward."""
        contents = {case.filing.content_class for case in cases}
        places = {case.filing.place_detail for case in cases}
        holders = {case.unit for case in cases}
        return cls(
            contents.pop() if len(contents) == 1 else "",
            places.pop() if len(places) == 1 else "",
            holders.pop() if len(holders) == 1 else None,
            cases[0].id if len(cases) == 1 else None,
        )


@dataclass(frozen=True, slots=True)
class Table:
    """`label` says how many were found; `more` of them are not shown. `listed`: the office keeps lists of duties."""

    rows: list[Row]
    label: str
    more: int
    with_loads: bool
    listed: bool = False


def table(
    cases: Case | Sequence[Case],
    office: Tenant,
    query: str,
    chosen: UUID | None,
    *,
    with_loads: bool = True,
    without: UUID | None = None,
) -> Table:
    """The rows for a query, for one case or many sent together; whoever was chosen stays in the table."""
    about = Subject.of([cases] if isinstance(cases, Case) else cases)
    contents = above(about.content)
    lead = lead_word(about.content) if about.content else ""
    found, total = finding.units(office, query, lead=lead, place=about.place, contents=contents, without=without)
    shown = total - len(found)
    if chosen is not None and all(row.id != chosen for row in found):
        picked = finding.unit(office, chosen)
        found = [picked, *found] if picked is not None else found
    known: Mapping[UUID, Load] = loads.lately() if with_loads else {}
    listed = duties.count(office.pk) > 0
    rows = [_row(about, one, query, chosen, known, with_loads=with_loads, listed=listed) for one in found]
    asked = query.strip()
    label = (
        _("“%(query)s”找到 %(n)d 个单位") % {"query": asked, "n": total}
        if asked
        else _("本局所属单位和下级信访局，%(n)d 个") % {"n": total}
    )
    if asked and not total:
        label = _("没有符合“%(query)s”的单位。换个简称、代码、拼音首字母或它管的事试试。") % {"query": asked}
    return Table(rows, label, max(shown, 0), with_loads, listed)


def _row(
    about: Subject,
    one: Found,
    query: str,
    chosen: UUID | None,
    known: Mapping[UUID, Load],
    *,
    with_loads: bool,
    listed: bool,
) -> Row:
    load = (known.get(one.id) or Load()) if with_loads and one.where == Where.UNIT else None
    sent = known.get(one.id) or Load()
    told = _("%(n).1f 日") % {"n": load.told_days} if load is not None and load.told_days is not None else "—"
    kept = f"{load.kept} / {load.ended}" if load is not None and load.ended else "—"
    objections = ""
    if with_loads and one.open:
        objections = ngettext("%(n)d 件", "%(n)d 件", sent.objections) % {"n": sent.objections}
        if sent.objections:
            objections = _("%(n)d 件，同意 %(yes)d") % {"n": sent.objections, "yes": sent.consented}
    note, way = (_said(about, one, query, listed=listed), None) if one.open else _why_not(about, one)
    return Row(one, note, one.open, load, told, kept, objections, one.id == chosen and one.open, way)


def _said(about: Subject, one: Found, query: str, *, listed: bool) -> str:
    """Why it stands here: the item of its list, the place, what it is known for, how its name sounds."""
    if one.item is not None:
        text = _("权责清单第 %(n)d 项：%(text)s") % {"n": one.item.number, "text": one.item.text}
        return f"{text}（{one.item.law}）" if one.item.law else text
    if one.duty:
        return _("职责：%(duty)s") % {"duty": one.duty}
    if one.suited == "place":
        return _("问题属地")
    if one.suited == "lead":
        subject = content_list().label(about.content)
        return _("“%(subject)s”通常由这类单位负责") % {"subject": subject}
    if one.where == Where.BELOW:
        return _("下级信访局，由它再转给单位")
    asked = query.strip()
    if not (asked.isascii() and asked.isalpha() and any(hit for _text, hit in one.pieces)):
        return ""
    return _("拼音相近，权责清单无对应项") if listed and about.content else _("拼音相近")


def _why_not(about: Subject, one: Found) -> tuple[str, Way | None]:
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
    if one.where == Where.FAR:
        text = _("下级的单位由%(office)s转送。") % {"office": one.office}
        return text, Way(_("改选%(office)s") % {"office": one.office}, f"?to={one.desk}") if one.desk else None
    if one.where == Where.CLOSED:
        return _("还没有开通。先用书面转送，开通后补登。"), None
    if one.where == Where.DESK or one.unit == about.unit:
        text = _("这是本局自己。") if one.where == Where.DESK else _("本局科室。")
        return text, Way(_("用分派交给科室"), address("verb", about.case, "allot")) if about.case else None
    return _("转给单位，不直接转给科室；由单位自己分派。"), Way(_("改选所属单位"), f"?to={one.unit}")
