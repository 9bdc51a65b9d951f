"""draft, submit, check, sign, send_back: an opinion answers every demand before it can be signed (R 32, P7)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cases import importing, numbers, policy, remedies
from cases.actions.frame import Act, begin
from cases.clock_kinds import NOTICE
from cases.codes.endings import Adoption, Gate, Outcome
from cases.models import Answer, Case, Clock, Demand, Note, Opinion
from cases.states import Class, State
from kernel import batch
from kernel.clock import now
from kernel.errors import Conflict, Invalid, Stale
from tenants.actors import Actor
from tenants.models import Department

ANSWER_FIELDS = ("outcome", "facts", "reasons", "law", "item", "execute_by")
LONGEST = 20_000
LONGEST_EXECUTION = 3660
LONGEST_ITEM = 500
EXECUTED = frozenset({Outcome.SUPPORT.value, Outcome.PARTIAL.value})  # what a promise may hang on (T27, R 32)
CURRENT = (Opinion.Status.DRAFT, Opinion.Status.SUBMITTED, Opinion.Status.CHECKED)


def _papers(case: Case) -> batch.Ask:
    return batch.Ask(Opinion, "case_id", case.id, ("written_at", "id"), lock=True)


def _current(papers: list[Opinion]) -> Opinion | None:
    return next((row for row in papers if row.status in CURRENT), None)


@transaction.atomic
def draft(
    actor: Actor,
    case_id: UUID,
    *,
    opinion_version: int | None = None,
    answers: dict[str, dict[str, str]],
    overall: str = "",
) -> Opinion:
    """起草 (T23): autosaved under the opinion's own version; no event, the case does not move.

    `answers`: demand id -> {outcome, facts, reasons, law, item, execute_by (ISO date)}, all optional.
    Stale: it was saved since `opinion_version`, and by this would be lost. 0 is the version before the first.
    """
    act = begin(actor, case_id, "draft")
    case = act.case
    demands, papers = batch.read(batch.Ask(Demand, "case_id", case.id), _papers(case))
    known = {str(demand.id) for demand in demands}
    _check_length(answers, overall)
    body = {"answers": {k: _tidy(v) for k, v in answers.items() if k in known}, "overall": overall}
    row = _current(papers)
    if row is None:
        row = Opinion(
            case=case,
            kind="D26" if case.klass == Class.A else "D16",
            department=case.department,
            body=body,
            written_by=actor.user,
            authors=[actor.user],
            written_at=act.at,
        )
        row.save(force_insert=True)
        return row
    if opinion_version not in (None, row.version) and not _repeats(row, actor, body):
        raise Stale(_("别人刚存过这份草稿。您写的还在，看过现在的样子再存。"))
    row.body, row.written_by, row.written_at, row.version = body, actor.user, act.at, row.version + 1
    if actor.user not in row.authors:
        row.authors = [*row.authors, actor.user]
    row.save(update_fields=["body", "written_by", "authors", "written_at", "version"])
    return row


def _repeats(row: Opinion, actor: Actor, body: dict[str, Any]) -> bool:
    """Sent again because the answer did not arrive, perhaps with more: all that the same person saved stands in it."""
    before = row.body.get("answers", {})
    return row.written_by == actor.user and all(
        value in body["answers"].get(demand, {}).get(name, "")
        for demand, given in before.items()
        for name, value in given.items()
    )


def _check_length(answers: dict[str, dict[str, str]], overall: str) -> None:
    """Nothing typed is cut off in silence."""
    text = _("最多 20000 字。全文可作为材料附上。")
    long = {f"answers.{k}.{name}": [text] for k, v in answers.items() for name in v if len(str(v[name])) > LONGEST}
    if len(overall) > LONGEST:
        long["overall"] = [text]
    if long:
        raise Invalid(fields=long)


def _tidy(given: dict[str, str]) -> dict[str, str]:
    return {name: str(given.get(name, "")).replace("\x00", "") for name in ANSWER_FIELDS}


def missing(case: Case, opinion: Opinion | None) -> list[dict[str, str]]:
    """What is still missing before `submit`: [{demand, field, text}], in the order of the page. Empty: nothing."""
    found: list[dict[str, str]] = []
    answers: dict[str, Any] = opinion.body.get("answers", {}) if opinion else {}
    demands, notes, clocks = batch.read(
        batch.Ask(Demand, "case_id", case.id, ("seq",)),
        batch.Ask(Note, "case_id", case.id),
        batch.Ask(Clock, "case_id", case.id),
    )
    for demand in demands:
        given = answers.get(str(demand.id), {})
        for field, text in _faults(given, case.klass):
            where = _("第 %(n)d 项诉求") % {"n": demand.seq}
            found.append({"demand": str(demand.id), "field": field, "text": f"{where}{text}"})
        if _past(given):
            text = _("第 %(n)d 项诉求的完成日期已经过去") % {"n": demand.seq}
            found.append({"demand": str(demand.id), "field": "execute_by", "text": text})
    if not any(note.kind == "contact" for note in notes):
        found.append({"demand": "", "field": "contact", "text": _("还没有与信访人联系的记录")})
    if any(clock.kind in NOTICE and clock.stopped_at is None for clock in clocks):
        found.append({"demand": "", "field": "notice", "text": _("还没有告知信访人受理情况")})
    return found


def _faults(given: dict[str, str], klass: str) -> list[tuple[str, str]]:
    outcomes: list[str] = list(Adoption.values if klass == Class.A else Outcome.values)
    if not importing.active() and importing.UNRECORDED in outcomes:
        outcomes.remove(importing.UNRECORDED)
    found = []
    if given.get("outcome", "") not in outcomes:
        found.append(("outcome", _("没有结论")))
    if not given.get("facts", "").strip():
        found.append(("facts", _("没有写查明的事实")))
    if not given.get("reasons", "").strip():
        found.append(("reasons", _("没有写答复")))
    if not given.get("law", "").strip():
        found.append(("law", _("没有写明依据")))
    if item := given.get("item", "").strip():
        if given.get("outcome", "") not in EXECUTED:
            found.append(("item", _("没有予以支持，不能有执行事项")))
        elif len(item) > LONGEST_ITEM:
            found.append(("item", _("的执行事项太长，最多 500 字")))
        day = _day(given.get("execute_by", ""))
        if day is None:
            found.append(("execute_by", _("的执行事项没有写完成日期")))
        elif not -366 <= (day - now().date()).days <= LONGEST_EXECUTION:
            found.append(("execute_by", _("的执行事项完成日期太早或太晚，核对年份")))
    return found


def _past(given: dict[str, str]) -> bool:
    """Promised for a day that is over: told before the opinion goes up, not held against one that waited long."""
    day = _day(given.get("execute_by", "")) if given.get("item", "").strip() else None
    return day is not None and day < now().date()


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


@transaction.atomic
def submit(actor: Actor, case_id: UUID, *, version: int | None = None) -> Case:
    """送审 (T23s): every demand has outcome, reasons and law; a contact is recorded; the notice was sent."""
    act = begin(actor, case_id, "submit", version)
    row = _current(*batch.read(_papers(act.case)))
    lacking = missing(act.case, row)
    if lacking or row is None:
        fields: dict[str, list[str]] = {}
        for item in lacking:
            key = f"answers.{item['demand']}.{item['field']}" if item["demand"] else item["field"]
            fields.setdefault(key, []).append(item["text"])
        raise Invalid(_("还差 %(n)d 项才能送审。") % {"n": len(lacking)}, code="incomplete", fields=fields)
    row.status = Opinion.Status.SUBMITTED
    act.own.change(row, "status")
    act.move(State.S58)
    return act.record("submitted", opinion=row.id)


@transaction.atomic
def check(actor: Actor, case_id: UUID, *, version: int | None = None) -> Case:
    """核稿 (T25c): the office head of an ordinary opinion."""
    act = begin(actor, case_id, "check", version)
    row = _reviewed(act, _current(*batch.read(_papers(act.case))), Opinion.Status.SUBMITTED)
    if policy.important(act.case):
        raise Conflict(_("要信要访由主要负责人直接签发，不用核稿。"))
    row.status, row.checked_by = Opinion.Status.CHECKED, actor.user
    act.own.change(row, "status", "checked_by")
    return act.record("checked", opinion=row.id)


def _reviewed(act: Act, row: Opinion | None, *statuses: str) -> Opinion:
    if row is None or row.status not in statuses:
        raise Conflict(_("这份意见现在不在这一步。刷新后再看。"))
    if act.actor.user in row.authors:
        raise Conflict(_("自己起草的意见要由别人核稿、签发。"), code="four-eyes")
    return row


@transaction.atomic
def sign(actor: Actor, case_id: UUID, *, version: int | None = None) -> Case:
    """签发 (T25): ordinary by the deputy after the check, important by the head; numbered, remedy text fixed (P8)."""
    act = begin(actor, case_id, "sign", version)
    case = act.case
    important = policy.important(case)
    wanted = (Opinion.Status.SUBMITTED, Opinion.Status.CHECKED) if important else (Opinion.Status.CHECKED,)
    demands, (unit,), papers = batch.read(
        batch.Ask(Demand, "case_id", case.id, ("seq",)), batch.Ask(Department, "id", case.unit), _papers(case)
    )
    row = _current(papers)
    if not important and row is not None and row.status == Opinion.Status.SUBMITTED:
        raise Conflict(_("先由办公室主任核稿，再签发。"), code="not-checked")
    row = _reviewed(act, row, *wanted)
    answers = _answers(row, case, demands)
    act.own.rows += answers
    row.outcome = _overall(answers)
    row.remedy = remedies.remedy(unit, act.own.tenant) if case.klass == Class.C else {}
    row.status, row.signed_by, row.signed_at = Opinion.Status.SIGNED, actor.user, act.at
    row.number = numbers.paper_number(unit, act.own.tenant, "建复" if case.klass == Class.A else "意", act.at)
    act.own.change(row, "outcome", "remedy", "status", "signed_by", "signed_at", "number")
    case.outcome = row.outcome
    act.move(State.S60)
    return act.record("signed", opinion=row.id, outcome=row.outcome)


def _answers(row: Opinion, case: Case, demands: list[Demand]) -> list[Answer]:
    given: dict[str, dict[str, str]] = row.body.get("answers", {})
    made = []
    for demand in demands:
        answer = given.get(str(demand.id), {})
        if _faults(answer, case.klass):
            text = _("第 %(n)d 项诉求还没有写完，不能签发。退回重办。") % {"n": demand.seq}
            raise Conflict(text, code="unanswered")
        made.append(
            Answer(
                opinion=row,
                demand=demand,
                outcome=answer["outcome"],
                facts=answer["facts"].strip(),
                reasons=answer["reasons"].strip(),
                law=answer["law"].strip(),
                item=answer["item"].strip(),
                execute_by=_day(answer["execute_by"]) if answer["item"].strip() else None,
            )
        )
    return made


RANK = ("unrecorded", "REJECT", "DECLINE", "EXPLAIN", "PARTLY", "PARTIAL", "SUPPORT", "ADOPT")


def _overall(answers: list[Answer]) -> str:
    """The conclusion of the whole paper: partial when the demands fared differently."""
    outcomes = {answer.outcome for answer in answers}
    if len(outcomes) == 1:
        return outcomes.pop()
    if "SUPPORT" in outcomes or "PARTIAL" in outcomes:
        return "PARTIAL"
    if outcomes & {"ADOPT", "PARTLY"}:
        return "PARTLY"
    return min(outcomes, key=RANK.index)


@transaction.atomic
def send_back(actor: Actor, case_id: UUID, *, version: int | None = None, gates: list[str], reason: str) -> Case:
    """退回重办 (T24): with the gates that failed and a reason; counted. `gates`: codes of Gate."""
    act = begin(actor, case_id, "send_back", version)
    wrong: dict[str, list[str]] = {}
    if not gates or not set(gates) <= set(Gate.values):
        wrong["gates"] = [_("至少选一关：事实、政策、处理、材料。")]
    if not reason.strip():
        wrong["reason"] = [_("写明哪里要改。")]
    if wrong:
        raise Invalid(fields=wrong)
    row = _current(*batch.read(_papers(act.case)))
    if row is None:
        raise Conflict(_("没有送审的意见。"))
    row.status, row.checked_by = Opinion.Status.DRAFT, None
    row.version += 1
    act.own.change(row, "status", "checked_by", "version")
    act.note("send_back", reason.strip())
    act.case.sent_back += 1
    act.move(State.S42 if act.case.klass == Class.A else State.S50)
    return act.record("sent_back", opinion=row.id, gates=sorted(gates))
