"""签收 of several at once, from the worklist or the inbox."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cases import policy
from cases.actions import together
from cases.numbers import short
from cases.queries.names import Names
from kernel.errors import HuiyinError
from tenants.requests import StaffRequest

MOST_AT_ONCE = 100


def picked(values: Iterable[str]) -> Iterator[tuple[UUID, int | None]]:
    """The rows a person chose, "id:version" each; nonsense is not there."""
    for value in list(values)[:MOST_AT_ONCE]:
        one, _sep, version = value.partition(":")
        try:
            yield UUID(one), int(version) if version.isascii() and version.isdigit() else None
        except ValueError:
            continue


@dataclass(frozen=True, slots=True)
class Gone:
    """One that failed and is no longer in the list; who signed for it meanwhile, if that is why."""

    case: UUID
    number: str
    title: str
    reason: str
    signed_by: str = ""
    signed_at: datetime | None = None


class Outcome:
    """What became of each picked case; those that failed and are still listed stay picked, with the reason."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.failed: dict[UUID, str] = {}
        self.gone: list[Gone] = []
        self.unseen = 0

    @property
    def kept(self) -> int:
        return len(self.failed) - len(self.gone) - self.unseen

    def say_gone(self, request: StaffRequest, shown: Iterable[UUID]) -> None:
        """Those that the list no longer shows, by name; of those that are no longer theirs only how many."""
        left = set(self.failed) - set(shown)
        if not left:
            return
        signed = ("handovers__signed_by", "handovers__signed_at")
        rows = policy.visible(request.actor).filter(id__in=left).order_by("id", "handovers__seq")
        found = {row[0]: row for row in rows.values_list("id", "number", "title", *signed)}  # the last stay of each
        names = Names(request.actor.tenant).want(people=[row[3] for row in found.values()])
        for case, number, title, by, at in found.values():
            self.gone.append(Gone(case, short(number), title, self.failed[case], names.person(by), at))
        self.unseen = len(left) - len(found)


def sign_for(request: StaffRequest, values: Sequence[str]) -> Outcome:
    """Each in its own transaction: one that somebody else took first does not hold up the rest."""
    outcome = Outcome()
    for case_id, version in picked(values):
        try:
            done = together.one(request.actor, "sign_for", case_id, version=version)
        except HuiyinError as error:
            outcome.failed[case_id] = str(error)
        else:
            outcome.done.append(done.case.number)
    return outcome
