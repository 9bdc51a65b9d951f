"""What a row of the table of doors says, and how its gaps are filled: one route, who may pass, who may not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from kernel.clock import today
from tenants.actors import Actor
from tests.api.world import UNIT, World
from tests.cases.making import COUNTY
from tests.people import actor

Filled = dict[str, Any] | Callable[[World], dict[str, Any]]
OTHER_UNIT = "城管局"
PASSED = frozenset({200, 201, 204, 302, 303})
HIDDEN = frozenset({403, 404})


def on_the_day() -> str:
    """Of the attempt: the table may have been made on the one before."""
    return today().isoformat()


@dataclass(frozen=True)
class Door:
    """One attempt at one route.

    `route` is the view's name; `who` the right role (and `unit` where it sits); `case` a key of World.cases, put
    into the address as case_id, or `where` the parts of the address. `form` is sent: as JSON to the API, else as a
    form. `wrong` is a role of another department who must be refused; "" where anybody with a post may call it.
    `version`: of what is no case.
    """

    route: str
    who: str = "R3"
    unit: str = ""
    case: str = ""
    method: str = "GET"
    form: Filled = field(default_factory=dict)
    where: Filled = field(default_factory=dict)
    wrong: str = "R5"
    refused: frozenset[int] = HIDDEN
    passed: frozenset[int] = PASSED
    open: bool = False
    postless: bool = False
    version: Callable[[World], int] | None = None

    @property
    def is_api(self) -> bool:
        return self.route.startswith("api:")

    @property
    def id(self) -> str:
        return " ".join(part for part in (self.method, self.route, *self._verb(), self.case) if part)

    def _verb(self) -> tuple[str, ...]:
        return (str(self.where["verb"]),) if isinstance(self.where, dict) and "verb" in self.where else ()

    def right(self) -> Actor:
        return actor(COUNTY, self.who, unit=self.unit)

    def stranger(self) -> Actor:
        return actor(COUNTY, self.wrong, unit=OTHER_UNIT if self.wrong in {"R5", "R6", "R7", "R8"} else "")

    def address(self, world: World) -> dict[str, Any]:
        parts = _filled(self.where, world)
        return {"case_id": world.cases[self.case], **parts} if self.case else parts

    def sent(self, world: World) -> dict[str, Any]:
        return _filled(self.form, world)


def _filled(given: Filled, world: World) -> dict[str, Any]:
    made = given(world) if callable(given) else given
    return {name: value() if callable(value) else value for name, value in made.items()}


def read(route: str, case: str, who: str = "R3", unit: str = "", **more: Any) -> Door:
    """A page or list of one case."""
    return Door(route, who, unit, case, **more)


def act(route: str, case: str, who: str, form: Filled | None = None, **more: Any) -> Door:
    """A change of one case; roles from R5 to R9 are the unit's."""
    unit = UNIT if who in {"R5", "R6", "R7", "R8", "R9"} else ""
    return Door(route, who, unit, case, "POST", form or {}, **more)


def anybody(route: str, method: str = "GET", form: Filled | None = None, **more: Any) -> Door:
    """For whoever has a post in the office: nothing of it belongs to a department."""
    return Door(route, method=method, form=form or {}, **{"wrong": "", **more})


def outside(route: str, method: str = "GET", form: Filled | None = None, **more: Any) -> Door:
    """Open to people who are not signed in."""
    return Door(route, method=method, form=form or {}, wrong="", open=True, **more)
