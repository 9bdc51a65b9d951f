"""The rules of a place in words: each parameter, where it comes from, and how it differs from the nation's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tenants import profiles, rule_words
from tenants.models import Tenant
from tenants.models.profiles import StartEvent, Unit
from tenants.profile_data import PARAMS
from tenants.profiles import NATION, Layer, Limit

GROUPS: tuple[tuple[str | Promise, tuple[str, ...]], ...] = (
    (
        gettext_lazy("登记与分流"),
        ("K1", "K1r", "K1p", "triage_chain_warn", "K8_take", "K8_relay", "KI_ordinary", "KI_urgent", "KI_misdirected"),
    ),
    (gettext_lazy("告知与异议"), ("K2", "K3", "K4", "K4s", "K13")),
    (
        gettext_lazy("办理与答复"),
        ("K6", "K6_assigned", "K6_extension_max", "K6_total_max", "K6x_default", "K6f", "K7", "K8", "K17", "K12"),
    ),
    (gettext_lazy("结报与改进建议"), ("K5s", "K15", "K15_refusal")),
    (
        gettext_lazy("复查、复核与评价"),
        ("K9", "K10", "K10_take", "K10_extension_max", "K11w", "K11", "K11_take", "K11_extension_max", "K16"),
    ),
    (
        gettext_lazy("人数与开关"),
        (
            *("group_threshold", "max_representatives", "small_group", "small_group_representatives", "agents_max"),
            *("lapse_ground", "assign_first_letters", "sideways_transfer", "circulate_all"),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Source:
    """One layer with the name of its place. `own`: of the office that asks."""

    layer: Layer
    place: str
    own: bool

    @property
    def national(self) -> bool:
        return self.layer.jurisdiction == NATION


@dataclass(frozen=True, slots=True)
class Rule:
    """One parameter as it binds here. `source` None: no layer names it, so there is no such limit or right here.
    `differs`: the nation says something else, or nothing."""

    param: str
    title: str
    limit: Limit | None
    source: Source | None
    national: Limit | None

    @property
    def text(self) -> str:
        return text(self.limit)

    @property
    def nation_text(self) -> str:
        return text(self.national)

    @property
    def differs(self) -> bool:
        mine, theirs = self.limit, self.national
        return (mine and mine[:3]) != (theirs and theirs[:3])


@dataclass(frozen=True, slots=True)
class Explained:
    """`pinned` is the version a case registered that day keeps; `sources` all that take part, the nearest first."""

    day: date
    pinned: Source
    sources: list[Source]
    groups: list[tuple[str | Promise, list[Rule]]]

    @property
    def differing(self) -> int:
        return sum(rule.differs for _title, rules in self.groups for rule in rules)


def explained(jurisdiction: str, day: date) -> Explained:
    """Raises Unavailable before the rules are loaded."""
    sources = _sources(profiles.layers(jurisdiction, day), jurisdiction)
    groups = [(title, list(_rules(params, sources))) for title, params in GROUPS]
    return Explained(day, sources[0], sources, [(title, rules) for title, rules in groups if rules])


def _sources(layers: Sequence[Layer], jurisdiction: str) -> list[Source]:
    codes = [layer.jurisdiction for layer in layers]
    names = dict(Tenant.objects.filter(code__in=codes, valid_to__isnull=True).values_list("code", "name"))
    return [
        Source(
            layer,
            _("国家") if layer.jurisdiction == NATION else names.get(layer.jurisdiction, layer.jurisdiction),
            layer.jurisdiction == jurisdiction,
        )
        for layer in layers
    ]


def _rules(params: Sequence[str], sources: Sequence[Source]) -> Iterator[Rule]:
    """Parameters that any layer names; what is nowhere is no rule of this place or of the nation."""
    for param in params:
        source = next((source for source in sources if param in source.layer.limits), None)
        if source is None:
            continue
        limit, national = source.layer.limits[param], sources[-1].layer.limits.get(param)
        yield Rule(param, rule_words.said(PARAMS[param]), _known(limit), source, _known(national))


def _known(limit: Limit | None) -> Limit | None:
    return None if limit is None or limit.unit == Unit.NONE else limit


def text(limit: Limit | None) -> str:
    """自收到之日起 15 日; 5 人; 是."""
    if limit is None:
        return str(_("没有这项规定"))
    if limit.unit == Unit.FLAG:
        return str(_("是") if limit.value else _("否"))
    if limit.unit == Unit.COUNT:
        return str(_("%(n)s 人") % {"n": limit.value})
    length = _length(limit)
    if not limit.start_event:
        return str(_("最多 %(length)s") % {"length": length})
    return str(_("自%(event)s之日起 %(length)s") % {"event": StartEvent(limit.start_event).label, "length": length})


def _length(limit: Limit) -> str:
    words = {
        Unit.DAYS.value: ngettext("%(n)s 日", "%(n)s 日", limit.value),
        Unit.WORKDAYS.value: ngettext("%(n)s 个工作日", "%(n)s 个工作日", limit.value),
        Unit.MONTHS.value: ngettext("%(n)s 个月", "%(n)s 个月", limit.value),
        Unit.HOURS.value: _("%(n)s 小时"),
    }
    return str(words[limit.unit] % {"n": limit.value})
