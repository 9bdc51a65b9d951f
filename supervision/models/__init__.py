"""Shared tables: ids, codes, numbers and dates in clear; what people typed encrypted."""

from supervision.models.advice import Advice, AdviceNote, Concern, ConcernNote
from supervision.models.ledger import LedgerChange, LedgerRow, Triage, Unfolded
from supervision.models.orders import Order, OrderCase, Proposal, Step, StepFile
from supervision.models.rollup import Books, Day, Drift, LedgerDay, RegionCounter, WarningRule
from supervision.models.snapshots import Snapshot

__all__ = [
    "Advice",
    "AdviceNote",
    "Books",
    "Concern",
    "ConcernNote",
    "Day",
    "Drift",
    "LedgerChange",
    "LedgerDay",
    "LedgerRow",
    "Order",
    "OrderCase",
    "Proposal",
    "RegionCounter",
    "Snapshot",
    "Step",
    "StepFile",
    "Triage",
    "Unfolded",
    "WarningRule",
]
