"""D8 to D12, what a petitioner is told in writing; and D20, the return of what was served (domain §10)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from cases.clock_kinds import Kind
from cases.codes.grounds import GROUND_RULES, Ground
from cases.codes.purposes import PATHS
from cases.codes.services import VIEWS, WAYS
from cases.models import Case, Clock, Event, Notice, Opinion, Service
from cases.queries.names import Names
from cases.queries.papers.sheet import Block, Clear, Sheet, addressee, day, matter, organ, reached, sentence, you
from cases.states import State
from kernel.clock import TZ
from tenants.models import Department, Tenant
from tenants.profiles import profile_by_id

TITLES = {
    "D8": "信访事项受理告知书",
    "D8a": "建议受理告知书",
    "D8r": "信访事项去向告知书",
    "D9": "导入法定途径告知书",
    "D10": "信访事项不予受理告知书",
    "D11": "信访事项不再受理告知书",
    "D12": "信访事项延期办理告知书",
}
Write = Callable[[Case, Notice, Tenant], list[Block]]


def notice(case: Case, row: Notice, tenant: Tenant, clear: Clear | None = None) -> Sheet:
    unit = Department.objects.select_related("unit").get(id=row.department)
    name = organ(unit, tenant)
    return Sheet(
        code=row.kind,
        organ=name,
        title=TITLES[row.kind],
        number=row.number,
        addressee=addressee(case, clear),
        blocks=_WRITE[row.kind](case, row, tenant),
        signer=f"{name}（印章）",
        signed_on=day(row.sent_at or row.drafted_at),
        draft=row.sent_at is None,
        masked=clear is None,
    )


def _contact(row: Notice, tenant: Tenant) -> list[Block]:
    """Who answers questions, where, and how to look it up."""
    unit = Department.objects.select_related("unit").get(id=row.department)
    told = "；".join(part for part in (f"联系单位：{organ(unit, tenant)}", reached(tenant)) if part)
    return [Block(f"{told}。办理情况可以凭编号和查询码在网上查询。")]


def _clock(case: Case, *kinds: Kind) -> Clock | None:
    found: Clock | None = Clock.objects.filter(case=case, kind__in=kinds).order_by("-started_at").first()
    return found


def _accepted(case: Case, row: Notice, tenant: Tenant) -> list[Block]:
    """Reception, route, procedure, contact, term (R 23)."""
    clock = _clock(case, Kind.K6)
    accepted = day(case.accepted_at or row.drafted_at)
    blocks = [
        Block(f"{matter(case)}，本单位于 {day(case.held_since)}收到。经审查，决定自 {accepted}起予以受理。"),
        Block("处理途径：按信访程序办理。本单位将听取意见、调查核实，依照有关法律、法规和政策提出处理意见，书面答复。"),
    ]
    if clock is not None:
        most = profile_by_id(case.profile, case.filing.registered_at.astimezone(TZ).date()).extension_max()
        started = clock.due_effective
        blocks.append(
            Block(
                f"办理期限：{clock.length} 日，最晚 {day(started)}办结。情况复杂的，经本单位负责人批准可以延长，"
                f"延长不超过 {most} 日，届时书面告知理由。"
            )
        )
    return [*blocks, *_contact(row, tenant)]


def _studied(case: Case, row: Notice, tenant: Tenant) -> list[Block]:
    clock = _clock(case, Kind.K7)
    until = f"，计划在 {day(clock.due_effective)}前" if clock else "，"
    return [
        Block(f"{matter(case)}，本单位已经收到，正在研究论证{until}书面答复是否采纳及理由。"),
        *_contact(row, tenant),
    ]


def _routed(case: Case, row: Notice, tenant: Tenant) -> list[Block]:
    """Route, law, competent body, time limit to apply (R 31)."""
    told = case.outside
    path = PATHS.label(str(row.data.get("path", "")))
    term = row.data.get("term_days")
    blocks = [
        Block(f"{matter(case)}，经审查，属于应当通过法定途径（{path}）解决的事项。"),
        Block(
            f"依据{told.get('law', '')}，请通过{told.get('procedure', '')}解决，"
            f"有权处理的机关是{told.get('body', '')}。"
        ),
        Block("法律对提出申请的期限另有规定的，请注意在期限内提出；逾期可能失去申请的权利。"),
    ]
    if term:
        blocks.append(Block(f"该程序的办理期限为 {term} 日，自提出申请之日起算。结果出来后，本单位据此记录。"))
    return [*blocks, *_contact(row, tenant)]


def _grounded(case: Case, row: Notice, tenant: Tenant) -> list[Block]:
    """Ground, law, where to go."""
    code = str(row.data.get("ground", ""))
    rule = GROUND_RULES.get(Ground(code)) if code in Ground.values else None
    body = str(row.data.get("body", "")) or "有权处理的机关、单位"
    blocks = [Block(f"{matter(case)}，本单位已经收到。")]
    if rule is not None:
        told = str(rule.text) % {"body": body, "route": "法定途径"}
        blocks.append(Block(f"依据{rule.basis}，{told}" if rule.basis else told))
    if row.text:
        blocks.append(Block(sentence(str(row.text)), "理由："))
    if row.data.get("body") and rule is not None and rule.state != State.S46:
        blocks.append(Block(f"请向{body}了解或者提出。"))
    if rule is not None and rule.state == State.S45:
        blocks.append(Block(f"{you(case)}有新的事实或者理由的，可以作为新的信访事项提出。"))
    return [*blocks, *_contact(row, tenant)]


def _extended(case: Case, row: Notice, tenant: Tenant) -> list[Block]:
    """Reason, new date, approver (R 34)."""
    until = str(row.data.get("until", ""))
    last = day(date.fromisoformat(until)) if until else ""
    event = Event.objects.filter(case=case, kind="extended", data__notice=str(row.id)).first()
    who = Names(tenant.id).person(event.actor) if event else ""
    return [
        Block(
            f"{matter(case)}，因情况复杂，不能在原定期限内办结。经本单位负责人{who}批准，办理期限延长 "
            f"{row.data.get('days', '')} 日，延长至 {last}。"
        ),
        *([Block(sentence(str(row.text)), "延期理由：")] if row.text else []),
        Block("（《信访工作条例》第三十四条）"),
        *_contact(row, tenant),
    ]


_WRITE: dict[str, Write] = {
    "D8": _accepted,
    "D8a": _studied,
    "D8r": _grounded,
    "D9": _routed,
    "D10": _grounded,
    "D11": _grounded,
    "D12": _extended,
}


# --- D20 --------------------------------------------------------------------------------------------------------------


def service(
    case: Case, row: Opinion | Notice, tenant: Tenant, names: Names, clear: Clear | None = None
) -> Sheet | None:
    """送达回证 of an opinion served or a notice sent; None while it is neither."""
    unit = Department.objects.select_related("unit").get(id=row.department)
    name = organ(unit, tenant)
    if isinstance(row, Notice):
        if row.sent_at is None:
            return None
        paper = f"《{TITLES[row.kind]}》{row.number}"
        way = "无法告知" if row.way == "none" else WAYS.label(row.way)
        rest = [("送出日期", day(row.sent_at)), ("凭证", str(row.proof or "—"))]
    else:
        served = Service.objects.filter(opinion=row).first()
        if served is None:
            return None
        paper = f"《{'建议答复函' if row.kind == 'D26' else '信访事项处理意见书'}》{row.number}"
        way = WAYS.label(served.way)
        rest = [
            ("收到日期", day(served.received_on)),
            ("签收情况", "拒收，视为送达" if served.refused else "签收"),
            *([("见证人", str(served.witness))] if served.witness else []),
            ("信访人意见", VIEWS.label(served.view) if served.view else "—"),
            ("送达人", names.person(served.server)),
            ("凭证", str(served.proof or "—")),
        ]
    return Sheet(
        code="D20",
        organ=name,
        title="送达回证",
        number="",
        rows=[
            ("送达文书", paper),
            ("受送达人", addressee(case, clear)),
            ("信访件编号", case.filing.number),
            ("送达方式", way),
            *rest,
            ("受送达人签名", "\n　　　　　　　　　　　　年　　月　　日"),
        ],
        signer=name,
        masked=clear is None,
    )
