"""事件推送: where the office's events go, whether they arrive, and what to send again (R19)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cases.queries import event_names
from cases.webhooks import collecting, sending
from cases.webhooks.payload import KINDS, PING
from desk import fields
from desk.office import secrets
from desk.office.tabs import tabs
from kernel import paging
from kernel.errors import HuiyinError
from tenants.administration import webhooks
from tenants.models import Delivery, Webhook
from tenants.requests import StaffRequest

PAGE = 50


def kind_word(kind: str) -> str:
    """The event as history says it, without its particulars."""
    if kind == PING:
        return _("试发")
    return event_names.name(kind)


class WebhookForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("接收系统"), max_length=40, required=False)
    url = forms.CharField(label=gettext_lazy("地址"), max_length=300, required=False)
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("推送哪些事件"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.fields["kinds"].choices = [(kind, kind_word(kind)) for kind in KINDS]  # type: ignore[attr-defined]
        self.fields["kinds"].help_text = _("一个都不勾，就是全部。")
        self.fields["url"].widget.attrs |= {"inputmode": "url", "placeholder": "https://"}
        self.fields["url"].help_text = _("https 地址，5 秒内回答 2xx 就算收到。")


@never_cache
@require_http_methods(["GET", "POST"])
def listing(request: StaffRequest) -> HttpResponse:
    rows = webhooks.listed(request.actor)
    form = WebhookForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        if form.is_valid() and (made := _added(request, form)) is not None:
            return made
        status = 422
    context = {
        "rows": [{"hook": hook, "waiting": waiting, "parked": parked} for hook, waiting, parked in rows],
        "form": form,
        "tabs": tabs(request),
    }
    return render(request, "desk/office/webhooks.html", context, status=status)


def _added(request: StaffRequest, form: WebhookForm) -> HttpResponse | None:
    given = form.cleaned_data
    try:
        hook, secret = webhooks.add(
            request.actor, name=given["name"], url=given["url"], kinds=given["kinds"], known=KINDS
        )
    except HuiyinError as error:
        fields.take(form, error)
        return None
    collecting.forget()
    secrets.put(request, hook.pk, secret)
    return HttpResponseRedirect(reverse("desk:webhook", args=[hook.pk]))


@never_cache
@require_GET
def one(request: StaffRequest, webhook_id: UUID) -> HttpResponse:
    """The receiver and its deliveries, the latest first."""
    hook = webhooks.one(request.actor, webhook_id)
    status = request.GET.get("status", "")
    found = paging.page(
        webhooks.deliveries(request.actor, hook, status), ("-id",), request.GET.get("after") or None, PAGE
    )
    here = reverse("desk:webhook", args=[hook.pk])
    shown = [("", _("全部")), *((value, str(label)) for value, label in Delivery.Status.choices)]
    parked = webhooks.deliveries(request.actor, hook, Delivery.Status.PARKED)
    every = set(hook.kinds) in (set(), set(KINDS))
    context = {
        "hook": hook,
        "secret": secrets.take(request, hook.pk),
        "kinds": _("全部") if every else _("、").join(kind_word(kind) for kind in hook.kinds),
        "rows": [_row(row) for row in found.items],
        "more": f"{here}?status={status}&after={found.next}" if found.next else "",
        "filters": [{"url": f"{here}?status={v}" if v else here, "text": t, "current": v == status} for v, t in shown],
        "parked": str(paging.capped_count(parked)),
        "any_parked": parked.exists(),
        "headers": _headers(),
    }
    return render(request, "desk/office/webhook.html", context)


def _row(row: Delivery) -> dict[str, Any]:
    return {
        "row": row,
        "kind": kind_word(row.kind),
        "state": row.get_status_display(),
        "error": webhooks.why(row.error) if row.error else "",
        "again": row.status != Delivery.Status.WAITING and row.case is not None,
    }


def _headers() -> Mapping[str, str]:
    """What a receiver finds beside the body; also told in the reference of the API."""
    return {
        "Huiyin-Delivery": _("这次推送的编号；重发不变，收到过的可以丢掉"),
        "Huiyin-Event": _("事件种类，与正文的 event.kind 相同"),
        "Huiyin-Timestamp": _("发出时间，1970 年以来的秒数；相差 5 分钟以上的不要收"),
        "Huiyin-Signature": _("v1= 后是 HMAC-SHA256：密钥对“Huiyin-Timestamp.正文”计算，十六进制"),
    }


@require_POST
def ping(request: StaffRequest, webhook_id: UUID) -> HttpResponse:
    sending.ping(request.actor, webhook_id)
    return _back(webhook_id)


@require_POST
def replay(request: StaffRequest, webhook_id: UUID) -> HttpResponse:
    """One delivery, or all that are parked."""
    given = request.POST.get("delivery", "")
    webhooks.replay(request.actor, webhook_id, UUID(given) if given else None)
    sending.nudge()
    return _back(webhook_id)


@require_POST
def switch(request: StaffRequest, webhook_id: UUID) -> HttpResponse:
    hook: Webhook = webhooks.switch(request.actor, webhook_id, active=request.POST.get("active") == "1")
    collecting.forget()
    return _back(hook.pk)


@require_POST
def remove(request: StaffRequest, webhook_id: UUID) -> HttpResponse:
    webhooks.remove(request.actor, webhook_id)
    collecting.forget()
    return HttpResponseRedirect(reverse("desk:webhooks"))


def _back(webhook_id: UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("desk:webhook", args=[webhook_id]))


pages = [
    path("office/webhooks/", listing, name="webhooks"),
    path("office/webhooks/<uuid:webhook_id>/", one, name="webhook"),
    path("office/webhooks/<uuid:webhook_id>/ping/", ping, name="webhook_ping"),
    path("office/webhooks/<uuid:webhook_id>/replay/", replay, name="webhook_replay"),
    path("office/webhooks/<uuid:webhook_id>/switch/", switch, name="webhook_switch"),
    path("office/webhooks/<uuid:webhook_id>/remove/", remove, name="webhook_remove"),
]
