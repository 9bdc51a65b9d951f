"""The transition table of domain §4.2, main path: who may do what from where, and where it leads.

A row is read like a line of the rule book. `roles` call the verb, `proposers` may ask for it first
(G2: where a row says A + B, B never calls without A's proposal unless A = the same desk's superior).
`site` says whose verb it is: the holder's, or that of the office which sent or assigned the case.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from cases.states import OPEN, Seat, State

S = State
Site = Literal["holder", "sender", "assigner", "path", "registrar", "system"]

BUREAU = frozenset({Seat.BUREAU})
UNIT = frozenset({Seat.UNIT})
EITHER = BUREAU | UNIT
HELD = frozenset(OPEN)
STAFF = frozenset({"R2", "R3", "R4", "R5", "R6", "R7", "R8", "R9"})


@dataclass(frozen=True)
class Row:
    """One line: `to` None keeps the state, `also_to` are the other states it may lead to.

    `four_eyes` requires an open proposal of somebody else. `narrow` leaves fewer roles for a sensitive
    case (group or urgent) or an important one (要信要访, a group of class C).
    """

    code: str
    verb: str
    frm: frozenset[State]
    to: State | None
    roles: frozenset[str]
    seats: frozenset[Seat] = EITHER
    proposers: frozenset[str] = frozenset()
    four_eyes: bool = False
    site: Site = "holder"
    moves_custody: bool = False
    narrow: tuple[Literal["sensitive", "important"], frozenset[str]] | None = None
    also_to: frozenset[State] = field(default_factory=frozenset)


def _r(*codes: str) -> frozenset[str]:
    return frozenset(codes)


def _s(*states: State) -> frozenset[State]:
    return frozenset(states)


ENDING = _s(S.S88)

ROWS: tuple[Row, ...] = (
    Row("T1", "register", _s(), S.S10, _r("R2", "R3"), BUREAU, site="registrar"),
    Row("T1u", "register", _s(), S.S30, _r("R5"), UNIT, site="registrar"),
    Row("T1c", "complete", _s(S.S10), None, _r("R2", "R3"), BUREAU),
    Row("T1c", "complete", _s(S.S30), None, _r("R5"), UNIT),
    Row("T1c", "correct", HELD, None, _r("R2", "R3"), BUREAU, proposers=_r("R2", "R3")),
    Row("T1c", "correct", HELD, None, _r("R5"), UNIT, proposers=_r("R5")),
    Row("T1q", "reissue_code", HELD, None, _r("R2", "R3"), BUREAU),
    Row("T1q", "reissue_code", HELD, None, _r("R5"), UNIT),
    Row(
        "T3",
        "transfer",
        _s(S.S10),
        S.S20,
        _r("R3", "R4"),
        BUREAU,
        proposers=_r("R3"),
        moves_custody=True,
        narrow=("sensitive", _r("R4")),
    ),
    Row("T4", "assign", _s(S.S10), S.S21, _r("R4"), BUREAU, proposers=_r("R3"), moves_custody=True),
    Row("T7", "redirect", _s(S.S10), S.S46, _r("R4"), BUREAU, _r("R3"), four_eyes=True),
    Row("T7", "decline", _s(S.S10), S.S44, _r("R4"), BUREAU, _r("R3"), four_eyes=True, also_to=_s(S.S45)),
    Row("T7a", "answer", _s(S.S10), S.S90, _r("R4"), BUREAU, _r("R3"), four_eyes=True, also_to=_s(S.S10)),
    Row("T8", "sign_for", _s(S.S20, S.S21), S.S30, _r("R5"), UNIT),
    Row("T8r", "sign_for", _s(S.S20, S.S21), S.S10, _r("R3"), BUREAU),
    Row("T8a", "allot", HELD, None, _r("R3"), BUREAU),
    Row("T8a", "allot", HELD, None, _r("R5"), UNIT),
    Row("T9", "object", _s(S.S20, S.S21, S.S30), S.S24, _r("R8"), UNIT, _r("R5"), four_eyes=True),
    Row("T9", "object", _s(S.S20, S.S21, S.S10), S.S24, _r("R4"), BUREAU, _r("R3"), four_eyes=True),
    Row("T10", "consent", _s(S.S24), S.S10, _r("R4"), site="sender", moves_custody=True),
    Row(
        "T11",
        "refuse",
        _s(S.S24),
        None,
        _r("R4"),
        site="sender",
        also_to=_s(S.S20, S.S21, S.S30, S.S10),
    ),
    Row("T14", "accept", _s(S.S30), S.S40, _r("R5"), UNIT),
    Row("T36", "accept", _s(S.S41), S.S40, _r("R5"), UNIT),
    Row("T15", "route", _s(S.S30), S.S41, _r("R5"), UNIT),
    Row("T16", "study", _s(S.S30), S.S42, _r("R5"), UNIT),
    Row("T18", "decline", _s(S.S30), S.S44, _r("R8"), UNIT, _r("R5"), four_eyes=True, also_to=_s(S.S45)),
    Row("T18", "redirect", _s(S.S30), S.S46, _r("R8"), UNIT, _r("R5"), four_eyes=True),
    Row("T14n", "notify", _s(S.S40, S.S41, S.S42, S.S50, S.S51), None, _r("R5"), UNIT),
    Row("T14n", "notify", _s(S.S44, S.S45, S.S46), S.S90, _r("R5"), UNIT, also_to=_s(S.S44, S.S45, S.S46)),
    Row("T14n", "notify", _s(S.S44, S.S45, S.S46), S.S90, _r("R3"), BUREAU, also_to=_s(S.S44, S.S45, S.S46)),
    Row("T18c", "record_result", _s(S.S41), S.S90, _r("R5"), UNIT, also_to=_s(S.S41)),
    Row("T19", "contact", _s(S.S40, S.S50), S.S50, _r("R5", "R6"), UNIT),
    Row("T19", "contact", HELD - _s(S.S40, S.S50), None, _r("R5", "R6"), UNIT),
    Row("T19n", "note", HELD, None, STAFF),
    Row("T19n", "attach", HELD, None, STAFF),
    Row("T22", "extend", _s(S.S50), None, _r("R9"), UNIT, _r("R6"), four_eyes=True),
    Row("T23", "draft", _s(S.S50, S.S42), None, _r("R6"), UNIT),
    Row("T23s", "submit", _s(S.S50, S.S42), S.S58, _r("R6"), UNIT),
    Row("T24", "send_back", _s(S.S58), S.S50, _r("R7", "R8", "R9"), UNIT, also_to=_s(S.S42)),
    Row("T25c", "check", _s(S.S58), None, _r("R7"), UNIT),
    Row("T25", "sign", _s(S.S58), S.S60, _r("R8", "R9"), UNIT, narrow=("important", _r("R9"))),
    Row("T26", "serve", _s(S.S60), S.S61, _r("R5"), UNIT, also_to=_s(S.S65, S.S60, S.S90)),
    Row("T27a", "prove_execution", _s(S.S65), S.S61, _r("R5"), UNIT, also_to=_s(S.S65)),
    Row("T27a", "prove_execution", _s(S.S88), None, _r("R5"), UNIT),
    Row(
        "T28a",
        "report",
        _s(S.S61, S.S65, S.S44, S.S45, S.S46, S.S41, S.S60),
        S.S88,
        _r("R8"),
        UNIT,
        _r("R5"),
        four_eyes=True,
    ),
    Row("T28a", "report", _s(S.S10, S.S44, S.S45, S.S46), S.S88, _r("R4"), BUREAU, _r("R3"), four_eyes=True),
    Row("T28f", "forward_report", _s(S.S88), None, _r("R3"), site="path"),
    Row("T28f", "return_report", _s(S.S88), S.S61, _r("R3"), site="path", also_to=_s(S.S50, S.S10)),
    Row(
        "T28b",
        "approve_report",
        _s(S.S88),
        S.S90,
        _r("R4"),
        site="assigner",
        also_to=_s(S.S61, S.S65, S.S88),
    ),
    Row("T28c", "return_report", _s(S.S88), S.S61, _r("R4"), site="assigner", also_to=_s(S.S50, S.S10)),
    Row("T28d", "defer", HELD, None, _r("R4"), site="assigner", proposers=_r("R9"), four_eyes=True),
    Row("T28", "close", _s(S.S61), S.S90, _r("R5", "system"), UNIT),
    Row("T38", "unmask", frozenset(State), None, STAFF),
)

# T35 stands apart: no verb on one case of the holder's, but an order of an office above over several (domain §8).
SUPERVISE = Row("T35", "supervise", HELD, None, _r("R4", "R13", "R14", "R15"))

BY_VERB: dict[str, tuple[Row, ...]] = {}
for _row in ROWS:
    BY_VERB[_row.verb] = (*BY_VERB.get(_row.verb, ()), _row)

VERBS = frozenset(BY_VERB)

# A sealed case (class B) is read and noted by the confidential desk alone; its own path comes with T6.
SEALED_VERBS = frozenset({"note", "unmask"})
SEALED_ROLES = _r("R18")


def rows(verb: str, state: State, seat: Seat | str) -> list[Row]:
    """The lines that let `verb` act on a case in `state` held in `seat`; empty means 409."""
    return [row for row in BY_VERB.get(verb, ()) if state in row.frm and seat in row.seats]
