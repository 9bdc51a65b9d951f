"""D16 信访事项处理意见书, D26 建议答复函: every demand answered, law named, remedy told (R 32, SH 38)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import translation

from cases import remedies
from cases.codes.endings import ADOPTIONS, OUTCOMES, Adoption
from cases.models import Answer, Case, Demand, Opinion
from cases.queries.papers.sheet import Block, Clear, Sheet, addressee, day, matter, ordinal, organ, sentence, you
from cases.states import Class
from kernel.clock import TZ, now
from tenants.models import Department, Tenant
from tenants.profiles import profile_by_id

WORD = {"D16": "意", "D26": "建复"}
Given = Mapping[str, Any]


@translation.override("zh-hans")
def opinion(case: Case, row: Opinion, tenant: Tenant, clear: Clear | None = None) -> Sheet:
    """As it will be issued, or as it was: from the signed answers, else from the draft with its gaps marked."""
    unit = Department.objects.select_related("unit", "superior_line").get(id=case.unit)
    issued = row.status in (Opinion.Status.SIGNED, Opinion.Status.SERVED, Opinion.Status.SUPERSEDED)
    name = organ(unit, tenant)
    suggestion = row.kind == "D26"
    blocks = [_intro(case, suggestion)]
    signed = {answer.demand_id: _of(answer) for answer in Answer.objects.filter(opinion=row)} if issued else {}
    typed: Given = row.body.get("answers", {})
    for demand in case.demands.all():
        given = signed.get(demand.id) or typed.get(str(demand.id), {})
        blocks += _answer(demand, given, suggestion)
    blocks.append(_thanks() if suggestion else _remedy(case, row, unit, tenant))
    return Sheet(
        code=row.kind,
        organ=name,
        title="建议答复函" if suggestion else "信访事项处理意见书",
        number=row.number or f"{_prefix(unit, tenant)}〔{now().year}〕{WORD[row.kind]} __ 号{_stage(row)}",
        addressee=addressee(case, clear),
        blocks=blocks,
        signer=f"{name}（印章）",
        signed_on=day(row.signed_at) if row.signed_at else f"{now().year} 年　月　日",
        copies=_copies(case, unit, tenant),
        draft=not issued,
        masked=clear is None,
    )


def _prefix(unit: Department, tenant: Tenant) -> str:
    return unit.organ_prefix or tenant.letter_prefix or tenant.short_name


def _stage(row: Opinion) -> str:
    return "（草稿）" if row.status == Opinion.Status.DRAFT else "（送审稿）"


def _of(answer: Answer) -> dict[str, str]:
    until = answer.execute_by.isoformat() if answer.execute_by else ""
    return {
        "outcome": answer.outcome,
        "facts": answer.facts,
        "reasons": answer.reasons,
        "law": answer.law,
        "item": answer.item,
        "execute_by": until,
    }


def _intro(case: Case, suggestion: bool) -> Block:
    if suggestion:
        return Block(f"{matter(case)}，本单位已经研究。现答复如下：")
    accepted = f"本单位于 {day(case.accepted_at)}受理，" if case.accepted_at else "本单位"
    return Block(f"{matter(case)}，{accepted}经调查核实，现提出如下处理意见：")


def _answer(demand: Demand, given: Mapping[str, str], suggestion: bool) -> list[Block]:
    """Facts, law, conclusion, what will be done: one paragraph, and one for each thing still missing."""
    head = f"{ordinal(demand.seq)}、关于{demand.text.rstrip('。；，')}。"
    parts = {name: given.get(name, "").strip() for name in ("outcome", "facts", "reasons", "law", "item")}
    if not any(parts.values()):
        return [Block("（未写）", head, gap=True)]
    labels = ADOPTIONS if parts["outcome"] in Adoption.values else OUTCOMES
    outcome = labels.label(parts["outcome"]) if parts["outcome"] else ""
    law = parts["law"].rstrip("。；，")
    text = sentence(parts["facts"])
    ground = f"依据{law}，" if law else ""
    if outcome or ground:
        text += f"{ground}{outcome}：" if outcome else ground
    text += sentence(parts["reasons"])
    if parts["item"]:
        text += f"{parts['item'].rstrip('。；，')}，{_until(given.get('execute_by', ''))}前完成。"
    lacking = [
        word
        for name, word in (
            ("outcome", "采纳情况" if suggestion else "结论"),
            ("facts", "查明的事实"),
            ("reasons", "答复"),
            ("law", "依据"),
        )
        if not parts[name]
    ]
    found = [Block(text, head)]
    if lacking:
        found.append(Block(f"（第 {demand.seq} 项还没有写：{'、'.join(lacking)}）", gap=True))
    return found


def _until(text: str) -> str:
    parts = text.split("-")
    if len(parts) != 3 or not all(part.isdigit() for part in parts):
        return "____ 年 __ 月 __ 日"
    return f"{int(parts[0])} 年 {int(parts[1])} 月 {int(parts[2])} 日"


def _thanks() -> Block:
    return Block("感谢您对我们工作的关心和支持。")


def _remedy(case: Case, row: Opinion, unit: Department, tenant: Tenant) -> Block:
    """The term, and the bodies one may turn to: fixed at signing, computed until then; never typed (P8)."""
    told: Mapping[str, Any] = row.remedy or remedies.remedy(unit, tenant)
    profile = profile_by_id(case.profile, case.filing.registered_at.astimezone(TZ).date())
    limit = profile.limit("K9")
    days = limit.value if limit else 30
    bodies = "或者".join(str(body) for body in told.get("bodies", []))
    law = f"（{told['law']}）" if told.get("law") else ""
    return Block(f"如不服本处理意见，{you(case)}可自收到本意见书之日起 {days} 日内，向{bodies}申请复查{law}。")


def _copies(case: Case, unit: Department, tenant: Tenant) -> list[str]:
    """抄送: the bureau of the same level and the upper line (W19)."""
    if case.klass == Class.A:
        return []
    line = unit.superior_line.name if unit.superior_line_id and unit.superior_line else ""
    return [name for name in (tenant.name, line) if name and unit.parent_id is not None]
