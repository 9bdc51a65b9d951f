"""accept, route, study, decline, redirect, answer, notify, record_result: what becomes of it, and telling so."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cases import endings, numbers
from cases.actions.frame import Act, begin
from cases.clock_kinds import NOTICE, TRIAGE, Kind
from cases.clocks import start_of
from cases.codes.endings import Closing
from cases.codes.grounds import GROUND_RULES, Ground
from cases.models import Case, Notice
from cases.models.paper import decision
from cases.states import Class, Path, State
from kernel import batch
from kernel.clock import TZ, now
from kernel.errors import Conflict, Invalid
from tenants.actors import Actor
from tenants.models import Department

LONGEST_TERM = 3660
WAYS = ("0", "1", "2", "none")


def draft_notice(act: Act, kind: str, *, text: str = "", **data: object) -> Notice:
    """A numbered paper of the deciding unit, to be sent by `notify`. Call it last: it takes the counter."""
    ((unit,),) = batch.read(batch.Ask(Department, "id", act.case.unit))
    row = Notice(
        case=act.case,
        kind=kind,
        number=numbers.paper_number(unit, act.own.tenant, _WORDS[kind], act.at),
        department=act.case.department,
        data={k: v for k, v in data.items() if v not in (None, "")},
        text=text.strip() or None,
        drafted_at=act.at,
        drafted_by=act.actor.user,
    )
    act.own.rows.append(row)
    return row


_WORDS = {"D8": "受", "D8a": "建受", "D9": "导", "D10": "不受", "D11": "不再受", "D8r": "去向", "D12": "延"}


def _classify(case: Case, klass: Class, path: Path | str = "") -> None:
    """The holder's decision settles class and path where triage left them open, and must not contradict them."""
    if case.klass and case.klass != klass:
        message = _("这件登记为“%(have)s”，与所选的办法不合。先更正类别，再办。") % {"have": Class(case.klass).label}
        raise Conflict(message, code="wrong-class")
    case.klass = klass
    if path:
        case.path = path


@transaction.atomic
def accept(actor: Actor, case_id: UUID, *, version: int | None = None) -> Case:
    """受理 (T14, T36): class C6; K6 runs from acceptance, or from delivery where the profile says so; D8 drafted."""
    act = begin(actor, case_id, "accept", version, stays=True)
    case = act.case
    from_route = case.state == State.S41
    if not from_route and case.path not in ("", Path.C6):
        label = Path(case.path).label
        raise Conflict(_("这件登记为“%(path)s”，应当导入法定途径。") % {"path": label}, code="wrong-class")
    _classify(case, Class.C, Path.C6)
    if from_route:
        act.clocks.stop({Kind.K6X, Kind.K6F}, act.at, "accept")
    assigned = act.clocks.has(Kind.K5)
    limit = act.clocks.profile.handling(assigned=assigned)
    began = act.at if limit.start_event == "acceptance" else _delivered(act)
    param = "K6_assigned" if assigned and act.clocks.profile.has("K6_assigned") else "K6"
    act.clocks.start(Kind.K6, began, param=param)
    case.accepted_at = case.accepted_at or act.at
    act.move(State.S40)
    notice = draft_notice(act, "D8")
    return act.record("accepted", stays=act.own.stays, notice=notice.id)


def _delivered(act: Act) -> datetime:
    path = act.own.path
    return path[-1].at if path else act.case.filing.received_at


@transaction.atomic
def route(
    actor: Actor,
    case_id: UUID,
    *,
    version: int | None = None,
    path: str,
    procedure: str,
    body: str,
    law: str,
    term_days: int | None = None,
    applied_on: date | None = None,
) -> Case:
    """导入 (T15): to a statutory procedure C1-C5; K6x if it has a term from the application, else K6f; D9 drafted."""
    act = begin(actor, case_id, "route", version)
    today = act.at.astimezone(TZ).date()
    wrong: dict[str, list[str]] = {}
    if path not in Path.values or path == Path.C6:
        wrong["path"] = [_("选一种法定途径。")]
    for name, value, text in (
        ("procedure", procedure, _("写明是什么程序。")),
        ("body", body, _("写明有权处理的机关。")),
        ("law", law, _("写明依据的法律。")),
    ):
        if not value.strip():
            wrong[name] = [text]
        elif len(value) > 120:
            wrong[name] = [_("太长了，最多 %(n)d 字。") % {"n": 120}]
    if term_days is not None and not 1 <= term_days <= LONGEST_TERM:
        wrong["term_days"] = [_("期限从 1 日到 3660 日。")]
    if applied_on is not None and not -366 <= (applied_on - today).days <= 0:
        wrong["applied_on"] = [_("申请日期在一年以内，不晚于今天。")]
    if wrong:
        raise Invalid(fields=wrong)
    _classify(act.case, Class.C, Path(path))
    act.case.outside = {"procedure": procedure.strip(), "body": body.strip(), "law": law.strip()}
    if term_days:
        began = start_of(applied_on) if applied_on else act.at
        act.clocks.start_days(Kind.K6X, began, term_days, basis=law.strip(), event="application")
    else:
        act.clocks.start(Kind.K6F, act.at)
    act.move(State.S41)
    notice = draft_notice(act, "D9", path=path, term_days=term_days)
    return act.record("routed", notice=notice.id, path=path, term_days=term_days, applied_on=applied_on)


@transaction.atomic
def study(actor: Actor, case_id: UUID, *, version: int | None = None) -> Case:
    """研究 (T16): class A; K7 runs, the notice is drafted."""
    act = begin(actor, case_id, "study", version)
    _classify(act.case, Class.A)
    act.clocks.start(Kind.K7, act.at)
    act.case.accepted_at = act.at
    act.move(State.S42)
    notice = draft_notice(act, "D8a")
    return act.record("studied", notice=notice.id)


@transaction.atomic
def decline(
    actor: Actor,
    case_id: UUID,
    *,
    version: int | None = None,
    ground: str,
    text: str,
    body: str = "",
    same_facts: bool = False,
) -> Case:
    """不予受理, 不再受理 (T7, T18): a ground of domain §3.2 that leads to S44 or S45; K1 or K3 runs until told."""
    act = begin(actor, case_id, "decline", version)
    state = _check_ground(act, ground, text, body, same_facts, {State.S44, State.S45})
    act.move(state)
    act.case.planned_ending = ""
    kind = "D10" if state == State.S44 else "D11"
    notice = draft_notice(act, kind, text=text, ground=ground, body=body)
    return act.record("declined", ground=ground, notice=notice.id, same_facts=same_facts)


@transaction.atomic
def redirect(
    actor: Actor,
    case_id: UUID,
    *,
    version: int | None = None,
    ground: str,
    text: str,
    body: str,
) -> Case:
    """告知去向 (T7, T18): names the body that is competent; K1 or K3 runs until told."""
    act = begin(actor, case_id, "redirect", version)
    _check_ground(act, ground, text, body, False, {State.S46})
    act.move(State.S46)
    notice = draft_notice(act, "D8r", text=text, ground=ground, body=body)
    return act.record("redirected", ground=ground, notice=notice.id)


def _check_ground(act: Act, ground: str, text: str, body: str, same_facts: bool, states: set[State]) -> State:
    wrong: dict[str, list[str]] = {}
    rule = GROUND_RULES.get(Ground(ground)) if ground in Ground.values else None
    if rule is None or rule.state not in states:
        wrong["ground"] = [_("选一个理由。")]
    elif rule.param and not act.clocks.profile.flag(rule.param):
        wrong["ground"] = [_("本地的规则没有这个理由。")]
    else:
        if rule.needs_body and not body.strip():
            wrong["body"] = [_("写明应当向哪个机关、单位提出。")]
        if rule.same_facts and not same_facts:
            wrong["same_facts"] = [_("确认是同一事实和理由，才能用这个理由。有新的事实或理由的，照常受理。")]
    if not text.strip():
        wrong["text"] = [_("写明理由，信访人看得见。")]
    if wrong:
        raise Invalid(fields=wrong)
    assert rule is not None
    return rule.state


@transaction.atomic
def answer(
    actor: Actor, case_id: UUID, *, version: int | None = None, text: str, way: str, received_by: str = ""
) -> Case:
    """直接答复 (T7a): the bureau's own duty, answerable at once; the answer is recorded, then the case ends."""
    act = begin(actor, case_id, "answer", version)
    wrong = {name: [msg] for name, ok, msg in (
        ("text", text.strip(), _("写下答复的内容。")),
        ("way", way in WAYS[:3], _("选一种答复方式。")),
    ) if not ok}  # fmt: skip
    if wrong:
        raise Invalid(fields=wrong)
    words = _("答复：%(text)s\n答复给：%(who)s") % {"text": text.strip(), "who": received_by.strip() or "—"}
    act.note("answer", words)
    act.case.replied_at = act.at
    endings.end(act, Closing.ADVISED)
    return act.record("answered", way=way, ending=act.case.planned_ending or act.case.closing_kind)


@transaction.atomic
def notify(
    actor: Actor,
    case_id: UUID,
    *,
    version: int | None = None,
    notice: UUID | None = None,
    way: str,
    sent_on: date | None = None,
    proof: str = "",
) -> Case:
    """告知 (T14n, G4): the paper was sent; stops K3 (K1 at a bureau). Deciding alone stops neither.

    `way`: 0 in person, 1 post, 2 other, "none" where name or address are unclear (R 23(2)), with a reason in `proof`.
    """
    act = begin(actor, case_id, "notify", version)
    case = act.case
    (papers,) = batch.read(batch.Ask(Notice, "case_id", case.id, ("drafted_at", "id")))
    told = decision(papers)
    waiting = [paper for paper in papers if paper.sent_at is None]
    row: Notice | None
    if notice is None:
        # One that a later decision has overtaken names the wrong way; an extension is told of after the decision.
        found = [paper for paper in waiting if paper is told or paper.kind == Notice.Kind.EXTENDED]
        row = told if told is not None and told in found else next(iter(found), None)
    else:
        row = next((paper for paper in waiting if paper.id == notice), None)
    if row is None:
        raise Conflict(_("没有待送的告知书。"), code="no-notice")
    _check_sending(act, way, sent_on, proof, row.drafted_at.astimezone(TZ).date())
    row.sent_at = _moment(sent_on, act.at)
    row.way, row.proof = way, proof.strip() or None
    act.own.change(row, "sent_at", "way", "proof")
    if row is told:
        act.clocks.stop({*NOTICE, Kind.K4}, row.sent_at, "notify")
        case.notified_at = case.notified_at or row.sent_at
    if row is told and case.state in (State.S44, State.S45, State.S46):
        act.clocks.stop(TRIAGE, row.sent_at, "notify")
        case.replied_at = row.sent_at
        ending = {State.S44: Closing.DECLINED, State.S45: Closing.NO_LONGER}.get(State(case.state), Closing.REDIRECTED)
        endings.end(act, ending)
    return act.record("notified", notice=row.id, paper=row.kind, way=way, sent_at=row.sent_at)


def _check_sending(act: Act, way: str, sent_on: date | None, proof: str, drafted: date) -> None:
    wrong: dict[str, list[str]] = {}
    today = act.at.astimezone(TZ).date()
    if way not in WAYS:
        wrong["way"] = [_("选一种告知方式。")]
    elif way == "none":
        if not act.case.filing.anonymous and act.case.petitioners.exists():
            wrong["way"] = [_("信访人的姓名、住址清楚的，应当书面告知（《信访工作条例》第二十三条）。")]
        elif not proof.strip():
            wrong["proof"] = [_("写明为什么无法告知。")]
    if sent_on is not None and not drafted <= sent_on <= today:
        wrong["sent_on"] = [_("告知日期在拟稿之后，不晚于今天。")]
    if wrong:
        raise Invalid(fields=wrong)


def _moment(day: date | None, at: datetime) -> datetime:
    """A paper sent on an earlier day counts from the end of that day, never before what it answers."""
    if day is None or day >= at.astimezone(TZ).date():
        return at
    return datetime.combine(day, at.timetz(), TZ)


@transaction.atomic
def record_result(
    actor: Actor, case_id: UUID, *, version: int | None = None, number: str, result: str, ended_on: date
) -> Case:
    """记录结果 (T18c): the other procedure ended; the matter leaves the books with its number and result."""
    act = begin(actor, case_id, "record_result", version)
    wrong: dict[str, list[str]] = {}
    if act.clocks.has(*NOTICE):
        raise Conflict(_("先告知信访人导入了什么途径，再记录结果。"), code="notice-owed")
    if not result.strip():
        wrong["result"] = [_("写明结果。")]
    if not number.strip() or len(number) > 80:
        wrong["number"] = [_("写明文书编号，最多 80 字。")]
    today = now().astimezone(TZ).date()
    if ended_on > today:
        wrong["ended_on"] = [_("日期不能晚于今天。")]
    elif (today - ended_on).days > 10 * 366:
        wrong["ended_on"] = [_("日期太早了。核对年份。")]
    if wrong:
        raise Invalid(fields=wrong)
    act.case.outside = {**act.case.outside, "number": number.strip(), "ended_on": ended_on.isoformat()}
    act.note("result", result)
    act.clocks.stop({Kind.K6X, Kind.K6F}, act.at, "record_result")
    act.case.replied_at = act.at
    endings.end(act, Closing.ROUTED)
    return act.record("result_recorded", ended_on=ended_on)
