"""Class B: the text of an accusation leaves every readable column on save, or when classified so later (P2)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from cases.history import plain
from cases.models import Case, Demand, Filing

if TYPE_CHECKING:
    from cases.actions.frame import Side


def hide(case: Case, filing: Filing, demands: Sequence[Demand]) -> None:
    """Moves title, text and demands into their encrypted columns, in memory."""
    words = {"title": case.title, "text": filing.text, "place_detail": filing.place_detail}
    filing.sealed_text = json.dumps(words, ensure_ascii=False)
    filing.text, filing.place_detail = "", ""
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


def words(case: Case) -> dict[str, str]:
    """Title, text and place as filed; of a sealed case only R18 may be shown them (policy.visible)."""
    filing = case.filing
    if not case.sealed:
        return {"title": case.title, "text": filing.text, "place_detail": filing.place_detail}
    found: dict[str, str] = json.loads(str(filing.sealed_text or "{}"))
    return found


def change_text(old: dict[str, Any], reason: str) -> str:
    """What a correction replaced, for an encrypted note."""
    return json.dumps({"reason": reason, "before": plain(old)}, ensure_ascii=False)
