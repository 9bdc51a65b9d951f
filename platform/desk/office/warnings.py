"""预警 (R19, design §6): when a deadline is warned of here, from which number on an event, and who changed it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from desk import fields
from desk.office.department_forms import Plain
from kernel.errors import HuiyinError, Invalid, Stale
from supervision import setting_warnings
from supervision.setting_warnings import Present
from supervision.warning_rules import SETTINGS
from tenants.administration import roster
from tenants.requests import StaffRequest

CLOCKS = ("remind_1", "remind_2", "remind_3", "overdue", "serious", "grave")


class WarningsForm(Plain):
    def __init__(self, there: Present, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={**there.values._asdict(), "seen": there.version}, **kwargs)
        for name, setting in SETTINGS.items():
            over = getattr(there.above, name)
            said = _("上级定 %(n)d；可以更早、更严") if setting.binds and there.bound else _("不设时 %(n)d")
            self.fields[name] = forms.IntegerField(
                label=str(setting.title),
                min_value=0,
                max_value=setting.most,
                help_text=said % {"n": over},
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )

    @property
    def clocks(self) -> list[forms.BoundField]:
        return [self[name] for name in CLOCKS]

    @property
    def events(self) -> list[forms.BoundField]:
        return [self[name] for name in SETTINGS if name not in CLOCKS]

    def given(self) -> dict[str, int]:
        return {name: self.cleaned_data[name] for name in SETTINGS}


@never_cache
@require_http_methods(["GET", "POST"])
def edit(request: StaffRequest) -> HttpResponse:
    there = setting_warnings.present(request.actor)
    form = WarningsForm(there, request.POST or None)
    refusal: HuiyinError | None = None
    if request.method == "POST" and form.is_valid():
        try:
            changed = setting_warnings.put(request.actor, form.given(), version=form.seen_as)
        except Invalid as error:
            fields.take(form, error)
        except HuiyinError as error:
            refusal = error
        else:
            return HttpResponseRedirect(f"{reverse('desk:warnings')}?done={'set' if changed else 'same'}")
    stale = None
    if isinstance(refusal, Stale):
        stale = {"text": str(refusal), "url": reverse("desk:warnings")}
        form.look_again(setting_warnings.present(request.actor).version)
    done = {"set": _("已保存，本单位和下级的提醒按新的天数算。"), "same": _("没有改动。")}
    names = roster.names({one.by for one in there.past})
    context = {
        "form": form,
        "there": there,
        "done": done.get(request.GET.get("done", ""), ""),
        "stale": stale,
        "refusal": None if stale else refusal,
        "past": [{"at": one.at, "by": names.get(one.by, ""), "lines": _lines(one)} for one in there.past],
    }
    status = 200 if refusal is None and not form.errors else refusal.status if refusal is not None else 422
    return render(request, "desk/office/warnings.html", context, status=status)


def _lines(one: setting_warnings.Set) -> list[str]:
    return [
        _("%(title)s：%(was)d 改为 %(is)d") % {"title": SETTINGS[name].title, "was": was, "is": now}
        for name, (was, now) in one.changed.items()
    ]


pages = [path("rules/warnings/", edit, name="warnings")]
