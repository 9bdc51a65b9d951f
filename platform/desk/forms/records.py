"""What is known of a case: complete, correct, reissue_code."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import actions
from cases.codes.contents import content_list
from cases.codes.purposes import CAUSES, PATHS, PURPOSES
from cases.states import Class
from desk.forms.base import Effect, VerbForm, WordsField
from kernel.clock import TZ

ON_CASE = ("title", "klass", "path", "important", "urgent")


class _Record(VerbForm):
    """Fields of the filing and the case as they stand; only what was changed is handed on."""

    kept = False  # an old copy of the fields would undo what somebody else changed meanwhile

    title = forms.CharField(label=gettext_lazy("标题"), max_length=120)
    klass = forms.ChoiceField(label=gettext_lazy("类别"))
    path = forms.ChoiceField(label=gettext_lazy("路径"))
    purpose = forms.ChoiceField(label=gettext_lazy("信访目的"))
    content_class = forms.ChoiceField(label=gettext_lazy("内容分类"))
    cause = forms.ChoiceField(label=gettext_lazy("信访原因"))
    place_detail = forms.CharField(label=gettext_lazy("具体地点"), max_length=120)
    persons = forms.IntegerField(label=gettext_lazy("信访人数"), min_value=1)
    concerned = forms.IntegerField(label=gettext_lazy("涉及人数"), min_value=1)
    important = forms.BooleanField(label=gettext_lazy("要信要访"))
    urgent = forms.BooleanField(label=gettext_lazy("重大紧急"))
    demands = WordsField(label=gettext_lazy("诉求"), rows=4, help_text=gettext_lazy("一行一项；每一项都要单独答复。"))
    widths: ClassVar = {
        "klass": 4,
        "path": 4,
        "purpose": 4,
        "content_class": 4,
        "cause": 4,
        "place_detail": 4,
        "persons": 4,
        "concerned": 4,
        "important": 6,
        "urgent": 6,
    }

    def prepare(self) -> None:
        blank = [("", _("还没有定"))]
        self._choose("klass", [*blank, *Class.choices])
        self._choose("path", [*blank, *PATHS.choices()])
        self._choose("purpose", [*blank, *PURPOSES.choices()])
        self._choose("cause", [*blank, *CAUSES.choices()])
        codes = content_list()
        fields = [code for code in codes if not code.parent]
        grouped = [
            (str(f.label), [(f.code, str(f.label)), *((c.code, str(c.label)) for c in codes.children(f.code))])
            for f in fields
        ]
        self._choose("content_class", [*blank, *grouped])
        self._now = {name: self._current(name) for name in self.fields if name in _KNOWN}
        self._demands = [row.text for row in self.case.demands.all()]
        for name, value in self._now.items():
            self.initial.setdefault(name, value)
        self.initial.setdefault("demands", "\n".join(self._demands))

    def _choose(self, name: str, choices: list[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def _current(self, name: str) -> Any:
        return getattr(self.case if name in ON_CASE else self.case.filing, name)

    def values(self) -> dict[str, Any]:
        changes = {}
        for name, before in self._now.items():
            after = self.cleaned_data.get(name)
            # What was not sent was not touched; a box that is not ticked is never sent.
            if name not in self.data and not isinstance(self.fields[name], forms.BooleanField):
                continue
            if after is None and name in ("persons", "concerned"):
                continue
            if after != before and not (after in (None, "") and before in (None, "")):
                changes[name] = after
        found: dict[str, Any] = {"changes": changes}
        demands = [line.strip() for line in str(self.cleaned_data.get("demands") or "").splitlines() if line.strip()]
        if "demands" in self.data and demands != self._demands:
            found["demands"] = demands
        return found

    @classmethod
    def from_proposal(cls, fields: Any) -> dict[str, Any]:
        """A proposal keeps what `values` gave: what was changed, under its own heading."""
        initial = dict(fields.get("changes", {}))
        if "demands" in fields:
            initial["demands"] = "\n".join(fields["demands"])
        if "reason" in fields:
            initial["reason"] = fields["reason"]
        if "received_at" in initial:
            initial["received_at"] = datetime.fromisoformat(initial["received_at"])
        return initial


_KNOWN = (
    "title",
    "klass",
    "path",
    "purpose",
    "content_class",
    "cause",
    "place_detail",
    "persons",
    "concerned",
    "important",
    "urgent",
    "received_at",
)


class Complete(_Record):
    verb = "complete"
    note = gettext_lazy("分流、受理之前可以补充。原文和收到时间不能补充，只能写明理由更正。")


class Correct(_Record):
    verb = "correct"
    asks_too = True
    note = gettext_lazy("更正要写明理由，改前改后都留存。改收到时间要两个人：一人提请，另一人更正。")
    reason = WordsField(label=gettext_lazy("更正的理由"), rows=2)
    received_at = forms.DateTimeField(
        label=gettext_lazy("收到时间"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"],
    )
    widths: ClassVar = {**_Record.widths, "received_at": 6}

    def prepare(self) -> None:
        super().prepare()
        self.order_fields(["reason", "received_at"])

    def clean_received_at(self) -> datetime | None:
        """To the minute, as the field shows it: seconds that were not touched are not a change."""
        given = self.cleaned_data.get("received_at")
        before: datetime = self.case.filing.received_at.astimezone(TZ)
        if given is None or given.astimezone(TZ).replace(second=0) == before.replace(second=0, microsecond=0):
            return before
        moved: datetime = given.astimezone(TZ)
        return moved

    def values(self) -> dict[str, Any]:
        found = {**super().values(), "reason": self.cleaned_data.get("reason") or ""}
        found["changes"] = {
            name: value.isoformat() if self.propose and isinstance(value, datetime) else value
            for name, value in found["changes"].items()
        }
        return found

    def effects(self) -> list[Effect]:
        return [Effect(_("收到时间变动时"), _("分流或告知期限从新的时间起算"), _("其他更正不改期限"))]


class ReissueCode(VerbForm):
    verb = "reissue_code"
    note = gettext_lazy("新查询码只显示这一次，当面交给信访人或念给他；原查询码立即失效。")
    identity_checked = forms.BooleanField(label=gettext_lazy("已核对信访人身份"))

    def done(self, **extra: Any) -> actions.Registered:
        return actions.reissue_code(
            self.actor,
            self.case.id,
            version=self.cleaned_data.get("version"),
            identity_checked=bool(self.cleaned_data.get("identity_checked")),
        )
