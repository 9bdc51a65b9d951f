"""What an office's administrator (R19) and auditor (R20) do by the API: the functions of the pages, in other clothes.

A token carries neither role (tenants.models.token): this is for people who are signed in.
"""

from cases.api.office import calendar, crew, departments, page, people, posts, readings, reference, rules, systems
from cases.api.routing import Route

OFFICE: list[Route] = [
    *departments.ROUTES,
    *people.ROUTES,
    *crew.ROUTES,
    *posts.ROUTES,
    *reference.ROUTES,
    *calendar.ROUTES,
    *rules.ROUTES,
    *page.ROUTES,
    *systems.ROUTES,
    *readings.ROUTES,
]
