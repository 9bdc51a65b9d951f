"""The keys of every page, as the help dialog lists them (pages.md §7). `static/desk/keys.js` obeys the same list."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from desk import navigation


@dataclass(frozen=True, slots=True)
class Key:
    """`strokes` are pressed one after the other; each is one `kbd`."""

    strokes: tuple[str, ...]
    does: str | Promise
    needs: str = ""  # the entry without whose page the key does nothing


@dataclass(frozen=True, slots=True)
class Group:
    title: str | Promise
    keys: tuple[Key, ...]


GROUPS: tuple[Group, ...] = (
    Group(
        _("各页"),
        (
            Key(("/",), _("查询，或在本页的列表里筛选")),
            Key(("?",), _("全部快捷键")),
            Key(("N",), _("登记")),
            Key(("G", "W"), _("去工作台")),
            Key(("G", "S"), _("去待签收")),
            Key(("G", "D"), _("去督办"), needs="supervision"),
        ),
    ),
    Group(
        _("列表"),
        (
            Key(("J", "K"), _("下一件、上一件，也可用方向键")),
            Key(("X",), _("选择")),
            Key(("Shift", "X"), _("从上次选择处连选")),
            Key(("Enter",), _("打开")),
            Key(("S",), _("签收")),
            Key(("Esc",), _("取消选择")),
        ),
    ),
    Group(
        _("一件"),
        (
            Key(("D",), _("起草")),
            Key(("C",), _("记录联系")),
            Key(("[", "]"), _("列表里的上一件、下一件")),
        ),
    ),
    Group(
        _("表单"),
        (
            Key(("Ctrl", "Enter"), _("办主要的一步")),
            Key(("Ctrl", "S"), _("存草稿")),
            Key(("P",), _("预览或打印")),
            Key(("Alt", "A"), _("登记时加一项诉求")),
        ),
    ),
)


def groups() -> list[Group]:
    """What the help lists: keys whose page exists."""
    return [Group(g.title, tuple(k for k in g.keys if not k.needs or navigation.exists(k.needs))) for g in GROUPS]
