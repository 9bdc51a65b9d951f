"""Doors of the office's own pages: who administers it (R19) and who audits it (R20)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from kernel.clock import today
from tests.api.world import World
from tests.cases.making import COUNTY
from tests.doors.people_rows import PEOPLE
from tests.doors.rows import Door, on_the_day, outside
from tests.doors.system_rows import SYSTEMS
from tests.people import department

REFUSED = frozenset({403})
NOWHERE = "00000000-0000-7000-8000-000000000000"


def _one(world: World) -> dict[str, Any]:
    return {"department_id": department(COUNTY, "村镇科").id}


def _admin(route: str, **more: Any) -> Door:
    """The administrator's; who works on cases is refused."""
    return Door(route, "R19", **{"wrong": "R3", "refused": REFUSED, **more})


ADDED = {"kind": "unit", "name": "民政局", "code": "91"}
CEASED = {"on": str(today() + timedelta(days=2))}
PUBLISHED = {"address": "锦溆路 1 号", "hours": "工作日 8:30–12:00", "phone": "0000-1234567"}


def _with(form: dict[str, Any], name: str, place: str) -> Any:
    return lambda world: {**form, name: str(department(COUNTY, place).id)}


ORGANISATION = [
    _admin("desk:departments"),
    _admin("desk:department", where=_one),
    _admin("desk:department_add"),
    _admin("desk:department_add", method="POST", form=_with(ADDED, "parent", "")),
    _admin("desk:department_change", where=_one),
    _admin(
        "desk:department_change", method="POST", where=_one, form={"kind": "section", "name": "乡村科", "code": "9"}
    ),
    _admin("desk:department_move", where=_one),
    _admin("desk:department_move", method="POST", where=_one, form=_with({}, "to", "城管局")),
    _admin("desk:department_cease", where=_one),
    _admin("desk:department_cease", method="POST", where=_one, form=_with(CEASED, "successor", "物业管理科")),
    _admin("desk:department_keep", method="POST", where=_one, passed=frozenset({409})),
    _admin("desk:department_follow", method="POST", where=_one, passed=frozenset({409})),
    _admin("desk:department_progress", where=_one),
    _admin("desk:office_page"),
    _admin("desk:office_page", method="POST", form=PUBLISHED),
    outside("desk:about"),
]
REFERENCE = [
    _admin("desk:duties"),
    _admin("desk:duties", method="POST", passed=frozenset({422})),
    _admin("desk:duties_sheet"),
    _admin("desk:laws"),
    _admin("desk:laws", method="POST", passed=frozenset({422})),
    _admin("desk:laws_sheet"),
    _admin("desk:wordings"),
    _admin("desk:wordings", method="POST", form={"kind": "letter", "title": "先联系", "text": "请先联系信访人。"}),
    Door("desk:wordings", "R7", "住建局", wrong="R5", refused=REFUSED),
    _admin("desk:wording", where={"wording_id": NOWHERE}, passed=frozenset({404})),
]
LOCAL_DAY = {"first": on_the_day, "worked": "no", "name": "纪念日", "source": "文件 1 号", "step": "save"}
CALENDAR = [
    _admin("desk:calendar"),
    _admin("desk:calendar_add", method="POST", form=LOCAL_DAY),
    _admin("desk:calendar_remove", where={"day": on_the_day}, passed=frozenset({404})),
    _admin("desk:calendar_remove", method="POST", where={"day": on_the_day}, passed=frozenset({404})),
    _admin("desk:calendar_load", method="POST", form={"source": "文件 1 号"}, passed=frozenset({422})),
    _admin("desk:rules"),
    _admin("desk:warnings"),
    _admin("desk:warnings", method="POST", form={"remind_1": "99"}, passed=frozenset({422})),
]
READINGS = [
    Door("desk:readings", "R20", wrong="R3", refused=REFUSED),
    Door("desk:readings_export", "R20", method="POST", wrong="R19", refused=REFUSED),
    Door("desk:verify", "R20", wrong="R19", refused=REFUSED),
    Door("desk:verify", "R20", method="POST", wrong="R19", refused=REFUSED),
]
OFFICE: list[Door] = [*ORGANISATION, *CALENDAR, *REFERENCE, *READINGS, *SYSTEMS, *PEOPLE]
