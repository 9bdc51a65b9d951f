"""人员: who works in the office, and the page of one person: posts, open work by number, what was changed."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from cases.queries import open_work
from cases.queries.names import Names
from desk import dates
from desk.office import role_words
from kernel.clock import today
from kernel.masking import mask_phone
from tenants import passwords
from tenants.administration import jobs, roster, words
from tenants.administration.roster import STATES, Asked, Listed, Person
from tenants.models import Change, Job, Membership
from tenants.requests import StaffRequest
from tenants.roles import KNOWN


@never_cache
@require_GET
def page(request: StaffRequest) -> HttpResponse:
    asked = read_asked(request)
    after = request.GET.get("after", "")[:600]
    found = roster.people(request.actor, asked, after)
    work = open_work.by_person(one.user.pk for one in found.people) if asked.state == "left" else {}
    context: dict[str, Any] = {
        "rows": [_row(one, work.get(one.user.pk, 0)) for one in found.people],
        "more": _url(asked, after=found.next) if found.next else "",
        "asked": asked,
    }
    if after and request.htmx:
        return render(request, "desk/office/people_rows.html", context)
    counted = roster.counts(request.actor, asked)
    context |= {
        "tabs": [
            {
                "url": _url(asked, state=state),
                "text": _state(state),
                "count": counted[state],
                "current": state == asked.state,
            }
            for state in STATES
        ],
        "places": roster.places(request.actor),
        "roles": role_words.choices(),
        "clear_url": _url(Asked(state=asked.state)),
        "running": jobs.running(request.actor.tenant, Job.Kind.IMPORT),
    }
    return render(request, "desk/office/people.html", context)


def read_asked(request: StaffRequest) -> Asked:
    """What nobody knows is left out, never an error: an address may be old."""
    given = request.GET
    state, role = given.get("state", ""), given.get("role", "")
    try:
        department = UUID(given.get("department", ""))
    except ValueError:
        department = None
    return Asked(
        state=state if state in STATES else "here",
        text=given.get("text", "").replace("\0", "").strip()[:60],
        department=department,
        role=role if role in KNOWN else "",
    )


def _url(asked: Asked, *, state: str = "", after: str = "") -> str:
    values = {
        "state": state or asked.state,
        "text": asked.text,
        "department": str(asked.department or ""),
        "role": asked.role,
        "after": after,
    }
    kept = {name: value for name, value in values.items() if value and (name, value) != ("state", "here")}
    return f"{reverse('desk:office_people')}?{urlencode(kept)}" if kept else reverse("desk:office_people")


def _state(state: str) -> str:
    return {
        "here": _("在任"),
        "never": _("从未登录"),
        "locked": _("已锁定"),
        "left": _("没有岗位"),
    }[state]


def _row(one: Listed, work: int) -> dict[str, Any]:
    return {
        "user": one.user,
        "posts": [shown_post(post) for post in one.posts],
        "waiting": [role_words.names(request.roles) for request in one.waiting if request.roles],
        "work": work,
    }


def shown_post(post: Membership) -> dict[str, Any]:
    """A post as the pages say it; the days only where they say something."""
    return {
        "id": post.pk,
        "department": post.department.short_name or post.department.name,
        "roles": role_words.names(post.roles),
        "since": post.valid_from,
        "until": post.valid_to,
        "to_come": post.valid_from > today(),
    }


# --- one person -------------------------------------------------------------------------------------------------------


@never_cache
@require_GET
def person(request: StaffRequest, user_id: UUID) -> HttpResponse:
    return person_page(request, user_id)


def person_page(request: StaffRequest, user_id: UUID, *, status: int = 200, **more: Any) -> HttpResponse:
    """The person's page; `more` is what just happened there (an error, a password)."""
    actor = request.actor
    found = roster.person(actor, user_id)
    work = open_work.by_unit(user_id)
    names = Names(actor.tenant).want(departments=work)
    context: dict[str, Any] = {
        "found": found,
        "person": found.user,
        "posts": [shown_post(post) for post in found.posts],
        "over": [shown_post(post) for post in found.over],
        "requests": [_request(row) for row in found.requests if row.status == row.Status.OPEN],
        "facts": _facts(found),
        "work": [(names.body(unit), count) for unit, count in work.items()],
        "work_total": sum(work.values()),
        "drafts": open_work.drafts(user_id),
        "job": jobs.latest(actor.tenant, Job.Kind.HAND_OVER, user_id),
        "today": today(),
        "history": _history(roster.history(actor, user_id)),
        "state": _flags(found),
        **more,
    }
    return render(request, "desk/office/people_person.html", context, status=status)


def _request(row: Any) -> dict[str, Any]:
    place = row.department.name if row.department else ""
    return {"row": row, "kind": row.get_kind_display(), "place": place, "roles": role_words.names(row.roles)}


def _flags(found: Person) -> list[str]:
    user = found.user
    told = []
    if not user.is_active:
        told.append(_("已锁定"))
    if user.last_login is None:
        told.append(_("从未登录"))
    if passwords.ended(user):
        told.append(_("一次性密码已过期，请重设密码"))
    elif user.last_login is not None and user.must_change_password:
        told.append(_("还没有改一次性密码"))
    if not found.posts:
        told.append(_("没有岗位"))
    return told


def _facts(found: Person) -> list[dict[str, Any]]:
    user = found.user
    facts: list[dict[str, Any]] = [
        {"label": _("用户名"), "value": user.username},
        {"label": _("电话"), "value": mask_phone(str(user.phone)) if user.phone else _("没有填"), "masked": True},
    ]
    seen = dates.moment(user.last_login) if user.last_login else _("从未登录")
    facts.append({"label": _("最近登录"), "value": seen})
    if found.kept_by is not None:
        facts.append({"label": _("账号管理"), "value": found.kept_by.name})
    if found.elsewhere:
        facts.append({"label": _("别处岗位"), "value": _("、").join(found.elsewhere)})
    return facts


def _history(changes: list[Change]) -> list[dict[str, Any]]:
    told = roster.names(change.by for change in changes)
    return [
        {
            "at": change.at,
            "kind": "event",
            "actor": told.get(change.by, ""),
            "text": words.name(change.kind),
            "note": _told(change),
        }
        for change in changes
    ]


def _told(change: Change) -> str:
    data = change.data
    parts = []
    if roles := data.get("roles"):
        parts.append(role_words.names(roles))
    if before := data.get("before"):
        parts.append(_("原为%(roles)s") % {"roles": role_words.names(before)})
    if since := data.get("since"):
        parts.append(_("自 %(day)s") % {"day": since})
    if until := data.get("until"):
        parts.append(_("%(day)s 起不再任") % {"day": until})
    return _("，").join(parts)


pages = [
    path("office/people/", page, name="office_people"),
    path("office/people/<uuid:user_id>/", person, name="office_person"),
]
