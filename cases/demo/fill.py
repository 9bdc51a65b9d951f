"""Filling the demo region: what is not there yet is played; the promise and the histories are proved at the end."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from django.db import OperationalError

from cases import actions, history, integrity
from cases.demo.cast import Office, Region, gather
from cases.demo.journey import MARK, Journey
from cases.demo.plan import journeys
from cases.demo.texts import matter, person
from cases.models import Case, Draft, Filing
from cases.states import State
from kernel.clock import as_of, now
from tenants import context

DRAFTS = 10
TRIES = 3


def missing(region: Region) -> list[Journey]:
    """What a run still has to play: a case is there whole or not at all."""
    have: set[str] = set()
    for office in region.offices:
        with context.use(office.tenant):
            rows = Filing.objects.filter(foreign_number__startswith=MARK)
            have |= set(rows.values_list("foreign_number", flat=True))
    return [journey for journey in journeys(region) if journey.mark not in have]


def play(todo: list[Journey], at: datetime, done: Callable[[int], None]) -> None:
    for count, journey in enumerate(todo, start=1):
        for turn in range(TRIES):
            try:
                journey.play(at)
                break
            except OperationalError:  # two shares met in a counter of the province; the other one goes first
                if turn == TRIES - 1:
                    raise
                journey.rng = random.Random(f"huiyin demo {journey.number}")  # noqa: S311
        done(count)


def share(part: int, parts: int, at: datetime, done: Callable[[int], None], root: str | None = None) -> None:
    """One worker's cases: whole branches of the region, so that two workers hardly meet."""
    region = gather(root)
    branch = {office.code: index for index, office in enumerate(_branches(region))}
    mine = [j for j in missing(region) if branch.get(_branch(j.at), j.number) % parts == part]
    play(mine, at, done)


def _branches(region: Region) -> Iterator[Office]:
    """Prefectures and whatever else stands right under the top, the largest first."""
    yield from sorted((o for o in region.offices if o.tenant.path.count("/") == 1), key=lambda o: -len(o.below))


def _branch(office: Office) -> str:
    codes = office.tenant.path.split("/")
    return codes[1] if len(codes) > 1 else codes[0]


def drafts(region: Region, at: datetime) -> int:
    """S00: what clerks have begun to type."""
    made = 0
    rng = random.Random("huiyin demo drafts")  # noqa: S311
    for office in region.offices[:DRAFTS]:
        clerk = office.desk.who("R2", rng)
        found, who = matter(rng), person(rng)
        body = {
            "channel": rng.choice(("LETTER", "PHONE", "VISIT")),
            "title": found.title,
            "text": found.text[: rng.randint(12, 60)],
            "people": [{"name": who.name, "phone": who.phone}],
        }
        with context.use(office.tenant), as_of(at - timedelta(minutes=rng.randint(5, 900))):
            if not Draft.objects.filter(owner=clerk.user).exists():
                actions.save_draft(clerk, body=body)
                made += 1
    return made


def counts(region: Region) -> Counter[str]:
    """Cases by state, each counted where it is held."""
    found: Counter[str] = Counter()
    for office in region.offices:
        with context.use(office.tenant):
            found.update(Case.objects.exclude(state=State.S99).values_list("state", flat=True))
    return found


def prove(region: Region) -> list[str]:
    """What breaks the promise or a history; an empty list is what it must be."""
    found = [f"{fault.case}: {fault.fault}" for fault in integrity.faults()]
    for office in region.offices:
        with context.use(office.tenant):
            found += [f"{office.code} {b.number} {b.seq}: {b.fault}" for b in history.verify()]
    return found


def moment() -> datetime:
    """One now for all shares."""
    return now().replace(microsecond=0)
