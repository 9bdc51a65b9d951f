"""Rows of the long lists, written in one go: a page shows fifty or a hundred, and a template looks up each value on
its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cases.queries.book import Entry
from desk import dates
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


def all_written(items: Iterable[Mapping[str, Any]], pick: str) -> SafeString:
    return mark_safe("\n".join([written(item, pick) for item in items]))  # noqa: S308  of escaped parts


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


ENTERED = (
    '<tr><td title="{full_number}">{number}</td>'
    '<td data-label="{on_arrival}">{received}</td>'
    '<td data-label="{on_register}">{registered}<small>{clerk}</small></td>'
    '<td>{channel}</td><td>{who}</td><th scope="row"><a href="{url}">{title}</a></th>'
    '<td data-label="{count}">{persons}</td><td>{holder}</td><td>{result}</td></tr>'
)


def all_entered(entries: Iterable[Entry], day: Callable[[datetime], SafeString]) -> SafeString:
    known = cache(day)
    return mark_safe("\n".join([entered(entry, known) for entry in entries]))  # noqa: S308  of escaped parts


def entered(entry: Entry, day: Callable[[datetime], SafeString]) -> SafeString:
    """A line of the register book; `day` writes a date."""
    if entry.who:
        address = fill("<small>{}</small>", entry.address) if entry.address else ""
        who = fill('<span class="masked">{}</span>{}', entry.who, address)
    else:
        who = fill('<span class="muted">{}</span>', _("未留姓名"))
    return fill(
        ENTERED,
        full_number=entry.full_number,
        number=entry.number,
        on_arrival=pgettext("day", "收到"),
        received=day(entry.received),
        on_register=pgettext("day", "登记"),
        registered=day(entry.registered),
        clerk=entry.clerk,
        channel=entry.channel,
        who=who,
        url=reverse("desk:case", args=[entry.id]),
        title=dates.gap(entry.title),
        count=_("人数"),
        persons=entry.persons,
        holder=entry.holder,
        result=entry.result,
    )
