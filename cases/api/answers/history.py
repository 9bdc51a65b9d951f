"""Events, notes and material of a case, drafts, and who the caller is."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from cases.api.answers.listed import NamedOut, OfficeOut, Out
from cases.models import Event, Note
from tenants.actors import Actor
from tenants.models import Department, Membership


class EventOut(Out):
    """One thing that happened; `data` holds ids, codes and dates."""

    id = serializers.UUIDField()
    seq = serializers.IntegerField()
    kind = serializers.CharField()
    version = serializers.IntegerField()
    state = serializers.CharField()
    by = NamedOut()
    office = OfficeOut()
    department = NamedOut()
    happened_at = serializers.DateTimeField()
    data = serializers.DictField()  # type: ignore[assignment]
    hash = serializers.CharField()

    def to_representation(self, instance: Event) -> dict[str, Any]:
        row, names = instance, self.names
        found: dict[str, Any] = super().to_representation(
            {
                **{n: getattr(row, n) for n in ("id", "seq", "kind", "version", "state", "happened_at", "data")},
                "by": names.person(row.actor),
                "office": names.office(row.tenant),
                "department": names.department(row.department),
                "hash": bytes(row.hash).hex(),
            }
        )
        return found


class NoteOut(Out):
    """What somebody typed: a remark, a reason, the record of a contact."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    text = serializers.CharField()
    by = NamedOut()
    department = NamedOut()
    at = serializers.DateTimeField()

    def to_representation(self, instance: Note) -> dict[str, Any]:
        row, names = instance, self.names
        found: dict[str, Any] = super().to_representation(
            {
                "id": row.id,
                "kind": row.kind,
                "text": row.body,
                "by": names.person(row.author),
                "department": names.department(row.department),
                "at": row.at,
            }
        )
        return found


class AttachmentOut(Out):
    """材料; its bytes are at …/content."""

    id = serializers.UUIDField()
    sha256 = serializers.CharField()
    name = serializers.CharField()
    mime = serializers.CharField()
    size = serializers.IntegerField()
    origin = serializers.CharField()
    added_at = serializers.DateTimeField()


class UploadOut(Out):
    """`token` is what register and attach take; it is good for a day, for the person who uploaded."""

    token = serializers.CharField()
    sha256 = serializers.CharField()
    name = serializers.CharField()
    mime = serializers.CharField()
    size = serializers.IntegerField()


class DraftListedOut(Out):
    """One's own draft in a list, and what a save answers."""

    id = serializers.UUIDField()
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class DraftOut(DraftListedOut):
    """暂存."""

    body = serializers.DictField()


class DepartmentOut(Out):
    """Where a case may go; `office` tells a bureau below from a unit of one's own."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    name = serializers.CharField()
    short_name = serializers.CharField()
    kind = serializers.ChoiceField(Department.Kind.values)
    unit = serializers.UUIDField(source="unit_id")
    office = OfficeOut(source="tenant")


class CodeOut(Out):
    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    parent = serializers.CharField()  # type: ignore[assignment]


class PostOut(Out):
    id = serializers.UUIDField()
    department = NamedOut()
    roles = serializers.ListField(child=serializers.CharField())
    chosen = serializers.BooleanField()


class MeOut(Out):
    """Who is asking, from which post, with which rights."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    office = OfficeOut()
    department = NamedOut()
    unit = NamedOut()
    at_desk = serializers.BooleanField()
    roles = serializers.ListField(child=serializers.CharField())
    verbs = serializers.ListField(child=serializers.CharField())
    posts = PostOut(many=True)

    @staticmethod
    def of(actor: Actor, names: Any, posts: list[Membership]) -> dict[str, Any]:
        return {
            "id": actor.user,
            "name": actor.name,
            "office": names.office(actor.tenant),
            "department": names.department(actor.department),
            "unit": names.department(actor.unit),
            "at_desk": actor.at_desk,
            "roles": sorted(actor.roles),
            "verbs": sorted(actor.verbs),
            "posts": [
                {
                    "id": post.pk,
                    "department": names.department(post.department_id),
                    "roles": sorted(post.roles),
                    "chosen": post.pk == actor.membership,
                }
                for post in posts
            ],
        }


class SealedWordsOut(Out):
    """The words of an accusation; every look is recorded."""

    title = serializers.CharField()
    text = serializers.CharField()
    addressee = serializers.CharField()
    place_detail = serializers.CharField()


class UnmaskedOut(Out):
    """A person in clear. Empty where nothing was given."""

    role = serializers.CharField()
    name = serializers.CharField()
    phone = serializers.CharField()
    id_type = serializers.CharField()
    id_number = serializers.CharField()
    address = serializers.CharField()
    mailing_address = serializers.CharField()

    def to_representation(self, instance: dict[str, str]) -> dict[str, Any]:
        found: dict[str, Any] = super().to_representation(dict.fromkeys(self.fields, "") | instance)
        return found


class PeopleInClearOut(Out):
    people = UnmaskedOut(many=True)
