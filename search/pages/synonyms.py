"""近义词: the office's own, written by its administrator; what holds from above and for the country stands beneath."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kernel.errors import HuiyinError
from search.language import synonyms
from tenants.requests import StaffRequest

SAID = {"added": _("已存，查询时互相找得到。"), "ended": _("已停用，不再互相找。")}


class SynonymForm(forms.Form):
    """Nothing is required here: what is missing the action says, at the field."""

    words = forms.CharField(
        label=_("一组近义词"),
        required=False,
        max_length=300,
        help_text=_("用空格或顿号隔开，如：棚改 棚户区改造 旧改。"),
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )


@never_cache
@require_http_methods(["GET", "POST"])
def page(request: StaffRequest, synonym_id: UUID | None = None) -> HttpResponse:
    """The list with a form: empty, or with the group that is changed."""
    actor = request.actor
    synonyms.require_keeper(actor)
    row = synonyms.find(synonym_id) if synonym_id is not None else None
    if request.method == "POST" and request.POST.get("action") == "end" and row is not None:
        synonyms.end(actor, row.id)
        return HttpResponseRedirect(f"{reverse('search:synonyms')}?done=ended")
    form = SynonymForm(request.POST or None, initial={"words": str(row or "")}, auto_id="%s", label_suffix="")
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                synonyms.write(actor, row.id if row is not None else None, words=form.cleaned_data["words"])
                return HttpResponseRedirect(f"{reverse('search:synonyms')}?done=added")
            except HuiyinError as error:
                for texts in error.fields.values() or [[str(error)]]:
                    for text in texts:
                        form.add_error("words", str(text))
                status = error.status
    context = {
        "form": form,
        "row": row,
        "kept": synonyms.kept(),
        "inherited": synonyms.inherited(actor.tenant),
        "done": SAID.get(request.GET.get("done", ""), ""),
    }
    return render(request, "search/synonyms.html", context, status=status)
