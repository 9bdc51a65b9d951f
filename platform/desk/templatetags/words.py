"""Lists of words as the reader's language joins them: `{% load words %}`, `{{ names|joined }}`."""

from collections.abc import Iterable

from django import template
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def joined(parts: Iterable[object]) -> str:
    """转送、交办; transfer, assign."""
    return _("、").join(str(part) for part in parts)
