"""What is looked at outside the verbs of a case, and kept for the auditor (R20)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.codes.lists import code_list


class Look(models.TextChoices):
    """A look that `cases.actions.log_access` writes down."""

    LIST_EXPORTED = "list_exported", _("导出列表")
    REGISTER_EXPORTED = "register_exported", _("导出登记簿")
    REGISTER_PRINTED = "register_printed", _("打印登记簿")
    FIGURES_EXPORTED = "figures_exported", _("导出统计、态势")
    LOG_EXPORTED = "log_exported", _("导出查看记录")
    SHEET_PRINTED = "sheet_printed", _("打印案卷单")
    FILE_READ = "file_read", _("打开材料")
    FILES_TAKEN = "files_taken", _("下载全部材料")
    READ_DOWN = "read_down", _("上级查阅")
    HITS_EXPORTED = "hits_exported", _("导出查询结果")
    PERSON_SOUGHT = "person_sought", _("按姓名、证件或电话查")
    CONCERN_READ = "concern_read", _("查阅专项线索")


LOOKS = code_list(Look.choices)
