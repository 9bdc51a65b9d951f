"""Class B: the text of an accusation leaves every readable column on save, or when classified so later (P2)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from cases.history import plain
from cases.models import Case, Demand, Filing, Handover
from cases.states import Class

if TYPE_CHECKING:
    from cases.actions.frame import Act, Side


HIDDEN = ("text", "addressee", "place_detail")


def hide(case: Case, filing: Filing, demands: Sequence[Demand]) -> None:
    """Moves title, text, addressee, place and demands into their encrypted columns, in memory."""
    words = {"title": case.title, **{name: getattr(filing, name) for name in HIDDEN}}
    filing.sealed_text = json.dumps(words, ensure_ascii=False)
    for name in HIDDEN:
        setattr(filing, name, "")
    case.title = _("检举控告（封存）")
    case.sealed = True
    for demand in demands:
        demand.sealed_text, demand.text = demand.text, ""


def seal_case(side: Side) -> None:
    """A case classified as an accusation after it was registered."""
    case = side.case
    demands = list(case.demands.all())
    hide(case, case.filing, demands)
    for demand in demands:
        demand.save(update_fields=["text", "sealed_text"])


def seal_copies(act: Act) -> None:
    """Offices that held the case before keep a copy: it is sealed with the case."""
    legs = Handover.objects.filter(case=act.case).values_list("from_tenant", "to_tenant")
    for tenant in dict.fromkeys(tenant for leg in legs for tenant in leg):
        with act.under(tenant) as former:
            if former is act.own or former.case.sealed:
                continue
            seal_case(former)
            former.case.klass, former.case.path = Class.B, ""
            former.case.filing.save(update_fields=["sealed_text", *HIDDEN])
            former.record("sealed", act.version)


def words(case: Case) -> dict[str, str]:
    """Title, text and place as filed; of a sealed case only R18 may be shown them (policy.visible)."""
    filing = case.filing
    if not case.sealed:
        return {"title": case.title, **{name: getattr(filing, name) for name in HIDDEN}}
    found: dict[str, str] = json.loads(str(filing.sealed_text or "{}"))
    return found


def change_text(old: dict[str, Any], new: dict[str, Any], reason: str) -> str:
    """What a correction replaced and by what, for an encrypted note (T1c)."""
    return json.dumps({"reason": reason, "before": plain(old), "after": plain(new)}, ensure_ascii=False)
