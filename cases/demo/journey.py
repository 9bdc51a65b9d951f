"""One demo case as a list of steps: who calls which verb, how many days after the step before."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from cases import actions
from cases.actions import Entry
from cases.clock_kinds import Kind
from cases.demo.cast import Body, Office, Region
from cases.demo.papers import upload
from cases.demo.texts import Matter, matter, person, say
from cases.demo.workdays import moments
from cases.models import Answer, Clock, Demand
from cases.people import Person
from kernel.clock import as_of
from tenants import context
from tenants.actors import Actor
from tenants.calendars import calendar_for

Fields = Callable[["Stage"], dict[str, Any]]
MARK = "DEMO-"


@dataclass
class Stage:
    """What a step may look at when it is its turn."""

    at: datetime
    case: UUID
    matter: Matter
    rng: random.Random

    def day(self, days: int = 0) -> str:
        return (self.at + timedelta(days=days)).date().isoformat()


@dataclass(frozen=True)
class Step:
    days: int
    who: Actor
    verb: str
    fields: Fields


@dataclass
class Journey:
    """Built by the scenes of `cases.demo.scenes`; `rest` is how many days ago the last step was taken."""

    number: int
    rng: random.Random
    region: Region
    rest: int
    matter: Matter
    steps: list[Step] = field(default_factory=list)
    office: Office | None = None
    unit: Body | None = None
    handler: Actor | None = None
    changes: dict[str, Any] = field(default_factory=dict)
    outcome: str = "SUPPORT"
    closes: bool = False

    @classmethod
    def begin(cls, number: int, region: Region, rest: int, *, klass: str = "C", routed: bool = False) -> Journey:
        rng = random.Random(f"huiyin demo {number}")  # noqa: S311  the same demo each time
        return cls(number, rng, region, rest, matter(rng, klass=klass, routed=routed))

    @property
    def mark(self) -> str:
        return f"{MARK}{self.number:04}"

    @property
    def at(self) -> Office:
        assert self.office is not None
        return self.office

    @property
    def body(self) -> Body:
        return self.unit or self.at.desk

    @property
    def sensitive(self) -> bool:
        return bool(self.changes.get("urgent")) or self.group

    @property
    def group(self) -> bool:
        return self.changes.get("channel") == "VISIT" and int(self.changes.get("persons", 1)) >= 5

    @property
    def important(self) -> bool:
        return bool(self.changes.get("important")) or (self.group and self.matter.klass == "C")

    def who(self, role: str, *, but: Actor | None = None) -> Actor:
        return self.body.who(role, self.rng, but=but)

    def say(self, kind: str) -> str:
        return say(self.rng, kind)

    def do(self, days: int, who: Actor, verb: str, fields: Fields | None = None, /, **fixed: Any) -> None:
        self.steps.append(Step(days, who, verb, fields or (lambda stage: fixed)))

    def propose(self, days: int, who: Actor, verb: str, fields: Fields | None = None, /, **fixed: Any) -> None:
        made = fields or (lambda stage: fixed)
        self.do(days, who, "propose", lambda stage: {"verb": verb, "fields": plain(made(stage))})

    def both(self, days: int, by: str, then: str, verb: str, fields: Fields | None = None, /, **fixed: Any) -> None:
        """A + B: one proposes, another decides a day later (G2)."""
        asking = self.who(by)
        self.propose(days, asking, verb, fields, **fixed)
        self.do(self.rng.randint(0, 1), self.who(then, but=asking), verb, fields, **fixed)

    def play(self, now: datetime) -> UUID:
        """All steps in one transaction: a case of the demo is there whole or not at all."""
        calendar = calendar_for(self.steps[0].who.schema and self.at.code)
        times = moments([step.days for step in self.steps], self.rest, now, self.rng, calendar)
        stage = Stage(times[0], UUID(int=0), self.matter, self.rng)
        with transaction.atomic():
            for step, at in zip(self.steps, times, strict=True):
                stage.at = at
                with as_of(at):
                    self.take(step, stage)
            if self.closes:
                self._close(stage, now)
        return stage.case

    def take(self, step: Step, stage: Stage) -> None:
        """One step, at the moment that it is."""
        with context.use(step.who.schema):
            if step.verb == "register":
                stage.case = actions.register(step.who, self.entry(stage.at)).case.id
            else:
                getattr(actions, step.verb)(step.who, stage.case, **step.fields(stage))

    def _close(self, stage: Stage, now: datetime) -> None:
        """The system, on the day after the window ended."""
        with context.use(self.at.tenant):
            window = Clock.objects.get(case=stage.case, kind=Kind.K9.value, stopped_at=None)
            at = window.due_effective + timedelta(hours=2, seconds=self.rng.randint(60, 900))
            if at < now:
                with as_of(at):
                    actions.close(Actor.system(self.at.tenant), stage.case)

    def entry(self, at: datetime) -> Entry:
        """The filing as the clerk types it; `changes` may hold `before`, the days between receipt and registration."""
        given = dict(self.changes)
        before = given.pop("before", 0)
        files = given.pop("files", self.rng.random() < 0.25)
        channel = given.setdefault("channel", self.rng.choice(("NET", "NET", "LETTER", "VISIT", "VISIT", "PHONE")))
        received = at - timedelta(days=before, minutes=self.rng.randint(3, 30))
        day = received.date()
        source = {"NET": "portal", "PHONE": "12345"}.get(channel, "own")
        return Entry(
            **{
                "title": self.matter.title,
                "text": self.matter.text,
                "demands": self.matter.demands,
                "people": self.people(given),
                "files": [upload(self.rng)] if files else [],
                "source": source,
                "received_at": received,
                "petition_date": day,
                "postmark_date": day - timedelta(days=3) if channel == "LETTER" else None,
                "place": self.at.code,
                "content_class": self.matter.content,
                "purpose": self.matter.purpose,
                "klass": self.matter.klass,
                "foreign_number": self.mark,
                "green_envelope": channel == "LETTER" and self.rng.random() < 0.3,
                **given,
            }
        )

    def people(self, given: dict[str, Any]) -> list[Person]:
        if given.pop("anonymous", False):
            return []
        persons = int(given.get("persons", 1))
        if persons < 5:
            return [person(self.rng)]
        return [person(self.rng), person(self.rng, "rep"), person(self.rng, "rep")]


def plain(fields: dict[str, Any]) -> dict[str, Any]:
    """As JSON, the way a form would hand them in."""
    return {k: str(v) if isinstance(v, UUID) or hasattr(v, "isoformat") else v for k, v in fields.items()}


def answers(stage: Stage, outcomes: list[str], *, item_days: int | None = None) -> dict[str, Any]:
    """The opinion on every demand. `item_days`: what is supported is to be done so many days from now."""
    given: dict[str, dict[str, str]] = {}
    reasons = {"EXPLAIN": say(stage.rng, "explain"), "REJECT": say(stage.rng, "reject")}
    for index, demand in enumerate(Demand.objects.filter(case=stage.case)):
        outcome = outcomes[index % len(outcomes)]
        given[str(demand.id)] = {
            "outcome": outcome,
            "facts": stage.matter.fact,
            "reasons": reasons.get(outcome, stage.matter.reply),
            "law": stage.matter.law,
            "item": demand.text if item_days is not None and outcome in ("SUPPORT", "PARTIAL") else "",
            "execute_by": stage.day(item_days or 0),
        }
    return {"answers": given}


def item(stage: Stage) -> UUID:
    """The next promise that is not yet shown to be kept."""
    rows = Answer.objects.filter(opinion__case=stage.case, executed_on=None).exclude(item="")
    return rows.order_by("demand__seq").values_list("id", flat=True)[0]
