"""What the address of a list says: scope, tab, clock, filters, and where to go on; nonsense counts as not asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from cases.codes.channels import Channel
from cases.states import CLOSED, Class, State

S = State
LONGEST_TEXT = 60

TABS: dict[str, frozenset[State]] = {
    "all": frozenset(),
    "triage": frozenset({S.S10, S.S14}),
    "sign": frozenset({S.S20, S.S21}),
    "notice": frozenset({S.S30, S.S44, S.S45, S.S46}),
    "handling": frozenset({S.S40, S.S42, S.S50, S.S51, S.S52, S.S53}),
    "approval": frozenset({S.S58}),
    "serve": frozenset({S.S60}),
    "window": frozenset({S.S61, S.S65, S.S70, S.S71, S.S72, S.S80, S.S81, S.S82}),
    "route": frozenset({S.S41, S.S43}),
    "objection": frozenset({S.S24, S.S26}),
    "report": frozenset({S.S88}),
    "awaiting": frozenset(),
    "closed": frozenset(CLOSED),
}
SCOPES = ("mine", "department", "office")
HIDEABLE = ("place", "move", "state", "clock")  # columns a person may do without; the rest says which case it is
CLOCKS = ("grave", "serious", "over", "soon", "ok", "hold")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of the list says. `after`: the key of the last row seen, "" for the first page; `hidden`:
    columns left out."""

    scope: str = ""
    tab: str = "all"
    clock: str = ""
    klass: str = ""
    place: str = ""
    unit: UUID | None = None
    channel: str = ""
    text: str = ""
    hidden: tuple[str, ...] = ()
    after: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Asked:
        """Whatever stands in the address; what is not known counts as not asked."""

        def one(name: str, known: Sequence[str] | Mapping[str, Any], default: str = "") -> str:
            value = given.get(name, "")
            return value if value in known else default

        return cls(
            scope=one("scope", SCOPES),
            tab=one("tab", TABS, "all"),
            clock=one("clock", CLOCKS),
            klass=one("class", Class.values),
            place=given.get("place", "")[:12].replace("\x00", ""),
            unit=_uuid(given.get("unit", "")),
            channel=one("channel", Channel.values),
            hidden=tuple(name for name in HIDEABLE if name in given.get("hide", "").split(",")),
            text=given.get("text", "").replace("\x00", "").strip()[:LONGEST_TEXT],
            after=given.get("after", "")[:80],
        )

    @property
    def filtered(self) -> bool:
        return bool(self.clock or self.klass or self.place or self.unit or self.channel or self.text)

    def with_(self, **changes: Any) -> Asked:
        return replace(self, after="", **changes)

    def address(self) -> dict[str, str]:
        """The parameters of this list's own address, without those that say nothing."""
        pairs = {
            "scope": self.scope,
            "tab": "" if self.tab == "all" else self.tab,
            "clock": self.clock,
            "class": self.klass,
            "place": self.place,
            "unit": str(self.unit) if self.unit else "",
            "channel": self.channel,
            "text": self.text,
            "hide": ",".join(self.hidden),
        }
        return {name: value for name, value in pairs.items() if value}


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
