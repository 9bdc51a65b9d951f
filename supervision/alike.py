"""Whether several filings of one place and class may be about one matter: their words say so (cases.likeness)."""

from __future__ import annotations

from django.db.models import QuerySet

from cases.likeness import Matter, likeness
from cases.models import Case, Filing

MOST_READ = 100


def reach(case: Case, filings: QuerySet[Filing], least: int) -> bool:
    """Are there `least` of them, the case's own included, about its matter? 0: that is never asked."""
    others = filings.exclude(pk=case.filing_id).select_related("case").order_by("-registered_at", "pk")[:MOST_READ]
    if not least:
        return False
    mine, count = _matter(case, case.filing), 1
    for other in others:
        count += likeness(mine, _matter(other.case, other)).same
        if count >= least:
            return True
    return count >= least


def _matter(case: Case, filing: Filing) -> Matter:
    return Matter(case.title, filing.text, filing.place, filing.place_detail, filing.content_class)
