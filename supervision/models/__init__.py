"""Shared tables: ids, codes, numbers and dates in clear; what people typed encrypted."""

from supervision.models.ledger import LedgerChange, LedgerRow

__all__ = ["LedgerChange", "LedgerRow"]
