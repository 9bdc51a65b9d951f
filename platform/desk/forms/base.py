"""What every form of a verb is: its fields, what it hands to the action, and what will happen before it does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases import actions
from cases.models import Case
from cases.queries import labels
from cases.queries.journey import Journey
from cases.queries.names import Names
from kernel.clock import today
from tenants.actors import Actor

Text = str | Promise
TOKEN_LENGTH = 64
TOO_LONG = _("太长了，最多 %(limit_value)d 字，现在 %(show_value)d 字。")


@dataclass(frozen=True, slots=True)
class Effect:
    """What will hold after the act: a label, a date or words, a small remark."""

    label: str
    text: str
    note: str = ""


class DayField(forms.DateField):
    """A day by the browser's own picker; what is typed as 2026/11/3 is understood too."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        kwargs.setdefault("input_formats", ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d"])
        kwargs.setdefault("error_messages", {"invalid": _("日期写成 2026-11-23 的样子。")})
        super().__init__(**kwargs)


class WordsField(forms.CharField):
    """Several lines of text."""

    def __init__(self, *, rows: int = 3, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        kwargs.setdefault("max_length", 5000)
        super().__init__(**kwargs)


class VerbForm(forms.Form):
    """One verb. `version`, `token` and `proposal` travel hidden; the rest is what the action asks for.

    Whether a field is needed is the action's to say (its errors come back to the fields), so none is required here.
    """

    verb: ClassVar[str] = ""
    widths: ClassVar[Mapping[str, int]] = {}
    live: ClassVar[bool] = False  # the effect changes with what is typed
    asks_too: ClassVar[bool] = False  # a person who may do it may also ask another to: some changes take two
    kept: ClassVar[bool] = True  # the browser keeps what was typed until it is done
    note: ClassVar[Text] = ""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    token = forms.CharField(required=False, max_length=TOKEN_LENGTH, widget=forms.HiddenInput)

    def __init__(self, *args: Any, actor: Actor, case: Case, propose: bool = False, **kwargs: Any) -> None:
        self.actor, self.case, self.propose = actor, case, propose
        kwargs.setdefault("label_suffix", "")
        kwargs.setdefault("auto_id", f"{self.verb}-%s")
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.required = False
            field.columns = self.widths.get(name, 12)  # type: ignore[attr-defined]
            # A browser that knows the longest length cuts what is pasted, and says nothing.
            field.widget.attrs.pop("maxlength", None)
            field.error_messages["max_length"] = TOO_LONG
        self.prepare()

    def prepare(self) -> None:
        """Choices that depend on the case."""

    @cached_property
    def names(self) -> Names:
        return Names(self.actor.tenant)

    @cached_property
    def journey(self) -> Journey:
        return Journey(self.case, self.actor.tenant, self.names)

    @property
    def heading(self) -> str:
        return labels.verb(self.verb)

    @property
    def button(self) -> str:
        return labels.asked(self.heading) if self.propose else self.heading

    @property
    def asking(self) -> str:
        return labels.asked(self.heading)

    @property
    def stay(self) -> str:
        """The other button names its effect; 不受理 would be an act of its own."""
        return str(_("先不办"))

    @property
    def shown(self) -> list[forms.BoundField]:
        return list(self.visible_fields())

    @property
    def url(self) -> str:
        return reverse("desk:verb", args=[self.case.id, self.verb])

    def typed(self, name: str) -> Any:
        """What stands in the field now, cleaned if it can be: for showing the effect of an unfinished form."""
        if not self.is_bound:
            return self.get_initial_for_field(self.fields[name], name)
        try:
            return self.fields[name].clean(self[name].data)
        except forms.ValidationError:
            return None

    def effects(self) -> list[Effect]:
        return []

    def values(self) -> dict[str, Any]:
        """The action's keyword arguments; what was left empty is left out where the action has a default."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("version", "token")}

    def done(self, **extra: Any) -> Any:
        """Calls the action."""
        act = getattr(actions, self.verb)
        return act(self.actor, self.case.id, version=self.cleaned_data.get("version"), **self.values(), **extra)

    def proposed(self) -> Any:
        """Proposes it instead (G2)."""
        return actions.propose(
            self.actor,
            self.case.id,
            version=self.cleaned_data.get("version"),
            verb=self.verb,
            fields=as_json(self.values()),
        )

    def same_as(self) -> dict[str, Any]:
        """What makes two submissions the same one."""
        return as_json(self.values()) if hasattr(self, "cleaned_data") else {}

    @classmethod
    def from_proposal(cls, fields: Mapping[str, Any]) -> dict[str, Any]:
        return dict(fields)


def as_json(values: Mapping[str, Any]) -> dict[str, Any]:
    def plain(value: Any) -> Any:
        if isinstance(value, UUID):
            return str(value)
        if isinstance(value, date):
            return value.isoformat()
        return value

    return {name: plain(value) for name, value in values.items() if value not in (None, "")}


def days_from_today(day: date) -> int:
    return (day - today()).days
