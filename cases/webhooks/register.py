"""Called when the apps are ready: who hears of cases, and what runs by itself."""

from __future__ import annotations

from cases.actions.frame import TOPIC
from cases.webhooks import collecting, sending
from kernel import outbox
from kernel.tasks import daily, every, register_periodic

SWEEP_S = 5.0


def register() -> None:
    outbox.subscribe(TOPIC, "webhooks", collecting.collect, wanted=collecting.wanted)
    register_periodic("sweep_webhooks", every(SWEEP_S), sending.sweep)
    register_periodic("forget_deliveries", daily(3, 40), sending.forget_old)
