"""What a person is told right after registering, once; and the papers D1 and D2.

The query code lies encrypted in the session from the registration to the first look at its receipt, and nowhere after.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from cases import people
from cases.codes import CHANNELS, CLASSES, ID_TYPES, PERSON_ROLES, PURPOSES, SOURCES, UNMASKS, content_list
from cases.models import Case
from desk import dates, places
from kernel.crypto import decrypt, encrypt
from tenants import finding
from tenants.actors import Actor
from tenants.context import tenant_by_id
from tenants.models import Tenant
from tenants.requests import StaffRequest

AAD = "desk.receipt"
SESSION = "receipts"
MOST = 5


@dataclass(frozen=True, slots=True)
class Told:
    number: str
    code: str
    name: str
    sealed: bool
    due_kind: str
    due: datetime | None
    received: datetime
    registered: datetime
    channel: str

    @property
    def clock_name(self) -> str:
        return _("告知期限") if self.due_kind == "K2" else _("分流期限")

    @property
    def title(self) -> str:
        what = {"name": self.clock_name, "day": f"{dates.local(self.received):%m-%d}"}
        return _("已登记，%(name)s自收到之日 %(day)s 起算") % what

    @property
    def channel_name(self) -> str:
        return CHANNELS.label(self.channel)


def put(request: StaffRequest, case: UUID, answer: Mapping[str, Any]) -> None:
    """Keep for the next page. What was shown already stays shown: a repeated click brings no code back."""
    kept: dict[str, str] = dict(request.session.get(SESSION, {}))
    if str(case) in kept:
        return
    blob = encrypt(json.dumps(answer).encode(), AAD)
    kept[str(case)] = base64.b64encode(blob).decode()
    request.session[SESSION] = dict(list(kept.items())[-MOST:])


def take(request: StaffRequest, case: UUID) -> Told | None:
    kept: dict[str, str] = dict(request.session.get(SESSION, {}))
    blob = kept.get(str(case))
    if not blob:
        return None
    kept[str(case)] = ""
    request.session[SESSION] = kept
    given = json.loads(decrypt(base64.b64decode(blob), AAD))
    due = given["due"]
    return Told(
        number=given["number"],
        code=given["code"],
        name=given["name"],
        sealed=given["sealed"],
        due_kind=given["due_kind"],
        due=datetime.fromisoformat(due) if due else None,
        received=datetime.fromisoformat(given["received"]),
        registered=datetime.fromisoformat(given["registered"]),
        channel=given["channel"],
    )


def of(case: Case | None) -> Told:
    """The same of a case registered earlier, without the code."""
    assert case is not None
    filing = case.filing
    return Told(
        number=filing.number,
        code="",
        name="",
        sealed=case.sealed,
        due_kind=case.due_kind,
        due=case.due_raw,
        received=filing.received_at,
        registered=filing.registered_at,
        channel=filing.channel,
    )


def spaced(number: str) -> str:
    """990123 20261123 3 000016: region, day, channel, running number."""
    return f"{number[:-15]} {number[-15:-7]} {number[-7:-6]} {number[-6:]}"


def organ(actor: Actor) -> str:
    """Whose receipt it is: at the desk the office, in a unit that unit."""
    return finding.department_name(actor.unit)


def paper(actor: Actor, told: Told) -> dict[str, Any]:
    """Everything 收件回执 prints (D2)."""
    return {
        "told": told,
        "number": spaced(told.number),
        "office": tenant_by_id(actor.tenant),
        "desk_name": organ(actor),
    }


def form_of(case: Case, office: Tenant, clear: Sequence[Mapping[str, str]] | None) -> dict[str, Any]:
    """Everything 信访登记表 prints (D1, domain §11)."""
    filing = case.filing
    shown: list[Mapping[str, str]] = (
        list(clear)
        if clear is not None
        else [{"role": person.role, **people.masked(person)} for person in case.petitioners.all()]
    )
    rows = [
        (_("信访件编号"), spaced(filing.number)),
        (_("信访形式"), CHANNELS.label(filing.channel)),
        (_("信访来源"), SOURCES.label(filing.source)),
        (_("收到时间"), dates.moment(filing.received_at)),
        (_("登记时间"), dates.moment(filing.registered_at)),
        (_("登记人"), finding.person_name(filing.registered_by)),
        (_("信访人数"), str(filing.persons)),
        (_("涉及人数"), str(filing.concerned)),
        (_("受信人"), filing.addressee),
        (_("信访日期"), dates.day(filing.petition_date) if filing.petition_date else ""),
        (_("邮戳日期"), dates.day(filing.postmark_date) if filing.postmark_date else ""),
        (_("问题属地"), places.words(office, filing.place, filing.place_detail)),
        (_("内容分类"), content_list().label(filing.content_class)),
        (_("信访目的"), PURPOSES.label(filing.purpose)),
        (_("类别"), CLASSES.label(case.klass)),
        (_("信访人要求保密"), _("是") if filing.confidential else ""),
    ]
    return {
        "case": case,
        "filing": filing,
        "rows": [row for row in rows if row[1]],
        "people": [
            {
                "role": PERSON_ROLES.label(person.get("role", "")),
                "name": person.get("name", ""),
                "phone": person.get("phone", ""),
                "id": " ".join(filter(None, (ID_TYPES.label(person.get("id_type", "")), person.get("id_number", "")))),
                "address": person.get("address", ""),
            }
            for person in shown
        ],
        "demands": list(case.demands.all()),
        "files": [file.name for file in case.attachments.all()],
        "clear": clear is not None,
        "reasons": UNMASKS.choices(),
        "office": office,
    }
