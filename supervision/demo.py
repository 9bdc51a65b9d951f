"""Orders, letters and clues of the demo, in every state, through the functions; what an office has it keeps."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from cases.codes.orders import Instrument
from cases.demo.cast import Body, Office, Region
from cases.states import Seat
from kernel.clock import TZ, as_of
from kernel.errors import HuiyinError
from supervision import advice, concerns, orders, triggers
from supervision.models import Advice, Concern, LedgerRow, Order
from tenants import context
from tenants.actors import Actor, root_of


class Recipe(NamedTuple):
    """Issued so many days ago, to be answered within so many; `steps` follow, some days apart."""

    instrument: Instrument
    days_ago: int
    within: int
    steps: tuple[str, ...] = ()


RECIPES = (
    Recipe(Instrument.LETTER, 20, 10),
    Recipe(Instrument.ONSITE, 15, 20, ("reply",)),
    Recipe(Instrument.URGE, 3, 7),
    Recipe(Instrument.LETTER, 12, 15, ("report_progress",)),
    Recipe(Instrument.LETTER, 18, 14, ("reply", "return_reply")),
    Recipe(Instrument.TRACK, 25, 15, ("reply", "accept_reply")),
    Recipe(Instrument.LETTER, 30, 15, ("report_progress", "reply", "accept_reply")),
    Recipe(Instrument.LISTED, 10, 30),
    Recipe(Instrument.URGE, 14, 5, ("lift",)),
)
REASONS = {
    Instrument.URGE: "办理期限将近，请抓紧办理，并告知信访人进展。",
    Instrument.LETTER: "这件逾期未办结，请说明原因，限期办结并书面反馈。",
    Instrument.ONSITE: "将到现场查看，请备齐办理材料，由承办人到场说明。",
    Instrument.TRACK: "答复已作出，请按承诺的时间落实，并逐步反馈。",
    Instrument.LISTED: "涉及群众多、久拖未决，挂牌督办，请主要负责人牵头。",
}
SAID = {
    "report_progress": "已约请信访人和物业公司当面说明，正在查阅档案。",
    "reply": "已查清事实，按规定作出处理，信访人已知晓，办理材料随附备查。",
    "return_reply": "没有说清责任单位和完成时间，请补充后重新反馈。",
    "lift": "信访人的诉求已经落实，不再督办。",
}
ADVICE = "同一类问题在本县反复出现，建议建立台账，明确牵头科室和办理时限，每月通报一次。"


def fill(region: Region, at: datetime) -> Counter[str]:
    """What was added, by kind; proposals come from the ledger as they would of themselves."""
    made: Counter[str] = Counter()
    for office in region.offices:
        rng = random.Random(f"huiyin demo orders {office.code}")  # noqa: S311
        if office.desk.people.get("R13") and not Order.objects.filter(tenant=office.tenant).exists():
            made["orders"] += _own(office, at, rng) + _below(office, at, rng)
            made["letters"] += _letters(office, at, rng)
        if office.tenant.parent_id and not Concern.objects.filter(tenant=office.tenant).exists():
            made["concerns"] += _concern(office, at, rng)
    made["proposals"] = triggers.propose_all()
    return made


def _waiting(office: Office, unit: bool) -> list[LedgerRow]:
    rows = LedgerRow.objects.filter(holder=office.tenant.pk, closed_at=None, sealed=False)
    rows = rows.filter(seat=Seat.UNIT) if unit else rows
    return list(rows.order_by("due_raw", "case"))


def _own(office: Office, at: datetime, rng: random.Random) -> int:
    """One by each recipe, as far as there are cases that lay with a unit by then."""
    left, units, made = _waiting(office, unit=True), {unit.id: unit for unit in office.units}, 0
    for recipe in RECIPES:
        issued = at - timedelta(days=recipe.days_ago)
        row = next((row for row in left if row.held_since < issued and row.unit in units), None)
        role = "R15" if recipe.instrument == Instrument.LISTED else "R13"
        if row is None or not office.desk.people.get(role):
            continue
        left.remove(row)
        who = office.desk.who(role, rng)
        made += _play(who, units[row.unit], row.unit, [row.case], recipe, at, rng)
    return made


def _below(office: Office, at: datetime, rng: random.Random) -> int:
    """To each of two offices below about what lies there longest."""
    made = 0
    for lower in office.below[:2]:
        recipe = rng.choice(RECIPES[:4])
        issued = at - timedelta(days=recipe.days_ago)
        cases = [row.case for row in _waiting(lower, unit=False) if row.held_since < issued][-2:]
        if cases:
            who = office.desk.who("R13", rng)
            made += _play(who, lower.desk, root_of(lower.tenant.pk), cases, recipe, at, rng)
    return made


def _play(
    who: Actor, body: Body, target: UUID, cases: list[UUID], recipe: Recipe, at: datetime, rng: random.Random
) -> int:
    issued = at - timedelta(days=recipe.days_ago)
    desk = body.who("R3" if body.people.get("R3") else "R5", rng)
    order: list[UUID] = []

    def issue() -> None:
        made = orders.issue(
            who,
            instrument=recipe.instrument,
            to_department=target,
            cases=cases,
            reason=REASONS[recipe.instrument],
            due=_day(issued, recipe.within),
        )
        order.append(made.pk)

    if not _at(who, issued, issue):
        return 0
    for count, step in enumerate(recipe.steps, start=1):
        moment = issued + timedelta(days=count * max(recipe.days_ago // (len(recipe.steps) + 2), 1))
        actor = desk if step in ("reply", "report_progress") else who
        _at(actor, moment, lambda name=step, by=actor, on=moment: _step(by, order[0], name, on))  # type: ignore[misc]
    return 1


def _step(actor: Actor, order: UUID, name: str, at: datetime) -> None:
    text = SAID.get(name, "")
    if name in ("reply", "report_progress"):
        getattr(orders, name)(actor, order, text=text)
    elif name == "return_reply":
        orders.return_reply(actor, order, reason=text, due=_day(at, 12))
    elif name == "lift":
        orders.lift(actor, order, reason=text)
    else:
        orders.accept_reply(actor, order)


def _at(actor: Actor, moment: datetime, act: Callable[[], None]) -> bool:
    """A case that cannot be supervised as it stands is passed over."""
    with context.use(actor.schema), as_of(moment):
        try:
            act()
        except HuiyinError:
            return False
    return True


def _day(at: datetime, days: int) -> date:
    return (at + timedelta(days=days)).astimezone(TZ).date()


def _letters(office: Office, at: datetime, rng: random.Random) -> int:
    """One unanswered, one adopted and followed up."""
    who = office.desk.who("R13", rng)
    for unit, ago in zip(office.units[:2], (35, 12), strict=False):
        with context.use(office.tenant), as_of(at - timedelta(days=ago)):
            sent = advice.advise(who, kind=Advice.Kind.IMPROVE, text=ADVICE, to_department=unit.id)
        if ago > 30:
            desk = unit.who("R5", rng)
            with context.use(office.tenant), as_of(at - timedelta(days=ago - 20)):
                text = "采纳。台账已建立，由办公室牵头，按月通报。"
                advice.answer_advice(desk, sent.pk, adopted=Advice.Adoption.YES, text=text)
                advice.follow_up(who, sent.pk, text="已抽查台账，记录完整。")
    return len(office.units[:2])


def _concern(office: Office, at: datetime, rng: random.Random) -> int:
    clerk = office.desk.who("R2", rng)
    with context.use(office.tenant), as_of(at - timedelta(days=rng.randint(1, 20))):
        concerns.report_concern(
            clerk, kind=Concern.Kind.CONDUCT, text="接访时有工作人员态度粗暴，打断来访人陈述，未作登记。"
        )
    return 1
