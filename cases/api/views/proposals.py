"""A proposal holds members of the verb it asks for: those that are given must be right, none need be given yet."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from kernel.errors import Invalid


def checked(fields: dict[str, Any], body: type[serializers.Serializer[Any]]) -> dict[str, Any]:
    """The members as given. Raises Invalid, at `fields.<name>`."""
    form = body(data=fields, partial=True)
    unknown = sorted(set(fields) - set(form.fields))
    if unknown:
        raise Invalid(fields={f"fields.{name}": [_("没有这一项。核对名称。")] for name in unknown})
    if not form.is_valid():
        raise serializers.ValidationError({"fields": form.errors})
    return fields
