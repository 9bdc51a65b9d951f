"""Which days are worked (domain §14.2): the exceptions to Monday to Friday, and the years whose plan is known."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from kernel.ids import new_id


class OffDay(models.Model):
    """One day that differs from Monday to Friday. A local row wins over the national one.

    `scope` is a jurisdiction code, "" the whole nation. An unpublished row is prepared and read by no clock.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    scope = models.CharField(_("适用地区"), max_length=12, blank=True, default="")
    date = models.DateField(_("日期"))
    is_workday = models.BooleanField(_("上班"))
    name = models.CharField(_("名称"), max_length=60, blank=True, default="")
    source = models.CharField(_("来源"), max_length=120, blank=True, default="")
    published = models.BooleanField(_("已公布"), default=True)

    class Meta:
        ordering = ("scope", "date")
        constraints = (models.UniqueConstraint(fields=("scope", "date"), name="off_day_scope_date"),)
        indexes = (models.Index(fields=("date",), name="off_day_date"),)

    def __str__(self) -> str:
        return f"{self.scope or 'CN'} {self.date} {'+' if self.is_workday else '-'}"


class CalendarYear(models.Model):
    """A year whose plan has been published. Days of any other year are provisional."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    scope = models.CharField(_("适用地区"), max_length=12, blank=True, default="")
    year = models.PositiveSmallIntegerField(_("年份"))
    source = models.CharField(_("来源"), max_length=120, blank=True, default="")
    published_at = models.DateTimeField(_("公布时间"))

    class Meta:
        ordering = ("scope", "year")
        constraints = (models.UniqueConstraint(fields=("scope", "year"), name="calendar_year_scope_year"),)

    def __str__(self) -> str:
        return f"{self.scope or 'CN'} {self.year}"


class Revision(models.Model):
    """A stamp that changes with a body of reference data, so that processes know when to read it again.

    A random stamp, not a counter: what a rolled-back transaction left in a cache can never match later.
    """

    subject = models.CharField(primary_key=True, max_length=20)
    stamp = models.UUIDField(default=uuid.uuid4)

    class Meta:
        ordering = ("subject",)

    def __str__(self) -> str:
        return f"{self.subject} {self.stamp}"
