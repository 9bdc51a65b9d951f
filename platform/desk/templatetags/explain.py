"""One sentence on a clock, a state or a verb, where it stands (`{% load explain %}`): opened by hand, key or finger."""

from django import template
from django.urls import reverse

from cases.queries import explanations
from cases.queries.explanations import Explanation

register = template.Library()


def _shown(found: Explanation | None, open_: bool = False) -> dict[str, object]:
    return {"found": found, "open": open_, "help_url": reverse("desk:help")}


@register.inclusion_tag("desk/parts/explain.html")
def explain_clock(kind: str) -> dict[str, object]:
    """`{% explain_clock "K6" %}`: its name, behind it the sentence. A code nobody knows prints nothing."""
    return _shown(explanations.of_clock(kind))


@register.inclusion_tag("desk/parts/explain.html")
def explain_state(state: str) -> dict[str, object]:
    return _shown(explanations.of_state(state))


@register.inclusion_tag("desk/parts/explain.html")
def explain_verb(verb: str) -> dict[str, object]:
    """Above a verb's form the sentence stands open: it is short, and this is where it is needed."""
    return _shown(explanations.of_verb(verb), open_=True)
