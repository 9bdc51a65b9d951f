"""Doors of the API's orders, advice letters and figures: the same people as on the pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from supervision.models import Advice, Order
from tests.api.world import UNIT, World
from tests.cases.making import COUNTY, in_days
from tests.doors.rows import Door, anybody
from tests.people import department

SOON = in_days(9).isoformat()


def _version(world: World, key: str) -> int:
    row = Order.objects.filter(pk=world.supervised[key]).first() or Advice.objects.get(pk=world.supervised[key])
    return int(row.version)


def _at(part: str, key: str) -> dict[str, Any]:
    def where(world: World) -> dict[str, UUID]:
        return {part: world.supervised[key]}

    return {"where": where, "version": lambda world: _version(world, key)}


def _order(verb: str, key: str, who: str, **form: str) -> Door:
    unit = UNIT if who == "R5" else ""
    return Door(f"api:{verb}", who, unit, method="POST", form=form, **_at("order_id", key))


def _letter(verb: str, key: str, who: str, **form: str) -> Door:
    return Door(f"api:{verb}", who, UNIT if who == "R5" else "", method="POST", form=form, **_at("advice_id", key))


def _issued(world: World) -> dict[str, Any]:
    given = {"instrument": "letter", "to_department": str(department(COUNTY, UNIT).id), "due": SOON}
    return {**given, "cases": [str(world.supervised["loose"])], "reason": "请说明进展。"}


API_SUPERVISION = [
    anybody("api:orders"),
    Door("api:orders", "R13", method="POST", form=_issued),
    Door("api:order", "R5", UNIT, **_at("order_id", "order")),
    _order("sign_for_order", "order", "R5"),
    _order("report_progress", "order", "R5", text="已约谈物业。"),
    _order("reply", "order", "R5", text="已经修好。"),
    _order("accept_reply", "answered", "R13", text="已核实。"),
    _order("return_reply", "answered", "R13", reason="没有说清。", due=SOON),
    _order("escalate", "order", "R15", instrument="listed", reason="逾期未反馈。", due=SOON),
    _order("refer_up", "order", "R13", reason="仍未反馈。"),
    _order("lift", "order", "R13", reason="已办结。"),
    anybody("api:advice_letters"),
    Door("api:advice_letters", "R4", method="POST", form={"kind": "improve", "to_body": "县委", "text": "完善办法。"}),
    Door("api:advice", "R5", UNIT, **_at("advice_id", "advice")),
    _letter("answer_advice", "advice", "R5", adopted="Y", text="采纳。"),
    _letter("follow_up", "told", "R13", text="已落实。"),
    _letter("close_advice", "told", "R13"),
    Door("api:wall", "R13", wrong="R6"),
    Door("api:indicators", "R16", wrong="R6"),
]
