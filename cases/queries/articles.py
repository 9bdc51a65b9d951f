"""The articles the rule book cites (domain §1, §4, §5), in the reader's words; OURS where the law gives no number."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise

OURS: Text = _("平台规则")
R19: Text = _("《信访工作条例》第十九条")
R21: Text = _("《信访工作条例》第二十一条")
R22: Text = _("《信访工作条例》第二十二条")
R23: Text = _("《信访工作条例》第二十三条")
R24: Text = _("《信访工作条例》第二十四条")
R29: Text = _("《信访工作条例》第二十九条")
R30: Text = _("《信访工作条例》第三十条")
R31: Text = _("《信访工作条例》第三十一条")
R32: Text = _("《信访工作条例》第三十二条")
R33: Text = _("《信访工作条例》第三十三条")
R34: Text = _("《信访工作条例》第三十四条")
R35: Text = _("《信访工作条例》第三十五条")
R36: Text = _("《信访工作条例》第三十六条")
PERSONAL: Text = _("《个人信息保护法》第六条、第二十八条")
ARCHIVES: Text = _("《档案法》第十三条")
SIMPLE: Text = _("《信访事项简易办理办法》")
