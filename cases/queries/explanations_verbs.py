"""What pressing each button does, in one sentence, with its article (domain §4.2)."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.queries import articles as law

VERBS: Mapping[str, tuple[str | Promise, str]] = {
    "register": (_("把收到的件记下来，给编号和查询码；不能拒绝登记，分流期限自收到之日起算。"), law.R22),
    "complete": (_("补齐登记时没有填的项目，分流前都可以。"), law.R22),
    "correct": (_("改正记错的项目，写明理由；原来的内容加密留存，改收到时间要两个人。"), law.OURS),
    "reissue_code": (_("核对身份后发新的查询码，旧码作废。"), law.R21),
    "transfer": (_("转给有权处理的单位，从送达起由它办；它的告知期限和异议期随即开始。"), law.R22),
    "assign": (_("重要的件限期反馈：承办单位办结后要结报，由交办单位审核。"), law.R22),
    "redirect": (_("不归本单位的，写明应当找谁，再书面告知信访人。"), law.R23),
    "decline": (_("已在办理、已终结等情形不予受理或不再受理，写明理由，再书面告知。"), law.R36),
    "answer": (_("属本局职责、当时能答的直接答复，记下答复和方式后办结。"), law.R22),
    "sign_for": (_("确认件已到手；期限自送达之日起算，签收不改变它。"), law.R23),
    "allot": (_("在本单位内交给科室和承办人，期限和状态不变，可以收回。"), law.OURS),
    "object": (_("不属本单位职权的，5 个工作日内写明理由和依据提异议，决定前仍由本单位办。"), law.R23),
    "consent": (_("异议成立，件回到转送单位，3 个工作日内重新定去向。"), law.R23),
    "refuse": (_("异议不成立，件留在原单位继续办，写明理由。"), law.R23),
    "accept": (_("按信访程序受理，60 日的办理期限开始，并拟好受理告知书。"), law.R31),
    "route": (_("应走法定程序的导入该程序，写明程序、机关和依据，再告知信访人。"), law.R31),
    "study": (_("建议意见列入研究，研究后书面答复采纳与否。"), law.R29),
    "notify": (_("把告知书交到信访人手里，记下方式和日期，告知期限到此停。"), law.R23),
    "record_result": (_("法定程序有了结果，记下文号和日期后办结。"), law.R31),
    "contact": (_("记下与信访人联系的方式、日期和内容；没有联系过，意见书不能送审。"), law.R31),
    "note": (_("记一条内部备注，不随件移送，信访人看不到。"), law.OURS),
    "attach": (_("附上材料，加密保存，随件移送。"), law.OURS),
    "extend": (_("情况复杂的，经单位负责人批准延长办理期限，合计不超过 30 日，并告知理由。"), law.R34),
    "draft": (_("逐项写结论、事实、理由和依据，边写边存。"), law.R32),
    "submit": (_("每项诉求都有结论、理由和依据后，送核稿和签发。"), law.R32),
    "check": (_("办公室主任把关一般件，核过才能签发。"), law.OURS),
    "sign": (_("一般件由分管领导签发，要信要访由主要负责人签发；签发后才有文号。"), law.R32),
    "send_back": (_("事实、政策、处理、材料哪一关没过就退回重办，写明理由。"), law.OURS),
    "serve": (_("把意见书送到信访人手里，记下方式和收到日期；办理期限停，复查期开始。"), law.R35),
    "prove_execution": (_("支持的诉求执行完一项，记下日期和证明。"), law.R32),
    "report": (_("把事实、办理情况和信访人的态度报交办单位，由它审核。"), law.R22),
    "forward_report": (_("下级的结报核对后转报上级交办单位。"), law.R22),
    "approve_report": (_("事实、政策、处理、材料四关都过，结报通过。"), law.R22),
    "return_report": (_("结报有不足，退回重办，写明哪一关和理由。"), law.R22),
    "defer": (_("交办单位在反馈期限届满前同意延后反馈日期。"), law.OURS),
    "close": (_("复查期满没有请求的由系统办结；和解或书面放弃复查的可以提前。"), law.R35),
    "unmask": (_("选一个理由才能看信访人的姓名、电话和住址，每次都留痕。"), law.PERSONAL),
    "turn_down": (_("不批准提请的事，写明理由，状态和期限不变。"), law.OURS),
}
