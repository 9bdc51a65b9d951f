"""The code lists a client needs to fill the bodies; the names are those of the members."""

from __future__ import annotations

from cases import codes
from cases.codes import CodeList

LISTS: dict[str, CodeList] = {
    "channel": codes.CHANNELS,
    "source": codes.SOURCES,
    "klass": codes.CLASSES,
    "path": codes.PATHS,
    "purpose": codes.PURPOSES,
    "cause": codes.CAUSES,
    "content_class": codes.CONTENTS,
    "role": codes.PERSON_ROLES,
    "id_type": codes.ID_TYPES,
    "ground": codes.GROUNDS,
    "objection": codes.OBJECTIONS,
    "outcome": codes.OUTCOMES,
    "adoption": codes.ADOPTIONS,
    "closing_kind": codes.CLOSINGS,
    "gate": codes.GATES,
    "contact": codes.CONTACTS,
    "way": codes.WAYS,
    "view": codes.VIEWS,
    "unmask": codes.UNMASKS,
}
