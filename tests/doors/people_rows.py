"""Doors of the administrator's pages of people and posts (R19)."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.api.world import World
from tests.cases.making import COUNTY
from tests.doors.rows import Door
from tests.people import department, membership

REFUSED = frozenset({403, 404})
SHEET = "用户名,姓名,部门,角色\nlin-wangshu,林望舒,办信科,R3\n"


def _person(world: World) -> dict[str, Any]:
    return {"user_id": membership(COUNTY, "R2").user_id}


def _post(world: World) -> dict[str, Any]:
    return {"post_id": membership(COUNTY, "R2").pk}


def _job(world: World) -> dict[str, Any]:
    return {"job_id": world.job}


def _request(world: World) -> dict[str, Any]:
    return {"request_id": world.post_request}


def _given(world: World) -> dict[str, Any]:
    return {"department": str(department(COUNTY, "督查科").id), "roles": ["R13"], "valid_from": ""}


def _invited(world: World) -> dict[str, Any]:
    return {"name": "林望舒", "username": "lin-wangshu", **_given(world)}


def _sheet(world: World) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("人员.csv", SHEET.encode())}


def _admin(route: str, method: str = "GET", form: Any = None, **more: Any) -> Door:
    return Door(f"desk:{route}", "R19", method=method, form=form or {}, wrong="R3", refused=REFUSED, **more)


PEOPLE: list[Door] = [
    _admin("office_people"),
    _admin("office_invite"),
    _admin("office_invite", "POST", _invited),
    _admin("office_import"),
    _admin("office_import", "POST", _sheet),
    _admin("office_import_template"),
    _admin("office_job", where=_job),
    _admin("office_job", "POST", {"action": "begin"}, where=_job),
    _admin("office_job_errors", where=_job),
    _admin("office_passwords", "POST", lambda w: {"person": str(membership(COUNTY, "R2").user_id)}),
    _admin("office_person", where=_person),
    _admin("office_person_details", where=_person),
    _admin("office_person_details", "POST", {"name": "林望舒", "phone": ""}, where=_person),
    _admin("office_person_lock", "POST", where=_person),
    _admin("office_person_unlock", "POST", where=_person, passed=frozenset({409})),
    _admin("office_person_reset", "POST", where=_person),
    _admin("office_person_give", where=_person),
    _admin("office_person_give", "POST", _given, where=_person),
    _admin("office_person_leave", where=_person),
    _admin("office_person_leave", "POST", {"when": "now"}, where=_person),
    _admin("office_person_hand_over", where=_person),
    _admin("office_person_hand_over", "POST", {"to": ""}, where=_person),
    _admin("office_person_handing", "POST", where=_person),
    _admin("office_posts"),
    _admin("office_post_change", where=_post),
    _admin("office_post_change", "POST", {"roles": ["R2", "R3"]}, where=_post),
    _admin("office_post_end", where=_post),
    _admin("office_post_end", "POST", {"when": "now"}, where=_post),
    _admin("office_request", "POST", {"action": "consent"}, where=_request),
]
