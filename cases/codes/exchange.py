"""The pinyin field names of the national exchange layout (domain §11.1), for import and export; and what we refuse."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from cases.codes.channels import CHANNELS, SOURCES
from cases.codes.contents import CONTENTS
from cases.codes.lists import CodeList
from cases.codes.purposes import CAUSES, PURPOSES


class Field(NamedTuple):
    """One field: our name, theirs, the kind of value and the length the exchange allows (0: none given)."""

    name: str
    pinyin: str
    label: str
    kind: str = "text"
    length: int = 0


FILING_FIELDS: tuple[Field, ...] = (
    Field("number", "xfjbh", "信访件编号", "text", 38),
    Field("query_code", "cxm", "查询码"),
    Field("query_code_state", "cxmzt", "查询码状态", "code"),
    Field("channel", "xfxs", "信访形式", "code", 3),
    Field("source", "xfly", "信访来源", "code"),
    Field("petition_date", "xfrq", "信访日期", "date"),
    Field("postmark_date", "ycrq", "邮戳日期", "date"),
    Field("registered_at", "djsj", "登记时间", "datetime"),
    Field("registering_code", "djjgdm", "登记机构代码"),
    Field("registering_name", "djjgmc", "登记机构名称"),
    Field("registering_kind", "djjglb", "登记机构类别", "code"),
    Field("registering_department", "djbm", "登记部门"),
    Field("registered_by", "djr", "登记人"),
    Field("persons", "xfrs", "信访人数", "int"),
    Field("concerned", "sjrs", "涉及人数", "int"),
    Field("group", "jtxfbz", "集体信访标志", "bool"),
    Field("joint", "lmbz", "联名标志", "bool"),
    Field("anonymous", "nmbz", "匿名标志", "bool"),
    Field("confidential", "isbm", "是否保密", "bool"),
    Field("addressee", "sxr", "受信人"),
    Field("text", "tsnr", "投诉内容", "text", 4000),
    Field("summary", "gkxx", "概况信息", "text", 4000),
    Field("demands", "xfrsq", "信访人诉求", "list"),
    Field("place", "wtsddm", "问题属地代码", "code", 6),
    Field("content_class", "nrfldm", "内容分类代码", "code", 6),
    Field("purpose", "xfmddm", "信访目的代码", "code", 2),
    Field("cause", "xfyydm", "信访原因代码", "code", 2),
    Field("hot_topic", "rdwt", "热点问题", "code"),
    Field("first_here", "bjgccbz", "本机构初次标志", "bool"),
    Field("first_nationally", "qgccbz", "全国初次标志", "bool"),
    Field("repeat", "cfxfbz", "重复信访标志", "bool"),
    Field("repeated_id", "repeated_id", "重复信访件编号"),
    Field("first_date", "scxfrq", "首次信访日期", "date"),
    Field("first_org", "scxfjg", "首次信访机构"),
    Field("in_court", "sffyysl", "是否法院已受理", "bool"),
    Field("in_reconsideration", "sfyjxzfy", "是否已经行政复议", "bool"),
    Field("in_arbitration", "sfzcjgysl", "是否仲裁机构已受理", "bool"),
    Field("litigation", "sfssbz", "涉法涉诉标志", "bool"),
    Field("urgent", "zdjjbz", "重大紧急标志", "bool"),
    Field("counted", "sfnrtj", "是否纳入统计", "bool"),
    Field("due", "xbjzsj", "限办截止时间", "datetime"),
    Field("closed", "bjbz", "办结标志", "bool"),
    Field("closed_at", "bjsj", "办结时间", "datetime"),
    Field("reviewed", "fcbz", "复查标志", "bool"),
    Field("rereviewed", "fhbz", "复核标志", "bool"),
    Field("public", "gkbz", "公开标志", "bool"),
    Field("backlog", "jabz", "积案标志", "bool"),
    Field("supervised", "dbbz", "督办标志", "bool"),
    Field("archived", "sfgd", "是否归档", "bool"),
    Field("legal_route", "sfyfflcl", "是否依法分类处理", "code"),
    Field("accused", "bfyrhdw", "被反映人或单位", "sealed"),
    Field("accused_rank", "bfyrjb", "被反映人级别", "sealed"),
    Field("accused_post", "bfyrzw", "被反映人职务", "sealed"),
    Field("accused_place", "bfyrzzdm", "被反映人住址代码", "sealed"),
)

# Real systems send these; we have no place for them (domain §11.1, §15): an import drops them unread.
REFUSED: frozenset[str] = frozenset({"yybz", "zdrybz", "tsry", "jjffxbz", "yjbz", "zzmm"})

CODE_LISTS: dict[str, CodeList] = {
    "xfxs": CHANNELS,
    "xfly": SOURCES,
    "nrfldm": CONTENTS,
    "xfmddm": PURPOSES,
    "xfyydm": CAUSES,
}

BY_PINYIN: dict[str, Field] = {field.pinyin: field for field in FILING_FIELDS}
BY_NAME: dict[str, Field] = {field.name: field for field in FILING_FIELDS}

# Foreign code -> ours, per pinyin field. The meaning of the codes seen in real data (xfxs 100, 200, 300, 303, 600) is
# not verified: a site states its own table and passes it in.
CodeMaps = Mapping[str, Mapping[str, str]]


def received(row: Mapping[str, str], maps: CodeMaps | None = None) -> tuple[dict[str, str], dict[str, str]]:
    """A received row under our names, its codes turned into ours; and what could not be read, by pinyin name.

    Class B columns are handed on under their names and must be sealed by the caller. Unknown columns are reported.
    """
    known: dict[str, str] = {}
    unread: dict[str, str] = {}
    for pinyin, value in row.items():
        field = BY_PINYIN.get(pinyin.strip().lower())
        if pinyin.strip().lower() in REFUSED or value == "":
            continue
        if field is None:
            unread[pinyin] = value
            continue
        codes = CODE_LISTS.get(field.pinyin)
        if codes is not None:
            foreign = (maps or {}).get(field.pinyin, {}).get(value)
            code = foreign if foreign is not None else codes.from_exchange(value)
            if code is None:
                unread[pinyin] = value
                continue
            known[field.name] = code
        else:
            known[field.name] = value
    return known, unread


def sent(values: Mapping[str, str], maps: CodeMaps | None = None, *, sealed: bool = False) -> dict[str, str]:
    """Our values under the exchange's names and codes, texts cut to its lengths; class B columns only if `sealed`."""
    row: dict[str, str] = {}
    for name, value in values.items():
        field = BY_NAME.get(name)
        if field is None or (field.kind == "sealed" and not sealed):
            continue
        codes = CODE_LISTS.get(field.pinyin)
        if codes is not None:
            back = {ours: foreign for foreign, ours in (maps or {}).get(field.pinyin, {}).items()}
            row[field.pinyin] = back.get(value) or codes.to_exchange(value)
        else:
            row[field.pinyin] = value[: field.length] if field.length and field.kind == "text" else value
    return row
