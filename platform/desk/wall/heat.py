"""How bright a rate glows: one scale, by the share that is late."""

from __future__ import annotations

from decimal import Decimal

STEPS = tuple(Decimal(step) / 100 for step in (1, 2, 3, 5, 8))


def heat(rate: Decimal | float | None, high_is_bad: bool = False) -> int | None:
    """0 calm to 5 grave; None where there was nothing to count. `rate` is a share in time, or late if `high_is_bad`."""
    if rate is None:
        return None
    given = Decimal(str(rate))
    late = given if high_is_bad else 1 - given
    return sum(late >= step for step in STEPS)
