"""Before a case is taken up: sign_for, allot, accept, route, study, decline, redirect, answer."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import deadlines
from cases.clock_kinds import Kind
from cases.clocks import start_of
from cases.codes.grounds import GROUND_RULES, Ground
from cases.codes.purposes import PATHS, PROCEDURES
from cases.codes.routes import STATUTORY_ROUTES, StatutoryRoute, routes_for
from cases.codes.services import Way
from cases.queries import dossier, staffing
from cases.states import State
from desk.forms.base import DayField, Effect, VerbForm, WordsField
from kernel.clock import now
from tenants import rule_words


class SignFor(VerbForm):
    verb = "sign_for"
    note = gettext_lazy("签收不改变期限：期限自送达之日起算。")
    promised_on = DayField(
        label=gettext_lazy("预告办出日期"), help_text=gettext_lazy("可以不填；填了，转来的信访局看得见。")
    )
    widths: ClassVar = {"promised_on": 6}

    def effects(self) -> list[Effect]:
        clock = next((c for c in self.journey.running() if c.kind in (Kind.K3, Kind.K1R)), None)
        window = next((c for c in self.journey.running() if c.kind == Kind.K4), None)
        found = []
        if clock is not None:
            day = deadlines.day_text(deadlines.local_day(clock.due_raw))
            found.append(Effect(_("要在此前告知或分流"), day, _("期限照原样走")))
        if window is not None:
            day = deadlines.day_text(deadlines.local_day(window.due_raw))
            if window.due_raw < self.journey.at:
                found.append(Effect(_("异议期已过"), day, _("不能再提异议；确有争议的，报请共同上级指定")))
            else:
                found.append(Effect(_("仍可提异议到"), day, _("告知信访人后不能再提")))
        return found


class Allot(VerbForm):
    verb = "allot"
    note = gettext_lazy("在本单位内部分派，状态和期限都不变，随时可以改派。")
    to_department = forms.ChoiceField(label=gettext_lazy("科室"))
    handler = forms.ChoiceField(label=gettext_lazy("承办人"))
    widths: ClassVar = {"to_department": 6, "handler": 6}

    def prepare(self) -> None:
        places = staffing.sections(self.case.unit)
        people = staffing.people([place.id for place in places])
        where = {place.id: place.short_name or place.name for place in places}
        self.fields["to_department"].choices = [(str(place.id), place.name) for place in places]  # type: ignore[attr-defined]
        grouped = [
            (where[place], [(f"{place}:{user}", name) for user, name in found])
            for place, found in people.items()
            if found
        ]
        self.fields["handler"].choices = [("", _("先不定人")), *grouped]  # type: ignore[attr-defined]
        self.initial.setdefault("to_department", str(self.case.department))

    def clean_handler(self) -> UUID | None:
        given = str(self.cleaned_data.get("handler") or "")
        return UUID(given.partition(":")[2]) if given else None

    def clean(self) -> dict[str, Any]:
        """Whoever names a person names that person's section too."""
        cleaned: dict[str, Any] = super().clean() or {}
        place, _sep, _user = str(self.data.get("handler") or "").partition(":")
        if place and cleaned.get("handler"):
            cleaned["to_department"] = place
        if cleaned.get("to_department"):
            cleaned["to_department"] = UUID(str(cleaned["to_department"]))
        else:
            self.add_error("to_department", _("选一个科室。"))
        return cleaned


class Accept(VerbForm):
    verb = "accept"
    note = gettext_lazy("受理后拟出《受理告知书》，由“告知”送出；送出之日，告知期限才停。")

    def effects(self) -> list[Effect]:
        profile = dossier.profile_of(self.case)
        assigned = any(c.kind == Kind.K5 for c in self.journey.running())
        limit = profile.handling(assigned=assigned)
        moves = [s for s in self.journey.stays if s.kind in ("transfer", "assign") and s.undone_at is None]
        began = now() if limit.start_event == "acceptance" else moves[-1].at if moves else self.case.filing.received_at
        due = deadlines.due(began, limit.value, limit.unit, self.journey.calendar)
        day = deadlines.day_text(deadlines.local_day(due.raw))
        return [Effect(_("办理期限到"), day, limit.told)]


class Study(VerbForm):
    verb = "study"
    note = gettext_lazy("建议意见不走信访程序：研究后书面答复，采纳不采纳都要说明。")

    def effects(self) -> list[Effect]:
        limit = dossier.profile_of(self.case).limit(Kind.K7)
        if limit is None:
            return []
        due = deadlines.due(now(), limit.value, limit.unit, self.journey.calendar)
        return [Effect(_("答复的目标日期"), deadlines.day_text(deadlines.local_day(due.raw)), limit.told)]


OTHER = "other"


class Route(VerbForm):
    verb = "route"
    live = True
    note = gettext_lazy("导入后拟出告知书，写明程序、机关和期限；由“告知”送出。")
    chosen = forms.ChoiceField(label=gettext_lazy("本单位诉求清单"))
    path = forms.ChoiceField(label=gettext_lazy("途径"), choices=[("", gettext_lazy("按所选的清单"))])
    procedure = forms.CharField(label=gettext_lazy("程序"), max_length=120)
    body = forms.CharField(label=gettext_lazy("有权处理的机关"), max_length=120)
    law = forms.CharField(label=gettext_lazy("依据"), max_length=120)
    term_days = forms.IntegerField(label=gettext_lazy("法定期限（日）"), min_value=1, max_value=3660)
    applied_on = DayField(label=gettext_lazy("申请日期"), help_text=gettext_lazy("空着：从今天起算。"))
    widths: ClassVar = {"path": 6, "procedure": 6, "body": 6, "law": 6, "term_days": 6, "applied_on": 6}

    def prepare(self) -> None:
        likely = routes_for(self.case.filing.content_class)
        others = [route for route in STATUTORY_ROUTES if route not in likely]
        choices: list[Any] = [("", _("选一种，或在下面自己写"))]
        choices.append((_("按内容分类推荐"), [(route.code, _named(route)) for route in likely]))
        choices.append((_("其他法定途径"), [(route.code, _named(route)) for route in others]))
        self.fields["chosen"].choices = choices  # type: ignore[attr-defined]
        paths = [("", _("按所选的清单"))] + [(p.value, PATHS.label(p.value)) for p in PROCEDURES]
        self.fields["path"].choices = paths  # type: ignore[attr-defined]

    @property
    def route_chosen(self) -> StatutoryRoute | None:
        code = self.data.get("chosen", "") if self.is_bound else self.initial.get("chosen", "")
        return next((route for route in STATUTORY_ROUTES if route.code == code), None)

    def clean(self) -> dict[str, Any]:
        """What the clerk wrote wins over the list; the list fills what was left empty."""
        cleaned: dict[str, Any] = super().clean() or {}
        found = self.route_chosen
        if found is not None:
            own = {"path": found.path.value, "procedure": found.route, "body": found.body, "law": found.law}
            for name, value in own.items():
                cleaned[name] = cleaned.get(name) or value
            if not cleaned.get("term_days") and "term_days" not in self.errors:
                cleaned["term_days"] = self._days(found, cleaned.get("applied_on"))
        cleaned.pop("chosen", None)
        return cleaned

    def _days(self, route: StatutoryRoute, applied_on: date | None) -> int | None:
        """Months and working days of the list as the calendar days they come to from the application."""
        if not route.length:
            return None
        began = start_of(applied_on) if applied_on else now()
        due = deadlines.due(began, route.length, route.unit, self.journey.calendar)
        return (deadlines.local_day(due.raw) - deadlines.local_day(began)).days

    def effects(self) -> list[Effect]:
        applied = self.typed("applied_on")
        found = self.route_chosen
        days = self.typed("term_days") or (self._days(found, applied) if found else None)
        if not days:
            limit = dossier.profile_of(self.case).limit(Kind.K6F)
            if limit is None:
                return []
            due = deadlines.due(now(), limit.value, limit.unit, self.journey.calendar)
            day = deadlines.day_text(deadlines.local_day(due.raw))
            return [Effect(_("没有法定期限，回看日"), day, limit.told)]
        due = deadlines.due(start_of(applied) if applied else now(), days, "d", self.journey.calendar)
        return [
            Effect(_("法定程序期限到"), deadlines.day_text(deadlines.local_day(due.raw)), found.law if found else "")
        ]


def _named(route: StatutoryRoute) -> str:
    units = {"d": _("日"), "wd": _("个工作日"), "months": _("个月")}
    term = f"{route.length} {units[route.unit]}" if route.length else _("无期限")
    return f"{route.route}（{route.body}，{term}）"


class _Grounded(VerbForm):
    """A ground of domain §3.2: what the law calls for is asked in place."""

    states: ClassVar[frozenset[State]] = frozenset()
    ground = forms.ChoiceField(label=gettext_lazy("理由"), widget=forms.RadioSelect)
    text = WordsField(label=gettext_lazy("告知信访人的话"), help_text=gettext_lazy("写进告知书，信访人看得见。"))
    body = forms.CharField(label=gettext_lazy("应当向哪个机关、单位提出"), max_length=120)

    def prepare(self) -> None:
        profile = dossier.profile_of(self.case)
        self.fields["ground"].choices = [  # type: ignore[attr-defined]
            (ground.value, ground.label)
            for ground in Ground
            if GROUND_RULES[ground].state in self.states
            and (not GROUND_RULES[ground].param or profile.flag(GROUND_RULES[ground].param))
        ]

    def effects(self) -> list[Effect]:
        basis = GROUND_RULES[Ground(str(self.typed("ground")))].basis if self.typed("ground") in Ground.values else ""
        return [Effect(_("告知书"), _("决定后拟出，送出之日期限才停"), rule_words.article(basis))]


class Decline(_Grounded):
    verb = "decline"
    live = True
    states = frozenset({State.S44, State.S45})
    note = gettext_lazy("只有下列理由。有新的事实或理由的，照常受理。")
    same_facts = forms.BooleanField(label=gettext_lazy("已核对：同一事实和理由"))


class Redirect(_Grounded):
    verb = "redirect"
    live = True
    states = frozenset({State.S46})
    note = gettext_lazy("告知信访人向哪里提出；不是把件退掉，告知之后才办结。")


class Answer(VerbForm):
    verb = "answer"
    note = gettext_lazy("属于本局职责、当场能答复的，记下答复即办结；交办件先结报。")
    text = WordsField(label=gettext_lazy("答复内容"), rows=4)
    way = forms.ChoiceField(label=gettext_lazy("答复方式"), choices=Way.choices, widget=forms.RadioSelect)
    received_by = forms.CharField(label=gettext_lazy("答复给谁"), max_length=60)
    widths: ClassVar = {"received_by": 6}
