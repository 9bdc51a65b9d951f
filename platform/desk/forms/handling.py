"""While a case is handled: notify, record_result, contact, note, attach, extend, prove_execution, close."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases import deadlines, endings
from cases.actions import Upload
from cases.clock_kinds import NOTICE, TRIAGE, Kind
from cases.codes.endings import Closing
from cases.codes.services import Contact as ContactWay
from cases.codes.services import Way
from cases.models import Notice
from cases.queries import dossier
from cases.states import State
from desk.forms.base import DayField, Effect, VerbForm, WordsField
from kernel import files


class Notify(VerbForm):
    verb = "notify"
    note = gettext_lazy("告知书送出之日，告知期限才停；只作决定不停。")
    notice = forms.ChoiceField(label=gettext_lazy("告知书"), widget=forms.RadioSelect)
    way = forms.ChoiceField(
        label=gettext_lazy("告知方式"),
        choices=[*Way.choices, ("none", gettext_lazy("无法告知（姓名、住址不清）"))],
        widget=forms.RadioSelect,
    )
    sent_on = DayField(label=gettext_lazy("告知日期"), help_text=gettext_lazy("空着：今天。"))
    proof = forms.CharField(
        label=gettext_lazy("凭证"), max_length=200, help_text=gettext_lazy("挂号信号、签收人；无法告知的写明原因。")
    )
    widths: ClassVar = {"sent_on": 6, "proof": 6}

    def prepare(self) -> None:
        rows = dossier.unsent(self.case)
        choices = [(str(row.id), f"《{Notice.Kind(row.kind).label}》{row.number}") for row in rows]
        self.fields["notice"].choices = choices  # type: ignore[attr-defined]
        if choices:
            self.initial.setdefault("notice", choices[0][0])
        if len(choices) > 1:
            self.fields["notice"].help_text = _("送出最后一次决定的告知书（第一份），告知期限才停。")

    def clean_notice(self) -> UUID | None:
        given = str(self.cleaned_data.get("notice") or "")
        return UUID(given) if given else None

    def effects(self) -> list[Effect]:
        stops = [c for c in self.journey.running() if c.kind in NOTICE | TRIAGE]
        found = [
            Effect(_("停下的期限"), f"{Kind(clock.kind).label}", deadlines.day_text(deadlines.local_day(clock.due_raw)))
            for clock in stops
            if clock.kind in NOTICE or self.case.state in (State.S44, State.S45, State.S46)
        ]
        if self.case.state in (State.S44, State.S45, State.S46):
            owed = self.journey.trail.assigned
            found.append(Effect(_("告知之后"), _("先结报，审核通过后办结") if owed else _("这件办结")))
        return found


class RecordResult(VerbForm):
    verb = "record_result"
    number = forms.CharField(label=gettext_lazy("文书编号"), max_length=80)
    ended_on = DayField(label=gettext_lazy("作出日期"))
    result = WordsField(label=gettext_lazy("结果"))
    widths: ClassVar = {"number": 6, "ended_on": 6}

    def effects(self) -> list[Effect]:
        owed = self.journey.trail.assigned
        return [Effect(_("记录之后"), _("先结报，审核通过后办结") if owed else _("这件办结"))]

    def clean_ended_on(self) -> Any:
        day = self.cleaned_data.get("ended_on")
        if day is None:
            raise forms.ValidationError(_("写明文书的日期。"))
        return day


class Contact(VerbForm):
    verb = "contact"
    way = forms.ChoiceField(
        label=gettext_lazy("方式"),
        choices=[*ContactWay.choices, ("none", gettext_lazy("没有联系上"))],
        widget=forms.RadioSelect,
    )
    met_on = DayField(label=gettext_lazy("日期"), help_text=gettext_lazy("空着：今天。"))
    persons = forms.CharField(label=gettext_lazy("参加的人"), max_length=120)
    text = WordsField(label=gettext_lazy("内容"), help_text=gettext_lazy("没有联系上的，写明原因。"))
    widths: ClassVar = {"met_on": 6, "persons": 6}

    def effects(self) -> list[Effect]:
        if self.case.state == State.S40:
            return [Effect(_("首次联系"), _("进入“办理中”"), _("没有联系记录，处理意见书不能送审"))]
        return []


class Note(VerbForm):
    verb = "note"
    note = gettext_lazy("只给本单位看，不随件移送。")
    text = WordsField(label=gettext_lazy("备注"))


class _Files(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files; each is checked by kernel.files, from its content."""

    widget = _Files

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return [file for file in data or () if file] if isinstance(data, (list, tuple)) else [data] if data else []


class Attach(VerbForm):
    verb = "attach"
    note = gettext_lazy("材料随件移送。同一份文件附两次，只算一份。")
    files = FilesField(  # type: ignore[assignment]
        label=gettext_lazy("文件"),
        widget=_Files(attrs={"multiple": True}),
        help_text=gettext_lazy("可以一次选几个，每个不超过 50 MB。"),
    )
    origin = forms.ChoiceField(
        label=gettext_lazy("来自"),
        choices=[("office", gettext_lazy("本单位")), ("petitioner", gettext_lazy("信访人"))],
        initial="office",
        widget=forms.RadioSelect,
    )

    def values(self) -> dict[str, Any]:
        """Checked and stored before the case is locked; the store keeps what is the same once."""
        if not hasattr(self, "_received"):
            origin = self.cleaned_data.get("origin") or "office"
            kept = [files.receive(upload) for upload in self.cleaned_data.get("files") or ()]
            self._received = [Upload(f.sha, f.name, f.mime, f.size, origin) for f in kept]
        return {"files": self._received}

    def same_as(self) -> dict[str, Any]:
        return {"files": sorted(upload.sha256 for upload in self.values()["files"])}


class Extend(VerbForm):
    verb = "extend"
    live = True
    days = forms.IntegerField(label=gettext_lazy("延长几日"), min_value=1, max_value=90)
    reason = WordsField(label=gettext_lazy("理由"), help_text=gettext_lazy("写进延期告知书，信访人看得见。"))
    widths: ClassVar = {"days": 4}

    def effects(self) -> list[Effect]:
        clock = next((c for c in self.journey.running() if c.kind == Kind.K6), None)
        if clock is None:
            return []
        assigned = any(c.kind == Kind.K5 for c in self.journey.running())
        most = dossier.profile_of(self.case).extension_max(assigned=assigned) - clock.extension_days
        before = deadlines.day_text(deadlines.local_day(clock.due_raw))
        found = [Effect(_("现在的期限"), before, _("还可延 %(n)s 日") % {"n": max(most, 0)})]
        days = self.typed("days")
        if days and 1 <= days <= most:
            due = deadlines.Due(clock.due_raw, clock.due_effective, clock.provisional)
            new = deadlines.extend(due, days, self.journey.calendar)
            note = _("暂定") if new.provisional else ""
            found.append(Effect(_("延期后到"), deadlines.day_text(deadlines.local_day(new.raw)), note))
        return found

    def clean_days(self) -> int:
        days = self.cleaned_data.get("days")
        if days is None:
            raise forms.ValidationError(_("写明延长几日。"))
        return int(days)


class ProveExecution(VerbForm):
    verb = "prove_execution"
    answer = forms.ChoiceField(label=gettext_lazy("执行事项"), widget=forms.RadioSelect)
    executed_on = DayField(label=gettext_lazy("执行到位的日期"))
    proof = WordsField(
        label=gettext_lazy("怎样证明"), help_text=gettext_lazy("验收单、付款凭证、公示照片等，写明编号或附在材料里。")
    )
    widths: ClassVar = {"executed_on": 6}

    def prepare(self) -> None:
        rows = dossier.to_execute(self.case)
        self.fields["answer"].choices = [(str(row.id), row.item) for row in rows]  # type: ignore[attr-defined]
        if len(rows) == 1:
            self.initial.setdefault("answer", str(rows[0].id))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("answer"):
            cleaned["answer"] = UUID(str(cleaned["answer"]))
        elif "answer" not in self.errors:
            self.add_error("answer", _("选一项执行事项。"))
        if cleaned.get("executed_on") is None and "executed_on" not in self.errors:
            self.add_error("executed_on", _("写明执行到位的日期。"))
        return cleaned

    def effects(self) -> list[Effect]:
        left = len(dossier.to_execute(self.case))
        items = ngettext("%(n)s 项", "%(n)s 项", left) % {"n": left}
        return [Effect(_("还有执行事项"), items, _("最后一项证明后，执行期限停"))]


class Close(VerbForm):
    verb = "close"
    closing_kind = forms.ChoiceField(
        label=gettext_lazy("办结类型"),
        choices=[("", gettext_lazy("按答复结论")), (Closing.SETTLED.value, Closing.SETTLED.label)],
        widget=forms.RadioSelect,
    )
    reason = WordsField(
        label=gettext_lazy("依据"), help_text=gettext_lazy("复查期内办结，写明信访人签字的放弃复查声明或和解协议。")
    )

    def effects(self) -> list[Effect]:
        window = next((c for c in self.journey.running() if c.kind == Kind.K9), None)
        if window is None or not endings.window_open(self.case):
            return [Effect(_("办结之后"), _("全部期限停止"))]
        last = deadlines.local_day(window.due_effective)
        return [
            Effect(
                _("复查期到"),
                deadlines.day_text(last),
                _("期满没有申请复查的，系统在 %(day)s 办结") % {"day": deadlines.day_text(last + timedelta(days=1))},
            )
        ]
