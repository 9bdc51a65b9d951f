"""送达 (T26, D20): how, when it was received, whether it was refused, what the petitioner said."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.codes.services import Signed, View, Way
from desk.forms.base import DayField
from kernel.clock import today

LONGEST = 200


class ServeForm(forms.Form):
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    way = forms.ChoiceField(
        label=gettext_lazy("送达方式"), choices=Way.choices, widget=forms.RadioSelect, required=False
    )
    received_on = DayField(label=gettext_lazy("收到日期"), required=False)
    signed = forms.ChoiceField(
        label=gettext_lazy("签收情况"),
        choices=[(Signed.SIGNED.value, Signed.SIGNED.label), (Signed.REFUSED.value, Signed.REFUSED.label)],
        widget=forms.RadioSelect,
        required=False,
        initial=Signed.SIGNED.value,
    )
    witness = forms.CharField(label=gettext_lazy("见证人"), max_length=60, required=False)
    view = forms.ChoiceField(
        label=gettext_lazy("信访人对答复的意见"),
        choices=[(code.value, code.label) for code in View],
        widget=forms.RadioSelect,
        required=False,
    )
    proof = forms.CharField(label=gettext_lazy("凭证"), max_length=LONGEST, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.fields["received_on"].widget.attrs["max"] = today().isoformat()

    def clean_received_on(self) -> Any:
        day = self.cleaned_data.get("received_on")
        if day is None:
            raise forms.ValidationError(_("写明信访人收到的日期，复查期从这一天起算。"))
        return day

    def clean_way(self) -> str:
        way = str(self.cleaned_data.get("way") or "")
        if not way:
            raise forms.ValidationError(_("选一种送达方式。"))
        return way

    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "version": given.get("version"),
            "way": given["way"],
            "received_on": given["received_on"],
            "refused": given.get("signed") == Signed.REFUSED,
            "witness": given.get("witness") or "",
            "view": given.get("view") or "",
            "proof": given.get("proof") or "",
        }
