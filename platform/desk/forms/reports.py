"""What an assigning or relaying office decides: forward_report, approve_report, return_report, defer; and turn_down."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import actions, deadlines
from cases.codes.endings import Gate
from cases.queries import dossier, labels
from cases.states import Task
from desk.forms.base import DayField, Effect, VerbForm, WordsField


class ForwardReport(VerbForm):
    verb = "forward_report"
    note = gettext_lazy("结报送到把件转给本局的上一级。")


class ApproveReport(VerbForm):
    verb = "approve_report"
    note = gettext_lazy("四关都过，才审核通过：事实、政策、处理、材料。")
    text = WordsField(label=gettext_lazy("审核意见"), rows=2)

    def effects(self) -> list[Effect]:
        return [Effect(_("审核通过之后"), _("还欠上级的，转报上级；复查期或执行没完的，继续走；都完的，办结"))]


class ReturnReport(VerbForm):
    verb = "return_report"
    note = gettext_lazy("只是格式问题，意见书不动；其他的可以撤换意见书，重新办理。")
    gate = forms.ChoiceField(label=gettext_lazy("哪一关没有过"), choices=Gate.choices, widget=forms.RadioSelect)
    reason = WordsField(label=gettext_lazy("退回的理由"))
    redo = forms.BooleanField(
        label=gettext_lazy("撤换意见书，重新办理"), help_text=gettext_lazy("不勾：意见书有效，只补结报。")
    )
    feedback_on = DayField(label=gettext_lazy("新的反馈日期"), help_text=gettext_lazy("空着：按原来的日期。"))
    widths: ClassVar = {"feedback_on": 6}

    def effects(self) -> list[Effect]:
        leg = dossier.assignment(self.case)
        if leg is None or leg.feedback_due is None:
            return []
        day = deadlines.day_text(deadlines.local_day(leg.feedback_due))
        return [Effect(_("反馈期限恢复"), day, _("退回次数计入办理质量"))]


class Defer(VerbForm):
    verb = "defer"
    note = gettext_lazy("只改反馈期限；法定办理期限不变。")
    feedback_on = DayField(label=gettext_lazy("新的反馈日期"))
    reason = WordsField(label=gettext_lazy("理由"))
    widths: ClassVar = {"feedback_on": 6}

    def effects(self) -> list[Effect]:
        leg = dossier.assignment(self.case)
        if leg is None or leg.feedback_due is None:
            return []
        return [Effect(_("现在的反馈日期"), deadlines.day_text(deadlines.local_day(leg.feedback_due)))]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("feedback_on") is None and "feedback_on" not in self.errors:
            self.add_error("feedback_on", _("写明新的反馈日期。"))
        if self.propose and not cleaned.get("reason"):
            self.add_error("reason", _("写明为什么要延长。"))
        return cleaned

    @property
    def button(self) -> str:
        if self.propose:
            return _("申请延长结报")
        return _("同意延长") if self.case.task == Task.DEFER else self.heading


class TurnDown(VerbForm):
    """不批准: a proposal of somebody else, with the reason."""

    verb = "turn_down"
    proposal = forms.UUIDField(widget=forms.HiddenInput)
    reason = WordsField(label=gettext_lazy("不批准的理由"), help_text=gettext_lazy("提请的人看得见。"))

    def prepare(self) -> None:
        given = self.data.get("proposal") if self.is_bound else self.initial.get("proposal")
        self._label = ""
        try:
            wanted = UUID(str(given))
        except ValueError:
            return
        found = next((row for row in self.case.proposals.all() if row.id == wanted), None)
        self._label = labels.verb(found.verb) if found else ""

    @property
    def heading(self) -> str:
        return _("不批准%(verb)s") % {"verb": self._label}

    @property
    def button(self) -> str:
        return _("不批准")

    @property
    def stay(self) -> str:
        return _("先不决定")

    def done(self, **extra: Any) -> Any:
        given = self.cleaned_data.get("proposal")
        return actions.turn_down(
            self.actor,
            self.case.id,
            version=self.cleaned_data.get("version"),
            proposal=given if isinstance(given, UUID) else UUID(int=0),
            reason=self.cleaned_data.get("reason") or "",
        )
