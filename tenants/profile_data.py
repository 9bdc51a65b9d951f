"""The rule profiles that ship (domain §1.1, §5): two national ones, invented local ones that differ as real ones do.

One line a rule: parameter, value, unit, start event, article "：" what it says. A place lists only what differs.
A local profile never spans the first day of a national one, so that its id alone tells all its rules.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple


class Rule(NamedTuple):
    """One parameter; `unit` is d, wd, months, h, flag, count or none (not known here, whatever the nation says)."""

    param: str
    value: int
    unit: str
    start_event: str = ""
    basis: str = ""


class Ruleset(NamedTuple):
    """One profile as it ships."""

    jurisdiction: str
    name: str
    effective_from: date
    effective_to: date | None
    rules: tuple[Rule, ...]


R = "《信访工作条例》"
O = "《信访条例》（2005 年）"  # noqa: E741 - the letter by which domain.md cites it
OURS = "平台规则"

# What no national text gives a number for; the same under both regulations (domain §5, tag DESIGN).
_OURS = (
    Rule("K1p", 3, "wd", "consent", f"{OURS}：同意退回后 3 个工作日内重新分流"),
    Rule("K5s", 5, "wd", "report", f"{OURS}：收到结报后 5 个工作日内审核"),
    Rule("K6f", 60, "d", "routing", f"{OURS}：导入法定途径的，每 60 日回看一次"),
    Rule(
        "K6x_default",
        2,
        "months",
        "application",
        "《行政诉讼法》第四十七条：申请履行职责，法律、法规未规定期限的，2 个月内履行或者答复",
    ),
    Rule("K7", 60, "d", "acceptance", f"{OURS}：建议意见 60 日内答复（目标，法律未定期限）"),
    Rule("K13", 10, "wd", "request", f"{OURS}：收到报请后 10 个工作日内指定管辖"),
    Rule("K16", 30, "d", "service", f"{OURS}：答复后 30 日内可以评价"),
    Rule("K17", 5, "wd", "receipt", f"{OURS}：咨询 5 个工作日内答复"),
    Rule("KI_ordinary", 15, "d", "instruction", f"{OURS}：批阅后一般件 15 日内办出"),
    Rule("KI_urgent", 7, "d", "instruction", f"{OURS}：批阅后急件 7 日内办出"),
    Rule("KI_misdirected", 3, "d", "instruction", f"{OURS}：批阅后错投件 3 日内转出"),
    Rule("group_threshold", 5, "count", "", f"{OURS}：5 人以上的走访计为集体访"),
    Rule("assign_first_letters", 0, "flag", "", f"{OURS}：初次来信一律交办"),
    Rule("sideways_transfer", 0, "flag", "", f"{OURS}：可以转送平级信访局"),
    Rule("circulate_all", 0, "flag", "", f"{OURS}：每件来信都送阅"),
)

NATION_2005 = Ruleset(
    "",
    "国家 2005 年版",
    date(2005, 5, 1),
    date(2022, 4, 30),
    (
        Rule("K1", 15, "d", "receipt", f"{O}第二十一条：收到信访事项，15 日内登记并转送、交办或者告知"),
        Rule("K1r", 15, "d", "delivery", f"{O}第二十一条：收到转送的信访事项，15 日内转送、交办或者告知"),
        Rule("K2", 15, "d", "receipt", f"{O}第二十二条：能够当场答复的当场答复，不能的 15 日内书面告知是否受理"),
        Rule("K3", 15, "d", "delivery", f"{O}第二十一条：收到转送、交办之日起 15 日内决定是否受理并书面告知"),
        Rule("K6", 60, "d", "acceptance", f"{O}第三十三条：自受理之日起 60 日内办结；情况复杂的，经负责人批准可以延长"),
        Rule("K6_extension_max", 30, "d", "", f"{O}第三十三条：延长期限不得超过 30 日，并告知延期理由"),
        Rule("K9", 30, "d", "service", f"{O}第三十四条：自收到书面答复之日起 30 日内可以请求复查"),
        Rule("K10", 30, "d", "request", f"{O}第三十四条：自收到复查请求之日起 30 日内提出复查意见"),
        Rule("K11w", 30, "d", "service", f"{O}第三十五条：自收到书面答复之日起 30 日内可以请求复核"),
        Rule("K11", 30, "d", "request", f"{O}第三十五条：自收到复核请求之日起 30 日内提出复核意见，听证时间不计入"),
        Rule("K15", 30, "d", "letter", f"{O}第三十六条：收到改进建议，30 日内书面反馈"),
        Rule("max_representatives", 5, "count", "", f"{O}第十八条：多人走访的推选代表，不超过 5 人"),
        *_OURS,
    ),
)

NATION_2022 = Ruleset(
    "",
    "国家 2022 年版",
    date(2022, 5, 1),
    None,
    (
        Rule("K1", 15, "d", "receipt", f"{R}第二十二条：收到信访事项，予以登记，15 日内分别转送、交办或者告知"),
        Rule("K1r", 15, "d", "delivery", f"{R}第二十二条：收到转送的信访事项，15 日内分别转送、交办或者告知"),
        Rule(
            "triage_chain_warn", 15, "d", "receipt", f"{OURS}：各级信访局分流合计满 15 日即提醒（是否合并计算尚无定论）"
        ),
        Rule(
            "K2", 15, "d", "receipt", f"{R}第二十三条：能够当场告知的当场书面告知，不能的自收到之日起 15 日内书面告知"
        ),
        Rule(
            "K3",
            15,
            "d",
            "delivery",
            f"{R}第二十三条：自收到转送、交办之日起 15 日内书面告知信访人接收情况以及处理途径和程序",
        ),
        Rule(
            "K4",
            5,
            "wd",
            "delivery",
            f"{R}第二十三条：不属于本机关职权范围的，自收到之日起 5 个工作日内提出异议，并详细说明理由",
        ),
        Rule("K4s", 3, "wd", "objection", f"{OURS}：收到异议后 3 个工作日内决定是否同意退回"),
        Rule("K6", 60, "d", "acceptance", f"{R}第三十四条：自受理之日起 60 日内办结；情况复杂的，经负责人批准可以延长"),
        Rule("K6_extension_max", 30, "d", "", f"{R}第三十四条：延长期限不得超过 30 日，并告知信访人延期理由"),
        Rule("K8", 10, "wd", "acceptance", "《信访事项简易办理办法》：自受理之日起 10 个工作日内作出处理意见"),
        Rule("K8_take", 3, "wd", "receipt", "《信访事项简易办理办法》：3 个工作日内决定是否适用简易办理"),
        Rule("K8_relay", 1, "wd", "receipt", "《信访事项简易办理办法》：各级信访部门 1 个工作日内转出"),
        Rule("K9", 30, "d", "service", f"{R}第三十五条：对处理意见不服的，自收到书面答复之日起 30 日内可以请求复查"),
        Rule("K10", 30, "d", "request", f"{R}第三十五条：自收到复查请求之日起 30 日内提出复查意见，并予以书面答复"),
        Rule("K11w", 30, "d", "service", f"{R}第三十六条：对复查意见不服的，自收到书面答复之日起 30 日内可以请求复核"),
        Rule("K11", 30, "d", "request", f"{R}第三十六条：自收到复核请求之日起 30 日内提出复核意见，听证时间不计入"),
        Rule(
            "K12",
            2,
            "h",
            "discovery",
            f"{R}第二十五条：重大、紧急信访事项及时报告（条例未定时限，平台以 2 小时为目标）",
        ),
        Rule("K15", 30, "d", "letter", f"{R}第四十条：书面反馈是否采纳建议（条例未定日数，平台默认 30 日）"),
        Rule("max_representatives", 5, "count", "", f"{R}第二十条：多人走访的推选代表，不超过 5 人"),
        *_OURS,
    ),
)

# Invented regulations of invented places; the numbers are those of real provincial ones (domain §1.1).
_A = "《汐陵市信访条例》"
_B = "《槐川市信访条例》"
_C = "《望津区信访条例》"

_XILING = (  # differs as Zhejiang 2016 does
    Rule("K1", 5, "wd", "receipt", f"{_A}第二十条：收到信访事项，5 个工作日内登记并转送、交办或者告知"),
    Rule("K1r", 5, "wd", "delivery", f"{_A}第二十条：收到转送的信访事项，5 个工作日内转送、交办或者告知"),
    Rule("K2", 5, "wd", "receipt", f"{_A}第二十一条：自收到之日起 5 个工作日内书面告知接收情况"),
    Rule("K3", 5, "wd", "delivery", f"{_A}第二十一条：自收到转送、交办之日起 5 个工作日内书面告知接收情况"),
    Rule("K6", 30, "d", "acceptance", f"{_A}第二十四条：自受理之日起 30 日内办结；情况复杂的，经负责人批准可以延长"),
    Rule("K6_extension_max", 60, "d", "", f"{_A}第二十四条：延长期限不得超过 60 日"),
    Rule("lapse_ground", 1, "flag", "", f"{_A}第二十五条：逾期未申请复查、复核，以同一事实和理由再次提出的，不再受理"),
    Rule("small_group", 10, "count", "", f"{_A}第十六条：10 人以下的集体访"),
    Rule("small_group_representatives", 3, "count", "", f"{_A}第十六条：10 人以下的推选代表不超过 3 人"),
)

_HUAICHUAN = (  # differs as Henan 2012 does
    Rule("K1", 5, "d", "receipt", f"{_B}第二十六条：收到信访事项，5 日内登记并转送、交办或者告知"),
    Rule("K1r", 5, "d", "delivery", f"{_B}第二十六条：收到转送的信访事项，5 日内转送、交办或者告知"),
    Rule("K4", 5, "d", "delivery", f"{_B}第二十六条：不属于本单位职权范围的，自收到之日起 5 日内退回并说明理由"),
    Rule("K4s", 3, "wd", "objection", f"{OURS}：收到异议后 3 个工作日内决定是否同意退回"),
    Rule("K6", 30, "d", "delivery", f"{_B}第二十六条：自收到之日起 30 日内办结；情况复杂的可以延长"),
    Rule("K6_assigned", 90, "d", "delivery", f"{_B}第二十六条：上级交办的，自收到之日起 90 日内办结并报告结果"),
    Rule("K6_extension_max", 60, "d", "", f"{_B}第二十六条：延长后总期限不得超过 90 日"),
    Rule("K6_total_max", 90, "d", "", f"{_B}第二十六条：总期限不得超过 90 日"),
)

_WANGJIN = (  # differs as Beijing 2006, Shanghai 2012 and Shandong 2015 do
    Rule("K4", 5, "wd", "delivery", f"{_C}第三十三条：不属于本机关职权范围的，自收到之日起 5 个工作日内提出异议"),
    Rule("K4s", 3, "wd", "objection", f"{OURS}：收到异议后 3 个工作日内决定是否同意退回"),
    Rule("triage_chain_warn", 15, "d", "receipt", f"{_C}第三十四条：各级信访机构合计应在 15 日内转送到位"),
    Rule("K10_extension_max", 30, "d", "", f"{_C}第五十条：情况复杂的，经复查复核委员会批准可以延长 30 日"),
    Rule("K11_extension_max", 30, "d", "", f"{_C}第五十条：情况复杂的，经复查复核委员会批准可以延长 30 日"),
    Rule("K10_take", 3, "wd", "request", f"{_C}第四十三条：收到复查申请，3 个工作日内决定是否受理"),
    Rule("K11_take", 3, "wd", "request", f"{_C}第四十四条：收到复核申请，3 个工作日内决定是否受理"),
    Rule("K15", 30, "d", "letter", f"{_C}第四十一条：收到改进建议，30 日内书面反馈"),
    Rule("K15_refusal", 3, "wd", "receipt", f"{_C}第五十九条：不采纳建议的，3 个工作日内书面说明理由"),
    Rule("lapse_ground", 1, "flag", "", f"{_C}第三十七条：逾期未申请复查、复核，以同一事实和理由再次提出的，不再受理"),
    Rule("agents_max", 2, "count", "", f"{_C}第二十八条：可以书面委托 1 至 2 名代理人"),
)


def _both(jurisdiction: str, place: str, since: date, rules: tuple[Rule, ...]) -> tuple[Ruleset, Ruleset]:
    """The same local rules under the national profile of 2005 and, as a version of its own, under that of 2022."""
    return (
        Ruleset(jurisdiction, f"{place} {since.year} 年版", since, NATION_2005.effective_to, rules),
        Ruleset(jurisdiction, f"{place} 2022 年版", NATION_2022.effective_from, None, rules),
    )


PROFILES: tuple[Ruleset, ...] = (
    NATION_2005,
    NATION_2022,
    *_both("990200", "汐陵市", date(2016, 10, 1), _XILING),
    *_both("990300", "槐川市", date(2013, 3, 1), _HUAICHUAN),
    *_both("990400", "望津区", date(2007, 1, 1), _WANGJIN),
)

# Every parameter the code may ask for, with its name for people.
PARAMS: dict[str, str] = {
    "K1": "信访局分流",
    "K1r": "转来后分流",
    "K1p": "退回后再分流",
    "triage_chain_warn": "各级分流合计提醒",
    "KI_ordinary": "批阅后一般件",
    "KI_urgent": "批阅后急件",
    "KI_misdirected": "批阅后错投件",
    "K2": "直接来件告知",
    "K3": "转来件告知",
    "K4": "提出异议",
    "K4s": "决定异议",
    "K5s": "审核结报",
    "K6": "办理",
    "K6_assigned": "办理上级交办件",
    "K6_extension_max": "延期合计最多",
    "K6_total_max": "办理总期限最多",
    "K6x_default": "法定程序未定期限时",
    "K6f": "回看",
    "K7": "答复建议",
    "K8": "简易办理答复",
    "K8_take": "决定简易办理",
    "K8_relay": "简易件转出",
    "K9": "申请复查",
    "K10": "复查决定",
    "K10_take": "决定是否受理复查",
    "K10_extension_max": "复查延期最多",
    "K11w": "申请复核",
    "K11": "复核决定",
    "K11_take": "决定是否受理复核",
    "K11_extension_max": "复核延期最多",
    "K12": "重大紧急事项报告",
    "K13": "指定管辖",
    "K15": "反馈改进建议",
    "K15_refusal": "不采纳建议说明理由",
    "K16": "评价",
    "K17": "答复咨询",
    "group_threshold": "集体访人数",
    "max_representatives": "代表人数",
    "small_group": "较小集体访人数",
    "small_group_representatives": "较小集体访代表人数",
    "agents_max": "代理人人数",
    "lapse_ground": "逾期未申请复查的不再受理",
    "assign_first_letters": "初次来信一律交办",
    "sideways_transfer": "可转送平级",
    "circulate_all": "来信一律送阅",
}
