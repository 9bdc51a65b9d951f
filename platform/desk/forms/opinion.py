"""The form of an opinion: one answer for each demand; what is missing is the action's to say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.actions.opinions import ANSWER_FIELDS
from cases.codes.endings import GATES, Gate
from cases.models import Case, Demand
from cases.queries import drafting
from cases.queries.dossier import outcome_label
from desk.forms.base import DayField, WordsField
from kernel.errors import HuiyinError

Text = str | Promise
LONGEST = 20_000

MEANS: Mapping[str, Text] = {
    "SUPPORT": _("事实清楚，有法律依据"),
    "PARTIAL": _("一部分有法律依据"),
    "EXPLAIN": _("合理，但缺乏法律依据"),
    "REJECT": _("缺乏事实，或不合法律"),
    "ADOPT": _("照建议办"),
    "PARTLY": _("采纳其中一部分"),
    "DECLINE": _("说明不采纳的理由"),
}


class AnswerForm(forms.Form):
    """The answer to one demand."""

    outcome = forms.ChoiceField(label=_("结论"), widget=forms.RadioSelect, required=False)
    facts = WordsField(label=_("查明的事实"), rows=3, max_length=LONGEST, required=False)
    reasons = WordsField(label=_("答复"), rows=3, max_length=LONGEST, required=False)
    law = WordsField(label=_("依据"), rows=2, max_length=LONGEST, required=False)
    item = forms.CharField(label=_("执行事项"), max_length=500, required=False)
    execute_by = DayField(label=_("完成日期"), required=False)

    def __init__(self, *args: Any, outcomes: list[tuple[str, str]], **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = outcomes  # type: ignore[attr-defined]
        self.fields["reasons"].widget.attrs["placeholder"] = _("说清做什么、谁做、哪天前")
        self.fields["law"].widget.attrs["placeholder"] = _("例：《物业管理条例》第三十五条")
        self.fields["item"].widget.attrs["placeholder"] = _("例：更换曳引机，检验合格后启用")

    def typed(self) -> dict[str, str]:
        """What stands in the fields, valid or not: a draft keeps everything."""
        if not self.is_bound:
            return {name: str(self.initial.get(name, "") or "") for name in ANSWER_FIELDS}
        return {name: str(self.data.get(self.add_prefix(name), "") or "").strip() for name in ANSWER_FIELDS}


@dataclass(slots=True)
class Line:
    """A demand with its form. `open`: still to be written."""

    demand: Demand
    form: AnswerForm
    open: bool = False

    @property
    def outcome(self) -> str:
        return outcome_label(self.form.typed()["outcome"])

    @property
    def anchor(self) -> str:
        return f"d{self.demand.seq}"


class OpinionForm:
    """All answers of one opinion, bound to a POST or to the stored draft."""

    def __init__(
        self, case: Case, stored: Mapping[str, Mapping[str, str]], data: Mapping[str, Any] | None = None
    ) -> None:
        self.case = case
        present = {given.get("outcome", "") for given in stored.values()}
        if data is not None:
            present |= {str(value) for name, value in data.items() if name.endswith("-outcome")}
        choices = drafting.outcomes(case, present)
        self.lines = [
            Line(
                demand,
                AnswerForm(
                    data,
                    prefix=f"d{demand.seq}",
                    initial=dict(stored.get(str(demand.id), {})),
                    outcomes=choices,
                    auto_id="%s",
                ),
            )
            for demand in case.demands.all()
        ]
        self.means = MEANS

    def answers(self) -> dict[str, dict[str, str]]:
        return {str(line.demand.id): line.form.typed() for line in self.lines}

    def mark(self, missing: Iterable[Mapping[str, str]]) -> None:
        """The first demand that is not finished opens; with one demand it is open always."""
        lacking = {item["demand"] for item in missing}
        first = next((line for line in self.lines if str(line.demand.id) in lacking), None)
        for line in self.lines:
            line.open = line is first or len(self.lines) == 1 or bool(line.form.errors)

    def take(self, error: HuiyinError) -> None:
        """A refusal goes to its fields: `answers.<demand>.<field>`."""
        by_id = {str(line.demand.id): line for line in self.lines}
        for name, texts in error.fields.items():
            kind, _dot, rest = name.partition(".")
            demand, _dot, field = rest.partition(".")
            line = by_id.get(demand) if kind == "answers" else None
            if line is not None and field in line.form.fields and line.form.is_bound:
                for text in texts:
                    line.form.add_error(field, text)


class SendBackForm(forms.Form):
    """退回重办 (T24): which gates failed, and what is to be changed."""

    gates = forms.MultipleChoiceField(
        label=_("哪一关没有过"),
        choices=[(code.value, code.label) for code in (Gate.FACTS, Gate.POLICY, Gate.HANDLING, Gate.MATERIAL)],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    reason = WordsField(label=_("哪里要改"), rows=3, required=False)
    notes: ClassVar[Mapping[str, Text]] = {
        "facts": _("没有查清，或与材料不符"),
        "policy": _("依据不对，或没有说透"),
        "handling": _("办法不当，或没有做到"),
        "material": _("联系记录、证明不全"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        kwargs.setdefault("auto_id", "send_back-%s")
        super().__init__(*args, **kwargs)


def gate_words(codes: Iterable[str]) -> str:
    return _("、").join(GATES.label(code) for code in codes)
