"""Where the pages of search stand among those of the desk."""

from cases import policy
from desk import navigation, slots
from search.pages import health, suggesting

READERS = policy.WHOLE_OFFICE | policy.OWN_SECTION | policy.READS_BELOW


def join() -> None:
    navigation.offer("query", "search:page", roles=READERS)
    slots.fill("head", suggesting.head)
    slots.fill("topbar.search", suggesting.topbar)
    slots.fill("operator.health", health.panel)
