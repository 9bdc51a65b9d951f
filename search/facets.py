"""What one may narrow down by, with counts: words for the values a backend counted, in an order that stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from cases.codes.channels import CHANNELS
from cases.codes.purposes import CLASSES
from cases.queries.names import Names
from cases.states import State
from search.clock import LEVELS
from search.places import office_names
from search.shapes import FACETS, Asked
from tenants.actors import Actor

SHOWN = 8  # of departments and offices; the others open on demand
STATES = tuple(State.values)


@dataclass(frozen=True, slots=True)
class Option:
    """`shape` is the clock level whose sign stands before the words."""

    value: str
    text: str
    count: int
    chosen: bool
    shape: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    title: str
    options: Sequence[Option]
    others: Sequence[Option] = ()


def titles() -> dict[str, str]:
    return {
        "state": _("状态"),
        "clock": _("期限"),
        "klass": _("类别"),
        "office": _("单位"),
        "department": _("现由"),
        "channel": _("信访形式"),
    }


def groups(actor: Actor, counted: Mapping[str, Sequence[tuple[str, int]]], asked: Asked) -> list[Group]:
    """Only what there is something to choose from, and what was chosen."""
    words = _Words(actor, counted, asked)
    found = []
    for name in FACETS:
        counts = dict(counted.get(name, ()))
        chosen = asked.chosen.get(name, ())
        counts |= {value: 0 for value in chosen if value not in counts}
        options = [
            Option(value, words.of(name, value), counts[value], value in chosen, value if name == "clock" else "")
            for value in _ordered(name, counts)
        ]
        options = [option for option in options if option.text]
        if len(options) > 1 or any(option.chosen for option in options):
            first = [option for at, option in enumerate(options) if at < SHOWN or option.chosen]
            others = [option for at, option in enumerate(options) if at >= SHOWN and not option.chosen]
            found.append(Group(name, titles()[name], first, others))
    return found


def _ordered(name: str, counts: Mapping[str, int]) -> list[str]:
    fixed = {
        "state": STATES,
        "clock": LEVELS,
        "klass": [c.code for c in CLASSES],
        "channel": [c.code for c in CHANNELS],
    }
    if name in fixed:
        return [value for value in fixed[name] if value in counts]
    return sorted(counts, key=lambda value: (-counts[value], value))


def chosen_words(actor: Actor, asked: Asked) -> list[tuple[str, str, str, str]]:
    """Facet, its title, value and words of each choice."""
    words, named = _Words(actor, {}, asked), titles()
    return [
        (name, named[name], value, words.of(name, value) or value)
        for name in FACETS
        for value in asked.chosen.get(name, ())
    ]


class _Words:
    """Names of all departments are read together."""

    def __init__(self, actor: Actor, counted: Mapping[str, Sequence[tuple[str, int]]], asked: Asked) -> None:
        def values(facet: str) -> list[str]:
            return [*(value for value, _count in counted.get(facet, ())), *asked.chosen.get(facet, ())]

        self._names = Names(actor.tenant).want(departments=[_id(value) for value in values("department")])
        self._offices = office_names(values("office"))

    def of(self, name: str, value: str) -> str:
        """ "" for what means nothing."""
        match name:
            case "state":
                return str(State(value).label) if value in STATES else ""
            case "clock":
                return clock_words().get(value, "")
            case "klass":
                return CLASSES.label(value) if value in CLASSES else ""
            case "channel":
                return CHANNELS.label(value) if value in CHANNELS else ""
            case "office":
                return self._offices.get(value, "")
            case _:
                return self._names.short_body(_id(value))


def clock_words() -> dict[str, str]:
    return {"over": _("超期"), "soon": _("临期"), "ok": _("正常"), "hold": _("没有在走的期限")}


def _id(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None
