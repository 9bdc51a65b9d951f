"""The only source of time. Import and demo may live in the past (`as_of`); records of what really happened may not."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from zoneinfo import ZoneInfo

TZ = ZoneInfo("Asia/Shanghai")

_as_of: ContextVar[datetime | None] = ContextVar("huiyin_as_of", default=None)


def now() -> datetime:
    """The aware time in Shanghai at which things are said to happen; follows `as_of`."""
    told = _as_of.get()
    return recorded_now() if told is None else told


def today() -> date:
    return now().date()


def recorded_now() -> datetime:
    """The real time: when a row was written, whatever `as_of` says."""
    return datetime.now(TZ)


@contextmanager
def as_of(moment: datetime) -> Iterator[None]:
    """Let `now()` answer `moment` inside the block. For import and demo data only."""
    if moment.tzinfo is None:
        raise ValueError("as_of needs an aware time.")
    token = _as_of.set(moment.astimezone(TZ))
    try:
        yield
    finally:
        _as_of.reset(token)
