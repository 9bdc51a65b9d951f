"""How papers reach people and people are reached (domain §11.4), and why personal data was looked at."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.codes.lists import code_list


class Way(models.TextChoices):
    """送达方式; the codes are those of the exchange layout."""

    IN_PERSON = "0", _("当面")
    POST = "1", _("邮寄")
    OTHER = "2", _("其他")


class Signed(models.TextChoices):
    """A refused paper is served all the same; the window opens (D20)."""

    REFUSED = "0", _("拒收")
    SIGNED = "1", pgettext_lazy("of a paper", "签收")


class View(models.TextChoices):
    """What the petitioner said of the reply when it was served."""

    AGREES = "0", _("同意")
    DISAGREES = "1", _("不同意")
    UNSAID = "9", _("无明确意见")


class Contact(models.TextChoices):
    """联系方式 of D13."""

    PHONE = "phone", _("电话")
    MEETING = "meeting", _("见面")
    SITE = "site", _("现场")
    VIDEO = "video", _("视频")
    NET = "net", _("网上")
    LETTER = "letter", _("书信")


class Unmask(models.TextChoices):
    """查看理由 (T38; case.html)."""

    CONTACT = "contact", _("联系信访人")
    SERVE = "serve", _("送达文书")
    IDENTIFY = "identify", _("核实身份")
    REPEAT = "repeat", _("核对是否重复")


WAYS = code_list(Way.choices)
SIGNED = code_list(Signed.choices)
VIEWS = code_list(View.choices)
CONTACTS = code_list(Contact.choices)
UNMASKS = code_list(Unmask.choices)
