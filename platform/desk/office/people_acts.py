"""What an administrator does about one person: invite, correct, lock, a new password, leave, hand over open work."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from cases.queries import open_work
from desk import fields
from desk.office import role_words
from desk.office.people import person_page
from desk.office.people_forms import DetailsForm, HandOverForm, InviteForm, LeaveForm, PostForm
from kernel.clock import today
from kernel.errors import HuiyinError, Invalid
from tenants.administration import jobs, people, posts, roster
from tenants.administration.roster import Person
from tenants.models import Job, PostRequest, User
from tenants.requests import StaffRequest


def places(request: StaffRequest) -> list[tuple[str, list[tuple[str, str]]]]:
    """Departments to choose from, the sections under their body."""
    return [
        (body.name, [(str(row.pk), row.name) for row in [body, *(r for r in rows if r.pk != body.pk)]])
        for body, rows in roster.places(request.actor)
    ]


@never_cache
@sensitive_variables()
@require_http_methods(["GET", "POST"])
def invite(request: StaffRequest) -> HttpResponse:
    """A form, then once the password; a page loaded again meets the person who is there already."""
    form = InviteForm(request.POST if request.method == "POST" else None, places=places(request), initial=_since())
    if request.method == "POST":
        form.is_valid()
        try:
            _whole(form, people.faults(**_account_of(form)))
            made = people.invite(request.actor, **_post_of(form), **_account_of(form))
        except Invalid as error:
            fields.take(form, error)
        else:
            if made.password is None:
                _said_post(request, made.request)
                return _to(made.person.pk)
            waits = role_words.names(made.request.roles) if made.request else ""
            return show_password(request, made.person, made.password, waits=waits)
    context = {"form": form, "groups": role_words.grouped(form["roles"].value() or [])}
    return render(request, "desk/office/people_invite.html", context, status=422 if form.is_bound else 200)


def _since() -> dict[str, Any]:
    return {"valid_from": today()}


def _account_of(form: InviteForm) -> dict[str, Any]:
    return {name: form.cleaned_data.get(name) or "" for name in ("username", "name", "phone")}


def _post_of(form: PostForm) -> dict[str, Any]:
    given = form.cleaned_data
    return {
        "department": UUID(given["department"]),
        "roles": given.get("roles") or [],
        "valid_from": given.get("valid_from"),
        "last_day": given.get("last_day"),
    }


def _whole(form: PostForm, faults: dict[str, list[str]] | None = None) -> None:
    """Everything that can be told without the office, at once: shapes, and what is left out."""
    wrong = (faults or {}) | {name: [str(text) for text in texts] for name, texts in form.errors.items()}
    if not form.cleaned_data.get("department"):
        wrong["department"] = [_("选择部门。")]
    if not form.cleaned_data.get("roles"):
        wrong.setdefault("roles", [_("至少选一个角色。")])
    if wrong:
        form.errors.clear()
        raise Invalid(fields=wrong)


def show_password(request: StaffRequest, person: User, password: str, *, waits: str = "") -> HttpResponse:
    here = roster.knows(request.actor, person.pk)
    context = {
        "person": person,
        "password": password,
        "waits": waits,
        "host": request.get_host() if here else "",
        "here": here,
    }
    return render(request, "desk/office/people_password.html", context)


def _to(user: UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("desk:office_person", args=[user]))


def _said_post(request: StaffRequest, asked: PostRequest | None) -> None:
    if asked is None:
        messages.success(request, _("已设岗，下次打开页面就生效。"))
    else:
        messages.success(request, _("已提请设岗，等另一位管理员同意后生效。"))


# --- the account ------------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "POST"])
def details(request: StaffRequest, user_id: UUID) -> HttpResponse:
    found = roster.person(request.actor, user_id)
    given = DetailsForm.of(found.user, people.mark(found.user))
    form = DetailsForm(request.POST if request.method == "POST" else None, initial=given)
    if form.is_bound and form.is_valid():
        typed = form.cleaned_data
        try:
            people.change_details(
                request.actor, user_id, name=typed["name"], phone=typed["phone"], seen=typed["seen"] or None
            )
        except HuiyinError as error:
            fields.take(form, error)
            data = request.POST.copy()
            data["seen"] = people.mark(roster.person(request.actor, user_id).user)
            form.data = data
        else:
            messages.success(request, _("已改资料。"))
            return _to(user_id)
    return act_page(request, found, form, "details", _("改资料"), _("改资料"))


@never_cache
@require_POST
def lock(request: StaffRequest, user_id: UUID) -> HttpResponse:
    return _done(request, user_id, people.lock, _("已锁定，各处登录都已退出。"))


@never_cache
@require_POST
def unlock(request: StaffRequest, user_id: UUID) -> HttpResponse:
    return _done(request, user_id, people.unlock, _("已解锁，密码还是原来的。"))


def _done(request: StaffRequest, user_id: UUID, act: Any, said: str) -> HttpResponse:
    try:
        act(request.actor, user_id)
    except HuiyinError as error:
        return refused(request, user_id, error)
    messages.success(request, said)
    return _to(user_id)


def refused(request: StaffRequest, user_id: UUID, error: HuiyinError) -> HttpResponse:
    """On the person's page, if there is one for who asks; else as everywhere."""
    if error.status in (403, 404) and error.code not in ("own-post",):
        raise error
    return person_page(request, user_id, status=error.status, error=error)


@never_cache
@sensitive_variables()
@require_POST
def reset(request: StaffRequest, user_id: UUID) -> HttpResponse:
    try:
        made = people.reset_password(request.actor, user_id)
    except HuiyinError as error:
        return refused(request, user_id, error)
    if isinstance(made, PostRequest):
        messages.success(request, _("已提请重设密码，等另一位管理员同意。一次性密码由同意的人转交。"))
        return _to(user_id)
    return show_password(request, roster.person(request.actor, user_id).user, made)


# --- posts and leaving ------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "POST"])
def give(request: StaffRequest, user_id: UUID) -> HttpResponse:
    found = roster.person(request.actor, user_id)
    form = PostForm(request.POST if request.method == "POST" else None, places=places(request), initial=_since())
    if form.is_bound:
        form.is_valid()
        try:
            _whole(form)
            made = posts.give(request.actor, user_id, **_post_of(form))
        except HuiyinError as error:
            fields.take(form, error)
        else:
            _said_post(request, made if isinstance(made, PostRequest) else None)
            return _to(user_id)
    return act_page(request, found, form, "give", _("设岗"), _("设岗"))


@never_cache
@require_http_methods(["GET", "POST"])
def leave(request: StaffRequest, user_id: UUID) -> HttpResponse:
    """Posts end, open work goes on; how many pieces, never which."""
    found = roster.person(request.actor, user_id)
    initial = {"when": "day", "last_day": today()}
    form = LeaveForm(
        request.POST if request.method == "POST" else None,
        colleagues=_colleagues(request, user_id),
        initial=initial,
    )
    if form.is_bound and form.is_valid():
        try:
            people.leave(request.actor, user_id, last_day=form.day(), to=_chosen(form))
        except HuiyinError as error:
            fields.take(form, error)
        else:
            messages.success(request, _("已离岗。在办件从岗位终止之日起移交，这一页看得见进度。"))
            return _to(user_id)
    return act_page(request, found, form, "leave", _("离岗"), _("离岗"), **_work(user_id))


@never_cache
@require_http_methods(["GET", "POST"])
def hand_over(request: StaffRequest, user_id: UUID) -> HttpResponse:
    found = roster.person(request.actor, user_id)
    form = HandOverForm(request.POST if request.method == "POST" else None, colleagues=_colleagues(request, user_id))
    if form.is_bound and form.is_valid():
        try:
            people.hand_over(request.actor, user_id, to=_chosen(form))
        except HuiyinError as error:
            fields.take(form, error)
        else:
            messages.success(request, _("开始移交在办件。可以离开这一页。"))
            return _to(user_id)
    return act_page(request, found, form, "hand_over", _("移交在办件"), _("移交"), **_work(user_id))


@never_cache
@require_POST
def handing(request: StaffRequest, user_id: UUID) -> HttpResponse:
    """How far the hand-over is; while somebody looks it goes on, also where no worker runs."""
    found = roster.person(request.actor, user_id)
    job = jobs.latest(request.actor.tenant, Job.Kind.HAND_OVER, found.user.pk)
    if job is not None and job.status == Job.Status.OPEN:
        jobs.carry_out(job.pk)
        job = jobs.latest(request.actor.tenant, Job.Kind.HAND_OVER, found.user.pk)
    context = {"job": job, "person": found.user, "today": today()}
    return render(request, "desk/office/people_handing.html", context)


def _work(user_id: UUID) -> dict[str, Any]:
    return {"work_total": sum(open_work.by_unit(user_id).values()), "drafts": open_work.drafts(user_id)}


def _colleagues(request: StaffRequest, user_id: UUID) -> list[tuple[str, str]]:
    return [(str(user), f"{name}（{place}）") for user, name, place in roster.colleagues(request.actor, user_id)]


def _chosen(form: Any) -> UUID | None:
    return UUID(form.cleaned_data["to"]) if form.cleaned_data.get("to") else None


def act_page(
    request: StaffRequest, found: Person, form: Any, act: str, title: str, verb: str, **more: Any
) -> HttpResponse:
    """One act on a page of its own: what it does to whom, the form, the button with its word."""
    context = {"found": found, "person": found.user, "form": form, "act": act, "title": title, "verb": verb, **more}
    if "roles" in form.fields:
        context["groups"] = role_words.grouped(form["roles"].value() or [])
    return render(request, "desk/office/people_act.html", context, status=422 if form.is_bound else 200)


_ONE = "office/people/<uuid:user_id>"
pages = [
    path("office/people/invite/", invite, name="office_invite"),
    path(f"{_ONE}/details/", details, name="office_person_details"),
    path(f"{_ONE}/lock/", lock, name="office_person_lock"),
    path(f"{_ONE}/unlock/", unlock, name="office_person_unlock"),
    path(f"{_ONE}/reset/", reset, name="office_person_reset"),
    path(f"{_ONE}/give/", give, name="office_person_give"),
    path(f"{_ONE}/leave/", leave, name="office_person_leave"),
    path(f"{_ONE}/hand-over/", hand_over, name="office_person_hand_over"),
    path(f"{_ONE}/handing/", handing, name="office_person_handing"),
]
