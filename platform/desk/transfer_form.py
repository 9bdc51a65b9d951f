"""What is decided when a case is sent on: class and path, receiver, way, date, letter."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import policy
from cases.codes import CLASSES, class_of
from cases.models import Case, Proposal
from cases.states import Class, Path
from desk.copies import CopyField

WAYS = (("transfer", gettext_lazy("转送")), ("assign", gettext_lazy("交办")))
PATH_WORDS = (
    (Path.C6, gettext_lazy("信访程序（没有其他法定途径）")),
    (Path.C5, gettext_lazy("申请查处、履行职责")),
    (Path.C4, gettext_lazy("行政复议、裁决等")),
    (Path.C2, gettext_lazy("仲裁")),
    (Path.C1, gettext_lazy("诉讼、检察、公安程序")),
    (Path.C3, gettext_lazy("党员申诉")),
)
LONGEST_NOTE = 2000


class TransferForm(forms.Form):
    klass = forms.ChoiceField(
        label=gettext_lazy("类别"), required=False, choices=CLASSES.choices, widget=forms.RadioSelect
    )
    path = forms.ChoiceField(label=gettext_lazy("路径"), required=False, choices=PATH_WORDS)
    q = forms.CharField(label=gettext_lazy("查找单位"), required=False)
    to = forms.UUIDField(
        label=gettext_lazy("转给谁"), required=False, error_messages={"invalid": gettext_lazy("选一个单位。")}
    )
    way = forms.ChoiceField(label=gettext_lazy("方式"), choices=WAYS, widget=forms.RadioSelect)
    feedback_on = forms.DateField(
        label=gettext_lazy("反馈日期"),
        required=False,
        widget=forms.DateInput({"type": "date", "class": "form-control"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("反馈日期写成 2026-12-20 这样。")},
    )
    cq = forms.CharField(label=gettext_lazy("查找抄送单位"), required=False)
    copy = CopyField(label=gettext_lazy("抄送"), required=False)
    note = forms.CharField(
        label=gettext_lazy("附言"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea({"rows": 2}),
        error_messages={"max_length": gettext_lazy("附言最多 2000 字。")},
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("klass") != Class.C:
            cleaned["path"] = ""
        return cleaned

    def check_sending(self, *, classed: bool) -> None:
        """What must be there before the case leaves; looking something up asks for none of it."""
        given = self.cleaned_data
        if not classed and not given.get("klass") and "klass" not in self.errors:
            self.add_error("klass", _("先定类别，再转出去。"))
        if given.get("to") is None and "to" not in self.errors:
            self.add_error("to", _("选一个单位。"))
        if given.get("way") == "assign" and given.get("feedback_on") is None and "feedback_on" not in self.errors:
            self.add_error("feedback_on", _("交办要写明反馈日期。"))


def first(case: Case, proposal: Proposal | None, asked: str) -> dict[str, Any]:
    """What stands in the form at first: a colleague's proposal, else what the filing suggests."""
    klass = case.klass or class_of(case.filing.purpose)
    way = "assign" if policy.must_assign(case) else "transfer"
    found: dict[str, Any] = {"klass": klass, "path": case.path or Path.C6, "way": way, "to": uuid(asked)}
    if proposal is not None:
        fields = proposal.fields
        found["way"] = proposal.verb
        found["to"] = uuid(asked) or uuid(str(fields.get("to_department", "")))
        found["note"] = fields.get("letter_text", "")
        found["copy"] = list(fields.get("copy_to") or [])
        found["feedback_on"] = iso(str(fields.get("feedback_on") or ""))
    return found


def uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def iso(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
