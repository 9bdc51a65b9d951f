"""Addresses of the office's own pages: each module brings its `pages`."""

from desk.office import (
    calendar,
    departments,
    duties,
    laws,
    page,
    people,
    people_acts,
    people_jobs,
    posts,
    readings,
    rules,
    tokens,
    warnings,
    webhooks,
    wordings,
)

pages = [
    *duties.pages,
    *laws.pages,
    *wordings.pages,
    *people.pages,
    *people_acts.pages,
    *people_jobs.pages,
    *posts.pages,
    *departments.pages,
    *page.pages,
    *calendar.pages,
    *rules.pages,
    *warnings.pages,
    *readings.pages,
    *tokens.pages,
    *webhooks.pages,
]
