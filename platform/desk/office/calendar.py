"""日历 (R19, domain §14.2): the year as it is counted here; local days added, taken back, read from a file. What a
change reaches is said before it is saved; the clocks themselves follow in the background."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core import signing
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from cases.queries.calendar import Reach, reach
from desk import dates, fields
from desk.forms.base import DayField
from kernel.clock import today
from kernel.errors import Invalid, NotFound
from tenants import calendar_year, calendars
from tenants.administration import calendar_days
from tenants.administration.calendar_days import Planned
from tenants.administration.ground import require_admin
from tenants.requests import StaffRequest
from tenants.workdays import Day

SALT = "desk.calendar"
KEPT_S = 3600


class _Form(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages["required"] = _("填写%(label)s。") % {"label": field.label}


class DaysForm(_Form):
    first = DayField(label=gettext_lazy("起始日期"))
    last = DayField(label=gettext_lazy("截止日期"), required=False, help_text=gettext_lazy("只有一天的，留空。"))
    worked = forms.ChoiceField(
        label=gettext_lazy("这些天"),
        choices=[("no", gettext_lazy("放假")), ("yes", gettext_lazy("上班"))],
        widget=forms.RadioSelect,
        initial="no",
    )
    name = forms.CharField(
        label=gettext_lazy("名称"), max_length=60, help_text=gettext_lazy("例如“自治县成立纪念日”。")
    )
    source = forms.CharField(
        label=gettext_lazy("依据"),
        max_length=calendar_days.LONGEST_SOURCE,
        help_text=gettext_lazy("公布这几天的文件和文号。每个期限的“为什么”都会引用日历。"),
    )

    def days(self) -> dict[date, Day]:
        given = self.cleaned_data
        return calendar_days.span(
            given["first"], given.get("last"), worked=given["worked"] == "yes", name=given["name"]
        )


class FileForm(_Form):
    """Stands on one page with the other form: its fields have ids of their own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="file-%s", **kwargs)

    file = forms.FileField(
        label=gettext_lazy("文件"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={"empty": gettext_lazy("文件是空的。每行写：日期、是否上班、名称。")},
        help_text=gettext_lazy(".xlsx 或 .csv，每行：日期、是否上班、名称。"),
    )
    source = forms.CharField(label=gettext_lazy("依据"), max_length=calendar_days.LONGEST_SOURCE)


def _year(request: StaffRequest) -> int:
    given = request.GET.get("year", "") or request.POST.get("year", "")
    number = int(given) if given.isdecimal() and len(given) == 4 else today().year
    return number if calendars.in_range(number) else today().year


def _back(number: int, done: str, count: int = 0) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('desk:calendar')}?year={number}&done={done}&count={count}")


def _done(request: StaffRequest) -> str:
    given = request.GET.get("count", "")
    count = int(given) if given.isdecimal() and len(given) < 5 else 0
    if request.GET.get("done") == "added":
        said = ngettext("已加入 %(n)d 天。", "已加入 %(n)d 天。", count) % {"n": count}
    elif request.GET.get("done") == "removed":
        said = _("已撤回，这一天照上级的日历算。")
    else:
        return ""
    return said + _("受影响的期限正在后台重新计算，每一件的经过里会写明。")


@never_cache
@require_GET
def page(request: StaffRequest) -> HttpResponse:
    require_admin(request.actor)
    given = request.GET.get("first", "")[:10]
    return _page(request, DaysForm(initial={"first": given} if given else None))


def _page(request: StaffRequest, form: DaysForm, *, file_form: FileForm | None = None, **extra: Any) -> HttpResponse:
    number, now = _year(request), today()
    context = {
        "year": calendar_year.year(calendar_days.place_of(request.actor), number),
        "before": number - 1 if calendars.in_range(number - 1) else None,
        "after": number + 1 if calendars.in_range(number + 1) else None,
        "weekdays": dates.WEEKDAYS,
        "today": now,
        "warning": calendars.missing_year_warning(now),
        "form": form,
        "file_form": file_form or FileForm(),
        "done": _done(request) if request.method == "GET" else "",
        **extra,
    }
    wrong = bool(form.errors or (file_form is not None and file_form.errors))
    return render(request, "desk/office/calendar.html", context, status=422 if wrong else 200)


# --- one's own days ---------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["POST"])
def add(request: StaffRequest) -> HttpResponse:
    """First what it would change, then, sent again from there, the change."""
    require_admin(request.actor)
    form = DaysForm(request.POST)
    if form.is_valid():
        try:
            days = form.days()
            if request.POST.get("step") == "save":
                count = calendar_days.add(request.actor, days, source=form.cleaned_data["source"])
                return _back(min(days).year, "added", count)
            return _effect(request, calendar_days.planned(calendar_days.place_of(request.actor), days), form)
        except Invalid as error:
            fields.take(form, error)
    return _page(request, form)


def _effect(request: StaffRequest, plan: list[Planned], form: forms.Form | None, **extra: Any) -> HttpResponse:
    """The page between: which days turn, how many clocks follow, and the one button that does it."""
    turning = [one for one in plan if one.changes]
    reached = reach(calendar_days.place_of(request.actor), [one.day for one in turning])
    number = plan[0].day.year
    known = calendars.calendar_for(calendars.NATION).years
    context = {
        "plan": plan,
        "turning": len(turning),
        "reach": reached,
        "reach_text": _reach_text(reached),
        "provisional": sorted({one.day.year for one in plan} - known),
        "form": form,
        "back": f"{reverse('desk:calendar')}?year={number}",
        "act_url": reverse("desk:calendar_add"),
        "act": ngettext("加入 %(n)d 天", "加入 %(n)d 天", len(plan)) % {"n": len(plan)},
        "title": _("加入日历前看一看"),
        "stay": _("先不加入"),
        **extra,
    }
    return render(request, "desk/office/calendar_effect.html", context)


def _reach_text(reached: Reach) -> str:
    if not reached.clocks:
        return _("没有在走的期限受影响。")
    said = ngettext("%(n)d 条在走的期限会重新计算", "%(n)d 条在走的期限会重新计算", reached.clocks) % {
        "n": reached.clocks
    }
    if reached.offices > 1:
        said += _("（本局和下级共 %(n)d 个机构）") % {"n": reached.offices}
    return said + _("。计算在后台进行，不影响办件。")


@never_cache
@require_http_methods(["GET", "POST"])
def remove(request: StaffRequest, day: str) -> HttpResponse:
    """Before: what the day turns into. After: it follows the place above again."""
    require_admin(request.actor)
    try:
        wanted = date.fromisoformat(day)
    except ValueError:
        raise NotFound from None
    if request.method == "POST":
        calendar_days.remove(request.actor, wanted)
        return _back(wanted.year, "removed")
    place = calendar_days.place_of(request.actor)
    if not any(one.own and one.row.date == wanted for one in calendar_year.local_days(place, wanted.year)):
        raise NotFound
    return _effect(
        request,
        calendar_days.without(place, [wanted]),
        None,
        act_url=reverse("desk:calendar_remove", args=[day]),
        act=_("撤回这一天"),
        title=_("撤回前看一看"),
        stay=_("先不撤回"),
    )


@never_cache
@require_http_methods(["POST"])
def load(request: StaffRequest) -> HttpResponse:
    """A file of days: read, shown, and put in force when sent again from there."""
    require_admin(request.actor)
    actor = request.actor
    if request.POST.get("step") == "save":
        days, source = _kept(request.POST)
        count = calendar_days.add(actor, days, source=source, imported=True)
        return _back(min(days).year, "added", count)
    form = FileForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            days = calendar_days.read(actor, request.FILES.get("file"))
            plan = calendar_days.planned(calendar_days.place_of(actor), days)
            extra = {"act_url": reverse("desk:calendar_load"), "kept": _keep(days, form.cleaned_data["source"])}
            return _effect(request, plan, None, **extra)
        except Invalid as error:
            _take_rows(form, error)
    return _page(request, DaysForm(), file_form=form, importing=True)


def _take_rows(form: FileForm, error: Invalid) -> None:
    """Rows that cannot be read stand at the field, each with its number."""
    rows = [f"{row}：{text}" for row, texts in error.fields.items() if row != "file" for text in texts]
    for text in [*(error.fields.get("file") or ([] if rows else [str(error)])), *rows[:20]]:
        form.add_error("file", text)


def _keep(days: Mapping[date, Day], source: str) -> str:
    rows = [[day.isoformat(), row.is_workday, row.name] for day, row in days.items()]
    return signing.dumps([rows, source], salt=SALT, compress=True)


def _kept(given: Mapping[str, str]) -> tuple[dict[date, Day], str]:
    try:
        rows, source = signing.loads(given.get("kept", ""), salt=SALT, max_age=KEPT_S)
    except (signing.BadSignature, ValueError):
        raise Invalid(_("预览放得太久了。重新选文件再导入。"), way_on=reverse("desk:calendar")) from None
    return {date.fromisoformat(day): Day(worked, name) for day, worked, name in rows}, source


pages = [
    path("calendar/", page, name="calendar"),
    path("calendar/days/", add, name="calendar_add"),
    path("calendar/days/<str:day>/remove/", remove, name="calendar_remove"),
    path("calendar/import/", load, name="calendar_load"),
]
