"""每日邮件: a person has the count of waiting alerts sent once a day, or no longer."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from desk import fields
from kernel.errors import Invalid
from tenants import digests
from tenants.requests import StaffRequest

USUAL_HOUR = 8


class DigestForm(forms.Form):
    address = forms.CharField(label=gettext_lazy("邮箱"), max_length=200, required=False)
    hour = forms.ChoiceField(label=gettext_lazy("每天几点"), required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["address"].widget.attrs = {"autocomplete": "email", "inputmode": "email"}
        hours = [(str(hour), _("%(hour)d 点") % {"hour": hour}) for hour in digests.HOURS]
        self.fields["hour"] = forms.ChoiceField(label=gettext_lazy("每天几点"), choices=hours, required=False)


@never_cache
@require_http_methods(["GET", "POST"])
def page(request: StaffRequest) -> HttpResponse:
    wish = digests.of(request.user)
    if request.method == "GET":
        given = {"address": wish.address if wish else "", "hour": str(wish.hour if wish else USUAL_HOUR)}
        return _page(request, DigestForm(initial=given), wanted=wish is not None)
    if request.POST.get("act") == "stop":
        digests.withdraw(request.user)
        return HttpResponseRedirect(reverse("desk:account"))
    form = DigestForm(request.POST)
    try:
        digests.choose(request.user, address=request.POST.get("address", ""), hour=request.POST.get("hour", ""))
    except Invalid as error:
        fields.take(form, error)
        return _page(request, form, wanted=wish is not None)
    return HttpResponseRedirect(reverse("desk:account"))


def _page(request: StaffRequest, form: DigestForm, *, wanted: bool) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return render(request, "desk/digest.html", {"form": form, "wanted": wanted}, status=status)


pages = [path("account/digest", page, name="digest")]
