"""The base of every body and answer of the API: a serializer whose fields are copied lightly.

The framework makes each field anew for each request, which cost a third of a registration. A declared field is never
changed: a copy with a place of its own is enough.
"""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class Shape(serializers.Serializer[Any]):
    """A checked or told shape; it reads and writes nothing."""

    def get_fields(self) -> dict[str, Any]:
        return {name: _copied(field) for name, field in self._declared_fields.items()}


def _copied(field: Any) -> Any:
    """Unbound, as it was declared; what a list or a dictionary holds is copied along and belongs to the copy."""
    made = object.__new__(type(field))
    made.__dict__.update(field.__dict__)
    made.__dict__.pop("fields", None)
    if (inner := field.__dict__.get("child")) is not None:
        made.child = _copied(inner)
        made.child.source = None
        made.child.bind(field_name="", parent=made)
    return made
