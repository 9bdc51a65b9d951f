"""Doors of the API's administration (R19) and of the auditor's readings (R20)."""

from __future__ import annotations

from typing import Any

from tenants.administration import departments, office_page, people, posts
from tests.api.world import World
from tests.cases.making import COUNTY, in_days
from tests.doors.rows import Door, on_the_day
from tests.people import department, membership, tenant

REFUSED = frozenset({403})
SECTION, OTHER_SECTION, UNIT = "村镇科", "物业管理科", "城管局"


def _one(world: World) -> dict[str, Any]:
    return {"department_id": department(COUNTY, SECTION).id}


def _person(world: World) -> dict[str, Any]:
    return {"user_id": membership(COUNTY, "R2").user_id}


def _post(world: World) -> dict[str, Any]:
    return {"post_id": membership(COUNTY, "R2").pk}


def _followed(world: World) -> dict[str, Any]:
    return {"posts": [str(membership(COUNTY, "R2").pk)]}


def _request(world: World) -> dict[str, Any]:
    return {"request_id": world.post_request}


def _wording(world: World) -> dict[str, Any]:
    return {"wording_id": world.wording}


def _seen(**given: Any) -> Any:
    return lambda world: {**given, "seen": departments.seen(department(COUNTY, SECTION))}


def _moved(world: World) -> dict[str, Any]:
    return {"to": str(department(COUNTY, UNIT).id), **_seen()(world)}


def _ceased(world: World) -> dict[str, Any]:
    heir = str(department(COUNTY, OTHER_SECTION).id)
    return {"successor": heir, "on": in_days(1).isoformat(), **_seen()(world)}


def _added(world: World) -> dict[str, Any]:
    return {"parent": str(department(COUNTY).id), "name": "民政局", "kind": "unit", "code": "91"}


def _given(world: World) -> dict[str, Any]:
    return {"department": str(department(COUNTY, "督查科").id), "roles": ["R13"]}


def _invited(world: World) -> dict[str, Any]:
    return {"username": "lin-wangshu", "name": "林望舒", **_given(world)}


def _details(world: World) -> dict[str, Any]:
    return {"name": "林望舒", "phone": "", "seen": people.mark(membership(COUNTY, "R2").user)}


def _changed(world: World) -> dict[str, Any]:
    return {"roles": ["R2", "R3"], "seen": posts.mark(membership(COUNTY, "R2"))}


def _withdrawn(world: World) -> dict[str, Any]:
    return {"reason": "另行安排。"}


def _own_duties(world: World) -> dict[str, Any]:
    return {"rows": [{"department": UNIT, "text": "路灯维护", "contents": ["080400"]}]}


def _token(world: World) -> dict[str, Any]:
    return {"token_id": world.token}


def _webhook(world: World) -> dict[str, Any]:
    return {"webhook_id": world.webhook}


def _job(world: World) -> dict[str, Any]:
    return {"job_id": world.job}


def _asked(world: World) -> dict[str, Any]:
    place, until = str(department(COUNTY).pk), in_days(30).isoformat()
    return {"name": "热线", "department": place, "role": "R3", "verbs": ["read"], "expires_on": until}


def _published(world: World) -> dict[str, Any]:
    shown = {"address": "锦溆路 1 号", "hours": "工作日 8:30–12:00", "phone": "0000-1234567"}
    return {**shown, "seen": office_page.seen(office_page.fresh(tenant(COUNTY).pk))}


def _admin(name: str, method: str = "GET", form: Any = None, **more: Any) -> Door:
    return Door(f"api:{name}", "R19", method=method, form=form or {}, **{"wrong": "R3", "refused": REFUSED, **more})


def _auditor(name: str, method: str = "GET") -> Door:
    return Door(f"api:{name}", "R20", method=method, wrong="R19", refused=REFUSED)


DAYS = {"first": on_the_day, "name": "纪念日", "source": "文件 1 号"}
LAW = {"rows": [{"law": "某县物业管理办法", "number": "第三条", "title": "业主的义务"}]}


def _year(world: World) -> dict[str, Any]:
    return {"rows": [{"day": on_the_day(), "worked": False, "name": "纪念日"}], "source": "文件 1 号"}


CREW = {"rows": [{"username": "lin-wangshu", "name": "林望舒", "department": "督查科", "roles": ["R13"]}]}
SAID = {"kind": "reasons", "title": "维修资金公示", "text": "维修资金的使用已在小区公示。"}
ADMINISTRATION: list[Door] = [
    _admin("office_departments"),
    _admin("office_departments", "POST", _added),
    _admin("change_department", "POST", _seen(name="乡村科", kind="section", code="9"), where=_one),
    _admin("move_department", "POST", _moved, where=_one),
    _admin("cease_department", "POST", _ceased, where=_one),
    _admin("keep_department", "POST", where=_one, passed=frozenset({409})),
    _admin("follow_department", "POST", _followed, where=_one, passed=frozenset({409})),
    _admin("office_people"),
    _admin("office_people", "POST", _invited),
    _admin("office_person", where=_person),
    _admin("change_details", "POST", _details, where=_person),
    _admin("lock", "POST", where=_person),
    _admin("unlock", "POST", where=_person, passed=frozenset({409})),
    _admin("reset_password", "POST", where=_person),
    _admin("give_post", "POST", _given, where=_person),
    _admin("leave", "POST", {"last_day": on_the_day}, where=_person),
    _admin("hand_over", "POST", {"to": None}, where=_person),
    _admin("change_post", "POST", _changed, where=_post),
    _admin("end_post", "POST", {"last_day": None}, where=_post),
    _admin("requests"),
    _admin("consent_request", "POST", where=_request),
    _admin("turn_down_request", "POST", _withdrawn, where=_request),
    _admin("withdraw_request", "POST", where=_request),
    _admin("duties"),
    _admin("duties", "POST", _own_duties),
    _admin("laws"),
    _admin("laws", "POST", LAW),
    _admin("wordings"),
    _admin("wordings", "POST", SAID),
    _admin("change_wording", "POST", SAID, where=_wording),
    _admin("end_wording", "POST", where=_wording),
    _admin("local_days"),
    _admin("local_days", "POST", DAYS),
    _admin("bring_days", "POST", _year),
    _admin("rules"),
    _admin("bring_people", "POST", CREW),
    _admin("people_job", where=_job),
    _admin("remove_day", "POST", where={"day": "2099-01-01"}, passed=frozenset({404})),
    _admin("office_page"),
    _admin("office_page", "POST", _published),
    _admin("tokens"),
    _admin("tokens", "POST", _asked),
    _admin("revoke_token", "POST", where=_token),
    _admin("webhooks"),
    _admin("webhooks", "POST", {"name": "平台", "url": "https://198.51.100.1/events", "kinds": ["registered"]}),
    _admin("deliveries", where=_webhook),
    _admin("switch_webhook", "POST", {"active": False}, where=_webhook),
    _admin("ping_webhook", "POST", where=_webhook),
    _admin("remove_webhook", "POST", where=_webhook),
    _admin("replay_webhook", "POST", {"delivery": None}, where=_webhook),
]
AUDIT: list[Door] = [
    _auditor("readings"),
    _auditor("export_readings"),
    _auditor("verifications"),
    _auditor("verifications", "POST"),
]
API_OFFICE: list[Door] = [*ADMINISTRATION, *AUDIT]
