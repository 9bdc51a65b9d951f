"""Filling the demo region: what is not there yet is played; the promise and the histories are proved at the end."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from django.db import OperationalError

from cases import actions, history, integrity
from cases.actions.wordings import write_wording
from cases.demo.cast import Office, Region, gather
from cases.demo.journey import MARK, Journey
from cases.demo.plan import journeys
from cases.demo.texts import matter, person
from cases.models import Case, Draft, Filing, Wording
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


WORDINGS = (
    ("facts", "", "现场查看", "某年某月某日，我局会同有关单位到现场查看，情况如下：某某。"),
    ("facts", "", "调阅档案", "经调阅某某档案，某年某月至某年某月的情况如下：某某。"),
    (
        "reasons",
        "SUPPORT",
        "限期办好",
        "您反映的情况属实，您的请求应予支持。由某某负责，于某年某月某日前办妥。",
    ),
    (
        "reasons",
        "EXPLAIN",
        "政策尚无规定",
        "您反映的困难属实。按照某某规定，目前没有给予补助的依据，理由是：某某。",
    ),
    ("reasons", "REJECT", "查无依据", "经查，没有发现您反映的情况，理由是：某某。有新的证据，请随时提交。"),
    ("letter", "", "先联系信访人", "请先电话联系信访人，了解现状后再办理。"),
    ("letter", "", "涉及急难", "涉及群众急难，请尽快办理，并及时告知进展。"),
)


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


def wordings(region: Region) -> int:
    """What each office says often, for its writers to pick."""
    made = 0
    for office in region.offices:
        keeper = next(iter(office.desk.people.get("R19", [])), None)
        with context.use(office.tenant):
            if keeper is None or Wording.objects.filter(unit=None).exists():
                continue
            for kind, outcome, title, text in WORDINGS:
                write_wording(keeper, kind=kind, outcome=outcome, title=title, text=text)
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
