"""Which alerts are asked for, and of which note is taken."""

from __future__ import annotations

from rest_framework import serializers

from cases.api.bodies.filings import Body
from cases.api.bodies.queries import PageQuery
from cases.api.fields import Code, Uid, optional_text
from kernel.alerts import Level

MOST = 200


class AlertsQuery(PageQuery):
    """`waiting`: only those nobody took note of. They come first in any case, the newest before the others."""

    kind = optional_text(40)
    level = Code([level.value for level in Level], required=False)
    waiting = serializers.BooleanField(required=False, default=False)


class AcknowledgeBody(Body):
    alerts = serializers.ListField(child=Uid(), min_length=1, max_length=MOST)
