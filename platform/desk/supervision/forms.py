"""What is typed on the pages of supervision. Whether a field is needed is the function's to say: none is required."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.codes.orders import INSTRUMENTS, TRIGGERS
from desk.forms.base import TOO_LONG, DayField, WordsField
from desk.forms.handling import FilesField
from desk.forms.handling import _Files as Files
from supervision.models import Advice, Concern

Choices = Iterable[tuple[str, str]]


class Plain(forms.Form):
    """No field is required; a text that is too long is told, not cut."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        kwargs.setdefault("auto_id", "%s")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = False
            field.widget.attrs.pop("maxlength", None)
            field.error_messages["max_length"] = TOO_LONG

    def choose(self, name: str, choices: Choices) -> None:
        self.fields[name].choices = list(choices)  # type: ignore[attr-defined]

    @property
    def shown(self) -> list[forms.BoundField]:
        return list(self.visible_fields())


def as_uuid(text: object) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None


class OrderForm(Plain):
    """A new order."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    to_department = forms.ChoiceField(label=gettext_lazy("督办谁"))
    instrument = forms.ChoiceField(label=gettext_lazy("督办方式"), widget=forms.RadioSelect)
    partners = forms.MultipleChoiceField(
        label=gettext_lazy("联合督查的参加单位"),
        widget=forms.SelectMultiple(attrs={"size": 5}),
        help_text=gettext_lazy("只有联合督查要选，可选几个。"),
    )
    basis = forms.ChoiceField(label=gettext_lazy("线索"))
    due = DayField(label=gettext_lazy("反馈日期"))
    reason = WordsField(label=gettext_lazy("理由和要求"), rows=5)

    def offer(self, bodies: Choices, instruments: Choices, partners: Choices) -> None:
        self.choose("to_department", bodies)
        self.choose("instrument", instruments)
        self.choose("partners", partners)
        self.choose("basis", [("", _("没有线索，直接督办")), *_triggers()])


def _triggers() -> list[tuple[str, str]]:
    return [(item.code, f"{item.code} {item.label}") for item in TRIGGERS]


class AnswerForm(Plain):
    """reply, report_progress"""

    text = WordsField(label=gettext_lazy("办理情况和结果"), rows=5)
    files = FilesField(  # type: ignore[assignment]
        label=gettext_lazy("材料"), widget=Files(attrs={"multiple": True}), help_text=gettext_lazy("可以一次选几个。")
    )


class ReasonForm(Plain):
    """lift, refer_up, dismiss, and the words of an accepted reply"""

    reason = WordsField(label=gettext_lazy("理由"), rows=3)


class ReturnForm(ReasonForm):
    due = DayField(label=gettext_lazy("新的反馈日期"))


class EscalateForm(ReturnForm):
    instrument = forms.ChoiceField(label=gettext_lazy("改用"), widget=forms.RadioSelect)
    field_order = ("version", "instrument", "reason", "due")


def order_form(verb: str, data: Any = None, files: Any = None, **more: Any) -> Plain:
    """The form of one step of an order."""
    kinds: Mapping[str, type[Plain]] = {
        "sign_for_order": Plain,
        "reply": AnswerForm,
        "report_progress": AnswerForm,
        "return_reply": ReturnForm,
        "escalate": EscalateForm,
        "refer_up": ReasonForm,
        "lift": ReasonForm,
        "accept_reply": Plain,
    }
    made = kinds[verb](data, files, auto_id=f"{verb}-%s", **more)
    if verb == "report_progress":
        made.fields["text"].label = _("进展")
    return made


class AdviceForm(Plain):
    token = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=gettext_lazy("建议的种类"), widget=forms.RadioSelect, choices=Advice.Kind.choices)
    to_department = forms.ChoiceField(label=gettext_lazy("平台上的单位"))
    to_body = forms.CharField(
        label=gettext_lazy("平台以外的机关"), max_length=60, help_text=gettext_lazy("如：县委、县人民政府。二者择一。")
    )
    text = WordsField(label=gettext_lazy("依据和建议"), rows=8)
    numbers = WordsField(
        label=gettext_lazy("依据的信访事项"),
        rows=2,
        help_text=gettext_lazy("编号，一行一个，可不填。"),
    )
    due = DayField(label=gettext_lazy("反馈日期"))


class AdoptForm(Plain):
    adopted = forms.ChoiceField(
        label=gettext_lazy("是否采纳"), widget=forms.RadioSelect, choices=Advice.Adoption.choices
    )
    text = WordsField(label=gettext_lazy("采纳的办法，或不采纳的理由"), rows=5)
    answered_on = DayField(label=gettext_lazy("反馈日期"), help_text=gettext_lazy("空着：今天。"))


class FollowForm(Plain):
    text = WordsField(label=gettext_lazy("落实情况"), rows=3)


class ConcernForm(Plain):
    token = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=gettext_lazy("情况"), widget=forms.RadioSelect, choices=Concern.Kind.choices)
    case_number = forms.CharField(
        label=gettext_lazy("信访件编号"), max_length=60, help_text=gettext_lazy("涉及哪一件，不清楚可不填。")
    )
    text = WordsField(label=gettext_lazy("时间、单位和情况"), rows=6)


class NoteForm(Plain):
    text = WordsField(label=gettext_lazy("怎样处理的"), rows=3)


def instrument_choices(codes: Iterable[str]) -> list[tuple[str, str]]:
    return [(code, INSTRUMENTS.label(code)) for code in codes]
