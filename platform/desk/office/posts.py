"""岗位: what waits for a second administrator, who holds which role and what it may do; a post changed or ended."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from desk import fields, navigation
from desk.office import role_words, scopes
from desk.office.people_acts import act_page, show_password
from desk.office.people_forms import ChangeForm, EndForm, last_day_of
from kernel.clock import today
from kernel.errors import HuiyinError, NotFound
from tenants.administration import people, posts, roster, tokens
from tenants.administration.roster import Waiting
from tenants.models import Membership, PostRequest
from tenants.requests import StaffRequest
from tenants.roles import BY_CODE

NAMED = 8


@never_cache
@require_GET
def page(request: StaffRequest) -> HttpResponse:
    return _page(request)


def _page(
    request: StaffRequest, *, error: HuiyinError | None = None, failed: str = "", typed: str = ""
) -> HttpResponse:
    """`failed` is the request whose reason was missing, `typed` what stood there."""
    actor = request.actor
    waiting = roster.waiting(actor)
    reason = next(iter(error.fields.get("reason", ())), "") if error else ""
    context = {
        "own": [_request(row) for row in waiting if not row.elsewhere],
        "below": [_request(row) for row in waiting if row.elsewhere],
        "decided": [_decided(row) for row in roster.decided(actor)],
        "second": roster.second_pair(actor),
        "groups": _groups(request),
        "error": None if reason else error,
        "reason": reason,
        "failed": failed,
        "typed": typed,
    }
    return render(request, "desk/office/posts.html", context, status=error.status if error else 200)


def _request(one: Waiting) -> dict[str, Any]:
    row = one.request
    added = [code for code in row.roles if code not in row.before]
    return {
        "row": row,
        "name": _about(row),
        "mine": one.mine,
        "kind": row.get_kind_display(),
        "place": row.department.name if row.department else "",
        "roles": role_words.names(row.roles),
        "before": role_words.names(row.before),
        "explained": [(role_words.name(code), role_words.FOR[code]()) for code in added] if row.token is None else [],
        "scope": scopes.said(row.token.verbs) if row.token else "",
        "last_day": last_day_of(row),
    }


def _about(row: PostRequest) -> str:
    return row.token.name if row.token else row.user.name


def _decided(row: PostRequest) -> dict[str, Any]:
    return {
        "row": row,
        "name": _about(row),
        "kind": row.get_kind_display(),
        "status": row.get_status_display(),
        "roles": role_words.names(row.roles),
        "office": row.decided_in.name if row.decided_in and row.decided_in_id != row.tenant_id else "",
    }


def _groups(request: StaffRequest) -> list[dict[str, Any]]:
    held = roster.holders(request.actor, NAMED)
    people_url = reverse("desk:office_people")
    groups = []
    for title, codes in role_words.GROUPS:
        rows = []
        for code in codes:
            count, first = held[code]
            rows.append(
                {
                    "code": code,
                    "name": role_words.name(code),
                    "what": role_words.FOR[code](),
                    "verbs": role_words.verbs(BY_CODE[code]),
                    "proposes": role_words.proposes(BY_CODE[code]),
                    "reads": role_words.reads(BY_CODE[code]),
                    "two": role_words.takes_two(code),
                    "count": count,
                    "first": [{"id": post.user_id, "name": post.user.name, "place": _place(post)} for post in first],
                    "rest": count - len(first),
                    "url": f"{people_url}?{urlencode({'role': code})}",
                }
            )
        groups.append({"title": title(), "rows": rows})
    return groups


def _place(post: Membership) -> str:
    return post.department.short_name or post.department.name


# --- the second pair of eyes ------------------------------------------------------------------------------------------


@never_cache
@sensitive_variables()
@require_POST
def decide(request: StaffRequest, request_id: UUID) -> HttpResponse:
    """同意, 不同意 or 撤回; refused, the page says by whom and how it was decided meanwhile."""
    actor, action = request.actor, request.POST.get("action", "")
    reason = request.POST.get("reason", "")
    found = roster.request(actor, request_id)
    if found is None:
        raise NotFound(_("没有这项请求。回到岗位页看还有哪些在等。"))
    try:
        if action == "consent" and found.kind == PostRequest.Kind.RESET:
            person, password = people.consent_reset(actor, request_id)
            return show_password(request, person, password)
        if action == "consent" and found.kind == PostRequest.Kind.TOKEN:
            token, half = tokens.consent(actor, request_id)
            context = {"token": token, "half": half, "asker": found.by.name}
            return render(request, "desk/office/token_half.html", context)
        if action == "consent":
            posts.consent(actor, request_id)
            messages.success(request, _("已同意%(what)s：%(name)s。") % _said(found))
        elif action == "turn_down":
            posts.turn_down(actor, request_id, reason=reason)
            messages.success(request, _("没有同意%(what)s：%(name)s。提请的人看得见理由。") % _said(found))
        elif action == "withdraw":
            posts.withdraw(actor, request_id)
            messages.success(request, _("已撤回%(what)s：%(name)s。") % _said(found))
    except HuiyinError as error:
        return _page(request, error=error, failed=str(request_id), typed=reason)
    return HttpResponseRedirect(reverse("desk:office_posts"))


def _said(found: PostRequest) -> dict[str, str]:
    return {"what": found.get_kind_display(), "name": _about(found)}


# --- one post ---------------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "POST"])
def change(request: StaffRequest, post_id: UUID) -> HttpResponse:
    post = roster.post(request.actor, post_id)
    given = {"roles": post.roles, "last_day": last_day_of(post), "seen": posts.mark(post)}
    form = ChangeForm(request.POST if request.method == "POST" else None, initial=given)
    if form.is_bound and form.is_valid():
        typed = form.cleaned_data
        try:
            made = posts.change(
                request.actor,
                post_id,
                roles=typed["roles"],
                last_day=typed["last_day"],
                seen=typed["seen"] or None,
            )
        except HuiyinError as error:
            fields.take(form, error)
            data = request.POST.copy()
            data["seen"] = posts.mark(roster.post(request.actor, post_id))
            form.data = data
        else:
            if isinstance(made, PostRequest):
                messages.success(request, _("已提请改岗，等另一位管理员同意后生效；现在的岗位照旧。"))
            else:
                messages.success(request, _("已改岗，下次打开页面就生效。"))
            return _to(post.user_id)
    found = roster.person(request.actor, post.user_id)
    return act_page(request, found, form, "change", _("改岗"), _("改岗"), place=post.department.name)


@never_cache
@require_http_methods(["GET", "POST"])
def end(request: StaffRequest, post_id: UUID) -> HttpResponse:
    post = roster.post(request.actor, post_id)
    initial = {"when": "day", "last_day": today()}
    form = EndForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            posts.end(request.actor, post_id, last_day=form.day())
        except HuiyinError as error:
            fields.take(form, error)
        else:
            messages.success(request, _("岗位已终止。在办件没有动，需要时在这一页移交。"))
            return _to(post.user_id)
    found = roster.person(request.actor, post.user_id)
    more = {"place": post.department.name, "roles": role_words.names(post.roles)}
    return act_page(request, found, form, "end", _("终止岗位"), _("终止"), **more)


def _to(user: UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("desk:office_person", args=[user]))


pages = [
    path("office/posts/", page, name="office_posts"),
    path("office/posts/requests/<uuid:request_id>/", decide, name="office_request"),
    path("office/posts/<uuid:post_id>/change/", change, name="office_post_change"),
    path("office/posts/<uuid:post_id>/end/", end, name="office_post_end"),
]

navigation.count_by("posts", roster.to_decide)
