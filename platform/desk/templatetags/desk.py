"""The parts every desk page is made of; each takes plain values, dicts or dataclasses of the shape its docstring says.

`{% load desk %}`. "Shape" names keys of a dict or attributes of an object alike; what may be left out is marked `?`.
Dates and times are passed as values, never as text, unless the name says otherwise.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any

from django import forms, template
from django.conf import settings
from django.template import Context
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.queries.book import Entry
from desk import dates, fields, slots
from desk.listed import all_entered, all_written
from desk.markup import fill

register = template.Library()

CLOCK_WORDS = {
    "ok": gettext_lazy("正常"),
    "soon": gettext_lazy("临期"),
    "over": gettext_lazy("超期"),
    "serious": gettext_lazy("严重超期"),
    "grave": gettext_lazy("特别严重"),
    "hold": gettext_lazy("暂停"),
    "done": gettext_lazy("已结"),
}

register.filter("day", lambda value: dates.day(value) if value else "")
register.filter("short_day", lambda value: dates.short_day(value) if value else "")
register.filter("moment", lambda value: dates.moment(value) if value else "")
register.filter("hour", lambda value: dates.hour(value) if value else "")


@register.filter
def gap(text: object) -> str:
    """A space between Han and digits in text that came from data: `重复3件` -> `重复 3 件`."""
    return dates.gap(str(text))


@register.simple_tag
def between(first: date, last: date) -> str:
    """`09-15 至 11-13`"""
    return dates.between(first, last)


@register.simple_tag
def when(value: date | datetime | None, shape: str = "day") -> SafeString:
    """A `<time>` element; shape is day, short_day, moment or hour."""
    if value is None:
        return mark_safe("")
    written: str = getattr(dates, shape)(value)
    return fill('<time datetime="{}">{}</time>', dates.local(value).isoformat(), written)


# --- clocks and facts -------------------------------------------------------------------------------------------------


def _get(thing: Any, name: str, default: Any = None) -> Any:
    return thing.get(name, default) if isinstance(thing, Mapping) else getattr(thing, name, default)


@register.simple_tag
def clock(chip: Any, large: bool = False) -> SafeString:
    """A clock chip: shape, word, number. `large` on the custody line and page heads.

    Shape: level (ok, soon, over, serious, grave, hold, done), text? ("还剩"), strong? ("4 个工作日"), word? (instead of
    the level's own word). `{% clock None %}` prints nothing.
    """
    if not chip:
        return mark_safe("")
    level = _get(chip, "level")
    pieces = [str(_get(chip, "word") or CLOCK_WORDS[level])]
    if text := _get(chip, "text"):
        pieces.append(dates.gap(str(text)))
    words = " ".join(pieces)
    css = "clock clock-lg" if large else "clock"
    if strong := _get(chip, "strong"):
        return fill('<span class="{}" data-clock="{}">{} <b>{}</b></span>', css, level, words, strong)
    return fill('<span class="{}" data-clock="{}">{}</span>', css, level, words)


@register.simple_tag
def flag(text: object, strong: bool = False) -> SafeString:
    """One fact about a case; strong only for 督办 and 重大紧急."""
    return fill('<span class="flag{}">{}</span>', " flag-strong" if strong else "", dates.gap(str(text)))


@register.simple_tag
def flags(facts: Sequence[Any]) -> SafeString:
    """The flags of a row. Shape of each: text, strong?; a bare text will do."""
    if not facts:
        return mark_safe("")
    chips = format_html_join(
        "",
        "{}",
        ((flag(f) if isinstance(f, str) else flag(_get(f, "text"), bool(_get(f, "strong"))),) for f in facts),
    )
    return fill('<span class="flags">{}</span>', chips)


@register.simple_tag
def outcome(label: object | None) -> SafeString:
    """予以支持, 解释说明, 不予支持; dashed 还没有结论 for None or an empty text."""
    if label:
        return fill('<span class="outcome">{}</span>', label)
    return fill('<span class="outcome outcome-none">{}</span>', _("还没有结论"))


@register.simple_tag
def masked(value: object) -> SafeString:
    """Personal data already masked by kernel.masking."""
    return fill('<span class="masked">{}</span>', value)


# --- the case -------------------------------------------------------------------------------------------------------


@register.inclusion_tag("desk/parts/custody.html")
def custody(line: Any) -> dict[str, Any]:
    """Who holds it, since when, which clock runs, what is next: on top of each case page.

    Shape: holder, holder_note?, since (date), since_note?, clock? (chip), clock_name? ("办理期限"), due? (date),
    due_note?, reason? (text, where no clock runs), next, next_note?.
    """
    return {"line": line}


@register.inclusion_tag("desk/parts/chain.html")
def chain(steps: Sequence[Any], hops: int = 0, returns: int = 0) -> dict[str, Any]:
    """The path across offices, oldest first.

    Shape of a step: office, note? ("停留 3 日"), left? ("转送 08-27": how it went on), back? (returned), now?.
    """
    return {"steps": steps, "hops": hops, "returns": returns}


@register.inclusion_tag("desk/parts/why.html")
def why(reasons: Any) -> dict[str, Any]:
    """Beside any due date: 为什么是这一天？

    Shape: due (date), open? (bool), provisional? (bool), rows (each: label, text, note?), span? (extended_at?,
    today_at?, marks (each: at, label); all `at` are per cent of the whole span, 0 to 100).
    """
    return {"why": reasons}


@register.inclusion_tag("desk/parts/history.html")
def history(events: Sequence[Any]) -> dict[str, Any]:
    """What happened, newest first.

    Shape of an event: at (date or datetime), kind (event; paper = served; note = internal, never travels), actor?,
    text, paper? (title, url), tail? (text after the paper), files? (each: title, url), note? (small second line).
    """
    return {"events": events}


@register.inclusion_tag("desk/parts/demands.html")
def demands(items: Sequence[Any]) -> dict[str, Any]:
    """Wherever a case is summarised. Shape of each: text, outcome? (label), reply?, missing?, url?, url_text?."""
    return {"items": items}


@register.inclusion_tag("desk/parts/facts.html")
def facts(rows: Sequence[Any]) -> dict[str, Any]:
    """Label and value in two columns. Shape of each: label, value, masked? (bool)."""
    return {"rows": rows}


@register.inclusion_tag("desk/parts/reveal.html", takes_context=True)
def reveal(context: Context, url: str, reasons: Sequence[tuple[str, str]], minutes: int = 15) -> dict[str, Any]:
    """Shows personal data after a reason was chosen; posts `reason` to `url` and puts the answer in its own place."""
    return {"url": url, "reasons": reasons, "minutes": minutes, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("desk/parts/receipt.html")
def receipt(items: Sequence[Any], title: str) -> dict[str, Any]:
    """What was just registered. Shape of each item: label, value. The query code is shown this once."""
    return {"items": items, "title": title}


@register.simple_tag
def languages() -> list[tuple[str, str]]:
    """Code and name of each language, in its own words."""
    return list(settings.LANGUAGES)


@register.simple_tag
def listed(items: Sequence[Mapping[str, Any]], pick: str, picks: bool = False) -> SafeString:
    """Rows of the worklist; `picks` puts the box in front that chooses one, `pick` is the box's name."""
    return all_written(items, pick if picks else "")


@register.simple_tag
def booked(entries: Iterable[Entry]) -> SafeString:
    """Lines of the register book."""
    return all_entered(entries, partial(when, shape="short_day"))


@register.simple_tag
def options(choices: Iterable[tuple[object, object]], chosen: object = "") -> SafeString:
    """What a list offers: value and words of each; the chosen one is marked."""
    marked = {True: mark_safe(" selected"), False: ""}
    shape = '<option value="{}"{}>{}</option>'
    return mark_safe("".join([fill(shape, value, marked[value == chosen], text) for value, text in choices]))  # noqa: S308


# --- moving about ---------------------------------------------------------------------------------------------------


@register.simple_tag
def tabs(items: Iterable[Mapping[str, Any]], label: str) -> SafeString:
    """States with counts. Shape of each: url, text, count?, current?."""
    return fill('<nav class="tabs" aria-label="{}">{}</nav>', label, _ways(items, "<b>{}</b>"))


@register.simple_tag
def seg(items: Iterable[Mapping[str, Any]], label: str) -> SafeString:
    """Scope, order or clock filter. Shape of each: url, text, count?, current?, shape? (a clock level)."""
    return fill('<div class="seg" role="group" aria-label="{}">{}</div>', label, _ways(items, " <b>{}</b>"))


def _ways(items: Iterable[Mapping[str, Any]], counted: str) -> SafeString:
    """Links that narrow or turn a list; the one that holds now says so."""
    said = []
    for item in items:
        count, shape = item.get("count"), item.get("shape")
        said.append(
            fill(
                '<a href="{}"{}{}>{}{}</a>',
                item["url"],
                fill(' data-shape="{}"', shape) if shape else "",
                mark_safe(' aria-current="true"') if item.get("current") else "",
                item["text"],
                "" if count is None else fill(counted, count),
            )
        )
    return mark_safe("".join(said))  # noqa: S308  of escaped parts


@register.simple_tag
def button(
    text: object,
    url: str | None = None,
    primary: bool = False,
    quiet: bool = False,
    key: str = "",
    name: str = "",
    value: str = "",
    kind: str = "submit",
    opens: str = "",
) -> SafeString:
    """A link in a button's clothes, or a button; `key` ("D", "Ctrl Enter") binds it and prints the hint.

    `name` and `value` are sent with the form; `opens` is the id of a confirm dialog; `kind` is submit or button.
    """
    css = "btn" + (" btn-primary" if primary else "") + (" btn-quiet" if quiet else "")
    strokes = key.split()
    hint = format_html_join("", "<kbd>{}</kbd>", ((s,) for s in strokes))
    hint = fill(' <span class="strokes">{}</span>', hint) if strokes else hint
    bound = fill(' data-key="{}"', "+".join(strokes).lower()) if strokes else ""
    if url is not None:
        return fill('<a class="{}" href="{}"{}>{}{}</a>', css, url, bound, text, hint)
    extra = fill(' name="{}" value="{}"', name, value) if name else mark_safe("")
    if opens:
        extra = fill('{} data-open="{}"', extra, opens)
        kind = "button"
    return fill('<button class="{}" type="{}"{}{}>{}{}</button>', css, kind, extra, bound, text, hint)


@register.simple_block_tag
def actbar(content: str, label: str = "") -> SafeString:
    """The bar that sticks to the bottom: a note first, a `.btn-row` with the one primary button last."""
    named = fill(' role="group" aria-label="{}"', label) if label else ""
    return fill('<div class="actbar"{}>{}</div>', named, content)


@register.simple_block_tag
def panel(content: str, title: str, note: str = "", id: str = "") -> SafeString:
    """A panel with its heading; the content brings its own `.panel-body`, list or table."""
    small = fill(" <small>{}</small>", note) if note else ""
    anchor = fill(' id="{}"', id) if id else ""
    return fill('<section class="panel"{}><h2>{}{}</h2>{}</section>', anchor, title, small, content)


# --- what is missing, refused, gone wrong ----------------------------------------------------------------------------


@register.inclusion_tag("desk/parts/todo.html")
def todo(title: str, items: Sequence[Any]) -> dict[str, Any]:
    """What is missing before an act: "还差 2 项才能送审". Shape of each: text, url."""
    return {"title": title, "items": items}


@register.simple_block_tag
def notice(content: str, shape: str = "hold", boxed: bool = True) -> SafeString:
    """A refusal (hold), a conflict (soon) or an outage (over), with the way on inside; soon and over are announced."""
    role = mark_safe(' role="alert"') if shape in ("soon", "over") else ""
    css = "notice notice-box" if boxed else "notice"
    return fill('<div class="{}" data-shape="{}"{}><span>{}</span></div>', css, shape, role, content)


@register.inclusion_tag("desk/parts/refusal.html")
def refusal(error: Any) -> dict[str, Any]:
    """A kernel.errors.HuiyinError (409, 403) in place, with its way on. `{% refusal None %}` prints nothing."""
    return {"error": error}


@register.inclusion_tag("desk/parts/stale.html")
def stale(change: Any) -> dict[str, Any]:
    """有人先改了, on top of a page whose version moved. Shape: text? ("陆行简已签收这件。"), url. None: nothing."""
    return {"change": change}


@register.inclusion_tag("desk/parts/error_summary.html")
def error_summary(form: forms.BaseForm, title: str = "") -> dict[str, Any]:
    """What to correct, above the form; focus moves here. Prints nothing for a form without errors."""
    return {"problems": fields.problems(form), "title": title}


@register.simple_block_tag
def empty(content: str, title: str, text: str = "") -> SafeString:
    """No work: what it means and the next step; the content is the buttons, if any."""
    inner = fill('<div class="btn-row">{}</div>', content) if content.strip() else ""
    told = fill("<p>{}</p>", text) if text else ""
    return fill('<section class="blank"><h2>{}</h2>{}{}</section>', title, told, inner)


@register.inclusion_tag("desk/parts/no_match.html")
def no_match(query: str, suggestion: Any = None, clear_url: str = "") -> dict[str, Any]:
    """No match for what was asked. Shape of suggestion: text, url, count?."""
    return {"query": query, "suggestion": suggestion, "clear_url": clear_url}


@register.inclusion_tag("desk/parts/no_right.html")
def no_right(text: str, way_on: str = "", way_on_text: str = "") -> dict[str, Any]:
    """Not for this post: why, and who may."""
    return {"text": text, "way_on": way_on, "way_on_text": way_on_text}


@register.simple_block_tag(takes_context=True)
def confirm(context: Context, content: str, id: str, title: str, url: str, act: str, stay: str = "") -> SafeString:
    """A dialog that names the effect before something leaves the office; a button with `opens=id` shows it.

    The content is the text and any fields; the dialog posts them to `url`. `act` is the label of the primary button,
    `stay` that of the other one, which names its effect too (不退回).
    """
    return fill(
        '<dialog class="confirm" id="{id}" aria-labelledby="{id}-title"><h2 id="{id}-title">{title}</h2>'
        '<form method="post" action="{url}"><input type="hidden" name="csrfmiddlewaretoken" value="{token}">{content}'
        '<p class="btn-row"><button class="btn btn-primary" type="submit">{act}</button>'
        '<button class="btn" type="button" data-close>{stay}</button></p></form></dialog>',
        id=id,
        title=title,
        url=url,
        token=context.get("csrf_token", ""),
        content=content,
        act=act,
        stay=stay or _("不办"),
    )


# --- forms and papers -------------------------------------------------------------------------------------------------


@register.inclusion_tag("desk/parts/field.html")
def field(
    bound: forms.BoundField, hint: str = "", width: int = 12, notes: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """One field inside `.fields`: label with hint, error, control, help text.

    `width` is 4, 6 or 12 of twelve columns; radio buttons and several checkboxes come as a fieldset of choices, with
    `notes` (choice value -> small text) behind each.
    """
    return fields.context(bound, hint=hint, width=width, notes=notes or {})


@register.simple_block_tag
def paper(content: str, organ: str = "", title: str = "", number: str = "") -> SafeString:
    """A statutory paper; the page sets `{% block body_class %}with-paper{% endblock %}` to print it alone."""
    head = fill('<p class="paper-head">{}</p>', organ) if organ else ""
    name = fill("<h1>{}</h1>", title) if title else ""
    no = fill('<p class="paper-no">{}</p>', number) if number else ""
    return fill('<article class="paper" id="paper">{}{}{}{}</article>', head, name, no, content)


@register.simple_tag(takes_context=True)
def slot(context: Context, name: str, **values: Any) -> SafeString:
    """What other apps put into a named place: `{% slot "case.aside" case=case %}`."""
    request = context.get("request")
    return slots.render(name, request, values) if request is not None else mark_safe("")
