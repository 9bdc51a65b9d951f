"""Supervision for other systems: orders, advice letters and figures, by the functions the pages call."""
