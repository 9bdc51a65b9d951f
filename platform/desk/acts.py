"""Which acts a person sees on a case: those open now, that lead somewhere; one of them first (pages.md §1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import endings, policy
from cases.clock_kinds import Kind
from cases.models import Case
from cases.queries import approvals, dossier, labels
from cases.queries.journey import Journey
from cases.states import State
from desk.forms import FORMS
from kernel.clock import now
from tenants.actors import Actor

S = State

# Verbs whose page is not a form in place.
PAGES: dict[str, str] = {
    "transfer": "desk:transfer",
    "assign": "desk:transfer",
    "object": "desk:object",
    "consent": "desk:objection",
    "refuse": "desk:objection",
    "draft": "desk:opinion",
    "submit": "desk:opinion",
    "check": "desk:approve",
    "sign": "desk:approve",
    "send_back": "desk:approve",
    "serve": "desk:serve",
    "report": "desk:report",
}
# Several verbs of one page are one button.
TOGETHER = {"submit": "draft", "refuse": "consent", "send_back": "sign", "assign": "transfer", "check": "sign"}

# The next lawful step, best first; what is not open to the person is passed over (domain §4.2).
FIRST: dict[State, tuple[str, ...]] = {
    S.S10: ("transfer", "report", "sign_for", "answer"),
    S.S20: ("sign_for",),
    S.S21: ("sign_for",),
    S.S24: ("consent",),
    S.S30: ("accept", "study", "route", "allot"),
    S.S40: ("notify", "contact", "allot"),
    S.S41: ("notify", "report", "record_result"),
    S.S42: ("notify", "draft", "allot"),
    S.S44: ("notify", "report"),
    S.S45: ("notify", "report"),
    S.S46: ("notify", "report"),
    S.S50: ("notify", "draft", "contact", "allot"),
    S.S58: ("sign",),
    S.S60: ("report", "serve"),
    S.S61: ("report", "close"),
    S.S65: ("prove_execution", "report"),
    S.S88: ("approve_report", "forward_report", "prove_execution"),
    S.S99: ("consent", "approve_report", "forward_report", "defer"),
}
KEYS = {"draft": "D", "contact": "C", "sign_for": "S"}
BESIDE = ("return_report", "allot", "contact", "extend", "object", "route", "study", "attach", "note")
SHOWN_BESIDE = 3


@dataclass(frozen=True, slots=True)
class Act:
    """One button. `inline`: its form opens on the page."""

    verb: str
    text: str
    url: str
    key: str = ""
    inline: bool = False
    proposes: bool = False


@dataclass(frozen=True, slots=True)
class Acts:
    primary: Act | None
    beside: list[Act]
    more: list[Act]
    decidable: frozenset[str]

    @property
    def every(self) -> list[Act]:
        return [*([self.primary] if self.primary else []), *self.beside, *self.more]


def address(verb: str, case_id: UUID) -> str | None:
    """Where a verb is done; None while that page does not exist."""
    try:
        if verb in FORMS:
            return reverse("desk:verb", args=[case_id, verb])
        return reverse(PAGES[verb], args=[case_id])
    except (KeyError, NoReverseMatch):
        return None


def decidable(actor: Actor, case: Case) -> frozenset[str]:
    """Verbs this person may call (not only propose) now."""
    return frozenset(row.verb for row, propose in policy.available(actor, case) if not propose)


def acts(actor: Actor, case: Case, journey: Journey) -> Acts:
    may = {row.verb: (propose, row.four_eyes) for row, propose in policy.available(actor, case)}
    waiting = {p.verb: p.by for p in case.proposals.all() if p.status == "open"}
    sense = _Sense(actor, case, journey)
    found: dict[str, Act] = {}
    for verb, (propose, four_eyes) in may.items():
        if verb == "unmask" or not sense.of(verb):
            continue
        if verb in waiting and (propose or waiting[verb] == actor.user):
            continue  # already asked for; the panel of proposals says so
        if four_eyes and not propose and verb not in waiting:
            continue  # somebody has to propose it first
        if (url := address(verb, case.id)) is None:
            continue
        one = TOGETHER.get(verb, verb)
        if one in found and one != verb:
            continue
        found[one] = Act(verb, _text(verb, may, propose), url, KEYS.get(one, ""), verb in FORMS, propose)
    first = _first(case, found, waiting, actor)
    rest = [name for name in found if name != first]
    beside = [name for name in BESIDE if name in rest][:SHOWN_BESIDE]
    return Acts(
        found.get(first) if first else None,
        [found[name] for name in beside],
        [found[name] for name in rest if name not in beside],
        frozenset(verb for verb, (propose, _four) in may.items() if not propose),
    )


def _first(case: Case, found: dict[str, Act], waiting: Iterable[str], actor: Actor) -> str:
    """What somebody waits for comes before what one might begin."""
    for verb in waiting:
        one = TOGETHER.get(verb, verb)
        if one in found:
            return one
    return next((verb for verb in FIRST.get(State(case.state), ()) if verb in found), "")


WORDS: dict[str, str | Promise] = {
    "contact": gettext_lazy("记录联系"),
    "consent": gettext_lazy("决定异议"),
    "refuse": gettext_lazy("决定异议"),
    "draft": gettext_lazy("起草处理意见书"),
    "submit": gettext_lazy("起草处理意见书"),
    "accept": gettext_lazy("受理"),
    "prove_execution": gettext_lazy("记录执行到位"),
    "extend": gettext_lazy("延期"),
    "defer": gettext_lazy("延长结报"),
}


def _text(verb: str, may: dict[str, tuple[bool, bool]], propose: bool) -> str:
    """The verb's own word; where one only proposes, 提请…."""
    word: str | Promise = WORDS.get(verb, "")
    if verb in ("transfer", "assign"):
        word = _("转送、交办") if {"transfer", "assign"} <= may.keys() else labels.verb(verb)
        propose = all(may[v][0] for v in ("transfer", "assign") if v in may)
    if verb in ("check", "sign", "send_back"):
        word = _("核稿") if "check" in may and "sign" not in may else _("审阅签发")
    text = str(word) or labels.verb(verb)
    if propose and verb in ("extend", "defer"):
        return _("申请%(verb)s") % {"verb": text}
    return labels.asked(text) if propose else text


class _Sense:
    """A verb the table allows may still lead nowhere: no notice to send, no paper that waits for this person, no report
    owed, no item to prove."""

    def __init__(self, actor: Actor, case: Case, journey: Journey) -> None:
        self.actor, self.case, self.journey = actor, case, journey
        self.running = {Kind(c.kind): c for c in journey.running()}

    def of(self, verb: str) -> bool:
        check = getattr(self, verb, None)
        return bool(check()) if check is not None else True

    @cached_property
    def _asked(self) -> set[str]:
        return {one.verb for one in approvals.waiting(self.actor, self.case.id) if one.opinion is not None}

    @property
    def _ended(self) -> bool:
        return bool(self.case.planned_ending)

    def notify(self) -> bool:
        return not self._ended and bool(dossier.unsent(self.case))

    def accept(self) -> bool:
        return (
            not self._ended
            and self.case.klass in ("", "C")
            and (self.case.path in ("", "C6") or self.case.state == S.S41)
        )

    def route(self) -> bool:
        return self.case.klass in ("", "C")

    def study(self) -> bool:
        return self.case.klass in ("", "A")

    def object(self) -> bool:
        window = self.running.get(Kind.K4)
        return window is not None and now() <= window.due_effective

    def extend(self) -> bool:
        clock = self.running.get(Kind.K6)
        return clock is not None and now() <= clock.due_raw

    def answer(self) -> bool:
        return not self._ended

    transfer = assign = redirect = decline = answer

    def record_result(self) -> bool:
        return not self._ended and not (self.running.keys() & {Kind.K2, Kind.K3})

    def check(self) -> bool:
        return "check" in self._asked

    def sign(self) -> bool:
        return "sign" in self._asked

    def send_back(self) -> bool:
        return bool(self._asked)

    def serve(self) -> bool:
        return not self._ended

    def report(self) -> bool:
        ended = self.case.state in (S.S61, S.S65) or self._ended
        return ended and self.journey.trail.assigned

    def close(self) -> bool:
        if self.journey.trail.assigned or dossier.to_execute(self.case):
            return False
        return endings.window_open(self.case) or self.case.state == S.S61

    def prove_execution(self) -> bool:
        return bool(dossier.to_execute(self.case))

    def defer(self) -> bool:
        return self.journey.trail.assigned and (self.case.task == "defer" or Kind.K5 in self.running)

    def complete(self) -> bool:
        return not self.case.sealed
