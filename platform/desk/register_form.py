"""What a clerk types of a filing: the form, its lists of demands, people and files, and the Entry it becomes.

Whatever arrives is shown again as it was typed; the action alone decides what cannot stand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.actions import Entry
from cases.codes import CAUSES, CHANNELS, ID_TYPES, PERSON_ROLES, PURPOSES, SOURCES, CodeList, content_list
from cases.people import Person, faults
from cases.states import Class
from desk import fields, places, uploads
from kernel.errors import Invalid
from tenants.actors import Actor
from tenants.models import Tenant

PERSON_PARTS = ("role", "name", "phone", "id_type", "id_number", "address")
MOST_LINES = 60
MOST_NAMED = 4
# Not part of what is drafted: they belong to one page, not to the filing.
OF_THE_PAGE = frozenset({"csrfmiddlewaretoken", "once", "draft", "draft_version", "action"})
DAY_WRONG = gettext_lazy("日期写成 2026-11-23 的样子，或留空。")
YES_NO = (("", gettext_lazy("没有问到")), ("1", gettext_lazy("是")), ("0", gettext_lazy("否")))


def _choices(codes: CodeList, empty: str) -> list[tuple[str, Any]]:
    return [("", empty), *codes.choices()]


def _tick(label: Any, help_text: Any = "") -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False, help_text=help_text)


def _text(label: Any, **attrs: Any) -> forms.CharField:
    """How long it may be the action says: a browser that knew would cut what is pasted, and say nothing."""
    return forms.CharField(label=label, required=False, widget=forms.TextInput({"autocomplete": "off", **attrs}))


def _found(label: Any, source: str, part: str) -> forms.CharField:
    """Found while typing in the page's list `source`: by its first word ("lead") or all of it ("whole")."""
    widget = forms.TextInput({"autocomplete": "off", "list": source, "data-combo": part})
    return forms.CharField(label=label, required=False, widget=widget)


class RegisterForm(forms.Form):
    """Only the channel must be there; nothing about the petitioner ever refuses a filing (P4)."""

    channel = forms.ChoiceField(
        label=gettext_lazy("信访形式"),
        choices=CHANNELS.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("选一种信访形式。")},
    )
    name = _text(gettext_lazy("姓名"))
    phone = _text(gettext_lazy("联系电话"), inputmode="tel")
    persons = forms.IntegerField(
        label=gettext_lazy("人数"),
        required=False,
        min_value=1,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "invalid": gettext_lazy("人数写数字，从 1 填起。"),
            "min_value": gettext_lazy("人数从 1 填起。"),
        },
    )
    place = _found(gettext_lazy("问题属地"), "places", "lead")
    address = _text(gettext_lazy("信访人住址"), placeholder=gettext_lazy("同问题属地"))
    received_at = forms.DateTimeField(
        label=gettext_lazy("收到时间"),
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": gettext_lazy("收到时间写成 2026-11-23 09:30 这样，或留空。")},
    )
    text = forms.CharField(
        label=gettext_lazy("反映内容"), required=False, strip=False, widget=forms.Textarea({"rows": 6})
    )
    accusation = _tick(gettext_lazy("这是检举控告"))
    # The rest: may be completed later.
    id_type = forms.ChoiceField(label=gettext_lazy("证件种类"), required=False)
    id_number = _text(gettext_lazy("证件号码"))
    source = forms.ChoiceField(label=gettext_lazy("信访来源"), required=False)
    foreign_number = _text(gettext_lazy("来件编号"))
    addressee = _text(gettext_lazy("受信人"))
    petition_date = forms.DateField(
        label=gettext_lazy("信访日期"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": DAY_WRONG},
    )
    postmark_date = forms.DateField(
        label=gettext_lazy("邮戳日期"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": DAY_WRONG},
    )
    concerned = forms.IntegerField(
        label=gettext_lazy("涉及人数"),
        required=False,
        min_value=1,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "invalid": gettext_lazy("涉及人数写数字，从 1 填起。"),
            "min_value": gettext_lazy("涉及人数从 1 填起。"),
        },
    )
    purpose = forms.ChoiceField(label=gettext_lazy("信访目的"), required=False)
    cause = forms.ChoiceField(label=gettext_lazy("信访原因"), required=False)
    content = _found(gettext_lazy("内容分类"), "contents", "whole")
    in_court = forms.ChoiceField(label=gettext_lazy("法院已受理"), required=False, choices=YES_NO)
    in_reconsideration = forms.ChoiceField(label=gettext_lazy("已申请行政复议"), required=False, choices=YES_NO)
    in_arbitration = forms.ChoiceField(label=gettext_lazy("已申请仲裁"), required=False, choices=YES_NO)
    important = _tick(gettext_lazy("要信要访"))
    urgent = _tick(gettext_lazy("重大紧急"))
    confidential = _tick(gettext_lazy("信访人要求保密"))
    joint = _tick(gettext_lazy("联名"))
    green_envelope = _tick(gettext_lazy("绿色邮政"))
    litigation = _tick(gettext_lazy("涉法涉诉"))

    TICKS: ClassVar = ("important", "urgent", "confidential", "joint", "green_envelope", "litigation")
    MORE: ClassVar = frozenset(
        {
            *("id_type", "id_number", "source", "foreign_number", "addressee", "petition_date", "postmark_date"),
            *("concerned", "purpose", "cause", "content", "in_court", "in_reconsideration", "in_arbitration"),
            *TICKS,
        }
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, codes in (("source", SOURCES), ("purpose", PURPOSES), ("cause", CAUSES), ("id_type", ID_TYPES)):
            self.fields[name].choices = _choices(codes, _("未填"))  # type: ignore[attr-defined]

    def clean_content(self) -> str:
        """The code of the subject typed: by its name, its code or its sound, as far as only one begins so."""
        typed = str(self.cleaned_data["content"]).strip()
        if not typed:
            return ""
        codes = content_list()
        if typed.split()[0] in codes:
            return typed.split()[0]
        found = places.meant(places.content_options(codes), typed)
        if not found:
            raise forms.ValidationError(_("没有“%(typed)s”这个分类。从列出的里选，或留空。") % {"typed": typed})
        if len(found) > 1:
            names = _("、").join(option.value for option in found[:MOST_NAMED])
            raise forms.ValidationError(
                _("“%(typed)s”可能是 %(n)d 个分类：%(names)s。写全一些，或留空。")
                % {"typed": typed, "n": len(found), "names": names}
            )
        return found[0].code


@dataclass(slots=True)
class Line:
    """One demand as typed."""

    text: str = ""
    error: str = ""


@dataclass(slots=True)
class Other:
    """One more person as typed; `errors` by part."""

    role: str = "cosigner"
    name: str = ""
    phone: str = ""
    id_type: str = ""
    id_number: str = ""
    address: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def given(self) -> bool:
        return any((self.name, self.phone, self.id_number, self.address))


class Sheet:
    """The whole page as typed: form, demands, other people, files."""

    def __init__(self, typed: QueryDict | None, actor: Actor, office: Tenant, *, checked: bool = False) -> None:
        data = typed if typed is not None else QueryDict(mutable=True)
        self.actor, self.office, self.typed = actor, office, data
        self.form = RegisterForm(data if checked else None, initial=None if checked else _first(data), auto_id="%s")
        self.demands = [Line(text) for text in data.getlist("demand")[:MOST_LINES]] or [Line()]
        self.others = _others(data)
        dropped = set(data.getlist("drop"))
        self.files = uploads.read(actor, [token for token in data.getlist("file") if token not in dropped])

    @property
    def roles(self) -> list[tuple[str, Any]]:
        return [choice for choice in PERSON_ROLES.choices() if choice[0] != "main"]

    @property
    def id_types(self) -> list[tuple[str, Any]]:
        return _choices(ID_TYPES, _("证件种类"))

    @property
    def ticks(self) -> list[forms.BoundField]:
        return [self.form[name] for name in RegisterForm.TICKS]

    @property
    def more_open(self) -> bool:
        """Open where something in it was typed or is wrong."""
        wrong = bool(RegisterForm.MORE & set(self.form.errors)) or any(other.errors for other in self.others)
        filled = any(self.typed.get(name) for name in RegisterForm.MORE) or any(o.given for o in self.others)
        return wrong or filled or self.typed.get("action") == "add_person"

    def entry(self) -> Entry:
        """Raises Invalid when the form itself cannot be read; then `form.errors` says where."""
        if not self.form.is_valid():
            self._tell_people()
            raise Invalid
        given = self.form.cleaned_data
        spot = places.understood(self.office, given["place"])
        return Entry(
            channel=given["channel"],
            text=given["text"],
            demands=[line.text for line in self.demands],
            people=self._people(given),
            files=[file.upload for file in self.files],
            source=given["source"],
            received_at=given["received_at"],
            petition_date=given["petition_date"],
            postmark_date=given["postmark_date"],
            persons=given["persons"] or 1,
            concerned=given["concerned"],
            place=spot.code,
            place_detail=spot.detail,
            content_class=given["content"],
            purpose=given["purpose"],
            cause=given["cause"],
            klass=Class.B if given["accusation"] else "",
            addressee=given["addressee"],
            foreign_number=given["foreign_number"],
            in_court=_yes(given["in_court"]),
            in_reconsideration=_yes(given["in_reconsideration"]),
            in_arbitration=_yes(given["in_arbitration"]),
            **{name: given[name] for name in RegisterForm.TICKS},
        )

    def _people(self, given: Mapping[str, Any]) -> list[Person]:
        found: list[Person] = []
        parts = ("name", "phone", "id_number")
        if any(given[part] for part in (*parts, "address")):
            address = given["address"] or given["place"]
            found.append(Person(**{p: given[p] for p in parts}, address=address, id_type=given["id_type"]))
        found += [
            Person(**{part: getattr(other, part) for part in PERSON_PARTS}) for other in self.others if other.given
        ]
        return found

    def _tell_people(self) -> None:
        """What is wrong with the people too is said in the same round."""
        given = dict.fromkeys(("name", "phone", "id_number", "id_type", "address", "place"), "")
        if wrong := faults(self._people({**given, **self.form.cleaned_data}), most_representatives=MOST_LINES):
            self.take(Invalid(fields=wrong))

    def take(self, error: Invalid) -> None:
        """The action's refusal, at the fields and the lines it is about."""
        rest: dict[str, list[str]] = {}
        given = [other for other in self.others if other.given]
        main = any(self.form.cleaned_data.get(part) for part in ("name", "phone", "id_number", "address"))
        for name, texts in error.fields.items():
            head, _dot, tail = name.partition(".")
            if head == "demands" and tail.isdigit() and int(tail) < len(self.demands):
                self.demands[int(tail)].error = texts[0]
                rest.setdefault("", []).append(_("诉求 %(n)d：%(text)s") % {"n": int(tail) + 1, "text": texts[0]})
            elif head == "people":
                number, _dot, part = tail.partition(".")
                index = int(number) - int(main)
                if part == "role" and given:  # how many of a kind: said where the last of them stands
                    index = len(given) - 1
                if index < 0:
                    rest.setdefault(part, []).extend(texts)
                elif index < len(given):
                    given[index].errors[part] = texts[0]
                    rest.setdefault("", []).append(
                        _("第 %(n)d 位其他信访人：%(text)s") % {"n": index + 1, "text": texts[0]}
                    )
            else:
                rest.setdefault(_FIELD.get(name, name), []).extend(texts)
        fields.take(self.form, Invalid(str(error), fields=rest) if rest else error)


_FIELD = {"place_detail": "place", "klass": "accusation", "content_class": "content"}


def _yes(value: str) -> bool | None:
    return None if value == "" else value == "1"


def _others(data: QueryDict) -> list[Other]:
    columns = [data.getlist(f"p_{part}") for part in PERSON_PARTS]
    count = min(max(map(len, columns), default=0), MOST_LINES)
    return [
        Other(*[column[row].strip() if row < len(column) else "" for column in columns])  # type: ignore[arg-type]
        for row in range(count)
    ]


def _first(data: QueryDict) -> dict[str, Any]:
    """What a draft, or the filing before of the same visit, puts into the fields."""
    return {name: data.get(name) for name in RegisterForm.base_fields if data.get(name)}


def body(typed: QueryDict) -> dict[str, list[str]]:
    """What is kept as a draft."""
    return {name: typed.getlist(name) for name in typed if name not in OF_THE_PAGE}


def typed_from(kept: Mapping[str, Sequence[str]]) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, values in kept.items():
        if isinstance(values, list):
            data.setlist(name, [str(value) for value in values])
    return data


def is_empty(typed: QueryDict) -> bool:
    """Nothing of the petition was typed yet: such a draft need not be kept."""
    names = ("name", "phone", "address", "place", "text", "demand", "file", "p_name", "id_number")
    return not any(value.strip() for name in names for value in typed.getlist(name))


def drafted_title(kept: Mapping[str, Sequence[str]]) -> str:
    """By what the clerk knows a draft again: the first demand, else how the text begins."""
    for name in ("demand", "text", "place"):
        first = next((str(v).strip() for v in kept.get(name, ()) if str(v).strip()), "")
        if first:
            return first[:40]
    return _("（还没写内容）")


def now_text(at: datetime) -> str:
    return f"{at:%H:%M:%S}"
