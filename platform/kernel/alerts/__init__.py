"""What people must hear, as rows: streams in gapless order, told once, replayed on demand, receipts of who knew when.

A stream is an opaque name; who may listen to which is derived above (`tenants.streams`). Apps bring their own kinds.
"""

from kernel.alerts.kinds import Kind, Level, kinds, register
from kernel.alerts.models import Alert, Position, Receipt, Stream
from kernel.alerts.receipts import Known, acknowledge, deliver, known, positions, seen
from kernel.alerts.relaying import group, relay
from kernel.alerts.rendering import render
from kernel.alerts.replay import Replay, heads, listed, renew_epochs, since, to_note, waiting, waiting_by_level
from kernel.alerts.telling import tell

__all__ = [
    "Alert",
    "Kind",
    "Known",
    "Level",
    "Position",
    "Receipt",
    "Replay",
    "Stream",
    "acknowledge",
    "deliver",
    "group",
    "heads",
    "kinds",
    "known",
    "listed",
    "positions",
    "register",
    "relay",
    "render",
    "renew_epochs",
    "seen",
    "since",
    "tell",
    "to_note",
    "waiting",
    "waiting_by_level",
]
