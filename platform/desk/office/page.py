"""本局信息 (R 18(1), domain P20): what the office makes public, edited by its administrator; and the public page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from desk import fields
from desk.forms.base import WordsField
from desk.office.department_forms import Plain
from desk.office.tabs import tabs
from kernel.errors import HuiyinError, Invalid, Stale
from tenants.administration import office_page
from tenants.administration.ground import require_admin
from tenants.administration.office_page import LONGEST_TEXT, Published
from tenants.context import current_tenant
from tenants.models import Tenant
from tenants.requests import StaffRequest


class PublishedForm(Plain):
    address = forms.CharField(label=gettext_lazy("接待地点"), max_length=200)
    hours = forms.CharField(label=gettext_lazy("接待时间"), max_length=200)
    phone = forms.CharField(label=gettext_lazy("咨询投诉电话"), max_length=40)
    mail_address = forms.CharField(
        label=gettext_lazy("通信地址"),
        max_length=200,
        help_text=gettext_lazy("来信寄到哪里，写上邮编。留空就是接待地点。"),
    )
    online = forms.CharField(
        label=gettext_lazy("网络信访渠道"), max_length=200, help_text=gettext_lazy("网址、公众号或小程序的名称。")
    )
    procedure = WordsField(
        label=gettext_lazy("办理程序"),
        rows=7,
        max_length=LONGEST_TEXT,
        help_text=gettext_lazy("一步一行，如“登记：每一件都登记”。留空按本地规则的期限自动写。"),
    )
    query_how = WordsField(
        label=gettext_lazy("怎样查询"),
        rows=3,
        max_length=LONGEST_TEXT,
        help_text=gettext_lazy("一种办法一行。留空写：凭查询码查询。"),
    )
    laws = WordsField(
        label=gettext_lazy("法规依据"),
        rows=3,
        max_length=LONGEST_TEXT,
        help_text=gettext_lazy("一部一行。留空写《信访工作条例》。"),
    )
    conveniences = WordsField(
        label=gettext_lazy("便民事项"),
        rows=3,
        max_length=LONGEST_TEXT,
        help_text=gettext_lazy("领导接访日、公交线路、无障碍通道、代办点等，一项一行。留空不显示。"),
    )


def _now(tenant: Tenant) -> dict[str, Any]:
    return {"seen": office_page.seen(tenant), **{name: getattr(tenant, name) for name in office_page.COLUMNS}}


@never_cache
@require_http_methods(["GET", "POST"])
def edit(request: StaffRequest) -> HttpResponse:
    """The administrator writes; beside it how it reads to the public."""
    require_admin(request.actor)
    tenant = office_page.fresh(request.actor.tenant)
    form = PublishedForm(request.POST or None, initial=_now(tenant))
    refusal: HuiyinError | None = None
    if request.method == "POST" and form.is_valid():
        given = Published(**{name: form.cleaned_data[name] for name in office_page.COLUMNS})
        try:
            office_page.publish(request.actor, given=given, seen_as=form.seen_as)
        except Invalid as error:
            fields.take(form, error)
        except HuiyinError as error:
            refusal = error
        else:
            return HttpResponseRedirect(f"{reverse('desk:office_page')}?done=published")
    stale = None
    if isinstance(refusal, Stale):
        stale = {"text": str(refusal), "url": reverse("desk:about")}
        form.look_again(office_page.seen(office_page.fresh(request.actor.tenant)))
    context = {
        "form": form,
        "tabs": tabs(request),
        "done": _("已公布。") if request.GET.get("done") == "published" else "",
        "stale": stale,
        "refusal": None if stale else refusal,
        "published_at": tenant.published_at,
        "public_url": request.build_absolute_uri(reverse("desk:about")),
        "missing": [name for name in ("address", "hours", "phone") if not getattr(tenant, name)],
    }
    status = 200 if refusal is None and not form.errors else refusal.status if refusal is not None else 422
    return render(request, "desk/office/page.html", context, status=status)


@require_GET
def about(request: HttpRequest) -> HttpResponse:
    """For everybody, without signing in: where, when, how, by when, and how to ask what became of it."""
    tenant = current_tenant()
    context = {
        "office": tenant,
        "mail_address": tenant.mail_address or tenant.address,
        "steps": office_page.steps(tenant),
        "query_ways": office_page.query_ways(tenant),
        "laws": office_page.laws(tenant),
        "conveniences": office_page.conveniences(tenant),
        "phones": _phones(tenant.phone),
    }
    return render(request, "desk/office/about.html", context)


def _phones(text: str) -> list[dict[str, str]]:
    """Each number with what a telephone dials."""
    for mark in "，、;；":
        text = text.replace(mark, ",")
    parts = [part.strip() for part in text.split(",") if part.strip()]
    return [{"text": part, "dial": "".join(c for c in part if c.isdigit() or c == "+")} for part in parts]


pages = [
    path("office/page/", edit, name="office_page"),
    path("about", about, name="about"),
]
