"""A row of the worklist, written in one go: a page shows fifty, and a template looks up each value on its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from desk.markup import fill

PICK = (
    '<label><input class="form-check-input" type="checkbox" name="case" value="{}" data-can="{}"'
    ' aria-label="{} {}"{}></label>'
)
LISTED = (
    '<tr{marked}><td class="c-pick">{box}</td><td class="c-no"><a href="{url}" tabindex="-1">{number}</a></td>'
    '<td class="c-title"><a href="{url}">{title}</a>{flags}{failed}</td>'
    '<td class="c-place" title="{place}">{place}</td>'
    '<td class="c-move" title="{source} → {holder} {section}">{source} → <b>{holder}</b> {section}</td>'
    '<td class="c-state">{state}</td><td class="c-clock">{chip}</td>'
    '<td class="c-due">{due}<small>{note}</small></td></tr>'
)


def written(item: Mapping[str, Any], pick: str) -> SafeString:
    """`pick` names the box that chooses the row; "": none."""
    row, failed = item["row"], item["failed"]
    box: str | SafeString = ""
    if pick:
        box = fill(PICK, item["key"], row.can, pick, row.number, mark_safe(" checked") if failed else "")
    return fill(
        LISTED,
        marked=mark_safe(' aria-selected="true" class="failed"') if failed else "",
        box=box,
        url=item["url"],
        number=row.number,
        title=row.title,
        flags=item["flags"],
        failed=fill('<small class="error">{}</small>', failed) if failed else "",
        place=item["place"],
        source=row.source,
        holder=row.holder,
        section=row.section,
        state=row.state,
        chip=item["chip"],
        due=item["due"],
        note=item["due_note"],
    )
