"""Doors of supervision: orders, clues, advice letters, what goes past a unit, and reading down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from tenants.actors import Actor
from tests.api.world import UNIT, World
from tests.cases.making import BUREAU, COUNTY, in_days
from tests.doors.rows import Door
from tests.people import actor, department

Where = Callable[[World], dict[str, Any]]


@dataclass(frozen=True)
class Above(Door):
    """The right person sits in the office above."""

    def right(self) -> Actor:
        return actor(BUREAU, self.who, unit=self.unit)


def _one(name: str, key: str, **more: str) -> Where:
    return lambda world: {name: world.supervised[key], **more}


def _order(key: str, verb: str = "") -> Where:
    return _one("order_id", key, **({"verb": verb} if verb else {}))


def below(world: World) -> dict[str, Any]:
    return {"office": COUNTY, "case_id": world.supervised["case"]}


def _issued(world: World) -> dict[str, Any]:
    return {
        "token": str(uuid4()),
        "case": str(world.supervised["loose"]),
        "instrument": "letter",
        "to_department": str(department(COUNTY, UNIT).id),
        "due": in_days(9).isoformat(),
        "reason": "请说明进展。",
        "action": "issue",
    }


def _step(verb: str, key: str, who: str, **form: str) -> Door:
    unit = UNIT if who == "R5" else ""
    return Door("desk:order_step", who, unit, method="POST", form=form, where=_order(key, verb))


def _letter(verb: str, key: str, who: str, **form: str) -> Door:
    where = _one("advice_id", key, verb=verb)
    return Door("desk:advice_step", who, UNIT if who == "R5" else "", method="POST", form=form, where=where)


SOON = in_days(9).isoformat()
ADVICE = {"kind": "improve", "to_body": "县委、县人民政府", "text": "完善办法。"}
CONCERN = {"kind": "leak", "text": "电话被告诉了别人。"}

SUPERVISION = [
    Door("desk:supervision", "R13", wrong="R16"),
    Door("desk:supervision", "R5", UNIT, wrong="R21"),
    Door("desk:order_new", "R13"),
    Door("desk:order_new", "R13", method="POST", form=_issued),
    Door("desk:order_effect", "R13"),
    Door("desk:order", "R13", where=_order("order")),
    Door("desk:order", "R5", UNIT, where=_order("order")),
    Door("desk:order_paper", "R5", UNIT, where=_order("order")),
    Door("desk:order_file", "R13", where=lambda w: {**_order("answered")(w), "file_id": w.supervised["file"]}),
    _step("sign_for_order", "order", "R5"),
    _step("report_progress", "order", "R5", text="已约谈物业。"),
    _step("reply", "order", "R5", text="已经修好。"),
    _step("accept_reply", "answered", "R13"),
    _step("return_reply", "answered", "R13", reason="没有说清。", due=SOON),
    _step("escalate", "order", "R15", instrument="listed", reason="逾期未反馈。", due=SOON),
    _step("refer_up", "order", "R13", reason="仍未反馈。"),
    _step("lift", "order", "R13", reason="已办结。"),
    Door("desk:proposal_dismiss", "R13", where=_one("proposal_id", "proposal")),
    Door("desk:proposal_dismiss", "R13", method="POST", form={"reason": "x"}, where=_one("proposal_id", "proposal")),
    Door("desk:advice_new", "R13"),
    Door("desk:advice_new", "R4", method="POST", form=lambda _w: {**ADVICE, "token": str(uuid4()), "due": SOON}),
    Door("desk:advice", "R5", UNIT, where=_one("advice_id", "advice")),
    Door("desk:advice_paper", "R13", where=_one("advice_id", "advice")),
    _letter("answer_advice", "advice", "R5", adopted="Y", text="采纳。"),
    _letter("follow_up", "told", "R13", text="已落实。"),
    _letter("close_advice", "told", "R13"),
    Door("desk:concern_new", "R6", UNIT, wrong=""),
    Door("desk:concern_new", "R6", UNIT, method="POST", form=lambda _w: {**CONCERN, "token": str(uuid4())}, wrong=""),
    Door("desk:concerns", "R18", wrong="R4"),
    Door("desk:concern", "R18", where=_one("concern_id", "concern"), wrong="R4"),
    Door(
        "desk:concern", "R18", method="POST", form={"text": "已处理。"}, where=_one("concern_id", "concern"), wrong="R4"
    ),
    Above("desk:below", "R13", where=below, wrong="R4"),
]
