"""Exact search by name, ID number or phone: by the keyed hash, in the own office alone, for a reason, written down.

A person of staff finds the cases one may know of anyway; who is looked for stands nowhere, that somebody did and why
is for the auditor (P13).
"""

from __future__ import annotations

import re
from uuid import UUID

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import policy
from cases.actions import log_access
from cases.codes.accesses import Look
from cases.codes.services import UNMASKS
from cases.models import Case, Petitioner
from cases.transitions import STAFF
from kernel import limits
from kernel.crypto import keyed_hash, normalise
from kernel.errors import Invalid, Refused, TooMany
from search.language import words
from tenants.actors import Actor

SHOWN = 100
LONGEST = 80
SHORTEST = {"name": 2, "phone": 7, "id": 8}
TRIES, WITHIN_S = 30, 600  # so that nobody goes through a list of names
# A phone or an ID number stands in no address: one searches by it here.
_PERSONAL = re.compile(r"(?<!\d)(?:1[3-9]\d{9}|[1-9]\d{5}(?:18|19|20)\d{9}[\dX])(?!\d)")
_APART = re.compile(r"(?<=[\dX])[\s\-–—]+(?=[\dX])")


class By(models.TextChoices):
    NAME = "name", gettext_lazy("姓名")
    PHONE = "phone", gettext_lazy("电话")
    ID = "id", gettext_lazy("证件号")


def is_personal(text: str) -> bool:
    """Does it hold a mobile number or an ID number, with or without gaps? A case number is longer than both."""
    plain = _APART.sub("", words.fold(text).upper())
    return any(_PERSONAL.search(part) for part in (words.fold(text).upper(), plain))


def may_look(actor: Actor) -> bool:
    """Masked particulars are for staff only; so is finding by them."""
    return bool(actor.roles & STAFF & (policy.WHOLE_OFFICE | policy.OWN_SECTION))


def refusal() -> Refused:
    return Refused(_("按姓名、证件或电话查，由登记、办信和承办岗位办理。"))


def find(actor: Actor, *, by: str, value: str, reason: str) -> list[Case]:
    """The cases of the actor's office in which the person is a petitioner, the newest first, SHOWN at most.

    Raises Refused, Invalid, TooMany. The same whoever is found: nothing found is written down too.
    """
    if not may_look(actor):
        raise refusal()
    _check(by, value, reason)
    if not limits.hit("search.people", str(actor.user), TRIES, WITHIN_S):
        raise TooMany(_("十分钟内最多查 %(n)d 次。过几分钟再查。") % {"n": TRIES})
    with transaction.atomic():
        found = _cases(actor, by, value)
        log_access(actor, Look.PERSON_SOUGHT, rows=len(found), by=by, reason=reason)
    return found


def _check(by: str, value: str, reason: str) -> None:
    faults: dict[str, list[str]] = {}
    if by not in By.values:
        faults["by"] = [_("选按什么查。")]
    elif len(normalise(by, value)) < SHORTEST[by] or len(value) > LONGEST:
        faults["value"] = [_("填写完整的%(what)s，一字不差才查得到。") % {"what": By(by).label}]
    if reason not in UNMASKS:
        faults["reason"] = [_("选一个查看理由。")]
    if faults:
        raise Invalid(fields=faults)


def _cases(actor: Actor, by: str, value: str) -> list[Case]:
    of: models.QuerySet[Petitioner, UUID] = Petitioner.objects.filter(**{f"{by}_hash": keyed_hash(by, value)}).values(
        "case_id"
    )  # type: ignore[assignment]
    rows = policy.visible(actor).filter(id__in=of, sealed=False).select_related("filing")
    return list(rows.order_by("-filing__registered_at", "id")[:SHOWN])
