"""Who appears in a filing, by which papers they are known, and the buckets of statistics (domain §11.2, §11.5)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.codes.lists import Code, CodeList, code_list


class PersonRole(models.TextChoices):
    MAIN = "main", _("主访人")
    REPRESENTATIVE = "rep", _("代表")
    COSIGNER = "cosigner", _("联名人")
    AGENT = "agent", _("代理人")


class IdType(models.TextChoices):
    CITIZEN = "1", _("居民身份证")
    PASSPORT = "2", _("护照")
    MILITARY = "3", _("军人证件")
    HK_MACAO = "4", _("港澳居民来往内地通行证、居住证")
    TAIWAN = "5", _("台湾居民来往大陆通行证、居住证")
    RESIDENCE = "6", _("外国人永久居留身份证")
    ORGANISATION = "7", _("统一社会信用代码")
    OTHER = "9", _("其他")


PERSON_ROLES = code_list(PersonRole.choices)
ID_TYPES = code_list(IdType.choices)
SEXES = CodeList((Code("0", _("女")), Code("1", _("男"))))

# Upper bound of each bucket, None for the last [C2].
GROUP_BUCKETS = ((10, "5-10"), (20, "11-20"), (50, "21-50"), (100, "51-100"), (None, ">100"))
REPEAT_BUCKETS = ((1, "1"), (5, "2-5"), (10, "6-10"), (30, "11-30"), (50, "31-50"), (None, ">50"))


def bucket(count: int, buckets: tuple[tuple[int | None, str], ...]) -> str:
    """The bucket a number falls into; a number under the first bucket falls into it."""
    return next(name for upper, name in buckets if upper is None or count <= upper)
