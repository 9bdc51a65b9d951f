"""内容分类 (domain §11.5): 17 fields and about 110 subjects under our own codes; a place adds a third level.

Six digits, two a level: 080000 城乡建设, 080400 物业管理和维修资金, 0804nn the place's own. 990000 is 其他 [C7].
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.codes.lists import Code, CodeList, Text
from kernel.errors import Invalid

OTHER = "990000"

# The place of a subject in its row gives its code: append, never reorder.
_TREE: tuple[tuple[str, Text, tuple[Text, ...]], ...] = (
    (
        "01",
        gettext_lazy("政法"),
        (
            gettext_lazy("户籍和证件"),
            gettext_lazy("社会治安"),
            gettext_lazy("交通执法"),
            gettext_lazy("案件侦办"),
            gettext_lazy("诉讼和执行"),
            gettext_lazy("检察监督"),
            gettext_lazy("刑罚执行"),
            gettext_lazy("复议和仲裁"),
            gettext_lazy("人民调解和法律援助"),
        ),
    ),
    (
        "02",
        gettext_lazy("科技与信息产业"),
        (
            gettext_lazy("科技项目和成果"),
            gettext_lazy("知识产权保护"),
            gettext_lazy("通信服务和收费"),
            gettext_lazy("网络和信息安全"),
            gettext_lazy("政务信息化"),
        ),
    ),
    (
        "03",
        gettext_lazy("纪检监察"),
        (
            gettext_lazy("贪污贿赂"),
            gettext_lazy("失职渎职"),
            gettext_lazy("滥用职权"),
            gettext_lazy("工作作风"),
            gettext_lazy("违规办事"),
            gettext_lazy("处分申诉"),
        ),
    ),
    (
        "04",
        gettext_lazy("党务政务"),
        (
            gettext_lazy("基层党建"),
            gettext_lazy("政务公开"),
            gettext_lazy("民族宗教事务"),
            gettext_lazy("侨务和港澳台事务"),
            gettext_lazy("群团组织"),
            gettext_lazy("新闻和宣传"),
            gettext_lazy("机构改革"),
        ),
    ),
    (
        "05",
        gettext_lazy("国土资源"),
        (
            gettext_lazy("土地征收"),
            gettext_lazy("征地补偿和安置"),
            gettext_lazy("宅基地"),
            gettext_lazy("土地权属争议"),
            gettext_lazy("违法用地"),
            gettext_lazy("矿产资源"),
            gettext_lazy("不动产登记"),
            gettext_lazy("测绘和海洋"),
        ),
    ),
    (
        "06",
        gettext_lazy("教育文体"),
        (
            gettext_lazy("学前教育"),
            gettext_lazy("义务教育和入学"),
            gettext_lazy("考试和招生"),
            gettext_lazy("教育收费"),
            gettext_lazy("教师待遇"),
            gettext_lazy("校园安全和校车"),
            gettext_lazy("民办教育和培训"),
            gettext_lazy("文化和文物"),
            gettext_lazy("体育设施"),
        ),
    ),
    (
        "07",
        gettext_lazy("劳动和社会保障"),
        (
            gettext_lazy("工资和欠薪"),
            gettext_lazy("劳动合同和辞退"),
            gettext_lazy("工伤"),
            gettext_lazy("养老保险"),
            gettext_lazy("医疗保险"),
            gettext_lazy("失业和就业培训"),
            gettext_lazy("退休待遇"),
            gettext_lazy("企业改制职工安置"),
        ),
    ),
    (
        "08",
        gettext_lazy("城乡建设"),
        (
            gettext_lazy("集体土地上房屋拆迁与补偿"),
            gettext_lazy("国有土地上房屋征收与补偿"),
            gettext_lazy("住房保障与房地产"),
            gettext_lazy("物业管理和维修资金"),
            gettext_lazy("城市管理和市容"),
            gettext_lazy("规划和违法建设"),
            gettext_lazy("工程质量"),
            gettext_lazy("拖欠工程款"),
            gettext_lazy("村镇建设和危房改造"),
            gettext_lazy("供水供气供热"),
        ),
    ),
    (
        "09",
        gettext_lazy("农村农业"),
        (
            gettext_lazy("土地承包经营"),
            gettext_lazy("村务管理和集体资产"),
            gettext_lazy("惠农补贴"),
            gettext_lazy("农田水利"),
            gettext_lazy("林业和草原"),
            gettext_lazy("畜牧和动物防疫"),
            gettext_lazy("渔业和渔民转产"),
            gettext_lazy("农资质量"),
            gettext_lazy("乡村振兴和移民"),
        ),
    ),
    (
        "10",
        gettext_lazy("卫生计生"),
        (
            gettext_lazy("医患纠纷"),
            gettext_lazy("医疗服务和收费"),
            gettext_lazy("公共卫生"),
            gettext_lazy("食品药品安全"),
            gettext_lazy("生育政策和奖励"),
            gettext_lazy("基层医生待遇"),
        ),
    ),
    (
        "11",
        gettext_lazy("环境保护"),
        (
            gettext_lazy("大气和油烟"),
            gettext_lazy("水污染"),
            gettext_lazy("噪声"),
            gettext_lazy("固体废物和垃圾"),
            gettext_lazy("辐射和光污染"),
            gettext_lazy("生态破坏"),
            gettext_lazy("环境影响评价"),
        ),
    ),
    (
        "12",
        gettext_lazy("交通运输"),
        (
            gettext_lazy("公路建设和养护"),
            gettext_lazy("公交和客运"),
            gettext_lazy("出租和网约车"),
            gettext_lazy("货运和超限"),
            gettext_lazy("停车和道路设施"),
            gettext_lazy("铁路民航和邮政快递"),
            gettext_lazy("水运和码头"),
        ),
    ),
    (
        "13",
        gettext_lazy("民政"),
        (
            gettext_lazy("低保和特困供养"),
            gettext_lazy("临时救助和救灾"),
            gettext_lazy("优抚和退役安置"),
            gettext_lazy("养老服务"),
            gettext_lazy("殡葬管理"),
            gettext_lazy("婚姻和收养登记"),
            gettext_lazy("社区和基层选举"),
            gettext_lazy("残疾人服务"),
            gettext_lazy("区划地名和社会组织"),
        ),
    ),
    (
        "14",
        gettext_lazy("经济管理"),
        (
            gettext_lazy("财政和税收"),
            gettext_lazy("银行和民间借贷"),
            gettext_lazy("保险和证券"),
            gettext_lazy("非法集资"),
            gettext_lazy("国有企业管理"),
            gettext_lazy("安全生产"),
            gettext_lazy("能源和电力"),
            gettext_lazy("价格和收费"),
        ),
    ),
    (
        "15",
        gettext_lazy("商贸旅游"),
        (
            gettext_lazy("消费纠纷"),
            gettext_lazy("市场经营秩序"),
            gettext_lazy("产品质量"),
            gettext_lazy("广告和传销"),
            gettext_lazy("旅游服务"),
            gettext_lazy("商业预付卡"),
        ),
    ),
    (
        "16",
        gettext_lazy("组织人事"),
        (
            gettext_lazy("干部选拔任用"),
            gettext_lazy("公务员招录和待遇"),
            gettext_lazy("事业单位人事"),
            gettext_lazy("职称评定"),
            gettext_lazy("编制和身份"),
            gettext_lazy("离退休干部"),
            gettext_lazy("军转干部"),
        ),
    ),
    ("99", gettext_lazy("其他"), ()),
)


def _shipped() -> Iterable[Code]:
    for field, name, subjects in _TREE:
        yield Code(f"{field}0000", name)
        for number, subject in enumerate(subjects, start=1):
            yield Code(f"{field}{number:02}00", subject, parent=f"{field}0000")


def level(code: str) -> int:
    """1, 2 or 3."""
    return 1 if code.endswith("0000") else 2 if code.endswith("00") else 3


def parent(code: str) -> str:
    """The code one level up, "" for a field."""
    depth = level(code)
    return "" if depth == 1 else f"{code[:2]}0000" if depth == 2 else f"{code[:4]}00"


def above(code: str) -> list[str]:
    """The code and those above it, nearest first; nothing for what is no code."""
    found: list[str] = []
    while code and re.fullmatch(r"\d{6}", code):
        found.append(code)
        code = parent(code)
    return found


def called() -> dict[str, str]:
    """Codes by what people call them: the code, its name in the reader's language, its name in Chinese."""
    known = list(content_list())
    found = {code.code: code.code for code in known}
    for code in known:
        found.setdefault(str(code.label), code.code)
    with translation.override(None):  # the labels as written
        for code in known:
            found.setdefault(str(code.label), code.code)
    return found


def with_third_level(rows: Iterable[tuple[str, str]]) -> CodeList:
    """The shipped list and a place's own (code, label) rows under it; Invalid lists every row that does not fit."""
    codes = {code.code: code for code in _shipped()}
    errors: dict[str, list[str]] = {}
    for number, (code, label) in enumerate(((code.strip(), label.strip()) for code, label in rows), start=1):
        if not re.fullmatch(r"\d{6}", code) or level(code) != 3:
            problem = _("代码“%(code)s”应为六位数字，末两位是第三级序号。") % {"code": code}
        elif parent(code) not in codes:
            problem = _("代码 %(code)s 的上一级 %(parent)s 不存在。") % {"code": code, "parent": parent(code)}
        elif code in codes:
            problem = _("代码 %(code)s 重复。") % {"code": code}
        elif not label:
            problem = _("代码 %(code)s 没有名称。") % {"code": code}
        else:
            codes[code] = Code(code, label, parent=parent(code))
            continue
        errors[_("第 %(n)s 行") % {"n": number}] = [problem]
    if errors:
        raise Invalid(_("内容分类有 %(n)s 行要改，没有导入。") % {"n": len(errors)}, fields=errors)
    return CodeList((codes[code] for code in sorted(codes)), field="nrfldm")


@cache
def content_list() -> CodeList:
    """The list in force: the shipped one and, where HUIYIN_CONTENT_CODES names a CSV of code,label, its third level."""
    path = getattr(settings, "HUIYIN_CONTENT_CODES", "")
    if not path:
        return CONTENTS
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        return with_third_level((row[0], row[1]) for row in csv.reader(file) if len(row) >= 2 and row[0][:1].isdigit())


CONTENTS = CodeList(_shipped(), field="nrfldm")
