"""Shared tables: ids, codes, numbers and dates in clear; what people typed encrypted."""
