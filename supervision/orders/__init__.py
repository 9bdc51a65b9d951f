"""Supervision orders (督办): every step is one function; pages, the demo and tests call the same (domain §8)."""

from supervision.orders.answering import reply, report_progress, sign_for_order
from supervision.orders.deciding import accept_reply, decisions, escalate, further, lift, refer_up, return_reply
from supervision.orders.issuing import dismiss, issue, usual_due
from supervision.orders.rights import find, instruments

__all__ = [
    "accept_reply",
    "decisions",
    "dismiss",
    "escalate",
    "find",
    "further",
    "instruments",
    "issue",
    "lift",
    "refer_up",
    "reply",
    "report_progress",
    "return_reply",
    "sign_for_order",
    "usual_due",
]
