"""Numbers: filings may have gaps, papers may not; the counter row is the last lock of a transaction."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import connection

from cases.codes.channels import Channel
from kernel.clock import TZ
from kernel.ids import new_id
from tenants.context import current_tenant
from tenants.models import Department, Tenant

# No letter or digit that is misread or misheard.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"

NEXT = """
INSERT INTO cases_counter (id, kind, period, value) VALUES (%s, %s, %s, 1)
ON CONFLICT (kind, period) DO UPDATE SET value = cases_counter.value + 1 RETURNING value
"""


def _next(kind: str, period: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(NEXT, [new_id(), kind, period])
        row = cursor.fetchone()
    assert row is not None
    return int(row[0])


def filing_number(tenant: Tenant, channel: str, at: datetime) -> str:
    """Region (6) + yyyymmdd + channel (1) + seq (6): domain §11.1."""
    day = at.astimezone(TZ).strftime("%Y%m%d")
    return f"{tenant.code[:6]:0<6}{tenant.code[6:]}{day}{Channel(channel).digit}{_next('filing', day):06d}"


def short(number: str) -> str:
    """What a list shows: date and running number; the region too where another office gave the number.

    One office counts all its filings of a day together, so that two of its own never look alike without the channel.
    """
    return brief(number, current_tenant().code)


def brief(number: str, own: str) -> str:
    """`short` for a reader of the office `own`; "" for one of no office."""
    region, day, count = number[:-15], number[-15:-7], number[-6:]
    told = f"{day}-{count[-4:] if count.startswith('00') else count}"
    return told if own and region == f"{own[:6]:0<6}{own[6:]}" else f"{region} {told}".strip()


def paper_number(department: Department, tenant: Tenant, word: str, at: datetime) -> str:
    """〔year〕n号 per unit and kind of paper (domain §10)."""
    year = at.astimezone(TZ).strftime("%Y")
    organ = department.organ_prefix or tenant.letter_prefix or tenant.short_name
    return f"{organ}〔{year}〕{word}{_next(f'{word}:{department.id}', year)}号"


def query_code() -> str:
    """Ten random characters (about 49 bits), shown once, stored as a keyed hash."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(10))
    return f"{code[:4]}-{code[4:8]}-{code[8:]}"
