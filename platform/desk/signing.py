"""签收 of several at once, from the worklist or the inbox."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from cases.actions import together
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


class Outcome:
    """What became of each picked case; those that failed stay picked, with the reason."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.failed: dict[UUID, str] = {}
        self.gone = ""

    def say_gone(self, shown: Iterable[UUID]) -> None:
        """Reasons of those that the list no longer shows."""
        left = set(self.failed) - set(shown)
        self.gone = " ".join(dict.fromkeys(self.failed[case] for case in left))


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
