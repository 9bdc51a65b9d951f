"""What an attached file is (材料种类)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.codes.lists import code_list


class FileKind(models.TextChoices):
    PETITION = "petition", _("信访原文")
    ENVELOPE = "envelope", _("信封")
    EVIDENCE = "evidence", _("信访人提供的材料")
    PHOTO = "photo", _("照片")
    AUTHORITY = "authority", _("授权委托书")
    ELECTION = "election", _("代表推选书")
    LETTER = "letter", _("公函")
    RECORD = "record", _("询问笔录")
    SURVEY = "survey", _("现场查看记录")
    CONTACT = "contact", _("联系记录")
    PAPER = "paper", _("文书")
    RETURN = "return", _("送达回证")
    PROOF = "proof", _("落实证明")
    WITHDRAWAL = "withdrawal", _("撤回申请")
    OTHER = "other", _("其他")


FILE_KINDS = code_list(FileKind.choices)
