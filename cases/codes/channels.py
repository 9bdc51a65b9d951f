"""How a filing came in (domain §3; R 17), from where, and the levels at which filings are registered."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.codes.lists import code_list


class Channel(models.TextChoices):
    """信访形式. The digit stands in the filing number (domain §11.1)."""

    NET = "NET", _("网信")
    LETTER = "LETTER", _("来信")
    VISIT = "VISIT", _("来访")
    PHONE = "PHONE", _("来电")
    FAX = "FAX", _("传真")

    @property
    def digit(self) -> str:
        return _DIGITS[self]

    @classmethod
    def of_digit(cls, digit: str) -> Channel:
        """Raises KeyError for a digit that no channel bears."""
        return {number: channel for channel, number in _DIGITS.items()}[digit]


_DIGITS = {Channel.NET: "1", Channel.LETTER: "2", Channel.VISIT: "3", Channel.PHONE: "4", Channel.FAX: "5"}


class Source(models.TextChoices):
    """信访来源 (domain §3, §11.1)."""

    OWN = "own", _("本单位直接收到")
    NATION = "nation", _("国家信访局")
    PROVINCE = "province", _("省级信访局")
    PREFECTURE = "prefecture", _("市级信访局")
    COUNTY = "county", _("县级信访局")
    TOWNSHIP = "township", _("乡镇、街道")
    SUNSHINE = "sunshine", _("阳光信访")
    PORTAL = "portal", _("门户网站")
    MOBILE = "mobile", _("手机、微信")
    MAILBOX = "mailbox", _("领导信箱")
    HOTLINE = "12345", _("12345 热线")
    HOTLINE_96128 = "96128", _("96128 专线")
    RECEPTION = "reception", _("党政接访平台")
    VIDEO = "video", _("视频接访")
    AGENCY = "agency", _("代理代办")
    OTHER = "other", _("其他")


class Level(models.TextChoices):
    """登记层级 (domain §11.5)."""

    NATION = "nation", _("国家")
    PROVINCE = "province", _("省级")
    PREFECTURE = "prefecture", _("市级")
    COUNTY = "county", _("县级")


CHANNELS = code_list(Channel.choices, field="xfxs")
SOURCES = code_list(Source.choices, field="xfly")
LEVELS = code_list(Level.choices)
