"""Where a case has been and where it stands: the chain of stays, who holds it now, which clock runs, what is next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cases import endings
from cases.clock_kinds import NOTICE, Kind
from cases.clocks import calendar_of
from cases.codes.endings import CLOSINGS
from cases.models import Case, Clock, Handover, Opinion
from cases.queries import chips
from cases.queries.hanging import gather
from cases.queries.listing import Trail
from cases.queries.names import Names
from cases.states import CLOSED, REASON, State, Task
from kernel import batch
from kernel.clock import TZ, now
from tenants.models import Custody

S = State


@dataclass(frozen=True, slots=True)
class Step:
    """One stay: office, what happened there, how it went on."""

    office: str
    note: str = ""
    left: str = ""
    copies: str = ""
    back: bool = False
    now: bool = False


@dataclass(frozen=True, slots=True)
class Custodian:
    """The custody line (pages.md §1): 现由, 自, 期限, 下一步."""

    holder: str
    holder_note: str
    since: datetime
    since_note: str
    clock: chips.Chip | None
    clock_name: str
    due: datetime | None
    due_note: str
    reason: str
    next: str
    next_note: str


def _days(first: datetime, last: datetime) -> int:
    return (last.astimezone(TZ).date() - first.astimezone(TZ).date()).days


def _day(moment: datetime) -> str:
    return moment.astimezone(TZ).strftime("%m-%d")


class Journey:
    """Reads the stays and clocks of one case once."""

    def __init__(self, case: Case, here: UUID, names: Names) -> None:
        self.case, self.here, self.names, self.at = case, here, names, now()
        (custody,) = gather(case, "handovers", "clocks", also=(batch.Ask(Custody, "case", case.id),))
        self.custody: Custody | None = next(iter(custody), None)
        self.stays: list[Handover] = list(case.handovers.all())
        self.clocks: list[Clock] = sorted(case.clocks.all(), key=lambda clock: (clock.started_at, clock.id))
        self.calendar = calendar_of(here)
        filing = case.filing
        names.want(
            people=[case.handler, *(stay.signed_by for stay in self.stays)],
            departments=[
                case.department,
                filing.department,
                *(d for stay in self.stays for d in (stay.from_department, stay.to_department, *stay.copy_to)),
                self.custody.department_id if self.custody else None,
            ],
        )

    # --- chain ----------------------------------------------------------------------------------------------------

    @property
    def hops(self) -> int:
        return self.custody.hops if self.custody else sum(stay.hop for stay in self.stays)

    @property
    def returns(self) -> int:
        return sum(stay.kind == Handover.Kind.RETURN for stay in self.stays)

    @property
    def trail(self) -> Trail:
        moves = [stay for stay in self.stays if stay.kind not in Handover.INSIDE]
        owed = endings.owed_on([s for s in moves if s.undone_at is None])
        return Trail(moves[-1] if moves else None, self.returns, owed)

    def steps(self) -> list[Step]:
        """Oldest first: where it was registered, then one step a stay; days are calendar days."""
        made: list[Step] = []
        place, arrived, word = self.case.filing.department, self.case.filing.registered_at, pgettext("done", "登记")
        signed: datetime | None = None
        objected = False
        for stay in self.stays:
            back = stay.kind == Handover.Kind.RETURN
            made.append(
                Step(
                    office=self._office(place, word),
                    note=self._stay_note(word, signed, objected, arrived, stay.at),
                    left=f"{Handover.Kind(stay.kind).label} {_day(stay.at)}",
                    copies=self._copies(stay),
                    back=back,
                )
            )
            place, arrived = stay.to_department, stay.at
            word = ""
            signed, objected = stay.signed_at, stay.objected_at is not None
        ended = self.case.closed_at
        note = _("已办结，停留 %(n)s 日") % {"n": _days(arrived, ended)} if ended else self._here_note(arrived, signed)
        made.append(Step(office=self._office(place, word), note=note, now=True))
        return made

    def _office(self, place: UUID, word: str) -> str:
        body, section = self.names.body(place), self.names.section(place)
        return section if section and not word else body

    def _copies(self, stay: Handover) -> str:
        """One by its name, several by their number; the letter names them all."""
        if len(stay.copy_to) == 1:
            return str(_("抄送 %(name)s") % {"name": self.names.body(stay.copy_to[0])})
        return str(_("抄送 %(n)d 个单位") % {"n": len(stay.copy_to)}) if stay.copy_to else ""

    def _stay_note(self, word: str, signed: datetime | None, objected: bool, first: datetime, last: datetime) -> str:
        days = _days(first, last)
        stayed = _("停留 %(n)s 日") % {"n": days} if days else _("当日办出")
        parts = [word, _("%(day)s 签收") % {"day": _day(signed)} if signed else "", _("提异议") if objected else ""]
        return _("，").join([*(part for part in parts if part), stayed])

    def _here_note(self, arrived: datetime, signed: datetime | None) -> str:
        days = _days(arrived, self.at)
        stayed = _("现在在这里，%(n)s 日") % {"n": days} if days else _("今天到这里")
        return _("，").join([_("%(day)s 签收") % {"day": _day(signed)}, stayed]) if signed else stayed

    # --- custody --------------------------------------------------------------------------------------------------

    def running(self) -> list[Clock]:
        return [clock for clock in self.clocks if clock.stopped_at is None]

    def shown_clock(self) -> Clock | None:
        """The clock the list shows too."""
        kind = self.case.due_kind
        return next((c for c in self.running() if c.kind == kind and c.due_raw == self.case.due_raw), None)

    def line(self) -> Custodian:
        case = self.case
        gone = case.state == S.S99
        moved = [s for s in self.stays if s.kind not in Handover.INSIDE]
        last = self.stays[-1] if self.stays else None
        since = moved[-1].at if gone and moved else case.held_since
        holder, holder_note = self._holder(gone)
        clock = self.shown_clock()
        if case.state in CLOSED:
            holder_note = _("已办结，最后由这里办理")
        next_, next_note = self.next()
        return Custodian(
            holder=holder,
            holder_note=holder_note,
            since=since,
            since_note=self._since_note(last, since),
            clock=chips.large(clock.kind, clock.due_raw, self.at, self.calendar) if clock else self._no_clock(),
            clock_name=chips.name_of(clock.kind) if clock else "",
            due=clock.due_raw if clock else None,
            due_note=self._due_note(clock),
            reason="",
            next=next_,
            next_note=next_note,
        )

    def _holder(self, gone: bool) -> tuple[str, str]:
        case = self.case
        if gone:
            office = self.names.tenant(self.custody.tenant_id) if self.custody else ""
            return office, _("本局已转出，不再持有")
        section, person = self.names.section(case.department), self.names.person(case.handler)
        body = self.names.full(case.unit)
        if not section and not person:
            return body, _("还没有分派到人") if case.state not in CLOSED else ""
        return " ".join(part for part in (section, person) if part), body

    def _since_note(self, last: Handover | None, since: datetime) -> str:
        days = _days(since, self.case.closed_at or self.at)
        words = {
            "allot": _("分派到科室"),
            "transfer": _("转送到达"),
            "assign": _("交办到达"),
            "return": _("同意退回，件已收回"),
            "succeed": _("机构调整后承接"),
        }
        how = words.get(last.kind, "") if last else pgettext("done", "登记")
        return _("，").join([how, _("已 %(n)s 日") % {"n": days}]) if days else _("%(how)s，今天") % {"how": how}

    def _no_clock(self) -> chips.Chip:
        if self.case.state in CLOSED:
            return chips.Chip("done", text=CLOSINGS.label(self.case.closing_kind))
        if self.case.state == S.S99:
            return chips.Chip("hold", word=_("期限在承办单位走"))
        return chips.held(self.case.reason or REASON.get(State(self.case.state), ""))

    def _due_note(self, clock: Clock | None) -> str:
        if clock is None:
            return ""
        parts = [_("已延期 %(n)s 日") % {"n": clock.extension_days} if clock.extension_days else ""]
        parts.append(_("暂定") if clock.provisional else "")
        return _("，").join(part for part in parts if part)

    # --- what is next ---------------------------------------------------------------------------------------------

    def next(self) -> tuple[str, str]:
        """The next lawful step, and what it brings (domain §4.2)."""
        case = self.case
        if case.task:
            return self._task_next()
        if case.sealed:
            return _("由检举控告专人办理"), _("封存件只看、只备注，移送程序另行办理")
        state = State(case.state)
        if case.planned_ending and state != S.S88:
            return _("结报"), _("交办件：结报审核通过后才办结")
        if state in (S.S40, S.S41, S.S42, S.S50) and self._notice_waits():
            return _("告知信访人"), _("告知之日，告知期限才停")
        if state == S.S50:
            open_ = self._unanswered()
            return (_("答复诉求，送审") if not open_ else _("答复第 %(n)s 项诉求，送审") % {"n": open_}), _(
                "送达信访人之日，期限才停"
            )
        if state == S.S58:
            opinion = self._opinion()
            checked = opinion is not None and opinion.status == Opinion.Status.CHECKED
            return (_("签发") if checked else _("核稿、签发")), _("送达信访人之日，期限才停")
        if state == S.S61 and self.trail.assigned:
            return _("结报"), _("复查期照常走")
        found = NEXT.get(state)
        return found() if found else ("", "")

    def _task_next(self) -> tuple[str, str]:
        if self.case.state == S.S24 or self.case.task == Task.OBJECTION:
            return _("决定异议"), _("同意退回，件回到本局；驳回，由对方继续办")
        words = {
            Task.REPORT: (_("审核结报"), _("审核通过后办结，或等复查期届满")),
            Task.FORWARD: (_("转报上级"), _("结报逐级到达交办单位")),
            Task.DEFER: (_("决定是否延长结报"), _("只改反馈期限，不改法定办理期限")),
        }
        return words[Task(self.case.task)]

    def _notice_waits(self) -> bool:
        return any(clock.kind in NOTICE for clock in self.running()) or any(
            paper.sent_at is None for paper in self._hanging("notices")
        )

    def _opinion(self) -> Opinion | None:
        return max(self._hanging("opinions"), key=lambda row: row.written_at, default=None)

    def _unanswered(self) -> str:
        """Numbers of the demands without an outcome in the draft; "" when all have one or nothing is drafted yet."""
        opinion = next((row for row in self._hanging("opinions") if row.status == Opinion.Status.DRAFT), None)
        if opinion is None:
            return ""
        given = opinion.body.get("answers", {})
        rows = self._hanging("demands")
        return _("、").join(str(d.seq) for d in rows if not given.get(str(d.id), {}).get("outcome"))

    def _hanging(self, name: str) -> list[Any]:
        gather(self.case, name)
        return list(getattr(self.case, name).all())

    def today(self) -> date:
        return self.at.astimezone(TZ).date()


NEXT: dict[State, Callable[[], tuple[str, str]]] = {
    S.S10: lambda: (_("分流：转送、交办、答复或告知去向"), _("办出之日，分流期限才停")),
    S.S12: lambda: (_("随主件办理"), ""),
    S.S14: lambda: (_("等候批阅"), ""),
    S.S20: lambda: (_("签收"), _("签收不改变期限：期限自送达之日起算。")),
    S.S21: lambda: (_("签收"), _("签收不改变期限：期限自送达之日起算。")),
    S.S24: lambda: (_("等转来的信访局决定异议"), _("决定前仍由提异议的单位持有")),
    S.S26: lambda: (_("等共同上级指定"), ""),
    S.S30: lambda: (_("受理或导入，并告知信访人"), _("告知之日，告知期限才停")),
    S.S40: lambda: (_("联系信访人，调查核实"), _("首次联系后进入办理")),
    S.S41: lambda: (_("等候法定程序的结果"), _("结果出来后记录结果")),
    S.S42: lambda: (_("研究建议，起草答复"), ""),
    S.S44: lambda: (_("告知信访人不予受理"), _("告知之日，期限才停，件办结")),
    S.S45: lambda: (_("告知信访人不再受理"), _("告知之日，期限才停，件办结")),
    S.S46: lambda: (_("告知信访人向哪里提出"), _("告知之日，期限才停，件办结")),
    S.S60: lambda: (_("送达信访人"), _("信访人收到之日，期限才停")),
    S.S61: lambda: (_("等复查期届满"), _("期满没有申请复查的，系统次日办结")),
    S.S65: lambda: (_("落实执行事项"), _("每一项都要有证明")),
    S.S88: lambda: (_("等交办单位审核结报"), ""),
    S.S90: lambda: (_("没有下一步"), _("已办结")),
    S.S91: lambda: (_("没有下一步"), _("程序终结")),
    S.S95: lambda: (_("没有下一步"), _("已归档")),
    S.S99: lambda: (_("由承办单位办理"), _("在那里办完后，结果会回到这里")),
}


def kinds_running(journey: Journey) -> frozenset[Kind]:
    return frozenset(Kind(clock.kind) for clock in journey.running())
