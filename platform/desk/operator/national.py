"""全国日历: the years whose plan is known, and a new one from a file, looked at before it is put in force."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core import signing
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from desk import fields
from desk.operator.forms import NationalForm
from desk.operator.requests import OperatorRequest, entries
from kernel.clock import today
from kernel.errors import Invalid
from tenants import calendar_year, calendars, offices
from tenants.administration import national_days
from tenants.administration.calendar_days import planned
from tenants.workdays import Day

SALT = "desk.operator.calendar"
KEPT_S = 3600


@require_http_methods(["GET", "POST"])
def page(request: OperatorRequest) -> HttpResponse:
    """A POST reads the file and shows it; one with `kept` puts what was shown in force."""
    form = NationalForm(request.POST, request.FILES) if request.method == "POST" else NationalForm()
    if request.method == "POST":
        try:
            if "kept" in request.POST:
                days, source = _kept(request.POST["kept"])
                national_days.publish(request.user.pk, days, source=source)
                return HttpResponseRedirect(reverse("operator:national"))
            if form.is_valid():
                return _preview(request, national_days.read(request.FILES.get("file")), form.cleaned_data["source"])
        except Invalid as error:
            _take_rows(form, error)
    context = {
        "entries": entries(request.path),
        "form": form,
        "years": calendar_year.known_years(),
        "warning": calendars.missing_year_warning(today()),
    }
    return render(request, "desk/operator/national.html", context, status=422 if form.errors else 200)


def _preview(request: OperatorRequest, days: dict[date, Day], source: str) -> HttpResponse:
    rows = [[day.isoformat(), row.is_workday, row.name] for day, row in sorted(days.items())]
    context: dict[str, Any] = {
        "entries": entries(request.path),
        "plan": planned(calendars.NATION, days),
        "years": sorted({day.year for day in days}),
        "source": source,
        "offices": offices.totals().ready,
        "kept": signing.dumps([rows, source], salt=SALT, compress=True),
    }
    return render(request, "desk/operator/national_preview.html", context)


def _take_rows(form: NationalForm, error: Invalid) -> None:
    """Rows and years that cannot stand, at the field, each with its name."""
    if set(error.fields) <= {"file", "source"} and error.fields:
        fields.take(form, error)
        return
    form.is_valid()
    for text in [f"{row}：{text}" for row, texts in error.fields.items() for text in texts][:20] or [str(error)]:
        form.add_error("file", text)


def _kept(given: str) -> tuple[dict[date, Day], str]:
    try:
        rows, source = signing.loads(given, salt=SALT, max_age=KEPT_S)
    except (signing.BadSignature, ValueError):
        raise Invalid from None
    return {date.fromisoformat(day): Day(worked, name) for day, worked, name in rows}, source
