"""What an act of administration is called: "noun.verb" in words, and the codes it left behind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

NOUNS: dict[str, Callable[[], str]] = {
    "office": lambda: _("单位信息"),
    "department": lambda: _("部门"),
    "person": lambda: _("人员"),
    "post": lambda: _("岗位"),
    "password": lambda: _("密码"),
    "work": lambda: _("在办件"),
    "draft": lambda: _("登记草稿"),
    "calendar": lambda: _("日历"),
    "wording": lambda: _("常用语"),
    "synonym": lambda: _("近义词"),
    "duty": lambda: _("权责清单"),
    "law": lambda: _("法规条文"),
    "token": lambda: _("接口令牌"),
    "webhook": lambda: _("事件推送"),
    "profile": lambda: _("规则"),
    "warning": lambda: _("预警"),
    "queue": lambda: _("队列"),
    "opening": lambda: _("机构开通"),
    "upgrade": lambda: _("机构升级"),
    "administrator": lambda: _("管理员"),
    "operator": lambda: _("平台运维"),
}

VERBS: dict[str, Callable[[], str]] = {
    "added": lambda: pgettext("done", "新增"),
    "changed": lambda: pgettext("done", "修改"),
    "moved": lambda: pgettext("done", "移动"),
    "ceased": lambda: pgettext("done", "撤销"),
    "kept": lambda: pgettext("done", "保留"),
    "removed": lambda: pgettext("done", "删去"),
    "imported": lambda: pgettext("done", "导入"),
    "published": lambda: pgettext("done", "公布"),
    "invited": lambda: pgettext("done", "邀请"),
    "left": lambda: pgettext("done", "离任"),
    "locked": lambda: pgettext("done", "停用"),
    "unlocked": lambda: pgettext("done", "恢复"),
    "reset": lambda: pgettext("done", "重设"),
    "asked": lambda: pgettext("done", "提请"),
    "given": lambda: pgettext("done", "设立"),
    "ended": lambda: pgettext("done", "结束"),
    "declined": lambda: pgettext("done", "不同意"),
    "withdrawn": lambda: pgettext("done", "撤回"),
    "hand_over": lambda: pgettext("done", "移交"),
    "issued": lambda: pgettext("done", "发出"),
    "revoked": lambda: pgettext("done", "作废"),
    "provisioned": lambda: pgettext("done", "开通"),
    "migrated": lambda: pgettext("done", "升级"),
    "replayed": lambda: pgettext("done", "重发"),
    "pinged": lambda: pgettext("done", "试发"),
    "parked": lambda: pgettext("done", "搁置"),
    "repeated": lambda: pgettext("done", "重办"),
}

# Of what a change keeps, this much is said; ids speak through the subject's own name.
TOLD: dict[str, Callable[[], str]] = {
    "roles": lambda: _("角色 %(value)s"),
    "on": lambda: _("自 %(value)s"),
    "until": lambda: _("至 %(value)s"),
    "code": lambda: _("代码 %(value)s"),
    "count": lambda: _("%(value)s 项"),
    "day": lambda: "%(value)s",
    "words": lambda: "%(value)s",
}


def name(kind: str) -> str:
    """新增部门; a word nobody named shows as it is."""
    noun, _dot, verb = kind.partition(".")
    if noun not in NOUNS or verb not in VERBS:
        return kind
    return _("%(verb)s%(noun)s") % {"verb": VERBS[verb](), "noun": NOUNS[noun]()}


def told(data: Mapping[str, Any]) -> str:
    parts = []
    for key, build in TOLD.items():
        value = data.get(key)
        if value in (None, "", []):
            continue
        shown = " ".join(str(one) for one in value) if isinstance(value, list) else str(value)
        parts.append(build() % {"value": shown})
    return _("，").join(parts)
