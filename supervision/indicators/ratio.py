"""Numerator, denominator and what they make: None where nothing could be counted (domain §12)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

FOUR = Decimal("0.0001")
Unit = Literal["share", "mean", "count"]


@dataclass(frozen=True, slots=True)
class Ratio:
    """`value` has four decimals, rounded half up; a denominator of 0 makes None, neither 0 nor 100 %."""

    numerator: Decimal
    denominator: int

    @property
    def value(self) -> Decimal | None:
        if self.denominator == 0:
            return None
        return (self.numerator / self.denominator).quantize(FOUR, rounding=ROUND_HALF_UP)


def ratio(numerator: Decimal | float | int, denominator: int) -> Ratio:
    return Ratio(Decimal(str(numerator)), denominator)


def merged(parts: Iterable[Ratio]) -> Ratio:
    """Of several offices: sums of numerators and denominators, so that each case weighs the same."""
    found = list(parts)
    return Ratio(sum((part.numerator for part in found), Decimal(0)), sum(part.denominator for part in found))


def shown(value: Decimal | None, unit: Unit) -> str:
    """`96.42%`, `11.43`, or `—` for nothing to count."""
    if value is None:
        return "—"
    if unit == "share":
        return f"{(value * 100).quantize(Decimal('0.01'), rounding=ROUND_HALF_UP)}%"
    if unit == "mean":
        return str(value.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP))
    return f"{int(value):,}"
