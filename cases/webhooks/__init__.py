"""An office's own events for other systems: which are told, in which words, and how they are sent until heard."""

from cases.webhooks.register import register

__all__ = ["register"]
