"""The demo's cases: invented, through the actions, the same each time, there once."""

import random
from collections import Counter
from datetime import datetime
from io import StringIO

import pytest
from django.core.management import call_command

from cases.codes.contents import CONTENTS
from cases.demo import fill, papers, texts
from cases.demo.cast import gather
from cases.demo.plan import PARTS, journeys
from cases.demo.workdays import moments
from cases.models import Case, Filing
from cases.states import State
from kernel.clock import TZ
from kernel.file_types import sniff
from tenants import context
from tenants.calendars import library_calendar

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=TZ)  # a Sunday


def test_there_are_enough_matters_and_their_codes_exist() -> None:
    every = texts._matters()
    assert len(every) >= 60
    assert len({matter.title for matter in every}) == len(every)
    known = {code.code for code in CONTENTS}
    assert {matter.content for matter in every} <= known
    assert {matter.klass for matter in every} == {"A", "B", "C"}


def test_no_blank_is_left_in_a_text() -> None:
    rng = random.Random(1)
    for klass in "ABC":
        for _turn in range(200):
            matter = texts.matter(rng, klass=klass)
            assert "{" not in "".join((matter.title, matter.text, matter.fact, matter.reply, *matter.demands))


def test_steps_are_at_working_times_and_in_order() -> None:
    calendar = library_calendar()
    for seed in range(100):
        rng = random.Random(seed)
        gaps = [rng.randint(0, 5) for _step in range(12)]
        found = moments(gaps, rng.randint(0, 90), NOW, rng, calendar)
        assert found == sorted(found)
        assert found[-1] < NOW
        assert all(calendar.is_workday(moment.date()) and 8 <= moment.hour <= 17 for moment in found)


@pytest.mark.parametrize("hour", [0, 8, 9, 12, 23])
def test_a_demo_can_be_made_at_any_hour(hour: int) -> None:
    monday = datetime(2026, 11, 23, hour, 31, tzinfo=TZ)
    found = moments([0] * 14, 0, monday, random.Random(1), library_calendar())
    assert found == sorted(found)
    assert found[-1] < monday


@pytest.mark.parametrize("make", [papers.picture, papers.page, papers.text])
def test_papers_are_what_they_say(make: object) -> None:
    data = make(random.Random(1))  # type: ignore[operator]
    name = {"picture": "a.png", "page": "a.pdf", "text": "a.txt"}[make.__name__]  # type: ignore[attr-defined]
    assert sniff(data[:4096], name) in papers.MIME.values()


@pytest.mark.django_db
def test_the_demo_is_the_same_each_time() -> None:
    first, second = (list(journeys(gather())) for _turn in range(2))
    assert [j.mark for j in first] == [j.mark for j in second]
    assert [[step.verb for step in j.steps] for j in first] == [[step.verb for step in j.steps] for j in second]
    assert 380 <= sum(part.count for part in PARTS) <= 460


@pytest.mark.django_db
def test_a_sample_of_the_demo_is_whole_and_there_once() -> None:
    region = gather()
    todo = fill.missing(region)[::16]
    counted: Counter[int] = Counter()
    fill.play(todo, fill.moment(), lambda count: counted.update([count]))
    assert len(counted) == len(todo)
    assert not fill.prove(region)
    left = {journey.mark for journey in fill.missing(region)}
    assert not left & {journey.mark for journey in todo}
    states = fill.counts(region)
    assert states.total() == len(todo)
    assert {State.S10, State.S50, State.S90} <= states.keys()


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_demo_fill_shows_every_state_and_runs_twice(
    database_env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in database_env.items():
        monkeypatch.setenv(name, value)
    out = StringIO()
    call_command("demo_fill", "--jobs", "2", stdout=out)
    states = (
        "S10",
        "S20",
        "S21",
        "S24",
        "S30",
        "S41",
        "S42",
        "S44",
        "S45",
        "S46",
        "S50",
        "S58",
        "S60",
        "S61",
        "S65",
        "S88",
        "S90",
    )
    assert all(f"{state} " in out.getvalue() for state in states)
    again = StringIO()
    call_command("demo_fill", "--jobs", "1", stdout=again)
    assert "本次新增 0 件、草稿 0 份" in again.getvalue()
    with context.use(context.tenant_by_code("990123")):
        assert Case.objects.filter(sealed=True).exists()
        assert Case.objects.exclude(flags=[]).exists()
        assert Filing.objects.filter(persons__gte=5).exists()
