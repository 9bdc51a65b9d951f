"""规则 (R19, domain §1.1): which limits bind here, by which article, inherited from whom; read only. A regulation is
changed by whoever passes it, not by an administrator."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kernel.clock import today
from tenants import profile_words, profiles
from tenants.administration.calendar_days import place_of
from tenants.administration.ground import require_admin
from tenants.requests import StaffRequest


@require_GET
def page(request: StaffRequest) -> HttpResponse:
    require_admin(request.actor)
    found = profile_words.explained(place_of(request.actor), today())
    only = request.GET.get("show") == "differing"
    groups = found.groups
    if only:
        groups = [(title, [rule for rule in rules if rule.differs]) for title, rules in groups]
    here = reverse("desk:rules")
    count = sum(len(rules) for _title, rules in found.groups)
    context = {
        "found": found,
        "groups": [(title, rules) for title, rules in groups if rules],
        "shown": [
            {"url": here, "text": _("全部"), "count": count, "current": not only},
            {"url": f"{here}?show=differing", "text": _("与国家规定不同"), "count": found.differing, "current": only},
        ],
        "versions": [
            {"source": source, "versions": profiles.versions(source.layer.jurisdiction)} for source in found.sources
        ],
    }
    return render(request, "desk/office/rules.html", context)


pages = [path("rules/", page, name="rules")]
