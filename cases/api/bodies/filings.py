"""Bodies of register, complete, correct, reissue_code and of drafts (T0, T1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from cases.actions.registration import LONGEST_DEMAND, LONGEST_TEXT
from cases.api.fields import Code, Day, Flag, Members, Moment, Number, Text, Uid, optional_code, optional_text
from cases.api.tokens import LONGEST as LONGEST_TOKEN
from cases.codes import CAUSES, CHANNELS, CLASSES, CONTENTS, ID_TYPES, PATHS, PERSON_ROLES, PURPOSES, SOURCES
from cases.people import LONGEST as LONGEST_PARTICULAR
from cases.people import Person
from kernel.shapes import Shape

MOST_PEOPLE = 500
MOST_DEMANDS = 50
MOST_FILES = 50
MOST_PERSONS = 100_000
MOST_CONCERNED = 10_000_000


class Body(Shape):
    """A checked shape; what it means, the action decides. An unknown member is refused at every depth."""

    def to_internal_value(self, data: Any) -> Any:
        unknown = sorted(set(data) - set(self.fields)) if isinstance(data, Mapping) else []
        if unknown:
            raise serializers.ValidationError({name: [_("没有这一项。核对名称。")] for name in unknown})
        return super().to_internal_value(data)


def several(body: type[Body], **limits: Any) -> Any:
    """A list of bodies; `max_length` and `allow_empty` belong to the list."""
    return body(many=True, **limits)


class PersonBody(Body):
    """信访人. Everything may be missing: an anonymous filing is registered too (P4)."""

    role = Code(PERSON_ROLES, required=False, default="main")
    name = optional_text(LONGEST_PARTICULAR)
    phone = optional_text(LONGEST_PARTICULAR)
    address = optional_text(LONGEST_PARTICULAR)
    id_type = optional_code(ID_TYPES)
    id_number = optional_text(LONGEST_PARTICULAR)
    mailing_address = optional_text(LONGEST_PARTICULAR)
    address_code = Text(required=False, allow_blank=True, default="", max_length=12)


class FileBody(Body):
    """A file uploaded before with POST /files."""

    token = Text(max_length=LONGEST_TOKEN)
    origin = Code(["petitioner", "office"], required=False, default="petitioner")


class ContentClass(Text):
    """内容分类: a code of the list, or of the place's own third level under one of it."""

    def to_internal_value(self, data: Any) -> str:
        code = super().to_internal_value(data)
        if code and code not in CONTENTS and f"{code[:4]}00" not in CONTENTS:
            raise serializers.ValidationError(_("没有这个内容分类。"))
        return code


def content_class() -> ContentClass:
    return ContentClass(required=False, allow_blank=True, max_length=6)


class FilingBody(Body):
    """What is known of a filing besides its words; every member may wait until triage."""

    source = Code(SOURCES, required=False, allow_blank=True)  # type: ignore[assignment]
    petition_date = Day(required=False, allow_null=True)
    postmark_date = Day(required=False, allow_null=True)
    persons = Number(required=False, min_value=1, max_value=MOST_PERSONS)
    concerned = Number(required=False, min_value=1, max_value=MOST_CONCERNED)
    place = Text(required=False, allow_blank=True, max_length=12)
    place_detail = Text(required=False, allow_blank=True, max_length=120)
    content_class = content_class()
    purpose = Code(PURPOSES, required=False, allow_blank=True)
    cause = Code(CAUSES, required=False, allow_blank=True)
    klass = Code(CLASSES, required=False, allow_blank=True)
    path = Code(PATHS, required=False, allow_blank=True)
    title = Text(required=False, allow_blank=True, max_length=120)
    addressee = Text(required=False, allow_blank=True, max_length=64)
    important = Flag(required=False)
    urgent = Flag(required=False)
    confidential = Flag(required=False)
    joint = Flag(required=False)
    litigation = Flag(required=False)
    counted = Flag(required=False)
    in_court = Flag(required=False, allow_null=True)
    in_reconsideration = Flag(required=False, allow_null=True)
    in_arbitration = Flag(required=False, allow_null=True)
    public_consent = Flag(required=False)


class RegisterBody(FilingBody):
    """登记. Only the channel must be there, and some words or a file."""

    channel = Code(CHANNELS)
    text = Text(required=False, allow_blank=True, max_length=LONGEST_TEXT)
    demands = serializers.ListField(
        child=Text(max_length=LONGEST_DEMAND, allow_blank=True), required=False, max_length=MOST_DEMANDS
    )
    people = several(PersonBody, required=False, max_length=MOST_PEOPLE)
    files = several(FileBody, required=False, max_length=MOST_FILES)
    received_at = Moment(required=False)
    foreign_number = Text(required=False, allow_blank=True, max_length=64)
    green_envelope = Flag(required=False)
    draft = Uid(required=False, allow_null=True)


class CorrectionBody(FilingBody):
    """What `correct` may change beyond `complete`."""

    text = Text(required=False, allow_blank=True, max_length=LONGEST_TEXT)
    received_at = Moment(required=False)


class _ChangeBody(Body):
    people = several(PersonBody, required=False, allow_null=True, max_length=MOST_PEOPLE)
    demands = serializers.ListField(
        child=Text(max_length=LONGEST_DEMAND), required=False, allow_null=True, max_length=MOST_DEMANDS
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("people") is not None:
            attrs["people"] = [Person(**person) for person in attrs["people"]]
        attrs.setdefault("changes", {})
        return attrs


class CompleteBody(_ChangeBody):
    """补充. `people` and `demands` replace what was there; left out, they stay."""

    changes = FilingBody(required=False)


class CorrectBody(_ChangeBody):
    """更正. As complete, with a reason; also the original text, and received_at with two persons."""

    changes = CorrectionBody(required=False)
    reason = Text(max_length=1000)


class ReissueCodeBody(Body):
    """补发查询码."""

    identity_checked = Flag()


class DraftBody(Body):
    """暂存: whatever the form holds; it is checked when it is registered."""

    body = Members()


class UploadBody(Body):
    """A file of at most 50 MB, of a type told by its content."""

    file = serializers.FileField(allow_empty_file=True)
