"""The indicators of domain §12 as data: whom each counts, by which date, in which parts, and what the parts make.

A part is a condition, so that counting it and listing it are one question. None of them counts sealed matters: a figure
that moves by one would tell of an accusation (domain P2).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Literal

from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, Func, Q, Value
from django.db.models.expressions import Combinable
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.codes.channels import Channel
from cases.states import State
from kernel.clock import TZ
from supervision.indicators.period import Period
from supervision.indicators.ratio import Ratio, Unit, ratio
from supervision.models import Order

Counts = Mapping[str, Decimal]
Asked = Callable[[Period], Q]
# Whose it is: of the place a matter lies at; of that it came in at ("origin"); of each bureau that had to send it on
# ("triage"); of the body an order went to.
Source = Literal["ledger", "origin", "triage", "orders"]

# 初件 registered by bureaus at any level, by net, letter or visit (domain §12, base set F).
FIRST = Q(counted=True, repeat=False, by_unit=False, channel__in=[Channel.NET, Channel.LETTER, Channel.VISIT])
NO_LITIGATION = Q(litigation=False)
OPEN = Q(closed_at=None)
TO_SIGN_FOR = Q(state__in=[State.S20, State.S21])


@dataclass(frozen=True, slots=True)
class Part:
    """`of` says which rows; they are counted, or `sum_of` is added up over them (spans of time in days)."""

    label: str | Promise
    of: Asked
    sum_of: Combinable | None = None


@dataclass(frozen=True, slots=True)
class Indicator:
    """`formula` and `by`, the date of the cohort, are printed beside the figure; `cohort` is what all parts share."""

    code: str
    name: str | Promise
    formula: str | Promise
    by: str | Promise
    cohort: Asked
    parts: Mapping[str, Part]
    make: Callable[[Counts], Ratio]
    unit: Unit = "share"
    source: Source = "ledger"


def end_of(name: str, days: int) -> Combinable:
    """The first moment after the day of `name` plus so many calendar days; nothing rolls over (domain §5)."""
    midnight = Func(
        Value("day"), F(name), Value(str(TZ)), function="date_trunc", output_field=DateTimeField()
    )  # with the zone as its third argument the answer is a moment, not a wall clock
    return midnight + Value(timedelta(days=days + 1), output_field=DurationField())


def span(first: str, last: str) -> Combinable:
    return ExpressionWrapper(F(last) - F(first), output_field=DurationField())


def _all(period: Period) -> Q:
    return Q()


def _always(condition: Q) -> Asked:
    return lambda period: condition


def _due_in(name: str) -> Asked:
    """The date lies in the period, and is over."""
    return lambda period: Q((f"{name}__gte", period.begin), (f"{name}__lt", period.end))


def _registered(condition: Q = FIRST, days: int = 0) -> Asked:
    """The day of registration plus `days` lies in the period; with `days` it is over as well."""

    def asked(period: Period) -> Q:
        first, until = period.before(days) if days else (period.begin, period.end)
        return condition & Q(registered_at__gte=first, registered_at__lt=until)

    return asked


def _kept(done: str, due: str | Combinable) -> dict[str, Part]:
    """On time, late, and not yet done though it was due. `done` is the column of the step, `due` when it had to be."""
    in_time = Q((f"{done}__lte", F(due))) if isinstance(due, str) else Q((f"{done}__lt", due))
    return {
        "on_time": Part(_("按期"), _always(in_time)),
        "late": Part(_("逾期办了"), _always(Q((f"{done}__isnull", False)) & ~in_time)),
        "overdue": Part(_("逾期未办"), _always(Q((done, None)))),
    }


def _share_kept(counts: Counts) -> Ratio:
    return ratio(counts["on_time"], int(counts["on_time"] + counts["late"] + counts["overdue"]))


def _share(part: str, of: str) -> Callable[[Counts], Ratio]:
    return lambda counts: ratio(counts[part], int(counts[of]))


def _kept_rate(
    code: str,
    name: Promise,
    cohort: Asked,
    by: Promise,
    done: str,
    due: str | Combinable,
    source: Source = "ledger",
) -> Indicator:
    formula = _("按期 ÷（按期 + 逾期办了 + 逾期未办）")
    return Indicator(code, name, formula, by, cohort, _kept(done, due), _share_kept, source=source)


def _with(condition: Q, asked: Asked) -> Asked:
    return lambda period: condition & asked(period)


REACHED_UNIT = ~Q(unit_received_at=None) | OPEN
REPLY = FIRST & NO_LITIGATION

INDICATORS: tuple[Indicator, ...] = (
    _kept_rate(
        "I1",
        _("信访部门及时受理率"),
        _registered(FIRST, 15),
        _("登记日加 15 日在期内的初件，计在登记的信访局"),
        "triaged_at",
        end_of("registered_at", 15),
        "origin",
    ),
    _kept_rate(
        "I2",
        _("责任单位及时受理率"),
        _registered(FIRST & NO_LITIGATION & REACHED_UNIT, 30),
        _("登记日加 30 日在期内的初件，不含涉法涉诉"),
        "notified_at",
        end_of("registered_at", 30),
    ),
    _kept_rate(
        "I2'",
        _("责任单位按期告知率"),
        _with(Q(counted=True) & ~Q(unit_received_at=None), _due_in("notice_due")),
        _("告知期限（单位收到后 15 日）在期内的件"),
        "notified_at",
        "notice_due",
    ),
    _kept_rate(
        "I3",
        _("按期答复率"),
        _with(REPLY, _due_in("reply_due")),
        _("限办截止日在期内的初件，不含涉法涉诉"),
        "served_at",
        "reply_due",
    ),
    Indicator(
        "I7",
        _("网信占比"),
        _("网信 ÷ 全部信访件"),
        _("登记日在期内的件，计在登记的单位"),
        _registered(Q(counted=True)),
        {"net": Part(_("网信"), _always(Q(channel=Channel.NET))), "all": Part(_("全部"), _all)},
        _share("net", "all"),
        source="origin",
    ),
    Indicator(
        "I10.1",
        _("平均受理周期"),
        _("登记到告知的日数之和 ÷ 件数"),
        _("登记日在期内、已告知的初件"),
        _with(Q(notified_at__isnull=False), _registered()),
        {"days": Part(_("日数"), _all, span("registered_at", "notified_at")), "all": Part(_("件数"), _all)},
        _share("days", "all"),
        "mean",
    ),
    Indicator(
        "I10.2",
        _("平均答复周期"),
        _("受理到答复送达的日数之和 ÷ 件数"),
        _("登记日在期内、已答复的初件"),
        _with(Q(accepted_at__isnull=False, served_at__isnull=False), _registered()),
        {"days": Part(_("日数"), _all, span("accepted_at", "served_at")), "all": Part(_("件数"), _all)},
        _share("days", "all"),
        "mean",
    ),
    _kept_rate(
        "I12.1",
        _("转送按期率"),
        _with(FIRST, _due_in("triage_due")),
        _("分流期限在期内的初件，经手的每级信访局各计一次"),
        "triaged_at",
        "triage_due",
        "triage",
    ),
    _kept_rate(
        "I12.2",
        _("受理按期率"),
        _with(FIRST & ~Q(unit_received_at=None), _due_in("notice_due")),
        _("受理告知期限在期内的初件"),
        "notified_at",
        "notice_due",
    ),
    _kept_rate(
        "I12.3",
        _("答复按期率"),
        _with(FIRST, _due_in("reply_due")),
        _("答复期限在期内的初件"),
        "served_at",
        "reply_due",
    ),
    Indicator(
        "I15",
        _("督办整改率"),
        _("按期反馈并经认可 ÷ 发出的督办"),
        _("督办要求的反馈日在期内，不含已解除的"),
        _with(~Q(state=Order.State.LIFTED), _due_in("first_due")),
        {
            "kept": Part(_("按期并认可"), _always(Q(first_answered_at__lte=F("first_due"), accepted_at__isnull=False))),
            "all": Part(_("发出"), _all),
        },
        _share("kept", "all"),
        source="orders",
    ),
    Indicator(
        "I19",
        _("超期未答复占比"),
        _("超期未答复 ÷ 在办"),
        _("此刻在办的件"),
        _always(OPEN & Q(counted=True)),
        {
            "to_sign": Part(_("待领"), _always(TO_SIGN_FOR)),
            "in_hand": Part(_("待办"), _always(~TO_SIGN_FOR)),
            "late": Part(_("超期未答复"), lambda period: _unanswered(period, 0, None)),
            "late_1": Part(_("超期不到 15 日"), lambda period: _unanswered(period, 0, 15)),
            "late_15": Part(_("超期 15 至 29 日"), lambda period: _unanswered(period, 15, 30)),
            "late_30": Part(_("超期 30 日以上"), lambda period: _unanswered(period, 30, None)),
            "all": Part(_("在办"), _all),
        },
        _share("late", "all"),
    ),
    Indicator(
        "I20.1",
        _("异议成立率"),
        _("同意退回的异议 ÷ 提出的异议"),
        _("登记日在期内、提出过异议的件"),
        _with(Q(objections__gt=0), _registered(Q(counted=True))),
        {"upheld": Part(_("同意退回"), _all, F("hand_backs")), "all": Part(_("提出的异议"), _all, F("objections"))},
        _share("upheld", "all"),
    ),
    Indicator(
        "I20.2",
        _("平均转送次数"),
        _("转送次数之和 ÷ 件数"),
        _("登记日在期内的件"),
        _registered(Q(counted=True)),
        {"times": Part(_("次数"), _all, F("transfers")), "all": Part(_("件数"), _all)},
        _share("times", "all"),
        "mean",
    ),
    Indicator(
        "I20.3",
        _("延期占比"),
        _("办理过延期 ÷ 已受理"),
        _("登记日在期内、已受理的件"),
        _with(Q(accepted_at__isnull=False), _registered(Q(counted=True))),
        {"extended": Part(_("办理过延期"), _always(Q(extended_days__gt=0))), "all": Part(_("已受理"), _all)},
        _share("extended", "all"),
    ),
    Indicator(
        "I20.4",
        _("导入法定途径占比"),
        _("导入法定途径 ÷ 全部"),
        _("登记日在期内的件"),
        _registered(Q(counted=True)),
        {"routed": Part(_("导入法定途径"), _always(Q(routed=True))), "all": Part(_("全部"), _all)},
        _share("routed", "all"),
    ),
    Indicator(
        "I20.5",
        _("不予受理占比"),
        _("写明理由的不予受理、不再受理 ÷ 全部"),
        _("登记日在期内的件"),
        _registered(Q(counted=True)),
        {"declined": Part(_("不予受理、不再受理"), _always(~Q(ground=""))), "all": Part(_("全部"), _all)},
        _share("declined", "all"),
    ),
)

BY_CODE = {indicator.code: indicator for indicator in INDICATORS}


def _unanswered(period: Period, least: int, most: int | None) -> Q:
    """Open, not answered, the term over by so many days or more and fewer than `most`."""
    late = Q(served_at=None, reply_due__lte=period.at - timedelta(days=least))
    return late if most is None else late & Q(reply_due__gt=period.at - timedelta(days=most))
