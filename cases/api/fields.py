"""What a member of a body may look like: no type is guessed (`"1"` is no number), dates lie between 1900 and 2100."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, NoReturn
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cases.codes import CodeList
from kernel.clock import TZ, now

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?")
UUID_FORM = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
FIRST, LAST = date(1900, 1, 1), date(2100, 12, 31)


class Text(serializers.CharField):
    """Trimmed; without NUL or lone surrogates. A number is not a text."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        if self.max_length is not None and len(data) > self.max_length:
            self.fail("max_length", max_length=self.max_length)  # as sent: the shape says nothing of trimming
        return super().to_internal_value(data)


def optional_text(longest: int) -> Text:
    return Text(required=False, allow_blank=True, default="", max_length=longest)


class Flag(serializers.BooleanField):
    """true or false, nothing that could be taken for one."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Number(serializers.IntegerField):
    def to_internal_value(self, data: Any) -> int:
        number = int_of(data)
        if number is None:
            self.fail("invalid")
        return super().to_internal_value(number)


def int_of(value: Any) -> int | None:
    """JSON knows one kind of number: 1.0 is 1; 1.5, "1" and true are none of ours."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


class Day(serializers.DateField):
    default_error_messages = {  # noqa: RUF012
        "invalid": _("日期写成 2026-11-22 这样。"),
        "range": _("日期要在 1900 年到 2100 年之间。核对年份。"),
    }

    def to_internal_value(self, data: Any) -> date:
        if not isinstance(data, str) or not DAY.fullmatch(data):
            self.fail("invalid")
        found: date = super().to_internal_value(data)
        if not FIRST <= found <= LAST:
            self.fail("range")
        return found


class Moment(serializers.DateTimeField):
    """With an offset; without one it is Shanghai time."""

    default_error_messages = {  # noqa: RUF012
        "invalid": _("时间写成 2026-11-22T09:30:00+08:00 这样。"),
        "range": _("时间要在 1900 年到 2100 年之间。核对年份。"),
    }

    def to_internal_value(self, value: Any) -> datetime:
        if not isinstance(value, str) or not MOMENT.fullmatch(value):
            self.fail("invalid")
        if not FIRST.year <= int(value[:4]) <= LAST.year:
            self.fail("range")
        found: datetime = super().to_internal_value(value)
        soon = now() + timedelta(minutes=1)
        # A clock that runs a little ahead is no reason to refuse a filing.
        return min(found, now()) if found <= soon else found.astimezone(TZ)


class Uid(serializers.UUIDField):
    def to_internal_value(self, data: Any) -> UUID:
        if not isinstance(data, str) or not UUID_FORM.fullmatch(data):
            self.fail("invalid", value=data)
        return super().to_internal_value(data)


def uids(most: int) -> serializers.ListField:
    """A list of ids, which may be missing."""
    return serializers.ListField(child=Uid(), required=False, default=list, max_length=most)


class Code(serializers.ChoiceField):
    """One of a code list, or of `values`."""

    def __init__(self, codes: CodeList | list[str], **kwargs: Any) -> None:
        choices = codes.choices() if isinstance(codes, CodeList) else [(value, value) for value in codes]
        super().__init__(choices, **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self._no_choice(data)
        return super().to_internal_value(data)

    def _no_choice(self, data: Any) -> NoReturn:
        self.fail("invalid_choice", input=str(data)[:40])


def optional_code(codes: CodeList | list[str]) -> Code:
    return Code(codes, required=False, allow_blank=True, default="")


@extend_schema_field({"type": "object", "additionalProperties": {}})
class Members(serializers.Field[Any, Any, Any, Any]):
    """A JSON object of any members."""

    default_error_messages = {"invalid": _("这里应是一个对象。")}  # noqa: RUF012

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, Mapping):
            self.fail("invalid")
        return dict(data)

    def to_representation(self, value: Any) -> Any:
        return value
