"""What the operator types: one office, a sheet, the first administrator."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tenants.models import Tenant


class _Form(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages["required"] = gettext("填写%(label)s。") % {"label": field.label}


def _text(label: Any, most: int, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, **more)


class OfficeForm(_Form):
    """The cells of one row of the sheet. What is right is `tenants.provisioning`'s to say."""

    code = _text(_("代码"), 12, help_text=_("行政区划代码，2 至 12 位数字或字母。"))
    name = _text(_("名称"), 60)
    level = forms.ChoiceField(
        label=_("层级"), choices=[("", _("选一级")), *((v, t) for v, t in Tenant.Level.choices if v != "nation")]
    )
    parent = _text(_("上级代码"), 12, required=False, help_text=_("空着：按代码找最近的上级。"))
    host = _text(_("域名"), 253, required=False, help_text=_("工作人员登录用的网址，例如 chengyu.example.cn。"))
    short_name = _text(_("简称"), 20, required=False)
    letter_prefix = _text(_("文号代字"), 20, required=False)
    address = _text(_("地址"), 200, required=False)
    phone = _text(_("电话"), 40, required=False)
    hours = _text(_("接待时间"), 200, required=False)

    def clean_host(self) -> str:
        return str(self.cleaned_data.get("host") or "").strip().lower()


class SheetForm(_Form):
    file = forms.FileField(
        label=_("表格"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={"empty": _("文件是空的。第一行写列名，第二行起每行一个机构。")},
        help_text=_(".xlsx 或 .csv，最多 10 MB。表“机构”必填，“部门”“人员”可以没有。"),
    )


class AdministratorForm(_Form):
    name = _text(_("姓名"), 40)
    username = _text(_("用户名"), 60, help_text=_("小写字母、数字和 . _ @ -。"))


class NationalForm(_Form):
    file = forms.FileField(
        label=_("文件"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={"empty": _("文件是空的。每行写：日期、是否上班、名称。")},
        help_text=_(".xlsx 或 .csv，每行：日期、是否上班、名称。一年的放假和调休要齐全。"),
    )
    source = _text(_("依据"), 120, help_text=_("国务院办公厅通知的名称和文号。"))
