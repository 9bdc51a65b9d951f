"""Registration: the page, the server's drafts of it, its files, and what was registered (T0, T1, T1u)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cases import actions, policy
from cases.actions import Registered
from cases.codes import content_list
from cases.models import Draft
from cases.queries import drafts
from desk import places, receipts, uploads
from desk import register_form as typed
from desk.register_form import Line, Other, Sheet
from kernel.clock import today
from kernel.errors import HuiyinError, Invalid, NotFound, Refused, Stale
from kernel.file_types import ACCEPT
from kernel.idempotency import Answer, Asked, answer_once
from kernel.ids import new_id
from tenants.profiles import profile_for
from tenants.requests import StaffRequest

MANY = 100_000
SCRIPTS = ("desk/combo.js", "desk/register.js", "desk/register-draft.js", "desk/register-files.js")

__all__ = ["discard", "draft", "paper", "receipt", "register", "upload"]


@never_cache
@require_http_methods(["GET", "POST"])
def register(request: StaffRequest) -> HttpResponse:
    """The form; a POST registers, saves a draft or adds a line, as its button says."""
    if not drafts.may_register(request.actor):
        raise Refused(_("您的岗位不能登记。请登记员办理。"))
    if request.method == "POST":
        return _act(request, request.POST.copy())
    found = _opened(request)
    data = typed.typed_from(found.body) if found is not None else _same_visit(request)
    return _page(request, Sheet(data, request.actor, request.tenant), found)


def _opened(request: StaffRequest) -> Draft | None:
    """The draft the address names, if it is the person's own."""
    asked = _uuid(request.GET.get("draft", ""))
    if asked is None:
        return None
    return drafts.own(request.actor, asked)


def _same_visit(request: StaffRequest) -> QueryDict | None:
    """Channel, numbers and place of the filing before; nothing about a person and no words of theirs."""
    asked = _uuid(request.GET.get("same", ""))
    case = policy.visible(request.actor).select_related("filing").filter(id=asked).first() if asked else None
    if case is None:
        return None
    filing, data = case.filing, QueryDict(mutable=True)
    data["channel"], data["persons"], data["source"] = filing.channel, str(filing.persons), filing.source
    data["received_at"] = f"{places.local(filing.received_at):%Y-%m-%dT%H:%M}"
    data["place"] = places.words(request.tenant, filing.place, filing.place_detail)
    return data


def _act(request: StaffRequest, data: QueryDict) -> HttpResponse:
    kept, refused = uploads.keep_all(request.actor, request.FILES.getlist("upload"))
    for file in kept:
        data.appendlist("file", file.token)
    action = data.get("action", "register")
    if action == "add_demand":
        data.appendlist("demand", "")
    if action in ("add_demand", "add_person", "keep"):
        sheet = Sheet(data, request.actor, request.tenant)
        if action == "add_person":
            sheet.others.append(Other())
        return _page(request, sheet, _from_form(request, data), refused=refused)
    if action == "draft":
        return _saved_by_hand(request, data)
    sheet = Sheet(data, request.actor, request.tenant, checked=True)
    if refused:
        sheet.form.is_valid()
        for text in refused:
            sheet.form.add_error(None, text)
        return _page(request, sheet, _from_form(request, data), status=422)
    try:
        answer = _once(request, data, sheet)
    except Invalid as error:
        if error.code == "idempotency-key-reused":
            sheet.form.add_error(None, _("这一页已经登记过一件。内容改过的，核对后再点一次“登记”，按新的一件登记。"))
            data["once"] = ""
        elif not sheet.form.errors:
            sheet.take(error)
        return _page(request, sheet, _from_form(request, data), status=422)
    case = UUID(answer.body["case"])
    receipts.put(request, case, answer.body)
    url = reverse("desk:receipt", args=[case])
    if request.accepts("text/html"):
        return HttpResponseRedirect(url)
    return JsonResponse({"url": url}, status=201)  # the page's script goes there itself


def _once(request: StaffRequest, data: QueryDict, sheet: Sheet) -> Answer:
    """A second click with the same page gets the first one's answer."""
    actor, entry = request.actor, sheet.entry()
    key = data.get("once") or str(new_id())

    def act() -> Answer:
        done = actions.register(actor, entry, draft=_own_draft(request, data))
        return Answer(201, _answer(done, entry.people[0].name if entry.people else ""))

    body = {name: sorted(values) for name, values in typed.body(data).items()}
    return answer_once(Asked(actor.schema, actor.user, key, "POST /register/", body), act)


def _answer(done: Registered, name: str) -> dict[str, Any]:
    case, filing = done.case, done.filing
    return {
        "case": str(case.id),
        "number": filing.number,
        "code": done.query_code,
        "name": name,
        "sealed": case.sealed,
        "due_kind": case.due_kind,
        "due": case.due_raw.isoformat() if case.due_raw else "",
        "received": filing.received_at.isoformat(),
        "registered": filing.registered_at.isoformat(),
        "channel": filing.channel,
    }


def _page(
    request: StaffRequest, sheet: Sheet, found: Draft | None, *, status: int = 200, refused: list[str] | None = None
) -> HttpResponse:
    data = sheet.typed
    mine = [row for row in drafts.mine(request.actor) if found is None or row.id != found.id]
    context = {
        "sheet": sheet,
        "form": sheet.form,
        "blank_line": Line(),
        "blank_person": Other(),
        "draft": found,
        "drafts": [{"row": row, "title": typed.drafted_title(row.body)} for row in mine],
        "once": data.get("once") or new_id(),
        "places": places.options(request.tenant),
        "contents": places.content_options(content_list()),
        "accept": ACCEPT,
        "refused": refused or [],
        "at_desk": request.actor.at_desk,
        "most_representatives": _most_representatives(request, data),
        "scripts": SCRIPTS,
    }
    return render(request, "desk/register.html", context, status=status)


def _most_representatives(request: StaffRequest, data: QueryDict) -> int:
    """As the office's rules have it for a group of this size; without a number, for a large one."""
    persons = data.get("persons", "")
    profile = profile_for(request.tenant.code, today())
    return profile.representatives_max(int(persons) if persons.isdecimal() and len(persons) < 7 else MANY)


# Drafts ------------------------------------------------------------------------------------------------------------


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _own_draft(request: StaffRequest, data: QueryDict) -> UUID | None:
    found = _from_form(request, data)
    return found.id if found is not None else None


def _from_form(request: StaffRequest, data: QueryDict) -> Draft | None:
    asked = _uuid(data.get("draft", ""))
    return drafts.own(request.actor, asked) if asked else None


def _save(request: StaffRequest, data: QueryDict) -> Draft:
    """Overwrites the draft of this page, or begins one; a draft registered or discarded elsewhere begins anew.

    The same words sent twice (by a page that was left while it saved) are one draft, and no conflict.
    """
    known, words = _from_form(request, data), typed.body(data)
    version = data.get("draft_version", "")
    try:
        return actions.save_draft(
            request.actor,
            body=words,
            draft=known.id if known is not None else None,
            version=int(version) if known is not None and version.isdecimal() else None,
            once=True,
        )
    except Stale:
        if known is not None and known.body == words:
            return known
        raise


def _saved_by_hand(request: StaffRequest, data: QueryDict) -> HttpResponse:
    try:
        row = _save(request, data)
    except Stale:
        known = _from_form(request, data)
        return _page(request, Sheet(data, request.actor, request.tenant), known, status=412, refused=[_stale_text()])
    return HttpResponseRedirect(f"{reverse('desk:register')}?draft={row.id}")


def _stale_text() -> str:
    return _("这份草稿在另一个窗口改过，这里的没有存。您写的还在；要用这里的，点“登记”，或另开一份草稿。")


@require_POST
def draft(request: StaffRequest) -> HttpResponse:
    """Autosave: {draft, version, at}; 204 while nothing was typed; 412 when another window saved meanwhile."""
    data = request.POST
    if not data.get("draft") and typed.is_empty(data):
        return HttpResponse(status=204)
    try:
        row = _save(request, data)
    except HuiyinError as error:
        return JsonResponse({"error": str(error), "code": error.code}, status=error.status)
    at = typed.now_text(places.local(row.updated_at))
    return JsonResponse({"draft": str(row.id), "version": row.version, "said": _("草稿已保存 %(at)s") % {"at": at}})


@require_POST
def discard(request: StaffRequest, draft_id: UUID) -> HttpResponse:
    actions.discard(request.actor, draft=draft_id)
    return HttpResponseRedirect(reverse("desk:register"))


@require_POST
def upload(request: StaffRequest) -> HttpResponse:
    """One file, stored at once; answers its line of the list, or 422 with the reason as plain text."""
    if not drafts.may_register(request.actor):
        raise Refused
    try:
        kept = uploads.one(request.actor, request.FILES.get("upload"))
    except HuiyinError as error:
        why = next((texts[0] for texts in error.fields.values()), str(error))
        return HttpResponse(why, status=error.status, content_type="text/plain; charset=utf-8")
    return render(request, "desk/register_file.html", {"file": kept}, status=201)


# Afterwards --------------------------------------------------------------------------------------------------------


@never_cache
@require_GET
def receipt(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """What was registered: number, query code (this once), due date; the paper D2 prints from here."""
    shown = receipts.take(request, case_id)
    case = policy.visible(request.actor).select_related("filing").filter(id=case_id).first()
    if shown is None and case is None:
        raise NotFound
    told = shown or receipts.of(case)
    may = {row.verb for row, _propose in policy.available(request.actor, case)} if case is not None else set()
    context = {
        **receipts.paper(request.actor, told),
        "case": case,
        "may_transfer": bool(may & {"transfer", "assign"}),
        "at_desk": request.actor.at_desk,
    }
    return render(request, "desk/receipt.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def paper(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """信访登记表 (D1), masked; a POST with a reason shows the people in clear, and is an event."""
    case = policy.visible(request.actor).select_related("filing").filter(id=case_id).first()
    if case is None:
        raise NotFound
    if case.sealed:
        raise Http404
    clear = None
    if request.method == "POST":
        clear = actions.unmask(request.actor, case.id, reason=request.POST.get("reason", ""))
    return render(request, "desk/receipt_form.html", receipts.form_of(case, request.tenant, clear))
