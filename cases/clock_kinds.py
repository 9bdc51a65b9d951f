"""The clocks of domain §5 that run on the main path, and where each may be running."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy

from cases.states import State


class Kind(models.TextChoices):
    K1 = "K1", pgettext_lazy("clock", "分流")
    K1P = "K1p", pgettext_lazy("clock", "再分流")
    K1R = "K1r", pgettext_lazy("clock", "分流")
    K2 = "K2", pgettext_lazy("clock", "告知")
    K3 = "K3", pgettext_lazy("clock", "告知")
    K4 = "K4", pgettext_lazy("clock", "可提异议")
    K4S = "K4s", pgettext_lazy("clock", "决定异议")
    K5 = "K5", pgettext_lazy("clock", "反馈")
    K5S = "K5s", pgettext_lazy("clock", "审核结报")
    K6 = "K6", pgettext_lazy("clock", "办理")
    K6X = "K6x", pgettext_lazy("clock", "法定程序")
    K6F = "K6f", pgettext_lazy("clock", "回看")
    K7 = "K7", pgettext_lazy("clock", "答复建议")
    K9 = "K9", pgettext_lazy("clock", "可申请复查")
    K14 = "K14", pgettext_lazy("clock", "执行")


TRIAGE = frozenset({Kind.K1, Kind.K1P, Kind.K1R})
NOTICE = frozenset({Kind.K2, Kind.K3})
# A right somebody may use until the date, not a duty that gets overdue.
WINDOWS = frozenset({Kind.K4, Kind.K9})
# No term in law: warns, never counts as late (domain §5).
WARN_ONLY = frozenset({Kind.K6F, Kind.K7})

ANY = frozenset(Kind)

# At least one clock of each set runs while the case is in the state (domain §4.1). K5 of an office
# higher on the path stands in for the holder's own clock after an ending under G3.
REQUIRED: dict[State, tuple[frozenset[Kind], ...]] = {
    State.S10: (TRIAGE,),
    State.S20: (NOTICE | {Kind.K1R},),
    State.S21: (frozenset({Kind.K5}), NOTICE | {Kind.K1R}),
    State.S24: (NOTICE | {Kind.K1R}, frozenset({Kind.K4S})),
    State.S30: (NOTICE,),
    State.S40: (frozenset({Kind.K6}),),
    State.S41: (frozenset({Kind.K6X, Kind.K6F, Kind.K5}),),
    State.S42: (frozenset({Kind.K7}),),
    State.S44: (TRIAGE | NOTICE | {Kind.K5},),
    State.S45: (TRIAGE | NOTICE | {Kind.K5},),
    State.S46: (TRIAGE | NOTICE | {Kind.K5, Kind.K6F},),
    State.S50: (frozenset({Kind.K6}),),
    State.S58: (frozenset({Kind.K6, Kind.K7}),),
    State.S60: (frozenset({Kind.K6, Kind.K7, Kind.K5}),),
    State.S61: (frozenset({Kind.K9, Kind.K5}),),
    State.S65: (frozenset({Kind.K14}),),
    State.S88: (frozenset({Kind.K5, Kind.K5S}),),
}
