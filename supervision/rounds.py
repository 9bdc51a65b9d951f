"""What the clock does for orders: proposals from the ledger and, at night, from offices' own rows; reminders of K15."""

from __future__ import annotations

from cases.jobs import each
from kernel.tasks import daily, every, register_periodic
from supervision import triggers
from supervision.orders import overdue

PROPOSE_EVERY_S = 900
REMIND_EVERY_S = 600


def propose() -> None:
    triggers.propose_all()


def propose_at_night() -> None:
    each(triggers.propose_of, "propose_at_night")


def remind() -> None:
    overdue.remind()


def register() -> None:
    """Called when the app is ready."""
    register_periodic("propose_orders", every(PROPOSE_EVERY_S), propose)
    register_periodic("propose_at_night", daily(1, 40), propose_at_night)
    register_periodic("remind_orders", every(REMIND_EVERY_S), remind)
