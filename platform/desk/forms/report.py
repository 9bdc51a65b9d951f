"""结报 (T28a, D17): facts, handling, execution and the petitioner's attitude."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from desk.forms.base import WordsField

LONGEST = 20_000


class ReportForm(forms.Form):
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    facts = WordsField(label=_("查明的事实"), rows=5, max_length=LONGEST, required=False)
    handling = WordsField(label=_("办理经过"), rows=5, max_length=LONGEST, required=False)
    execution = WordsField(label=_("执行情况"), rows=2, max_length=LONGEST, required=False)
    attitude = WordsField(label=_("信访人的态度"), rows=2, max_length=LONGEST, required=False)
    hints: ClassVar[Mapping[str, str | Promise]] = {
        "execution": _("支持的诉求做了没有；没有要执行的可不填"),
        "attitude": _("他怎样说就怎样记"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        kwargs.setdefault("auto_id", "report-%s")
        super().__init__(*args, **kwargs)

    @property
    def parts(self) -> list[tuple[forms.BoundField, str | Promise]]:
        return [(self[name], self.hints.get(name, "")) for name in ("facts", "handling", "execution", "attitude")]

    def values(self) -> dict[str, str]:
        return {name: self.cleaned_data.get(name) or "" for name in ("facts", "handling", "execution", "attitude")}
