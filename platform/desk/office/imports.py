"""Reference data from a spreadsheet by page: looked at first, then brought in; what is refused goes back as a sheet."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django import forms
from django.core import signing
from django.http import FileResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.codes import content_list
from cases.codes.contents import called
from desk import fields
from kernel.errors import Conflict, HuiyinError
from tenants import sheets, spreadsheets
from tenants.actors import Actor
from tenants.administration import reference_sheets
from tenants.administration.reference_sheets import Plan
from tenants.requests import StaffRequest
from tenants.sheets import Line, Sheet

SHOWN = 30
KEPT_S = 3600
Check = Callable[[Actor, list[Line], Mapping[str, str]], Plan]
FATES = {
    "new": gettext_lazy("新增"),
    "changed": gettext_lazy("修改"),
    "same": gettext_lazy("已有，不变"),
    "": gettext_lazy("不导入"),
}


class FileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("表格"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={"empty": gettext_lazy("这个文件是空的。换一个。")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        kwargs.setdefault("auto_id", "%s")
        super().__init__(*args, **kwargs)


@dataclass
class Import:
    """One kind of sheet on one page. `plan` after a look; `answer` where the page itself is not to be shown again."""

    sheet: Sheet
    check: Check
    put: Check
    form: FileForm = field(default_factory=FileForm)
    plan: Plan | None = None
    token: str = ""
    answer: HttpResponseBase | None = None
    status: int = 200

    def take(self, request: StaffRequest) -> Import:
        """What the button said: look, bring in, or give back the refused rows."""
        action = request.POST.get("action", "look")
        try:
            if action == "look":
                self.form = FileForm(request.POST, request.FILES)
                if self.form.is_valid():
                    self._look(request, reference_sheets.read(self.sheet, self.form.cleaned_data["file"]))
            else:
                lines = self._kept(request)
                if action == "errors":
                    self.answer = self._refused(self.check(request.actor, lines, called()))
                else:
                    plan = self.put(request.actor, lines, called())
                    self.answer = HttpResponseRedirect(f"{request.path}?done={plan.writes}")
        except HuiyinError as error:
            if not self.form.is_bound:
                self.form = FileForm({}, {})
                self.form.is_valid()
            fields.take(self.form, error)
            self.status = error.status
        if self.form.errors and self.status == 200:
            self.status = 422
        return self

    def _look(self, request: StaffRequest, lines: list[Line]) -> None:
        kept = [[line.number, line.cells] for line in lines]
        self.token = signing.dumps([str(request.actor.tenant), kept], salt=self.sheet.title, compress=True)
        self.plan = self.check(request.actor, lines, called())

    def _kept(self, request: StaffRequest) -> list[Line]:
        """The rows that were looked at. Raises Conflict when that is too long ago."""
        try:
            office, kept = signing.loads(request.POST.get("rows", ""), salt=self.sheet.title, max_age=KEPT_S)
        except signing.BadSignature:
            office, kept = "", []
        if office != str(request.actor.tenant):
            raise Conflict(_("这次核对已经过时。重新选一次表格。"))
        lines = [Line(number, dict(cells)) for number, cells in kept]
        for line in lines:
            for name in self.sheet.required:
                if not line[name]:
                    line.errors.append(_("“%(column)s”是空的。") % {"column": self.sheet.headings[name][0]})
        return lines

    def _refused(self, plan: Plan) -> FileResponse:
        file = tempfile.NamedTemporaryFile(suffix=".xlsx")  # noqa: SIM115  the response closes it
        sheets.write_errors(Path(file.name), [(self.sheet, plan.refused)])
        name = _("%(what)s（有问题的行）.xlsx") % {"what": self.sheet.title}
        return FileResponse(file, content_type=spreadsheets.MIME, as_attachment=True, filename=name)

    @property
    def shown(self) -> list[dict[str, Any]]:
        """Refused rows first: they are what has to be read."""
        if self.plan is None:
            return []
        lines = sorted(self.plan.lines, key=lambda line: (not line.errors, line.number))
        return [
            {
                "number": line.number,
                "cells": [line[name] for name in self.columns],
                "fate": FATES[self.plan.fates[line.number]],
                "errors": line.errors,
            }
            for line in lines[:SHOWN]
        ]

    @cached_property
    def columns(self) -> list[str]:
        """The first four: enough to know the row by."""
        return list(self.sheet.headings)[:4]

    @property
    def headings(self) -> list[str]:
        return [self.sheet.headings[name][0] for name in self.columns]

    @property
    def counts(self) -> dict[str, int]:
        plan = self.plan or Plan([])
        return {
            "new": plan.count("new"),
            "changed": plan.count("changed"),
            "same": plan.count("same"),
            "refused": len(plan.refused),
            "writes": plan.writes,
            "more": max(len(plan.lines) - SHOWN, 0),
        }


def names() -> dict[str, str]:
    return {code.code: content_list().label(code.code) for code in content_list()}


def done(request: StaffRequest) -> str:
    given = request.GET.get("done", "")
    return _("已导入 %(n)s 行。") % {"n": given} if given.isdecimal() and len(given) < 6 else ""
