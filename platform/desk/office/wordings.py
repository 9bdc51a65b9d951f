"""常用语: written, changed and ended in one place, by the administrator for all or a unit's office head for its own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cases.actions import wordings as acts
from cases.codes.endings import ADOPTIONS, OUTCOMES
from cases.models import Wording
from cases.queries import wordings
from cases.queries.dossier import outcome_label
from desk import fields
from desk.forms.base import WordsField
from desk.office.department_forms import Plain
from desk.office.tabs import tabs
from kernel.errors import HuiyinError, NotFound
from tenants.finding import department_name
from tenants.requests import StaffRequest

SAID = {"added": gettext_lazy("已存，起草时就能挑。"), "ended": gettext_lazy("已停用，不再给人挑。")}


class WordingForm(Plain):
    kind = forms.ChoiceField(label=gettext_lazy("用在哪里"), choices=Wording.Kind.choices, widget=forms.RadioSelect)
    outcome = forms.ChoiceField(label=gettext_lazy("哪种结论"), help_text=gettext_lazy("只对“答复”有用。"))
    title = forms.CharField(
        label=gettext_lazy("名称"), max_length=acts.LONGEST_TITLE, help_text=gettext_lazy("如：维修资金公示。")
    )
    text = WordsField(
        label=gettext_lazy("内容"),
        rows=5,
        max_length=acts.LONGEST,
        help_text=gettext_lazy("不写姓名、电话；要填的地方用“某某”“某日”。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grouped = [
            (_("申诉求决"), [(code.code, code.label) for code in OUTCOMES if code.code != "unrecorded"]),
            (_("建议意见"), [(code.code, code.label) for code in ADOPTIONS]),
        ]
        self.fields["outcome"].choices = [("", _("都可以")), *grouped]  # type: ignore[attr-defined]


@never_cache
@require_http_methods(["GET", "POST"])
def page(request: StaffRequest, wording_id: UUID | None = None) -> HttpResponse:
    """The list with a form: empty, or with the one that is changed."""
    actor = request.actor
    unit = acts.scope(actor)
    row = wordings.find(unit, wording_id) if wording_id is not None else None
    if wording_id is not None and row is None:
        raise NotFound
    if request.method == "POST" and request.POST.get("action") == "end" and row is not None:
        acts.end_wording(actor, row.id)
        return HttpResponseRedirect(f"{reverse('desk:wordings')}?done=ended")
    first = {name: getattr(row, name) for name in ("kind", "outcome", "title", "text")} if row else {"kind": "reasons"}
    form = WordingForm(request.POST or None, initial=first)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = {name: form.cleaned_data[name] for name in ("kind", "outcome", "title", "text")}
            try:
                acts.write_wording(actor, row.id if row is not None else None, **given)
                return HttpResponseRedirect(f"{reverse('desk:wordings')}?done=added")
            except HuiyinError as error:
                fields.take(form, error)
                status = error.status
    kept = wordings.kept(unit)
    groups = [
        {
            "kind": kind.label,
            "rows": [(one, outcome_label(one.outcome) if one.outcome else "") for one in kept if one.kind == kind],
        }
        for kind in Wording.Kind
    ]
    context = {
        "tabs": tabs(request) if unit is None else [],
        "form": form,
        "row": row,
        "groups": [group for group in groups if group["rows"]],
        "total": len(kept),
        "unit": department_name(unit) if unit is not None else "",
        "done": SAID.get(request.GET.get("done", ""), ""),
    }
    return render(request, "desk/office/wordings.html", context, status=status)


pages = [
    path("office/wordings/", page, name="wordings"),
    path("office/wordings/<uuid:wording_id>/", page, name="wording"),
]
