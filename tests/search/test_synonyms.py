"""近义词: the country's, those of offices above, one's own; written by the administrator, each change kept."""

import pytest

from kernel.errors import Invalid, Refused
from search.language import synonyms
from tenants import context
from tenants.models import Change
from tests.people import actor, tenant

pytestmark = pytest.mark.django_db

COUNTY, PREFECTURE, NEXT = "990123", "990100", "990124"


def others(code: str, word: str) -> set[str]:
    return set(synonyms.others(tenant(code).pk, word))


def test_the_national_list_is_folded_words_each_group_of_several() -> None:
    assert all(len(synonyms.fold_all(group)) == len(group) > 1 for group in synonyms.national())
    assert {"拖欠工资", "讨薪"} <= others(COUNTY, "欠薪")
    assert "农民工拖欠工资" in others(COUNTY, "农民工讨薪")
    assert not others(COUNTY, "夜市")


def test_what_an_office_writes_holds_for_itself_and_those_below() -> None:
    with context.use(tenant(PREFECTURE)):
        synonyms.write(actor(PREFECTURE, "R19"), words="小产权、集体房")
    with context.use(tenant(COUNTY)):
        synonyms.write(actor(COUNTY, "R19"), words="老城 东關")
    synonyms._tables.forget()
    assert others(PREFECTURE, "小产权") == others(COUNTY, "小产权") == {"集体房"}
    assert others(COUNTY, "老城") == {"东关"}
    assert not others(PREFECTURE, "老城")
    assert not others(NEXT, "老城")


def test_each_change_is_kept_and_only_the_administrator_writes() -> None:
    keeper = actor(COUNTY, "R19")
    with context.use(tenant(COUNTY)):
        row = synonyms.write(keeper, words="烟花 炮仗")
        synonyms.write(keeper, row.id, words="烟花 炮仗 鞭炮")
        synonyms.end(keeper, row.id)
        with pytest.raises(Refused):
            synonyms.write(actor(COUNTY, "R3"), words="烟花 炮仗")
        for words in ("烟花", "烟花 炮", "烟花 " + "长" * 21):
            with pytest.raises(Invalid):
                synonyms.write(keeper, words=words)
        assert not synonyms.kept()
    told = Change.objects.filter(subject=row.id).order_by("id").values_list("kind", flat=True)
    assert sorted(told) == ["synonym.added", "synonym.changed", "synonym.ended"]
