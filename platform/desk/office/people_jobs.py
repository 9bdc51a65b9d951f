"""导入人员: looked at before it begins, carried on while the page waits, errors as a sheet; then one-time passwords for
those who came that way."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from desk import fields
from desk.office import role_words
from desk.office.people_forms import SheetForm
from kernel.errors import HuiyinError, Invalid, NotFound
from tenants import sheets, spreadsheets
from tenants.administration import jobs, people, people_sheet, roster
from tenants.administration.people_sheet import PEOPLE
from tenants.models import Job
from tenants.requests import StaffRequest

SHOWN = 20
AT_ONCE = 30  # one password takes a tenth of a second to be kept safely


@never_cache
@require_http_methods(["GET", "POST"])
def upload(request: StaffRequest) -> HttpResponse:
    places = roster.places(request.actor)
    form = SheetForm(request.POST, request.FILES) if request.method == "POST" else SheetForm()
    if form.is_bound and form.is_valid():
        try:
            if not form.cleaned_data["file"]:
                raise Invalid(fields={"file": [_("选一个表格文件。")]})
            job = people_sheet.plan(request.actor, form.cleaned_data["file"])
        except HuiyinError as error:
            fields.take(form, error)
        else:
            return _to(job.pk)
    context = {"form": form, "places": places, "roles": role_words.choices()}
    return render(request, "desk/office/people_import.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_GET
def template(request: StaffRequest) -> FileResponse:
    """The headings, one example, and what may be written in them."""
    place = next(iter(roster.places(request.actor)))[0]
    headings = [names[0] for names in PEOPLE.headings.values()]
    example = ["shenyanqiu", "沈砚秋", "13800000000", place.name, role_words.name("R3"), ""]
    return spreadsheets.answer(_("人员导入模板"), headings, [example])


def _to(job: UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("desk:office_job", args=[job]))


@never_cache
@require_http_methods(["GET", "POST"])
def job_page(request: StaffRequest, job_id: UUID) -> HttpResponse:
    """A draft is looked at; what runs is carried on for a moment each time the page asks."""
    actor = request.actor
    job = _find(request, job_id)
    error: HuiyinError | None = None
    if request.method == "POST":
        try:
            if request.POST.get("action") == "begin":
                jobs.begin(actor, job_id)
            elif request.POST.get("action") == "drop":
                jobs.drop(actor, job_id)
        except HuiyinError as refused:
            error = refused
        else:
            if not request.htmx:
                return _to(job_id)
    if request.htmx and job.status == Job.Status.OPEN:
        jobs.carry_out(job_id)
    job = _find(request, job_id)
    template_name = "desk/office/people_job_state.html" if request.htmx else "desk/office/people_job.html"
    return render(request, template_name, {"error": error, **_context(job)}, status=error.status if error else 200)


def _find(request: StaffRequest, job_id: UUID) -> Job:
    found = jobs.find(request.actor, job_id)
    if found.kind != Job.Kind.IMPORT:
        raise NotFound
    return found


def _context(job: Job) -> dict[str, Any]:
    planned = job.data.get("counts", {})
    lines = people_sheet.error_rows(job) if job.status != Job.Status.DROPPED else []
    rows = job.data.get("rows", [])
    return {
        "job": job,
        "planned": planned,
        "rows": [row | {"says": role_words.names(row["roles"]), "what": _what(row["what"])} for row in rows[:SHOWN]],
        "rest": max(len(rows) - SHOWN, 0),
        "errors": [{"number": line.number, "text": " ".join(line.errors)} for line in lines[:SHOWN]],
        "error_count": len(lines),
        "percent": 100 if not job.total else job.done * 100 // job.total,
        "counts": job.counts,
    }


def _what(code: str) -> str:
    return {"new": _("新账号"), "post": _("已有账号，设岗"), "ask": _("提请，要第二位管理员同意")}[code]


@never_cache
@require_GET
def errors(request: StaffRequest, job_id: UUID) -> FileResponse:
    """The refused rows as they came, with the reasons: corrected, the same file goes in again."""
    job = _find(request, job_id)
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "errors.xlsx"
        sheets.write_errors(kept, [(PEOPLE, people_sheet.error_rows(job))])
        file = kept.open("rb")
    response = FileResponse(file, as_attachment=True, filename=_("没有导入的人员") + ".xlsx")
    response.headers["Cache-Control"] = "no-store"
    return response


@never_cache
@sensitive_variables()
@require_POST
def passwords(request: StaffRequest) -> HttpResponse:
    """One-time passwords of the chosen who never had one, as slips to print; shown once."""
    chosen: list[UUID] = []
    for text in request.POST.getlist("person")[:AT_ONCE]:
        try:
            chosen.append(UUID(text))
        except ValueError:
            continue
    slips, skipped = [], []
    for user in chosen:
        try:
            password = people.first_password(request.actor, user)
        except HuiyinError as error:
            if error.status in (403, 404):
                raise
            skipped.append(str(error))
            continue
        person = roster.person(request.actor, user).user
        if password is None:
            skipped.append(_("%(name)s已有密码，或要两位管理员同意。在本人的页面上重设。") % {"name": person.name})
        else:
            slips.append({"person": person, "password": password})
    context = {"slips": slips, "skipped": skipped, "host": request.get_host(), "most": AT_ONCE}
    return render(request, "desk/office/people_slips.html", context)


pages = [
    path("office/people/import/", upload, name="office_import"),
    path("office/people/import/template/", template, name="office_import_template"),
    path("office/people/jobs/<uuid:job_id>/", job_page, name="office_job"),
    path("office/people/jobs/<uuid:job_id>/errors/", errors, name="office_job_errors"),
    path("office/people/passwords/", passwords, name="office_passwords"),
]
