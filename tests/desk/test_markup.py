"""Controls written without templates: the markup is Django's own."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.translation import gettext_lazy

from desk.markup import Renderer

NASTY = """<b>"'&{{ x }}"""
CHOICES = [("", "—"), ("1", NASTY), (f"组{NASTY}", [("a", "甲"), (2, gettext_lazy("乙"))])]


@pytest.mark.parametrize(
    ("widget", "values"),
    [
        (forms.TextInput({"class": NASTY, "required": True, "hidden": False, "data-n": 3}), (None, "", NASTY)),
        (forms.HiddenInput(), (None, "", 0, NASTY)),
        (forms.NumberInput({"min": 1}), (None, 1200)),
        (forms.DateInput({"type": "date"}, format="%Y-%m-%d"), (None, "2026-11-23")),
        (forms.CheckboxInput(), (True, False, "1")),
        (forms.PasswordInput(), (NASTY,)),
        (forms.Textarea({"rows": 3}), (None, "", f"\n{NASTY}\n")),
        (forms.Select({"class": "form-select"}, choices=CHOICES), (None, "", "a", 2, NASTY)),
        (forms.SelectMultiple(choices=CHOICES), (None, ["a", "1"])),
        (forms.RadioSelect(choices=CHOICES), ("1",)),
        (forms.ClearableFileInput(), (None,)),
    ],
    ids=lambda given: type(given).__name__ if isinstance(given, forms.Widget) else "",
)
def test_the_same_letters(widget: forms.Widget, values: tuple[Any, ...]) -> None:
    for value in values:
        ours = widget.render("名", value, attrs={"id": "id-1"}, renderer=Renderer())
        assert ours == widget.render("名", value, attrs={"id": "id-1"}, renderer=DjangoTemplates())


def test_forms_use_it() -> None:
    assert isinstance(forms.Form().renderer, Renderer)
