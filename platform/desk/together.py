"""分派, 转送, 交办 of several cases at once: same receiver, one letter (集中交办), a result for each (S2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from cases import policy
from cases.actions import together as steps
from cases.models import Case
from cases.numbers import short
from cases.queries import deliveries, preview
from desk import aftermath, signing, units
from desk.together_form import AllotTogether, SendTogether
from kernel.clock import now
from kernel.errors import HuiyinError, Stale
from tenants import finding
from tenants.requests import StaffRequest

CHUNK = 20  # of these at a time the page tells what became of them


@dataclass(frozen=True, slots=True)
class Picked:
    """A chosen case, and why it cannot go along, "" where it can. `proposes`: a leader has to agree."""

    case: Case
    version: int | None
    why: str = ""
    proposes: bool = False

    @property
    def key(self) -> str:
        return f"{self.case.id}:{self.case.version if self.version is None else self.version}"

    @property
    def number(self) -> str:
        return short(self.case.number)


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one. `key` chooses it again, as it stands now; "" where it is done or gone."""

    number: str
    title: str
    url: str
    said: str
    failed: bool = False
    key: str = ""


def words(verb: str) -> str:
    return {"allot": _("分派"), "transfer": _("转送"), "assign": _("交办")}[verb]


def _picked(request: StaffRequest, verb: str) -> list[Picked]:
    """In the order of the list; what the person may not see is not there."""
    wanted = dict(signing.picked(request.POST.getlist("case")))
    rows = {row.id: row for row in policy.visible(request.actor).select_related("filing").filter(id__in=list(wanted))}
    return [_judged(request, verb, rows[one], version) for one, version in wanted.items() if one in rows]


def _judged(request: StaffRequest, verb: str, case: Case, version: int | None) -> Picked:
    try:
        return Picked(case, version, proposes=steps.proposes(request.actor, case, verb))
    except HuiyinError as error:
        return Picked(case, version, str(error))


@never_cache
@require_POST
def together(request: StaffRequest, verb: str) -> HttpResponse:
    """`step`: choose (from the list), units and after (parts of the page), find (without scripts), go."""
    step = request.POST.get("step", "choose")
    if step == "go":
        return _go(request, verb)
    chosen = _picked(request, verb)
    if step == "units":
        return render(request, "desk/transfer_units.html", {"table": _table(request, chosen), "name": "to"})
    if step == "after":
        return render(request, "desk/together_after.html", _after(request, verb, chosen))
    return _page(request, verb, chosen)


def _page(
    request: StaffRequest,
    verb: str,
    chosen: list[Picked],
    form: AllotTogether | SendTogether | None = None,
    status: int = 200,
) -> HttpResponse:
    if not any(not one.why for one in chosen):
        return render(request, "desk/together_none.html", {"chosen": chosen, **_frame(request, verb)}, status=409)
    fit = [one.case for one in chosen if not one.why]
    given = request.POST if request.POST.get("step") in ("find", "go") else None
    if form is None:
        form = _form(verb, fit[0], initial=given.dict() if given else {})
    context = {
        **_frame(request, verb),
        "form": form,
        "chosen": chosen,
        "fit": len(fit),
        "unfit": len(chosen) - len(fit),
        "unit_count": ngettext("%(n)d 件", "%(n)d 件", len(fit)) % {"n": len(fit)},
    }
    if verb != "allot":
        context |= {"table": _table(request, chosen), "name": "to", **_after(request, verb, chosen)}
    return render(request, "desk/together.html", context, status=status)


def _form(verb: str, case: Case, data: Any = None, initial: Any = None) -> AllotTogether | SendTogether:
    if verb == "allot":
        return AllotTogether(data, initial=initial, unit=case.unit)
    return SendTogether(data, initial=initial, dated=verb == "assign")


def _frame(request: StaffRequest, verb: str) -> dict[str, Any]:
    back = QueryDict(request.POST.get("back", "")[:2000])
    kept = urlencode({name: back.get(name, "") for name in back})
    return {
        "verb": verb,
        "verb_word": words(verb),
        "back": kept,
        "back_url": reverse("desk:worklist") + (f"?{kept}" if kept else ""),
        "action": reverse("desk:together", args=[verb]),
    }


def _table(request: StaffRequest, chosen: list[Picked]) -> units.Table:
    cases = [one.case for one in chosen if not one.why]
    return units.table(cases, request.tenant, request.POST.get("q", ""), _to(request)) if cases else _no_units()


def _no_units() -> units.Table:
    return units.Table([], _("选中的件都不能办这一步。"), 0, False)


def _to(request: StaffRequest) -> UUID | None:
    try:
        return UUID(request.POST.get("to", ""))
    except ValueError:
        return None


def _after(request: StaffRequest, verb: str, chosen: list[Picked]) -> dict[str, Any]:
    """The receiver's dates: they depend on the day of sending, not on the case."""
    fit = [one for one in chosen if not one.why]
    to = _to(request)
    target = finding.unit(request.tenant, to) if to is not None else None
    dues: list[aftermath.Due] = []
    if fit and target is not None and target.open:
        form = SendTogether(request.POST, dated=verb == "assign")
        form.is_valid()
        starts = preview.sent_to(
            fit[0].case,
            request.tenant,
            target,
            at=now(),
            feedback_on=form.cleaned_data.get("feedback_on"),
            klass=fit[0].case.klass,
        )
        dues = aftermath.dues(starts, target.short)
    return {
        "target": target if target is not None and target.open else None,
        "same_office": target is not None and target.tenant == request.tenant.pk,
        "dues": dues,
        "fit": len(fit),
        "proposing": sum(one.proposes for one in fit),
        "verb_word": words(verb),
        "verb": verb,
    }


# --- doing it ---------------------------------------------------------------------------------------------------------


def _go(request: StaffRequest, verb: str) -> HttpResponse:
    """The next CHUNK; each in its own transaction. The page asks for the rest by itself, or by its button."""
    chosen = _picked(request, verb)
    wanted = dict(signing.picked(request.POST.getlist("case")))
    going = {one.case.id: one for one in chosen}
    if not wanted or not (chosen or request.htmx):
        return _page(request, verb, chosen, status=422)
    sample = next((one.case for one in chosen), None)
    form = _form(verb, sample, request.POST) if sample is not None else None
    if form is not None and not form.is_valid():
        return _page(request, verb, chosen, form, status=422)
    now_done, later = list(wanted)[:CHUNK], list(wanted)[CHUNK:]
    letter = _letter(request)
    results: list[Result] = []
    for one in now_done:
        if one not in going or form is None:
            results.append(Result("", _("这件已不在您的办理范围内。"), "", _("没有办"), failed=True))
            continue
        result, sent = _do(request, verb, going[one], form.cleaned_data, letter)
        letter = letter or sent
        results.append(result)
    total = max(_number(request, "total"), len(wanted))
    before, failed = _number(request, "done"), _number(request, "failed") + sum(row.failed for row in results)
    context = {
        **_frame(request, verb),
        "results": results,
        "done": before + sum(not row.failed for row in results),
        "finished": total - len(later),
        "total": total,
        "failed": failed,
        "letter": deliveries.letter_number(request.actor, letter) if letter and not later else "",
        "rest": [f"{one}:{wanted[one] if wanted[one] is not None else ''}" for one in later],
        "fields": [*_typed(request, form), ("letter", str(letter or "")), ("failed", str(failed))],
    }
    return render(request, "desk/together_more.html" if request.htmx else "desk/together_done.html", context)


def _typed(request: StaffRequest, form: AllotTogether | SendTogether | None) -> list[tuple[str, str]]:
    return [(name, request.POST.get(name, "")) for name in (form.fields if form is not None else ())]


def _number(request: StaffRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0


def _letter(request: StaffRequest) -> UUID | None:
    try:
        return UUID(request.POST.get("letter", ""))
    except ValueError:
        return None


def _do(
    request: StaffRequest, verb: str, one: Picked, given: dict[str, Any], letter: UUID | None
) -> tuple[Result, UUID | None]:
    """What became of it, and the hand-over whose letter the next ones join."""
    url = reverse("desk:case", args=[one.case.id])
    if one.why:
        return _failed(request, one, url, one.why), None
    try:
        said, sent = _act(request, verb, one, given, letter)
    except Stale:
        return _failed(request, one, url, _("刚刚被别人改过。看过现在的样子，再试。")), None
    except HuiyinError as error:
        texts = [text for found in error.fields.values() for text in found]
        return _failed(request, one, url, " ".join(texts) or str(error)), None
    return Result(one.number, one.case.title, url, said), sent


def _failed(request: StaffRequest, one: Picked, url: str, why: str) -> Result:
    fresh = policy.visible(request.actor).filter(id=one.case.id).first()
    key = f"{fresh.id}:{fresh.version}" if fresh is not None else ""
    return Result(one.number, one.case.title, url, why, failed=True, key=key)


def _act(
    request: StaffRequest, verb: str, one: Picked, given: dict[str, Any], letter: UUID | None
) -> tuple[str, UUID | None]:
    if verb == "allot":
        asked = {"to_department": given["to_department"], "handler": given["handler"]}
    else:
        asked = {"to_department": given["to"], "letter_text": given["note"]}
        asked |= {"feedback_on": given["feedback_on"]} if verb == "assign" else {}
    done = steps.one(request.actor, verb, one.case.id, version=one.version, letter=letter, **asked)
    said = {"allot": _("已分派"), "transfer": _("已转送"), "assign": _("已交办")}[verb]
    return _("已送领导审批") if done.proposed else said, done.letter
