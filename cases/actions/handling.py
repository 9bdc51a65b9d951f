"""contact, note, attach, extend: what the holder's people do while the clock runs (T19, T19n, T22)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cases.actions.acceptance import draft_notice
from cases.actions.frame import Act, begin
from cases.actions.registration import Upload
from cases.clock_kinds import Kind
from cases.codes.services import Contact
from cases.models import Attachment, Case, Clock
from cases.states import State
from kernel.clock import TZ
from kernel.errors import Conflict, Invalid
from tenants.actors import Actor

LONGEST_NOTE = 5_000
NOT_POSSIBLE = "none"


@transaction.atomic
def contact(
    actor: Actor,
    case_id: UUID,
    *,
    version: int | None = None,
    way: str,
    text: str,
    met_on: date | None = None,
    persons: str = "",
) -> Case:
    """联系 (T19, P6): date, way, persons, content (D13); the first one moves S40 to S50.

    `way` "none" records why no contact was possible, which P6 allows instead.
    """
    act = begin(actor, case_id, "contact", version)
    today = act.at.astimezone(TZ).date()
    wrong: dict[str, list[str]] = {}
    if way not in (*Contact.values, NOT_POSSIBLE):
        wrong["way"] = [_("选一种联系方式。")]
    if not text.strip():
        wrong["text"] = [_("写明联系的内容；没有联系上的，写明原因。")]
    if len(text) > LONGEST_NOTE:
        wrong["text"] = [_("最多 5000 字。")]
    if met_on is not None and (met_on > today or (today - met_on).days > 366):
        wrong["met_on"] = [_("联系日期不晚于今天，最早一年前。")]
    if wrong:
        raise Invalid(fields=wrong)
    when = met_on or today
    who = f"（{persons.strip()}）" if persons.strip() else ""
    act.note("contact", f"{text.strip()}{who}")
    if act.row.to is not None:
        act.move(State.S50)
    return act.record("contacted", way=way, met_on=when)


@transaction.atomic
def note(actor: Actor, case_id: UUID, *, version: int | None = None, text: str) -> Case:
    """备注 (T19n): for the own office only; never travels."""
    act = begin(actor, case_id, "note", version)
    if not text.strip():
        raise Invalid(fields={"text": [_("写下备注。")]})
    if len(text) > LONGEST_NOTE:
        raise Invalid(fields={"text": [_("最多 5000 字。")]})
    act.note("remark", text.strip())
    return act.record("noted")


@transaction.atomic
def attach(actor: Actor, case_id: UUID, *, version: int | None = None, files: Sequence[Upload]) -> Case:
    """附加材料 (T19n): files already in the store; they travel with the case. The same file twice is one."""
    act = begin(actor, case_id, "attach", version)
    if not files:
        raise Invalid(fields={"files": [_("选至少一个文件。")]})
    have = set(Attachment.objects.filter(case=act.case).values_list("sha256", flat=True))
    fresh: dict[str, Attachment] = {}
    for file in files:
        if file.sha256 not in have:
            fresh[file.sha256] = Attachment(
                case=act.case,
                sha256=file.sha256,
                name=file.name,
                mime=file.mime,
                size=file.size,
                origin=file.origin,
                added_by=actor.user,
                added_at=act.at,
            )
    if not fresh:
        raise Conflict(_("这些材料已经在这件里了。"))
    Attachment.objects.bulk_create(fresh.values())
    return act.record("attached", files=sorted(fresh))


@transaction.atomic
def extend(actor: Actor, case_id: UUID, *, version: int | None = None, days: int, reason: str) -> Case:
    """延期 (T22, R 34): the head approves before K6 ends; at most what the profile allows in sum; D12 drafted."""
    act = begin(actor, case_id, "extend", version)
    clock = check_extendable(act)
    most = act.clocks.profile.extension_max(assigned=act.clocks.has(Kind.K5)) - clock.extension_days
    wrong: dict[str, list[str]] = {}
    if most <= 0:
        wrong["days"] = [_("已经延到最长，不能再延。")]
    elif not 1 <= days <= most:
        wrong["days"] = [_("最多还能延 %(most)d 日。") % {"most": most}]
    if not reason.strip():
        wrong["reason"] = [_("写明延期的理由，要告知信访人。")]
    if wrong:
        raise Invalid(fields=wrong)
    act.clocks.extend(clock, days)
    act.case.extended_days += days
    paper = draft_notice(act, "D12", text=reason, days=days, until=_iso(clock.due_raw))
    act.note("extension", reason.strip())
    return act.record("extended", days=days, due=clock.due_raw, notice=paper.id)


def check_extendable(act: Act) -> Clock:
    """K6 still runs: an extension may be proposed and granted."""
    clock = act.clocks.get(Kind.K6)
    if clock is None:
        raise Conflict(_("没有正在走的办理期限，不用延期。"))
    if act.at > clock.due_raw:
        raise Conflict(_("办理期限已过，不能再延期。"), code="too-late")
    return clock


def _iso(moment: datetime) -> str:
    return moment.astimezone(TZ).date().isoformat()
