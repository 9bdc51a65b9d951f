"""What is said once for several cases: the section and person, or the receiver, date and letter."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.queries import staffing
from desk.forms.base import DayField
from desk.transfer_form import LONGEST_NOTE


class AllotTogether(forms.Form):
    to_department = forms.ChoiceField(
        label=gettext_lazy("科室"), error_messages={"required": gettext_lazy("选一个科室。")}
    )
    handler = forms.ChoiceField(label=gettext_lazy("承办人"), required=False)

    def __init__(self, *args: Any, unit: UUID, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "%s", "label_suffix": "", **kwargs})
        places = staffing.sections(unit)
        people = staffing.people([place.id for place in places])
        self.fields["to_department"].choices = [(str(place.id), place.name) for place in places]  # type: ignore[attr-defined]
        grouped = [
            (place.short_name or place.name, [(f"{place.id}:{user}", name) for user, name in people[place.id]])
            for place in places
            if people[place.id]
        ]
        self.fields["handler"].choices = [("", _("先不定人")), *grouped]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Whoever names a person names that person's section too."""
        cleaned: dict[str, Any] = super().clean() or {}
        place, _sep, user = str(cleaned.get("handler") or "").partition(":")
        cleaned["handler"] = UUID(user) if user else None
        if place or cleaned.get("to_department"):
            cleaned["to_department"] = UUID(place or cleaned["to_department"])
        return cleaned


class SendTogether(forms.Form):
    q = forms.CharField(label=gettext_lazy("查找单位"), required=False)
    to = forms.UUIDField(
        label=gettext_lazy("转给谁"),
        error_messages={"invalid": gettext_lazy("选一个单位。"), "required": gettext_lazy("选一个单位。")},
    )
    feedback_on = DayField(label=gettext_lazy("反馈日期"), required=False)
    note = forms.CharField(
        label=gettext_lazy("附言"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"max_length": gettext_lazy("附言最多 2000 字。")},
    )

    def __init__(self, *args: Any, dated: bool, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "%s", "label_suffix": "", **kwargs})
        if dated:
            self.fields["feedback_on"].required = True
            self.fields["feedback_on"].error_messages["required"] = _("交办要写明反馈日期。")
        else:
            del self.fields["feedback_on"]
