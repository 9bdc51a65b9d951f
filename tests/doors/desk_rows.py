"""Doors of the staff pages. A new page gets its line here."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from cases.models import Opinion
from desk.forms import FORMS
from tenants import context
from tests.api.world import UNIT, World
from tests.cases.making import COUNTY
from tests.doors.api_rows import VERBS
from tests.doors.rows import Door, act, anybody, outside, read
from tests.doors.supervision_rows import SUPERVISION
from tests.people import department

REGISTERED = {"channel": "PHONE", "text": "路灯不亮。", "action": "register"}


def _file(world: World) -> dict[str, Any]:
    return {"file_id": world.attachment}


def _draft(world: World) -> dict[str, Any]:
    return {"draft_id": world.draft}


def _at_unit(world: World) -> dict[str, Any]:
    return {"one": str(world.cases["at_unit"]), "case": str(world.cases["at_unit"])}


def _registered(world: World) -> dict[str, Any]:
    return {"case": str(world.cases["registered"])}


def _sent(world: World) -> dict[str, Any]:
    with context.use(context.tenant_by_code(COUNTY)):
        return {**_registered(world), "step": "go", "to": str(department(COUNTY, UNIT).id)}


def _opinion_of(world: World, case: str) -> UUID:
    with context.use(context.tenant_by_code(COUNTY)):
        return Opinion.objects.get(case=world.cases[case]).id


def _waiting(world: World) -> dict[str, Any]:
    return {"item_id": _opinion_of(world, "submitted")}


def _opinion(world: World) -> dict[str, Any]:
    return {"kind": "opinion", "paper_id": _opinion_of(world, "signed")}


# Picking rows from a list answers with the list; that nothing was signed for, the traces tell.
TURNED = frozenset({403, 404, 409, 422})
LISTED = frozenset({200, 302, 303, 403, 404})

ACCOUNT = [
    outside("account_login"),
    outside("account_login", "POST", {"login": "nobody", "password": "wrong"}),
    anybody("account_logout", "POST", postless=True),
    anybody("account_change_password", postless=True),
    anybody("usersessions_list", "POST", postless=True),
    anybody("desk:sign_out_everywhere", "POST", postless=True),
    anybody("desk:posts", postless=True),
    anybody("desk:account"),
    anybody("desk:home"),
    anybody("desk:help"),
    outside("desk:language", "POST", {"language": "en"}),
]
REGISTER = [
    Door("desk:register", "R2", wrong="R7"),
    Door("desk:register", "R2", method="POST", form=REGISTERED, wrong="R7"),
    Door("desk:draft", "R2", method="POST", form={"text": "半句"}, wrong="R7"),
    Door("desk:discard", "R2", method="POST", where=_draft),
    Door("desk:upload", "R2", method="POST", form=lambda w: {"upload": _pdf()}, wrong="R7"),
    read("desk:receipt", "registered"),
    read("desk:registration", "registered"),
]
WORK = [
    anybody("desk:worklist"),
    anybody("desk:inbox"),
    Door("desk:worklist_sign_for", "R5", UNIT, method="POST", form=_at_unit, refused=LISTED),
    Door("desk:inbox_sign_for", "R5", UNIT, method="POST", form=_at_unit, refused=LISTED),
    Door("desk:worklist_export", "R3", wrong="R19"),
    Door("desk:together", method="POST", where={"verb": "transfer"}, form=_registered, wrong="R6", refused=TURNED),
    Door("desk:together", method="POST", where={"verb": "transfer"}, form=_sent, wrong="R6", refused=TURNED),
    Door("desk:together", "R4", method="POST", where={"verb": "assign"}, form=_registered, wrong="R6", refused=TURNED),
    Door("desk:together", "R5", UNIT, method="POST", where={"verb": "allot"}, form=_at_unit, refused=TURNED),
    Door("desk:sealed", "R18", wrong="R3"),
]
BOOK = [
    Door("desk:book", "R2", wrong="R7"),
    Door("desk:book_print", "R2", method="POST", wrong="R7"),
    Door("desk:book_export", "R2", method="POST", wrong="R7"),
]
CASE = [
    read("desk:case", "registered"),
    read("desk:case", "accepted", "R5", UNIT),
    act("desk:people", "registered", "R3", {"reason": "contact"}),
    act("desk:sealed_words", "sealed", "R18", wrong="R3"),
    read("desk:file", "registered", where=_file),
    read("desk:file_preview", "registered", where=_file),
    act("desk:files_taken", "registered", "R3"),
    read("desk:sheet", "registered"),
    read("desk:transfer", "registered"),
    read("desk:transfer_units", "registered"),
    read("desk:transfer_after", "registered"),
    read("desk:transfer_copies", "registered"),
    read("desk:object", "waiting", "R5", UNIT),
    read("desk:object_units", "waiting", "R5", UNIT),
    read("desk:objection", "objected", "R4"),
    act("desk:verb", "registered", "R3", {"text": "备注"}, where={"verb": "note"}),
]
PAPERS = [
    Door("desk:approvals", "R7", UNIT, wrong="R3"),
    Door("desk:approve", "R7", UNIT, where=_waiting, refused=LISTED),
    read("desk:opinion", "investigated", "R6", UNIT),
    act("desk:opinion_draft", "investigated", "R6"),
    act("desk:opinion_preview", "investigated", "R6"),
    read("desk:opinion_laws", "investigated", "R6", UNIT),
    read("desk:earlier", "investigated", "R6", UNIT),
    act("desk:opinion_presence", "investigated", "R6"),
    read("desk:serve", "signed", "R5", UNIT),
    act("desk:serve_address", "signed", "R5"),
    read("desk:report", "assigned", "R8", UNIT),
    read("desk:paper", "signed", "R5", UNIT, where=_opinion),
    act("desk:paper", "signed", "R5", {"reason": "serve"}, where=_opinion),
]
# The form of every verb done in place, for the person who may act, on the case of the API's row.
FORMED = [
    Door("desk:verb", door.who, door.unit, door.case, where={"verb": door.route.removeprefix("api:")})
    for door in VERBS
    if door.route.removeprefix("api:") in FORMS
]


def _pdf() -> SimpleUploadedFile:
    return SimpleUploadedFile("x.pdf", b"%PDF-1.7 x")


# Whose alert one sees or takes note of follows from the post: tests/alerts/test_page.py.
ALERTS = [
    anybody("desk:alerts"),
    anybody("desk:digest"),
    anybody("desk:digest", "POST", {"address": "x@example.cn", "hour": "8"}),
    anybody("desk:alerts_since"),
    anybody("desk:alerts_acknowledge", "POST", {"one": str(UUID(int=7))}, passed=frozenset({404})),
]
DESK: list[Door] = [*ACCOUNT, *ALERTS, *BOOK, *REGISTER, *WORK, *CASE, *PAPERS, *FORMED, *SUPERVISION]
