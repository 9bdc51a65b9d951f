"""How a form field shows on a page, and how a refusal of an action finds its way back to the fields."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from kernel.errors import HuiyinError

_SETS = (forms.RadioSelect, forms.CheckboxSelectMultiple)


def _error_id(bound: forms.BoundField) -> str:
    return f"{bound.auto_id or bound.html_name}_error"


def _anchor(bound: forms.BoundField) -> str:
    """The id to jump to: of a set of choices the first one."""
    widget = bound.field.widget
    return f"{bound.auto_id}_0" if isinstance(widget, _SETS) else str(bound.id_for_label or bound.auto_id)


def context(bound: forms.BoundField, *, hint: str, width: int, notes: Mapping[str, str]) -> dict[str, Any]:
    """What parts/field.html needs: kind (control, check, set), the control's markup, ids of its texts."""
    widget = bound.field.widget
    hint_id = f"{bound.auto_id}_hint"
    described = [_error_id(bound)] if bound.errors else []
    if bound.help_text:
        described.append(hint_id)
    attrs: dict[str, Any] = {}
    if described:
        attrs["aria-describedby"] = " ".join(described)
    kind = "control"
    if isinstance(widget, _SETS):
        kind = "set"
    elif isinstance(widget, forms.CheckboxInput):
        kind = "check"
        attrs["class"] = "form-check-input"
    else:
        own = widget.attrs.get("class", "")
        attrs["class"] = f"{'form-select' if isinstance(widget, forms.Select) else 'form-control'} {own}".strip()
    return {
        "bound": bound,
        "kind": kind,
        "hint": hint,
        "width": width,
        "error_id": _error_id(bound),
        "hint_id": hint_id,
        "described": attrs.get("aria-describedby", ""),
        "control": "" if kind == "set" else bound.as_widget(attrs=attrs),
        "choices": [
            {
                "id": choice.id_for_label,
                "name": choice.data["name"],
                "value": choice.data["value"],
                "type": choice.data["type"],
                "text": choice.choice_label,
                "on": choice.data["selected"],
                "off": bool(choice.data["attrs"].get("disabled")),
                "note": notes.get(str(choice.data["value"]), ""),
            }
            for choice in (bound.subwidgets if kind == "set" else ())
        ],
    }


def problems(form: forms.BaseForm) -> list[dict[str, str]]:
    """Every error of the form as text and, where it belongs to a field, the place to go to."""
    found = [{"text": str(text), "url": ""} for text in form.non_field_errors()]
    for name in form.fields:
        bound = form[name]
        found += [
            {"text": _("%(label)s：%(error)s") % {"label": bound.label, "error": text}, "url": f"#{_anchor(bound)}"}
            for text in bound.errors
        ]
    return found


def take(form: forms.BaseForm, error: HuiyinError) -> None:
    """Show a refused action where it was entered: `error.fields` at their fields, anything else above the form."""
    placed = False
    for name, texts in error.fields.items():
        for text in texts:
            form.add_error(name if name in form.fields else None, text)
            placed = True
    if not placed:
        form.add_error(None, str(error))
