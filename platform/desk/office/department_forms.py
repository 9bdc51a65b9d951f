"""Forms of a department: what it is, where it hangs, when it ceases. The action says what is wrong."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from desk.forms.base import DayField
from desk.office.tree import outline
from kernel.clock import today
from tenants.administration import departments
from tenants.administration.departments import Given
from tenants.administration.ground import Tree
from tenants.models import Department

Kind = Department.Kind
CHOOSE = _("选一个，或重新打开这一页。")


class Plain(forms.Form):
    """Nothing is required here: what is missing the action says, at the field."""

    seen = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        kwargs.setdefault("auto_id", "%s")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = False

    @property
    def seen_as(self) -> str | None:
        return self.cleaned_data.get("seen") or None

    def look_again(self, mark: str) -> None:
        """Who was told that another was there first may go on with what was typed."""
        self.data = {**self.data.dict(), "seen": mark} if isinstance(self.data, QueryDict) else self.data


def _id(text: object) -> UUID | None:
    try:
        return UUID(str(text)) if text else None
    except ValueError:
        return None


class DepartmentForm(Plain):
    parent = forms.ChoiceField(label=_("上级"), error_messages={"invalid_choice": CHOOSE})
    kind = forms.ChoiceField(label=_("性质"), widget=forms.RadioSelect, error_messages={"invalid_choice": CHOOSE})
    name = forms.CharField(label=_("名称"), max_length=60)
    short_name = forms.CharField(label=_("简称"), max_length=20, help_text=_("列表里用，如：住建局。"))
    code = forms.CharField(label=_("代码"), max_length=20)
    organ_prefix = forms.CharField(label=_("机关代字"), max_length=20, help_text=_("发文字号用，如：澄住建。"))
    vertical_managed = forms.BooleanField(
        label=_("垂直管理"), help_text=_("如税务、海关：复查、复核只能向上级主管部门申请。")
    )
    superior_line = forms.ChoiceField(label=_("上级主管部门"), error_messages={"invalid_choice": CHOOSE})

    def __init__(self, *args: Any, tree: Tree, row: Department | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        standing = [one for one in tree.standing() if row is None]
        self.fields["parent"].choices = outline(tree, standing)  # type: ignore[attr-defined]
        # What fits the place one came from stands first: 科室 beneath a unit.
        kinds = (
            sorted(departments.ADDED, key=lambda kind: kind != self.initial.get("kind")) if row is None else _kinds(row)
        )
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]  # type: ignore[attr-defined]
        above = departments.superiors_of(tree.root.tenant_id)
        self.fields["superior_line"].choices = [  # type: ignore[attr-defined]
            ("", _("没有，或不在平台上")),
            *((str(one.pk), one.name) for one in above),
        ]
        if row is not None:
            del self.fields["parent"]
            if row.parent_id is None:
                self.fields["name"].disabled = True
        else:
            self.fields["code"].help_text = _("留空自动编号。")

    @classmethod
    def of(cls, row: Department) -> dict[str, Any]:
        """What stands there now."""
        return {
            "seen": departments.seen(row),
            "kind": row.kind,
            "name": row.name,
            "short_name": row.short_name,
            "code": row.code,
            "organ_prefix": row.organ_prefix,
            "vertical_managed": row.vertical_managed,
            "superior_line": str(row.superior_line_id or ""),
        }

    def given(self) -> Given:
        data = self.cleaned_data
        return Given(
            name=data["name"],
            kind=data["kind"],
            code=data["code"],
            short_name=data["short_name"],
            organ_prefix=data["organ_prefix"],
            vertical_managed=bool(data["vertical_managed"]),
            superior_line=_id(data["superior_line"]),
        )

    def parent_id(self) -> UUID:
        return _id(self.cleaned_data.get("parent")) or UUID(int=0)


def _kinds(row: Department) -> list[Department.Kind]:
    return [kind for kind in Kind if kind in departments.INSIDE] if row.kind in departments.INSIDE else [Kind(row.kind)]


class MoveForm(Plain):
    to = forms.ChoiceField(label=_("移到"), error_messages={"invalid_choice": CHOOSE})

    def __init__(self, *args: Any, tree: Tree, row: Department, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fit = [one for one in departments.places(tree, row.kind, row) if one.pk != row.parent_id]
        self.fields["to"].choices = [("", _("选一个上级")), *outline(tree, fit)]  # type: ignore[attr-defined]

    def target(self) -> UUID:
        return _id(self.cleaned_data.get("to")) or UUID(int=0)


class CeaseForm(Plain):
    successor = forms.ChoiceField(label=_("承接"), error_messages={"invalid_choice": CHOOSE})
    on = DayField(label=_("撤销日"), help_text=_("从这一天起不再收件。最远一年。"))

    def __init__(self, *args: Any, tree: Tree, row: Department, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fit = departments.heirs(tree, row)
        self.fields["successor"].choices = [("", _("选由谁承接")), *outline(tree, fit)]  # type: ignore[attr-defined]
        self.fields["on"].initial = today

    def heir(self) -> UUID | None:
        return _id(self.cleaned_data.get("successor"))
