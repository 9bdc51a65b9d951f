"""接口令牌: keys of other systems, issued, shown once and revoked by the office's administrator (R19)."""

from __future__ import annotations

from datetime import timedelta
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

from desk import fields
from desk.forms.base import DayField
from desk.office import scopes, secrets
from desk.office.tabs import tabs
from kernel.clock import recorded_now, today
from kernel.errors import HuiyinError
from tenants import tokens as scope_of
from tenants.administration import roster, tokens
from tenants.models import ApiToken
from tenants.requests import StaffRequest

USUAL_LIFE = timedelta(days=180)


class TokenForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("系统名称"), max_length=40, required=False)
    department = forms.ChoiceField(label=gettext_lazy("所在机构"), required=False)
    expires_on = DayField(label=gettext_lazy("到期日"), required=False)
    verbs = forms.MultipleChoiceField(
        label=gettext_lazy("可以做什么"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, places: list[Any], role: str, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.role = role
        self.fields["department"].choices = [(str(row.pk), _place(row)) for row in places]  # type: ignore[attr-defined]
        self.fields["verbs"].choices = scopes.choices(role)  # type: ignore[attr-defined]
        last = tokens.last_day()
        self.fields["expires_on"].widget.attrs |= {"min": today().isoformat(), "max": last.isoformat()}
        self.fields["name"].help_text = _("办理记录里显示这个名称，例如：12345 热线。")
        self.fields["department"].help_text = _("系统看得到什么，与这个机构里同岗位的人一样。")

    def clean_department(self) -> UUID:
        return UUID(self.cleaned_data["department"] or str(UUID(int=0)))


def _place(row: Any) -> str:
    return row.name if row.parent_id is None or row.id == row.unit_id else f"{row.unit.name} {row.name}"


@never_cache
@require_GET
def listing(request: StaffRequest) -> HttpResponse:
    now = recorded_now()
    rows = [_row(request, token, now) for token in tokens.listed(request.actor)]
    shown = next((row for row in rows if row["secret"]), None)
    context = {
        "live": [row for row in rows if not row["ended"]],
        "ended": [row for row in rows if row["ended"]],
        "shown": shown,
        "tabs": tabs(request),
    }
    return render(request, "desk/office/tokens.html", context)


def _row(request: StaffRequest, token: ApiToken, now: Any) -> dict[str, Any]:
    ended = ""
    asked = getattr(token, "request", None)  # none of the time when one administrator issued them
    waiting = token.agreed_at is None
    if token.revoked_at is not None:
        ended = asked.get_status_display() if asked is not None and waiting else _("已撤销")
    elif token.expires_at <= now:
        ended = _("已到期")
    names = dict(scopes.roles())
    return {
        "token": token,
        "place": _place(token.department),
        "role": _("、").join(names.get(code, code) for code in token.roles),
        "scope": scopes.said(token.verbs),
        "waiting": waiting,
        "ended": ended,
        "secret": secrets.take(request, token.pk) if not ended else "",
    }


@never_cache
@require_http_methods(["GET", "POST"])
def create(request: StaffRequest) -> HttpResponse:
    """The role is chosen first: it decides what the scope may name."""
    places = tokens.places(request.actor)
    known = scopes.roles()
    asked = request.POST.get("role") or request.GET.get("role", "")
    role = asked if asked in dict(known) else "R2"
    if request.method == "POST":
        form = TokenForm(request.POST, places=places, role=role)
        if form.is_valid() and (made := _asked(request, form, role)) is not None:
            return made
        return _create_page(request, form, known, 422)
    first = {
        "department": str(places[0].pk),
        "expires_on": today() + USUAL_LIFE,
        "verbs": [scope_of.READ],
    }
    return _create_page(request, TokenForm(initial=first, places=places, role=role), known, 200)


def _asked(request: StaffRequest, form: TokenForm, role: str) -> HttpResponse | None:
    given = form.cleaned_data
    try:
        token, first = tokens.ask(
            request.actor,
            name=given["name"],
            department=given["department"],
            roles=[role],
            verbs=given["verbs"],
            expires_on=given["expires_on"] or today() - timedelta(days=1),
        )
    except HuiyinError as error:
        fields.take(form, error)
        return None
    secrets.put(request, token.pk, first)
    return HttpResponseRedirect(reverse("desk:tokens"))


def _create_page(request: StaffRequest, form: TokenForm, known: list[tuple[str, str]], status: int) -> HttpResponse:
    here = reverse("desk:token_new")
    context = {
        "form": form,
        "role": form.role,
        "roles": [{"url": f"{here}?role={code}", "text": name, "current": code == form.role} for code, name in known],
        "notes": scopes.notes(),
        "second": roster.second_pair(request.actor),
        "tabs": tabs(request),
    }
    return render(request, "desk/office/token_new.html", context, status=status)


@require_POST
def revoke(request: StaffRequest, token_id: UUID) -> HttpResponse:
    tokens.revoke(request.actor, token_id)
    return HttpResponseRedirect(reverse("desk:tokens"))


pages = [
    path("office/tokens/", listing, name="tokens"),
    path("office/tokens/new/", create, name="token_new"),
    path("office/tokens/<uuid:token_id>/revoke/", revoke, name="token_revoke"),
]
