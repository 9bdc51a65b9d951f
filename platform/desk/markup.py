"""The commonest controls written without templates: a list of two hundred codes costs milliseconds through includes.

The markup is Django's own, letter for letter; a widget with a template not named here is rendered as ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.functional import Promise
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

_WIDGETS = "django/forms/widgets"
_INPUTS = frozenset(
    f"{_WIDGETS}/{name}.html"
    for name in (
        "checkbox",
        "date",
        "datetime",
        "email",
        "hidden",
        "input",
        "number",
        "password",
        "text",
        "time",
        "url",
    )
)
_OPTION = f"{_WIDGETS}/select_option.html"


def fill(shape: str, /, *given: object, **named: object) -> SafeString:
    """`format_html` for many small pieces: the same text, without asking of each value thrice what it is."""
    return SafeString(shape.format(*map(_safe, given), **{name: _safe(value) for name, value in named.items()}))


def _safe(value: object) -> str:
    if type(value) is SafeString:
        return value
    if type(value) is str:
        return escape(value)
    if isinstance(value, Promise):
        value = str(value)
    return str(value) if hasattr(value, "__html__") else escape(str(value))


class Renderer(DjangoTemplates):
    """FORM_RENDERER of all forms."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        widget = context.get("widget")
        if widget is not None:
            if template_name in _INPUTS:
                return _input(widget)
            if template_name == f"{_WIDGETS}/select.html":
                return _select(widget)
            if template_name == f"{_WIDGETS}/textarea.html":
                return _textarea(widget)
        return super().render(template_name, context, request)


def _attributes(found: Mapping[str, Any]) -> str:
    said = []
    for name, value in found.items():
        if value is True:
            said.append(f" {conditional_escape(name)}")
        elif value is not False:
            said.append(f' {conditional_escape(name)}="{conditional_escape(str(value))}"')
    return "".join(said)


def _input(widget: Mapping[str, Any]) -> SafeString:
    value = widget["value"]
    said = "" if value is None else f' value="{conditional_escape(str(value))}"'
    start = f'<input type="{conditional_escape(widget["type"])}" name="{conditional_escape(widget["name"])}"'
    return SafeString(f"{start}{said}{_attributes(widget['attrs'])}>")


def _textarea(widget: Mapping[str, Any]) -> SafeString:
    start = f'<textarea name="{conditional_escape(widget["name"])}"{_attributes(widget["attrs"])}>'
    return SafeString(f"{start}\n{conditional_escape(widget['value'] or '')}</textarea>")


def _select(widget: Mapping[str, Any]) -> SafeString:
    said = [f'<select name="{conditional_escape(widget["name"])}"{_attributes(widget["attrs"])}>']
    for group, options, _index in widget["optgroups"]:
        if group:
            said.append(f'\n  <optgroup label="{conditional_escape(group)}">')
        said += [f"\n  {_option(option)}\n" for option in options]
        if group:
            said.append("\n  </optgroup>")
    said.append("\n</select>")
    return SafeString("".join(said))


def _option(option: Mapping[str, Any]) -> str:
    if option["template_name"] != _OPTION:
        raise ValueError(f"An option with a template of its own: {option['template_name']}")
    value = conditional_escape(str(option["value"]))
    return f'<option value="{value}"{_attributes(option["attrs"])}>{conditional_escape(option["label"])}</option>'
