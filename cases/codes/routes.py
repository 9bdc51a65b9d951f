"""Where a subject usually goes: statutory routes of C1-C5 (诉求清单, domain §3.1), the department in charge (§11.5).

Both are suggestions to a clerk. The articles are what we know, each unit confirms or replaces them for its own list;
a route without a term runs on K6f.
"""

from __future__ import annotations

from dataclasses import dataclass

from cases.states import Path


@dataclass(frozen=True, slots=True)
class StatutoryRoute:
    """One line of the list: subject, route, law, term (`length` 0: none that binds the office), body."""

    code: str
    content: str
    path: Path
    route: str
    law: str
    body: str
    length: int = 0
    unit: str = "d"


STATUTORY_ROUTES: tuple[StatutoryRoute, ...] = (
    StatutoryRoute("civil", "010500", Path.C1, "民事诉讼", "《民事诉讼法》", "人民法院"),
    StatutoryRoute("enforce", "010500", Path.C1, "执行异议、执行监督", "《民事诉讼法》", "人民法院"),
    StatutoryRoute("procuracy", "010600", Path.C1, "检察监督", "《人民检察院组织法》", "人民检察院"),
    StatutoryRoute("police_case", "010400", Path.C1, "刑事报案、控告", "《刑事诉讼法》", "公安机关"),
    StatutoryRoute("labour", "070200", Path.C2, "劳动争议仲裁", "《劳动争议调解仲裁法》", "劳动人事争议仲裁委员会"),
    StatutoryRoute("wages", "070100", Path.C2, "劳动争议仲裁", "《劳动争议调解仲裁法》", "劳动人事争议仲裁委员会"),
    StatutoryRoute(
        "farmland", "090100", Path.C2, "土地承包仲裁", "《农村土地承包经营纠纷调解仲裁法》", "土地承包仲裁委员会"
    ),
    StatutoryRoute("personnel", "160300", Path.C2, "人事争议仲裁", "《劳动争议调解仲裁法》", "人事争议仲裁委员会"),
    StatutoryRoute("discipline", "030600", Path.C3, "党员申诉", "《中国共产党纪律处分条例》", "原处分机关、上级纪委"),
    StatutoryRoute("reconsider", "010800", Path.C4, "行政复议", "《行政复议法》第六十二条", "行政复议机关", 60),
    StatutoryRoute("title", "050400", Path.C4, "土地权属争议处理", "《土地管理法》第十四条", "人民政府", 6, "months"),
    StatutoryRoute(
        "registry", "050700", Path.C4, "不动产登记", "《不动产登记暂行条例》第二十条", "不动产登记机构", 30, "wd"
    ),
    StatutoryRoute("injury", "070300", Path.C4, "工伤认定", "《工伤保险条例》第二十条", "人社部门", 60),
    StatutoryRoute(
        "eviction",
        "080200",
        Path.C4,
        "征收决定的复议",
        "《国有土地上房屋征收与补偿条例》第二十六条",
        "复议机关",
        60,
    ),
    StatutoryRoute("medical", "100100", Path.C4, "医疗事故技术鉴定", "《医疗纠纷预防和处理条例》", "卫生健康部门"),
    StatutoryRoute("licence", "150200", Path.C4, "行政许可", "《行政许可法》第四十二条", "许可机关", 20, "wd"),
    StatutoryRoute(
        "openness", "040200", Path.C4, "政府信息公开", "《政府信息公开条例》第三十三条", "信息公开机构", 20, "wd"
    ),
    StatutoryRoute("inspection", "070100", Path.C5, "劳动监察", "《劳动保障监察条例》第十七条", "人社部门", 60, "wd"),
    StatutoryRoute("illegal_build", "080600", Path.C5, "查处违法建设", "《城乡规划法》", "规划、城管部门", 2, "months"),
    StatutoryRoute("illegal_land", "050500", Path.C5, "查处违法用地", "《土地管理法》", "自然资源部门", 2, "months"),
    StatutoryRoute("pollution", "110200", Path.C5, "查处环境违法", "《环境保护法》", "生态环境部门", 2, "months"),
    StatutoryRoute("consumer", "150100", Path.C5, "消费投诉", "《消费者权益保护法》", "市场监管部门", 7, "wd"),
    StatutoryRoute("perform", "", Path.C5, "申请履行法定职责", "《行政诉讼法》第四十七条", "有权机关", 2, "months"),
)

# Subject (or field) -> what the department in charge is called; S3's groups under today's names. Longest code wins.
LEAD_WORDS: dict[str, str] = {
    "01": "政法委",
    "0101": "公安",
    "0102": "公安",
    "0103": "公安",
    "0105": "法院",
    "0106": "检察院",
    "0108": "司法",
    "0109": "司法",
    "02": "工业和信息化",
    "0201": "科技",
    "0202": "市场监管",
    "03": "纪委监委",
    "04": "政府办",
    "0403": "民族宗教",
    "05": "自然资源",
    "06": "教育",
    "0608": "文化旅游",
    "0609": "体育",
    "07": "人力资源和社会保障",
    "0705": "医疗保障",
    "08": "住房和城乡建设",
    "0805": "城市管理",
    "0806": "城市管理",
    "09": "农业农村",
    "0904": "水务",
    "0905": "林业",
    "10": "卫生健康",
    "1004": "市场监管",
    "11": "生态环境",
    "12": "交通运输",
    "13": "民政",
    "1302": "应急管理",
    "1303": "退役军人",
    "1308": "残联",
    "14": "发展改革",
    "1401": "财政",
    "1406": "应急管理",
    "15": "市场监管",
    "1505": "文化旅游",
    "16": "组织部",
    "1602": "人力资源和社会保障",
    "1603": "人力资源和社会保障",
    "1604": "人力资源和社会保障",
    "1607": "退役军人",
}


def routes_for(content: str) -> list[StatutoryRoute]:
    """The routes for a subject, then the one that is open to every subject."""
    return [route for route in STATUTORY_ROUTES if route.content == content] + [
        route for route in STATUTORY_ROUTES if not route.content
    ]


def lead_word(content: str) -> str:
    """The word to look for in department names, or "" where nothing is suggested."""
    return LEAD_WORDS.get(content[:4]) or LEAD_WORDS.get(content[:2], "")
