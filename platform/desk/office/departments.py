"""机构: the tree of departments, and what an administrator does to one (R19; domain §2.1). Numbers only, no case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cases import jobs
from cases.queries import holding
from desk import fields, posts
from desk.office import tree as office_tree
from desk.office.department_forms import CeaseForm, DepartmentForm, MoveForm, Plain
from desk.office.tabs import tabs
from kernel.clock import today
from kernel.errors import HuiyinError, Invalid, Stale
from tenants.administration import departments, heirs, overview
from tenants.administration.ground import Tree, has_ceased, require_admin, will_cease
from tenants.departments import living
from tenants.models import Department
from tenants.requests import StaffRequest

DONE: dict[str, Callable[[], str]] = {
    "added": lambda: _("已增设，从今天起可以设岗、收件。"),
    "changed": lambda: _("已修改。"),
    "moved": lambda: _("已移动。下属跟着走，人员和岗位不变。"),
    "ceased": lambda: _("已撤销，从今天起不再收件。"),
    "ceasing": lambda: _("已定下撤销日；到那天以前照旧收件，也可以收回。"),
    "kept": lambda: _("不撤销了，照旧收件。"),
    "followed": lambda: _("岗位已转到承接的单位或科室，今天起生效。"),
}


def _tree(request: StaffRequest) -> Tree:
    require_admin(request.actor)
    return Tree.read(request.actor.tenant)


def _done(request: StaffRequest) -> str:
    build = DONE.get(request.GET.get("done", ""))
    return build() if build is not None else ""


def _to(row: Department, done: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('desk:department', args=[row.pk])}?done={done}")


@never_cache
@require_GET
def listed(request: StaffRequest) -> HttpResponse:
    """The tree; what is typed into the box narrows it."""
    require_admin(request.actor)
    query, kind = request.GET.get("q", "")[:60], request.GET.get("kind", "all")
    kind = kind if kind in office_tree.KINDS else "all"
    shown = office_tree.shown(request.actor.tenant, query, kind)
    words = {"all": _("全部"), "unit": _("单位"), "inside": _("科室和内设机构")}
    context: dict[str, Any] = {
        "shown": shown,
        "query": query,
        "kind": kind,
        "sifted": bool(query.strip()) or kind != "all",
        "kinds": [_kind(one, words[one], query, kind) for one in office_tree.KINDS],
        "root": request.actor.root,
    }
    if request.htmx:
        return render(request, "desk/office/tree.html", context)
    return render(request, "desk/office/departments.html", {**context, "tabs": tabs(request), "done": _done(request)})


def _kind(kind: str, text: str, query: str, current: str) -> dict[str, Any]:
    asked = urlencode({"kind": kind, "q": query} if query else {"kind": kind})
    return {"url": f"{reverse('desk:departments')}?{asked}", "text": text, "current": kind == current}


@never_cache
@require_GET
def page(request: StaffRequest, department_id: UUID) -> HttpResponse:
    """One department: what it is, who works there, what hangs beneath, what was changed."""
    tree = _tree(request)
    row = tree.get(department_id)
    return _page(request, tree, row)


def _page(
    request: StaffRequest, tree: Tree, row: Department, refusal: HuiyinError | None = None, status: int = 200
) -> HttpResponse:
    gone = has_ceased(row)
    heir = living(row) if gone else row.successor
    within = [row.pk, *(one.pk for one in tree.below(row))]
    lying = holding.open_by_department()
    people = _people(request, row, heir) if gone and heir is not None else posts_of(row)
    context: dict[str, Any] = {
        "row": row,
        "kind": Department.Kind(row.kind).label,
        "rows": _facts(tree, row, lying.get(row.pk, 0)),
        "gone": gone,
        "going": will_cease(row),
        "heir": heir,
        "children": [(one, lying.get(one.pk, 0)) for one in tree.children(row) if not has_ceased(one)],
        "open_within": sum(lying.get(pk, 0) for pk in within),
        "people": people,
        "may_follow": gone and any(not one["why_not"] for one in people),
        "record": overview.record_of(request.actor.tenant, row.pk),
        "done": _done(request),
        "refusal": refusal,
        "tabs": tabs(request),
        "crumbs": list(tree.above(row))[::-1],
    }
    return render(request, "desk/office/department.html", context, status=status)


def posts_of(row: Department) -> list[dict[str, Any]]:
    return [_person(post, "") for post in overview.posts_of(row.pk)]


def _people(request: StaffRequest, row: Department, heir: Department) -> list[dict[str, Any]]:
    return [_person(one.post, one.why_not) for one in heirs.followers(request.actor, row, heir)]


def _person(post: Any, why_not: str) -> dict[str, Any]:
    (told,) = posts.shown([post], None)
    return {
        "id": post.pk,
        "user": post.user_id,
        "name": post.user.name,
        "roles": told.roles,
        "since": post.valid_from.isoformat(),
        "why_not": why_not,
    }


def _facts(tree: Tree, row: Department, lying: int) -> list[dict[str, str]]:
    above = row.parent.name if row.parent is not None else "—"
    line = next((one.name for one in departments.superiors_of(row.tenant_id) if one.pk == row.superior_line_id), "")
    told = [
        (_("性质"), str(Department.Kind(row.kind).label)),
        (_("代码"), row.code),
        (_("简称"), row.short_name or "—"),
        (_("上级"), above),
        (_("机关代字"), row.organ_prefix or "—"),
        (_("在办件"), ngettext("%(n)d 件", "%(n)d 件", lying) % {"n": lying}),
        (pgettext("day", "设立"), row.valid_from.isoformat()),
    ]
    if row.kind == Department.Kind.UNIT:
        told.append((_("垂直管理"), _("是") if row.vertical_managed else _("否")))
        told.append((_("上级主管部门"), line or "—"))
    if row.valid_to is not None:
        told.append((pgettext("day", "撤销"), row.valid_to.isoformat()))
        told.append((_("承接"), row.successor.name if row.successor is not None else "—"))
    return [{"label": label, "value": value} for label, value in told]


def _form_page(
    request: StaffRequest,
    name: str,
    form: forms.Form,
    tree: Tree,
    row: Department | None,
    *,
    refusal: HuiyinError | None = None,
    **more: Any,
) -> HttpResponse:
    stale = None
    if isinstance(refusal, Stale) and row is not None and isinstance(form, Plain):
        stale = {"text": str(refusal), "url": reverse("desk:department", args=[row.pk])}
        form.look_again(departments.seen(Tree.read(row.tenant_id).get(row.pk)))
    context = {
        "form": form,
        "row": row,
        "tree": tree,
        "tabs": tabs(request),
        "stale": stale,
        "refusal": None if stale else refusal,
        **more,
    }
    status = 200 if refusal is None and not form.errors else refusal.status if refusal is not None else 422
    return render(request, f"desk/office/department_{name}.html", context, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
def add(request: StaffRequest) -> HttpResponse:
    tree = _tree(request)
    first = {"parent": request.GET.get("parent", str(tree.root.pk)), "kind": request.GET.get("kind", "")}
    if not first["kind"]:
        above = next((one for one in tree.standing() if str(one.pk) == first["parent"]), tree.root)
        first["kind"] = "unit" if above.parent_id is None else "section"
    form = DepartmentForm(request.POST or None, tree=tree, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            made = departments.add(request.actor, parent=form.parent_id(), given=form.given())
        except Invalid as error:
            fields.take(form, error)
        else:
            return _to(made, "added")
    return _form_page(request, "add", form, tree, None)


@never_cache
@require_http_methods(["GET", "POST"])
def change(request: StaffRequest, department_id: UUID) -> HttpResponse:
    tree = _tree(request)
    row = tree.get(department_id)
    form = DepartmentForm(request.POST or None, tree=tree, row=row, initial=DepartmentForm.of(row))
    refusal: HuiyinError | None = None
    if request.method == "POST" and form.is_valid():
        try:
            departments.change(request.actor, row.pk, given=form.given(), seen_as=form.seen_as)
        except Invalid as error:
            fields.take(form, error)
        except HuiyinError as error:
            refusal = error
        else:
            return _to(row, "changed")
    return _form_page(request, "change", form, tree, row, refusal=refusal)


@never_cache
@require_http_methods(["GET", "POST"])
def move(request: StaffRequest, department_id: UUID) -> HttpResponse:
    tree = _tree(request)
    row = tree.get(department_id)
    first = {"to": request.GET.get("to", ""), "seen": departments.seen(row)}
    form = MoveForm(request.POST or None, tree=tree, row=row, initial=first)
    refusal: HuiyinError | None = None
    if request.method == "POST" and form.is_valid():
        try:
            departments.move(request.actor, row.pk, to=form.target(), seen_as=form.seen_as)
        except Invalid as error:
            fields.take(form, error)
        except HuiyinError as error:
            refusal = error
        else:
            jobs.succeed_soon(request.actor.tenant)
            return _to(row, "moved")
    chosen = form.data.get("to", "") if form.is_bound else first["to"]
    target = next((one for one in tree.standing() if str(one.pk) == chosen), None)
    within = [row.pk, *(one.pk for one in tree.below(row))]
    after = {
        "target": target,
        "below": len(within) - 1,
        "people": sum(n for pk, n in overview.people_by_department(row.tenant_id).items() if pk in within),
        "open": holding.open_in(within),
        "new_unit": target is not None and row.kind in departments.INSIDE and target.unit_id != row.unit_id,
    }
    if request.htmx and request.method == "GET":
        return render(request, "desk/office/department_move_after.html", {"row": row, "after": after})
    return _form_page(request, "move", form, tree, row, refusal=refusal, after=after)


@never_cache
@require_http_methods(["GET", "POST"])
def cease(request: StaffRequest, department_id: UUID) -> HttpResponse:
    tree = _tree(request)
    row = tree.get(department_id)
    form = CeaseForm(request.POST or None, tree=tree, row=row, initial={"seen": departments.seen(row)})
    refusal: HuiyinError | None = None
    if request.method == "POST" and form.is_valid():
        try:
            on = form.cleaned_data["on"]
            if on is None:
                raise Invalid(fields={"on": [_("写撤销日。")]})
            departments.cease(request.actor, row.pk, successor=form.heir(), on=on, seen_as=form.seen_as)
        except Invalid as error:
            fields.take(form, error)
        except HuiyinError as error:
            refusal = error
        else:
            jobs.succeed_soon(request.actor.tenant)
            return _to(row, "ceased" if on <= today() else "ceasing")
    chosen = form.data.get("successor", "") if form.is_bound else request.GET.get("successor", "")
    gone = [one for one in tree.below(row) if not has_ceased(one)]
    within = [row.pk, *(one.pk for one in gone)]
    after = {
        "heir": next((one for one in tree.standing() if str(one.pk) == chosen), None),
        "gone": gone,
        "open": holding.open_in(within),
        "people": sum(n for pk, n in overview.people_by_department(row.tenant_id).items() if pk in within),
    }
    if request.htmx and request.method == "GET":
        return render(request, "desk/office/department_cease_after.html", {"row": row, "after": after})
    return _form_page(request, "cease", form, tree, row, refusal=refusal, after=after)


@require_POST
def keep(request: StaffRequest, department_id: UUID) -> HttpResponse:
    tree = _tree(request)
    row = tree.get(department_id)
    try:
        departments.keep(request.actor, row.pk)
    except HuiyinError as error:
        return _page(request, tree, row, error, error.status)
    return _to(row, "kept")


@require_POST
def follow(request: StaffRequest, department_id: UUID) -> HttpResponse:
    """The people of a department that ceased go to its successor."""
    tree = _tree(request)
    row = tree.get(department_id)
    wanted = [UUID(text) for text in request.POST.getlist("posts") if len(text) == 36 and _is_id(text)]
    try:
        heirs.follow(request.actor, row.pk, posts=wanted)
    except HuiyinError as error:
        told = _("；").join(text for texts in error.fields.values() for text in texts)
        if told:
            error = Invalid(told)
        return _page(request, tree, row, error, error.status)
    return _to(row, "followed")


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@never_cache
@require_GET
def progress(request: StaffRequest, department_id: UUID) -> HttpResponse:
    """How many open cases the successor has still to take over; asked again while there are any."""
    row = _tree(request).get(department_id)
    return render(request, "desk/office/department_progress.html", {"row": row, "left": holding.open_in([row.pk])})


ONE = "office/departments/<uuid:department_id>/"
pages = [
    path("office/", listed, name="departments"),
    path("office/departments/add/", add, name="department_add"),
    path(ONE, page, name="department"),
    path(f"{ONE}change/", change, name="department_change"),
    path(f"{ONE}move/", move, name="department_move"),
    path(f"{ONE}cease/", cease, name="department_cease"),
    path(f"{ONE}keep/", keep, name="department_keep"),
    path(f"{ONE}people/", follow, name="department_follow"),
    path(f"{ONE}progress/", progress, name="department_progress"),
]
