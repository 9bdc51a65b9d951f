"""register, reissue_code: what came in gets its number at once, always (P4)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cases import numbers, people, seals
from cases.actions.frame import Side, begin
from cases.clock_kinds import Kind
from cases.codes.channels import Channel
from cases.codes.purposes import Purpose, class_of
from cases.models import Attachment, Case, Demand, Draft, Filing
from cases.people import Person
from cases.states import Class, Seat, State
from cases.transitions import BY_VERB
from kernel.clock import TZ, now
from kernel.crypto import keyed_hash
from kernel.errors import Invalid, Refused
from tenants.actors import Actor
from tenants.context import tenant_by_id
from tenants.models import Custody
from tenants.profiles import Profile, profile_for

LONGEST_TEXT = 20_000
LONGEST_DEMAND = 500
OLDEST = timedelta(days=366 * 30)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file already in the store: content hash of the plain bytes, name as given, sniffed type, size in bytes."""

    sha256: str
    name: str
    mime: str
    size: int
    origin: str = "petitioner"


@dataclass(frozen=True, slots=True)
class Entry:
    """What a clerk (or a citizen, or a spreadsheet) tells of a filing; only the channel must be there."""

    channel: str
    text: str = ""
    title: str = ""
    demands: Sequence[str] = ()
    people: Sequence[Person] = ()
    files: Sequence[Upload] = ()
    source: str = ""
    received_at: datetime | None = None
    petition_date: date | None = None
    postmark_date: date | None = None
    persons: int = 1
    concerned: int | None = None
    place: str = ""
    place_detail: str = ""
    content_class: str = ""
    purpose: str = ""
    cause: str = ""
    klass: str = ""
    path: str = ""
    addressee: str = ""
    foreign_number: str = ""
    important: bool = False
    urgent: bool = False
    confidential: bool = False
    joint: bool = False
    green_envelope: bool = False
    litigation: bool = False
    counted: bool = True
    in_court: bool | None = None
    in_reconsideration: bool | None = None
    in_arbitration: bool | None = None
    public_consent: bool = False


@dataclass(frozen=True, slots=True)
class Registered:
    """`query_code` exists in clear only here: it is shown once and stored as a keyed hash."""

    case: Case
    filing: Filing
    query_code: str = field(repr=False)


def clean(text: str) -> str:
    """Without what no database and no paper can hold: NUL and halves of letters."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode().strip()


def title_of(entry: Entry) -> str:
    """The clerk's words, else the first demand, else the first sentence."""
    first = clean(entry.title) or next((d for d in map(clean, entry.demands) if d), "") or clean(entry.text)
    first = re.split(r"[。！？!?\n]", first, maxsplit=1)[0].strip() or clean(entry.text)[:40]
    first = re.sub(r"\s+", " ", first)
    return (first[:59] + "…") if len(first) > 60 else first or _("（原件见材料）")


def check(entry: Entry, at: datetime, *, most_representatives: int = 5) -> None:
    """Raises Invalid with every fault at its field; nothing is saved and nothing typed is lost."""
    wrong: dict[str, list[str]] = {}
    if entry.channel not in Channel.values:
        wrong["channel"] = [_("选一种信访形式：网信、来信、来访、来电或传真。")]
    if not clean(entry.text) and not any(map(clean, entry.demands)) and not entry.files and not clean(entry.title):
        wrong["text"] = [_("写下反映的内容，或附上原件。")]
    if len(entry.text) > LONGEST_TEXT:
        wrong["text"] = [_("反映内容最多 20000 字。全文可作为材料附上。")]
    for index, demand in enumerate(entry.demands):
        if len(demand) > LONGEST_DEMAND:
            wrong[f"demands.{index}"] = [_("一项诉求最多 500 字。拆成几项，或写进反映内容。")]
    received = entry.received_at or at
    if received > at:
        wrong["received_at"] = [_("收到时间不能晚于登记时间。")]
    elif received < at - OLDEST:
        wrong["received_at"] = [_("收到时间太早了。核对年份。")]
    for name in ("petition_date", "postmark_date"):
        day: date | None = getattr(entry, name)
        if day is not None and day > at.astimezone(TZ).date():
            wrong[name] = [_("日期不能晚于今天。")]
        elif day is not None and day < (at - OLDEST).date():
            wrong[name] = [_("日期太早了。核对年份。")]
    if not 1 <= entry.persons <= 100_000:
        wrong["persons"] = [_("人数从 1 填起。")]
    if entry.concerned is not None and not 1 <= entry.concerned <= 10_000_000:
        wrong["concerned"] = [_("涉及人数从 1 填起。")]
    if entry.purpose not in ("", *Purpose.values):
        wrong["purpose"] = [_("没有这种信访目的。")]
    if entry.klass not in ("", *Class.values):
        wrong["klass"] = [_("类别只有建议意见、检举控告、申诉求决。")]
    if entry.path and entry.klass != Class.C:
        wrong["path"] = [_("只有申诉求决才分路径。")]
    for name, most in (("place", 12), ("source", 24), ("content_class", 6), ("cause", 8)):
        if len(getattr(entry, name)) > most or clean(getattr(entry, name)) != getattr(entry, name):
            wrong[name] = [_("没有这个代码。")]
    for name, most in (("place_detail", 120), ("addressee", 64), ("foreign_number", 64), ("title", 120)):
        if len(getattr(entry, name)) > most:
            wrong[name] = [_("太长了，最多 %(n)d 字。") % {"n": most}]
    wrong |= people.faults(entry.people, most_representatives=most_representatives)
    if wrong:
        raise Invalid(fields=wrong)


@transaction.atomic
def register(actor: Actor, entry: Entry, *, draft: UUID | None = None) -> Registered:
    """登记 (T1, T1u): a filing and its case, number and query code at once; K1 or K2 runs from received_at.

    Refused: no registering role. Invalid: what was typed cannot stand (nothing is saved).
    """
    seat = Seat.BUREAU if actor.at_desk else Seat.UNIT
    if not any(actor.roles & row.roles for row in BY_VERB["register"] if seat in row.seats):
        raise Refused(_("您的岗位不能登记。请登记员办理。"))
    at, tenant = now(), tenant_by_id(actor.tenant)
    profile = profile_for(tenant.code, at.astimezone(TZ).date())
    check(entry, at, most_representatives=profile.representatives_max(entry.persons))
    received = entry.received_at or at
    klass = entry.klass or class_of(entry.purpose)
    sealed = klass == Class.B
    named = any(clean(person.name) for person in entry.people)
    code = numbers.query_code()
    filing = Filing(
        query_code_hash=keyed_hash("query_code", code),
        channel=entry.channel,
        source=entry.source,
        petition_date=entry.petition_date,
        postmark_date=entry.postmark_date,
        received_at=received,
        registered_at=at,
        registered_by=actor.user,
        tenant=actor.tenant,
        department=actor.department,
        persons=entry.persons,
        concerned=max(entry.concerned or entry.persons, 1),
        anonymous=not named,
        confidential=entry.confidential,
        joint=entry.joint,
        addressee=clean(entry.addressee),
        green_envelope=entry.green_envelope,
        text=clean(entry.text),
        place=entry.place,
        place_detail=clean(entry.place_detail),
        content_class=entry.content_class,
        purpose=entry.purpose,
        cause=entry.cause,
        litigation=entry.litigation,
        counted=entry.counted,
        in_court=entry.in_court,
        in_reconsideration=entry.in_reconsideration,
        in_arbitration=entry.in_arbitration,
        public_consent=entry.public_consent,
        foreign_number=clean(entry.foreign_number),
    )
    case = Case(
        filing=filing,
        title=title_of(entry),
        klass=klass,
        path=entry.path if klass == Class.C else "",
        state=State.S10 if seat == Seat.BUREAU else State.S30,
        seat=seat,
        department=actor.department,
        unit=actor.unit,
        held_since=at,
        origin=actor.tenant,
        profile=profile.id,
        important=entry.important,
        urgent=entry.urgent,
        group=group(entry.channel, entry.persons, profile),
        sealed=sealed,
        updated_at=at,
    )
    demands = [Demand(case=case, seq=i, text=text) for i, text in enumerate(_demands(entry, case), start=1)]
    if sealed:
        seals.hide(case, filing, demands)
    side = Side(actor, actor.tenant, case, at)
    side.clocks.start(Kind.K1 if seat == Seat.BUREAU else Kind.K2, received)
    filing.number = case.number = numbers.filing_number(tenant, entry.channel, at)
    side.arrive(
        "registered",
        [*demands, *people.rows(case, entry.people), *_attachments(case, entry.files, actor, at)],
        custody=Custody(case=case.id, tenant_id=actor.tenant, department_id=actor.department),
        channel=entry.channel,
        received_at=received,
        filing=filing.id,
        sealed=sealed,
        files=[upload.sha256 for upload in entry.files],
    )
    if draft is not None:
        Draft.objects.filter(id=draft, owner=actor.user).delete()
    return Registered(case, filing, code)


def group(channel: str, persons: int, profile: Profile) -> bool:
    return channel == Channel.VISIT and persons >= (profile.count("group_threshold") or 5)


def _demands(entry: Entry, case: Case) -> list[str]:
    given = [text for text in map(clean, entry.demands) if text]
    return given or [case.title]


def _attachments(case: Case, files: Sequence[Upload], actor: Actor, at: datetime) -> list[Attachment]:
    return [
        Attachment(
            case=case,
            sha256=file.sha256,
            name=file.name,
            mime=file.mime,
            size=file.size,
            origin=file.origin,
            added_by=actor.user,
            added_at=at,
        )
        for file in files
    ]


@transaction.atomic
def reissue_code(actor: Actor, case_id: UUID, *, version: int | None = None, identity_checked: bool) -> Registered:
    """补发查询码 (T1q): the old code dies; only after the person's identity was checked."""
    act = begin(actor, case_id, "reissue_code", version)
    if not identity_checked:
        raise Invalid(fields={"identity_checked": [_("先核对身份，再补发查询码。")]})
    code, filing = numbers.query_code(), act.case.filing
    filing.query_code_hash = keyed_hash("query_code", code)
    filing.save(update_fields=["query_code_hash"])
    return Registered(act.record("code_reissued"), filing, code)
