"""Forms of people and posts. What is missing or wrong is the action's to say: nothing here is required."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from desk.forms.base import DayField, WordsField
from desk.office import role_words
from kernel.clock import today
from tenants.models import Membership, PostRequest, User
from tenants.roles import KNOWN

Places = Sequence[tuple[str, list[tuple[str, str]]]]
NOW, DAY = "now", "day"


class _Form(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = False

    def filled(self) -> dict[str, Any]:
        """What was typed, in shape; call `is_valid` first."""
        return dict(self.cleaned_data)


class RolesField(forms.MultipleChoiceField):
    """Several roles; who holds them is checked by the action."""

    def __init__(self) -> None:
        super().__init__(label=_("角色"), widget=forms.CheckboxSelectMultiple, choices=role_words.choices)

    def valid_value(self, value: Any) -> bool:
        return value in KNOWN


class PostForm(_Form):
    """设岗, in one department."""

    department = forms.ChoiceField(label=_("部门"))
    roles = RolesField()
    valid_from = DayField(label=_("起任日"), help_text=_("留空从今天起。"))
    last_day = DayField(label=_("最后一天"), help_text=_("不定期限的，留空。"))

    def __init__(self, *args: Any, places: Places, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].choices = [("", _("选择部门")), *places]  # type: ignore[attr-defined]


class InviteForm(PostForm):
    """邀请, with the first post."""

    username = forms.CharField(
        label=_("用户名"),
        max_length=60,
        help_text=_("登录用，定了不改。小写字母、数字、点、短横，例如 shenyanqiu。已有账号的人，填原来的用户名。"),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}),
    )
    name = forms.CharField(label=_("姓名"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    phone = forms.CharField(
        label=_("电话"), max_length=30, widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"})
    )
    field_order = ("name", "username", "phone", "department", "roles", "valid_from", "last_day")


class DetailsForm(_Form):
    """改资料; `seen` marks what the page showed."""

    name = forms.CharField(label=_("姓名"), max_length=60)
    phone = forms.CharField(label=_("电话"), max_length=30, widget=forms.TextInput(attrs={"inputmode": "tel"}))
    seen = forms.CharField(widget=forms.HiddenInput, max_length=16)

    @staticmethod
    def of(person: User, seen: str) -> dict[str, str]:
        return {"name": person.name, "phone": str(person.phone or ""), "seen": seen}


class ChangeForm(_Form):
    """改岗; `seen` marks what the page showed."""

    roles = RolesField()
    last_day = DayField(label=_("最后一天"), help_text=_("不定期限的，留空。"))
    seen = forms.CharField(widget=forms.HiddenInput, max_length=16)


class EndForm(_Form):
    """终止岗位: at once, or with the end of a day."""

    when = forms.ChoiceField(
        label=_("什么时候"),
        widget=forms.RadioSelect,
        choices=[(NOW, _("立即")), (DAY, _("当天工作结束后"))],
        initial=DAY,
    )
    last_day = DayField(label=_("最后一天"), help_text=_("这一天还在任，第二天起不再任职。"))

    def day(self) -> date | None:
        """The last day; None is now. An empty day is today's."""
        if self.cleaned_data.get("when") == NOW:
            return None
        found: date = self.cleaned_data.get("last_day") or today()
        return found


class LeaveForm(EndForm):
    """离岗: and who goes on with the open work."""

    to = forms.ChoiceField(label=_("在办件交给"))
    field_order = ("when", "last_day", "to")

    def __init__(self, *args: Any, colleagues: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [("", _("交回科室，由科室再分派")), *colleagues]  # type: ignore[attr-defined]


class HandOverForm(_Form):
    """移交在办件, of somebody who has left."""

    to = forms.ChoiceField(label=_("在办件交给"))

    def __init__(self, *args: Any, colleagues: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [("", _("交回科室，由科室再分派")), *colleagues]  # type: ignore[attr-defined]


class ReasonForm(_Form):
    reason = WordsField(label=_("不同意的理由"), rows=2, max_length=500)


class SheetForm(_Form):
    """导入, a file."""

    file = forms.FileField(
        label=_("表格"),
        help_text=_("xlsx 或 csv，第一行是列名：用户名、姓名、电话、部门、角色、起任日。"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )


def last_day_of(post: Membership | PostRequest) -> date | None:
    return post.valid_to - timedelta(days=1) if post.valid_to else None
