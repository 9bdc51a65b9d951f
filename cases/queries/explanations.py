"""One sentence on every clock, state and verb, with its article: what a clerk would else look up (domain §4, §5).

A clock says from when and for what; a state says what is waited for; a verb says what pressing it does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.clock_kinds import Kind
from cases.queries import articles as law
from cases.queries import chips, labels
from cases.queries.explanations_verbs import VERBS
from cases.states import State
from tenants import rule_words

Row = tuple[str | Promise, str]


@dataclass(frozen=True, slots=True)
class Explanation:
    """`key` is the code: K6, S30, sign_for. `name` is the word it explains."""

    key: str
    name: str
    text: str
    basis: str


CLOCKS: Mapping[str, Row] = {
    Kind.K1: (_("信访局自收到之日起 15 日内登记并转送、交办或者告知；登记晚了，期限不顺延。"), law.R22),
    Kind.K1P: (_("同意退回或报请上级后，3 个工作日内重新确定去向。"), law.OURS),
    Kind.K1R: (_("下级信访局自收到上级转送之日起 15 日内转送、交办或者告知。"), law.R22),
    Kind.K2: (_("单位直接收到的件，能当场告知的当场告知，不能的 15 日内书面告知信访人。"), law.R23),
    Kind.K3: (_("转来的件自送达之日起 15 日内书面告知信访人，签收早晚不影响。"), law.R23),
    Kind.K4: (_("不属本单位职权的，自收到之日起 5 个工作日内可提异议；过了就只能报请指定管辖。"), law.R23),
    Kind.K4S: (_("转送单位收到异议后 3 个工作日内决定同意退回还是驳回。"), law.OURS),
    Kind.K5: (_("交办函写明的反馈日期，到期前把办理情况结报交办单位。"), law.R22),
    Kind.K5S: (_("交办单位收到结报后 5 个工作日内审核通过或退回重办。"), law.OURS),
    Kind.K6: (_("自受理之日起 60 日内办结并送达；情况复杂的，经负责人批准可延长，合计不超过 30 日。"), law.R34),
    Kind.K6X: (_("导入的法定程序有自己的期限，自申请之日起算。"), law.R31),
    Kind.K6F: (_("导入的程序没有期限，或已转有权机关：每 60 日回看一次，只提醒，不算超期。"), law.OURS),
    Kind.K7: (_("建议意见以 60 日内答复为目标，法律没有定期限，只提醒，不算超期。"), law.R29),
    Kind.K9: (_("信访人自收到书面答复之日起 30 日内可以请求复查；这期间不办结。"), law.R35),
    Kind.K14: (_("予以支持的诉求，按意见书写明的日期执行到位。"), law.R32),
}

STATES: Mapping[str, Row] = {
    State.S10: (_("已登记，等信访局定去向：转送、交办、答复或告知。"), law.R22),
    State.S12: (_("与另一件是同人同事，随主件走，自己没有期限。"), law.R22),
    State.S14: (_("正由领导批阅，分流期限照走。"), law.OURS),
    State.S20: (_("已转给有权处理的单位，等它签收；告知期限自送达起走。"), law.R22),
    State.S21: (_("已交办并限期反馈，等承办单位签收。"), law.R22),
    State.S24: (_("承办单位认为不归它办，等转送单位决定；决定前仍由它持有。"), law.R23),
    State.S26: (_("几家协商不成，等共同上级指定由谁办。"), law.R24),
    State.S30: (_("已签收，等决定受理、导入或告知，并书面告知信访人。"), law.R23),
    State.S40: (_("已按信访程序受理，等听取信访人陈述、调查核实。"), law.R31),
    State.S41: (_("应走诉讼、仲裁、复议等法定程序，等那边的结果。"), law.R31),
    State.S42: (_("建议意见正在研究，等书面答复是否采纳。"), law.R29),
    State.S43: (_("检举控告已移送有权机关，等它签收；内容封存。"), law.R30),
    State.S44: (_("决定不予受理，等书面告知信访人。"), law.R19),
    State.S45: (_("三级办理已终结，同一事实和理由不再受理，等书面告知。"), law.R36),
    State.S46: (_("不归本单位，已定该找谁，等告知信访人或等对方签收。"), law.R23),
    State.S50: (_("正在调查办理，等起草处理意见并送审。"), law.R31),
    State.S51: (_("事实清楚、责任明确的，简易办理，10 个工作日内答复。"), law.SIMPLE),
    State.S52: (_("重大、复杂、疑难的，正在听证；办理期限照走。"), law.R31),
    State.S53: (_("双方同意，正在调解；办理期限照走。"), law.R33),
    State.S58: (_("意见书在核稿、签发中，起草人等结果。"), law.R32),
    State.S60: (_("意见书已签发，等送达；办理期限到送达才停。"), law.R34),
    State.S61: (_("答复已送达，信访人 30 日内可请求复查；期满没有请求即办结。"), law.R35),
    State.S65: (_("支持的诉求正在执行，全部到位才回到复查期。"), law.R32),
    State.S70: (_("信访人已请求复查，等上一级受理。"), law.R35),
    State.S71: (_("上一级机关正在复查，30 日内提出复查意见。"), law.R35),
    State.S72: (_("复查意见已送达，信访人 30 日内可请求复核。"), law.R36),
    State.S80: (_("信访人已请求复核，等复核机关受理。"), law.R36),
    State.S81: (_("复核机关正在复核，30 日内提出复核意见，听证时间不计。"), law.R36),
    State.S82: (_("复核意见已送达，信访程序到此终结。"), law.R36),
    State.S88: (_("已向交办单位结报，等它审核通过或退回。"), law.R22),
    State.S90: (_("已办结，没有期限在走；有新事实可以再提出。"), law.R34),
    State.S91: (_("办理、复查、复核走完，信访程序终结。"), law.R36),
    State.S95: (_("已按一事一卷归档保管。"), law.ARCHIVES),
    State.S99: (_("件已转出，这里留一份去向，办理看现由单位。"), law.R22),
}


def of_clock(kind: str) -> Explanation | None:
    return _of(CLOCKS, kind, chips.name_of(kind))


def of_state(state: str) -> Explanation | None:
    return _of(STATES, state, str(State(state).label) if state in State.values else state)


def of_verb(verb: str) -> Explanation | None:
    return _of(VERBS, verb, labels.verb(verb))


def _of(rows: Mapping[str, Row], key: str, name: str) -> Explanation | None:
    row = rows.get(key)
    return Explanation(str(key), name, str(row[0]), rule_words.article(row[1])) if row else None


def everything() -> list[tuple[str, str, list[Explanation]]]:
    """For the help page: anchor, title and all of the kind, in the rule book's order."""
    return [
        ("clocks", str(_("期限")), [found for kind in CLOCKS if (found := of_clock(kind))]),
        ("states", str(_("状态")), [found for state in STATES if (found := of_state(state))]),
        ("verbs", str(_("办理步骤")), [found for verb in VERBS if (found := of_verb(verb))]),
    ]
