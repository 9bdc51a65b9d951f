"""The papers of supervision (D21, D22) on the screen and on A4: 催办函, 督办函, 通报, 建议书. They name no person."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from cases.codes.orders import Instrument
from cases.queries.names import Names
from cases.queries.papers.sheet import Block, Sheet, day, organ, sentence
from supervision import advice as letters
from supervision import orders
from supervision.models import Advice, Order
from supervision.orders import reading
from supervision.orders.reading import CaseLine
from tenants.actors import Actor
from tenants.context import tenant_by_id
from tenants.models import Department
from tenants.requests import StaffRequest

TITLES = {Instrument.URGE: "催办函", Instrument.CIRCULAR: "督查通报", Instrument.CORRECT: "责令限期整改通知书"}


@never_cache
@require_GET
def order(request: StaffRequest, order_id: UUID) -> HttpResponse:
    found = orders.find(request.actor, order_id)
    with translation.override("zh-hans"):
        sheet = _order(request.actor, found)
    back = reverse("desk:order", args=[order_id])
    return render(request, "desk/supervision/paper.html", {"sheet": sheet, "back": back, "number": found.number})


@never_cache
@require_GET
def advice(request: StaffRequest, advice_id: UUID) -> HttpResponse:
    found = letters.find(request.actor, advice_id)
    with translation.override("zh-hans"):
        sheet = _advice(request.actor, found)
    back = reverse("desk:advice", args=[advice_id])
    return render(request, "desk/supervision/paper.html", {"sheet": sheet, "back": back, "number": found.number})


def _lines(actor: Actor, cases: list[UUID]) -> list[CaseLine]:
    found = reading.case_lines(actor, cases, titles=True)
    return [found[pk] for pk in cases if pk in found]


def _rows(lines: list[CaseLine]) -> list[tuple[str, str]]:
    return [(f"{n}", f"{line.number}　{line.title}（{line.state}）") for n, line in enumerate(lines, start=1)]


def _body(department: Department) -> str:
    return organ(department, tenant_by_id(department.tenant_id))


def _order(actor: Actor, found: Order) -> Sheet:
    lines = _lines(actor, list(found.cases.values_list("case", flat=True)))
    kind = Instrument(found.instrument)
    many = f"下列 {len(lines)} 件信访事项" if len(lines) > 1 else "下列信访事项"
    blocks = [
        Block(f"{many}现由你单位办理。根据《信访工作条例》第三十八条、第四十条，现以{kind.label}方式督办。"),
        Block(sentence(str(found.reason)), head="督办理由和要求："),
    ]
    if found.partners:
        names = Names(actor.tenant).want(departments=found.partners)
        blocks.append(Block("、".join(names.body(pk) for pk in found.partners) + "。", head="参加单位："))
    after = [
        Block(
            f"请于 {day(found.due_raw)}前书面反馈办理情况和结果；办理期间可先报告进展。"
            "逾期不反馈或者反馈不实的，依照《信访工作条例》第四十条、第四十五条处理。"
        )
    ]
    return Sheet(
        code="D21",
        organ=_body(found.department),
        title=TITLES.get(kind, "督办函"),
        number=found.number,
        addressee=_body(found.to_department),
        blocks=blocks,
        rows=_rows(lines),
        after=after,
        signer=_body(found.department),
        signed_on=day(found.issued_at),
        masked=False,
    )


def _advice(actor: Actor, found: Advice) -> Sheet:
    lines = _lines(actor, list(found.cases))
    to = _body(found.to_department) if found.to_department is not None else str(found.to_body or "")
    return Sheet(
        code="D22",
        organ=_body(found.department),
        title=f"{Advice.Kind(found.kind).label}建议书",
        number=found.number,
        addressee=to,
        blocks=[
            Block("根据《信访工作条例》第四十条，现提出如下建议。"),
            *(Block(sentence(part)) for part in str(found.text).splitlines() if part.strip()),
        ],
        rows=_rows(lines),
        after=[Block(f"请于 {day(found.due_raw)}前书面反馈是否采纳；不采纳的，请说明理由。")],
        signer=_body(found.department),
        signed_on=day(found.sent_at),
        masked=False,
    )
