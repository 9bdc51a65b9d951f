"""Code lists (domain §11.5): our own codes with their Chinese words; `LIST.label(code)`, `LIST.choices()`."""

from cases.codes.channels import CHANNELS, LEVELS, SOURCES, Channel, Level, Source
from cases.codes.contents import CONTENTS, content_list
from cases.codes.endings import ADOPTIONS, CLOSINGS, GATES, OUTCOMES, Adoption, Closing, Gate, Outcome
from cases.codes.files import FILE_KINDS, FileKind
from cases.codes.grounds import GROUND_RULES, GROUNDS, OBJECTIONS, Ground, ObjectionReason
from cases.codes.lists import Code, CodeList
from cases.codes.persons import ID_TYPES, PERSON_ROLES, SEXES, IdType, PersonRole
from cases.codes.purposes import CAUSES, CLASSES, PATHS, PURPOSES, Cause, Purpose, class_of
from cases.codes.routes import STATUTORY_ROUTES, StatutoryRoute, lead_word, routes_for
from cases.codes.services import CONTACTS, SIGNED, UNMASKS, VIEWS, WAYS, Contact, Signed, Unmask, View, Way

__all__ = [
    "ADOPTIONS",
    "CAUSES",
    "CHANNELS",
    "CLASSES",
    "CLOSINGS",
    "CONTACTS",
    "CONTENTS",
    "FILE_KINDS",
    "GATES",
    "GROUNDS",
    "GROUND_RULES",
    "ID_TYPES",
    "LEVELS",
    "OBJECTIONS",
    "OUTCOMES",
    "PATHS",
    "PERSON_ROLES",
    "PURPOSES",
    "SEXES",
    "SIGNED",
    "SOURCES",
    "STATUTORY_ROUTES",
    "UNMASKS",
    "VIEWS",
    "WAYS",
    "Adoption",
    "Cause",
    "Channel",
    "Closing",
    "Code",
    "CodeList",
    "Contact",
    "FileKind",
    "Gate",
    "Ground",
    "IdType",
    "Level",
    "ObjectionReason",
    "Outcome",
    "PersonRole",
    "Purpose",
    "Signed",
    "Source",
    "StatutoryRoute",
    "Unmask",
    "View",
    "Way",
    "class_of",
    "content_list",
    "lead_word",
    "routes_for",
]
