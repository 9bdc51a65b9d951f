"""D4 转送函, D5 交办函 and D17 办结报告: what offices write to one another (domain §10)."""

from __future__ import annotations

from datetime import datetime

from cases import deadlines
from cases.codes.endings import CLOSINGS
from cases.models import Attachment, Case, Handover, Report
from cases.queries.dossier import outcome_label
from cases.queries.names import Names
from cases.queries.papers.sheet import Block, Clear, Sheet, addressee, day, ordinal, organ, sentence, within
from cases.states import Seat
from kernel.clock import TZ
from tenants.calendars import calendar_for
from tenants.context import tenant_by_id
from tenants.models import Department, Tenant
from tenants.profiles import Limit, Profile, profile_by_id, profile_for

PARTS = (("事实：", "查明的事实"), ("办理：", "办理经过"), ("执行：", "执行情况"), ("信访人态度：", "信访人的态度"))


def letter(case: Case, row: Handover, here: Tenant, clear: Clear | None = None) -> Sheet:
    """The list of items, the duty to tell the petitioner, the way to object; D5 also the date of the report."""
    sender = tenant_by_id(row.from_tenant)
    target = tenant_by_id(row.to_tenant)
    desk = Department.objects.select_related("unit").get(id=row.from_department)
    to = Department.objects.select_related("unit").get(id=row.to_department)
    assigned = row.kind == Handover.Kind.ASSIGN
    verb = "交办" if assigned else "转送"
    demands = "；".join(f"{demand.seq}. {demand.text}" for demand in case.demands.all())
    files = Attachment.objects.filter(case=case, added_at__lte=row.at).count()
    own = organ(desk, sender)
    return Sheet(
        code="D5" if assigned else "D4",
        organ=own,
        title=f"信访事项{verb}函",
        number=row.letter_number,
        addressee=organ(to, target),
        blocks=[
            Block(f"依据《信访工作条例》第二十二条，现将下列信访事项{verb}你单位办理。"),
            *([Block(sentence(str(row.letter_text)))] if row.letter_text else []),
        ],
        rows=[
            ("编号", case.filing.number),
            ("事项", case.title),
            ("信访人", addressee(case, clear)),
            ("诉求", demands),
            ("随件材料", f"{files} 份"),
            *_together(row, verb),
        ],
        after=_duties(case, row, here, target, assigned),
        signer=f"{own}（印章）",
        signed_on=day(row.at),
        copies=_copies(row),
        masked=clear is None,
    )


def _together(row: Handover, verb: str) -> list[tuple[str, str]]:
    """集中交办: how many cases the letter names, as far as this office has them."""
    alike = Handover.objects.filter(letter_number=row.letter_number, from_tenant=row.from_tenant, kind=row.kind)
    count = alike.exclude(letter_number="").count()
    return [("同函件数", f"本函共{verb} {count} 件，本页为其中一件")] if count > 1 else []


def _copies(row: Handover) -> list[str]:
    """In the order in which they were named."""
    if not row.copy_to:
        return []
    found = Department.objects.select_related("tenant", "unit").in_bulk(row.copy_to)
    return [within(found[pk], found[pk].tenant) for pk in row.copy_to if pk in found]


def _rules(case: Case, here: Tenant, target: Tenant) -> Profile:
    registered = case.filing.registered_at.astimezone(TZ).date()
    return profile_by_id(case.profile, registered) if here.id == target.id else profile_for(target.code, registered)


def _duties(case: Case, row: Handover, here: Tenant, target: Tenant, assigned: bool) -> list[Block]:
    profile, calendar = _rules(case, here, target), calendar_for(target.code)

    def until(limit: Limit) -> str:
        due = deadlines.due(row.at, limit.value, limit.unit, calendar)
        unit = "个工作日" if limit.unit == "wd" else "日"
        return f"{limit.value} {unit}内（{day(due.raw)}前）"

    duties = []
    first = profile.limit("K1r" if row.seat == Seat.BUREAU else "K3")
    if first is not None and row.seat == Seat.BUREAU:
        duties.append(f"自收到之日起 {until(first)}，转送、交办有权处理的机关、单位，并告知信访人。")
    elif first is not None:
        duties.append(f"自收到之日起 {until(first)}，书面告知信访人接收情况以及处理途径和程序。")
    objection = profile.limit("K4")
    if objection is not None:
        duties.append(
            f"认为不属于本机关、单位职权范围的，自收到之日起 {until(objection)}提出异议，并详细说明理由；"
            "不得自行往下转送，也不得退给信访人。"
        )
    if assigned and row.feedback_due is not None:
        duties.append(f"于 {day(row.feedback_due)}前办结，并向我局报送办结报告。")
    return [Block(text, f"{ordinal(n)}、") for n, text in enumerate(duties, start=1)]


def report(case: Case, row: Report, here: Tenant, names: Names) -> Sheet:
    """Facts, handling, execution, the petitioner's attitude; what was answered; how it is to end."""
    place = Department.objects.select_related("unit", "tenant").get(id=row.by_department)
    own = organ(place, place.tenant)
    return Sheet(
        code="D17",
        organ=own,
        title="信访事项办结报告",
        number=row.number,
        addressee=_assigner(case, row, names),
        blocks=[
            Block(f"你局交办的信访事项“{case.title}”（编号 {case.number}）已经办理，现将情况报告如下。"),
            *(Block(sentence(text), f"{ordinal(n)}、{head}。") for n, (head, text) in enumerate(parts(row), start=1)),
            *_answers(row),
            *([Block(f"{CLOSINGS.label(row.planned_ending)}。", "拟办结类型：")] if row.planned_ending else []),
        ],
        signer=f"{own}（印章）",
        signed_on=day(row.at),
    )


def parts(row: Report) -> list[tuple[str, str]]:
    """The four parts of the text as `report` wrote them; a report of another make is one part."""
    text = str(row.text)
    found: list[tuple[str, str]] = []
    for head, name in PARTS:
        at = text.find(head) if not found else text.find(f"\n{head}")
        if at < 0:
            continue
        start = at + len(head) + (1 if found else 0)
        ends = [text.find(f"\n{other}", start) for other, _name in PARTS]
        stop = min((end for end in ends if end >= 0), default=len(text))
        words = text[start:stop].strip()
        found.append((name, words if words != "—" else "没有需要执行的事项"))
    return found or [("办理情况", text)]


def _answers(row: Report) -> list[Block]:
    """What the petitioner was answered, so that the assigner need not open the office below."""
    digest = row.digest
    if not digest.get("opinion"):
        return []
    given = str(digest.get("replied_at", ""))
    replied = day(datetime.fromisoformat(given)) if given else ""
    blocks = [
        Block(f"《信访事项处理意见书》{digest['opinion']}" + (f"，{replied}送达。" if replied else "。"), "答复：")
    ]
    for n, answer in enumerate(digest.get("answers", []), start=1):
        done = f"（{answer['item']}，{answer['executed_on'] or '尚未'}执行到位）" if answer.get("item") else ""
        label = outcome_label(str(answer.get("outcome", "")))
        blocks.append(
            Block(f"{answer.get('demand', '')}：{label}。{sentence(str(answer.get('reasons', '')))}{done}", f"{n}. ")
        )
    return blocks


def _assigner(case: Case, row: Report, names: Names) -> str:
    """The office that wants the report: the sender of the last assignment below which it was written."""
    legs = Handover.objects.filter(case=case, kind=Handover.Kind.ASSIGN, undone_at=None).order_by("seq")
    last = legs.last()
    return names.tenant(last.from_tenant) if last is not None else ""
