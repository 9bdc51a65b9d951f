"""Invented places, units and names of the demo region. Nobody and nothing here exists."""

from __future__ import annotations

from typing import NamedTuple


class Place(NamedTuple):
    """`parent` is left to the codes: the nearest existing ancestor."""

    code: str
    name: str
    level: str
    host: str
    mark: str  # first character of paper numbers

    @property
    def level_word(self) -> str:
        """What stands before a unit's short name: 县住建局."""
        return self.name[-1]


PLACES = (
    Place("990000", "西岭省", "province", "xiling", "岭"),
    Place("990100", "临澜市", "prefecture", "linlan", "临"),
    Place("990102", "锦溆区", "county", "jinxu", "锦"),
    Place("990123", "澄屿县", "county", "chengyu", "澄"),
    Place("990124", "汀岚县", "county", "tinglan", "汀"),
    Place("990200", "汐陵市", "prefecture", "xilingshi", "汐"),
    Place("990202", "潮望区", "county", "chaowang", "潮"),
    Place("990221", "苇岸县", "county", "weian", "苇"),
    Place("990222", "松墩县", "county", "songdun", "松"),
    Place("990300", "槐川市", "prefecture", "huaichuan", "槐"),
    Place("990302", "桐浦区", "county", "tongpu", "桐"),
    Place("990321", "沐原县", "county", "muyuan", "沐"),
    Place("990400", "望津区", "county", "wangjin", "望"),  # straight under the province
)


class Body(NamedTuple):
    """A unit that every place may have: `mark` is its character in paper numbers."""

    name: str
    short: str
    mark: str
    duties: str
    sections: tuple[str, ...]
    vertical: bool = False


BODIES = (
    Body(
        "住房和城乡建设局",
        "住建局",
        "建",
        "物业管理、维修资金、电梯更换、农村危房改造",
        ("物业管理科", "村镇科", "房产科"),
    ),
    Body("自然资源局", "自然资源局", "资", "征地补偿、宅基地确权、不动产登记", ("征地科", "确权登记科")),
    Body("城市管理局", "城管局", "城", "油烟噪声、路灯、占道经营、环境卫生", ("市容科", "执法科")),
    Body("教育局", "教育局", "教", "校车、学区划分、教师待遇、校外培训", ("基础教育科", "人事科")),
    Body("卫生健康局", "卫健局", "卫", "乡镇卫生院值班与急诊、医疗纠纷、计生奖扶", ("医政科", "基层科")),
    Body("交通运输局", "交通局", "交", "村道、客运班线、公路损坏", ("运输科", "公路科")),
    Body("人力资源和社会保障局", "人社局", "人", "拖欠工资、工伤待遇、社会保险", ("监察大队", "社会保险科")),
    Body("水务局", "水务局", "水", "自来水、灌渠管护、河道", ("供水科", "河渠科")),
    Body("民政局", "民政局", "民", "低保、临时救助、养老机构", ("社会救助科", "养老服务科")),
    Body("生态环境局", "环境局", "环", "养殖污水、粉尘、夜间施工噪声", ("监测科", "执法大队"), True),
)
TOWNS = ("禾浦镇人民政府", "沙砚镇人民政府", "云埭镇人民政府", "柏埠镇人民政府")
TOWN_SECTIONS = ("社会事务办公室", "农业农村办公室")
TOWN_DUTIES = "本镇辖区内的村务、道路管护、邻里纠纷"


class Section(NamedTuple):
    name: str
    kind: str
    posts: tuple[str, ...]  # roles of one person each; "R3b" is a second one


DESK = (
    Section("办信科", "section", ("R3", "R3b", "R4")),
    Section("接访科", "section", ("R2", "R2b", "R14")),
    Section("综合科", "section", ("R9", "R16", "R17", "R19", "R19b", "R20", "R21")),
    Section("检举控告办理科", "section", ("R18",)),
    Section("督查科", "supervision", ("R13",)),
    Section("联席会议办公室", "joint_conf", ("R15",)),
    Section("复查复核办公室", "review_body", ("R10", "R11", "R12")),
)
UNIT_POSTS = ("R5", "R7", "R8", "R9", "R21")

# Those of the mockups keep their names: (place, department or unit, post).
KNOWN_PEOPLE = {
    ("990123", "办信科", "R3"): "何青禾",
    ("990123", "接访科", "R2"): "白露禾",
    ("990123", "物业管理科", "R6"): "江一苇",
    ("990123", "住建局", "R5"): "陆行简",
    ("990123", "住建局", "R9"): "秦望舒",
    ("990100", "督查科", "R13"): "沈砚秋",
    ("990200", "督查科", "R13"): "顾南乔",
    ("990300", "督查科", "R13"): "程栖迟",
    ("990000", "督查科", "R13"): "陶见山",
}
SURNAMES = "林陈许郑谢叶苏潘方石崔贺邵毛温严庄柳汪尹欧阮段雷汤易常武乔赖龚邢"
GIVEN = """
知微 云舒 书砚 景行 若谷 听澜 思齐 怀瑾 疏影 明远 清和 望川 静姝
砚池 长庚 南枝 北辰 安澜 予墨 竹溪 秋池 晚晴 朝雨 初霁 暮云 归舟
扶光 青岚 照野 松月 溪桥 牧之 少陵 子衿 采薇 怀远 致远 守拙 含章
""".split()  # noqa: SIM905


def invented(number: int) -> str:
    """One of 32 x 39 names; neighbouring numbers differ in both parts."""
    return SURNAMES[number % len(SURNAMES)] + GIVEN[number * 11 % len(GIVEN)]
