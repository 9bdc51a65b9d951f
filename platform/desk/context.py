"""What the shell of every desk page shows: office, entries, person and posts. Read only if the page uses it."""

from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language

from desk import keys, navigation
from desk.posts import Post, held, shown
from kernel import alerts, paging
from kernel.kept import Kept
from tenants.actors import Actor
from tenants.models import Membership, Tenant, User
from tenants.streams import streams_of

_help: Kept[str | None, str] = Kept()


class Shell:
    """Lazy: a fragment for htmx asks for none of this."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._actor: Actor | None = getattr(request, "actor", None)
        self._tenant: Tenant | None = getattr(request, "tenant", None)

    @cached_property
    def person(self) -> User | None:
        user = getattr(self._request, "user", None)
        return user if isinstance(user, User) else None

    @cached_property
    def _held(self) -> list[Membership]:
        if not (self.person and self._tenant and self._actor):
            return []
        read: list[Membership] | None = getattr(self._request, "posts", None)
        return held(self.person, self._tenant) if read is None else read

    @cached_property
    def _post(self) -> Membership | None:
        return next((post for post in self._held if self._actor and post.pk == self._actor.membership), None)

    @cached_property
    def office(self) -> str:
        """At the desk the office; in a unit that unit."""
        if self._post and self._actor and not self._actor.at_desk:
            return self._post.department.unit.name
        return self._tenant.name if self._tenant else ""

    @cached_property
    def department(self) -> str:
        """Beside the person's name; left out where it is the office itself."""
        if self._post is None or self._post.department.parent_id is None:
            return ""
        return self._post.department.short_name or self._post.department.name

    @cached_property
    def posts(self) -> list[Post]:
        return shown(self._held, str(self._actor.membership) if self._actor else None)

    @cached_property
    def _counted(self) -> tuple[dict[str, int], list[paging.Counted]]:
        """A page that counted what waits, with its own numbers, has left it as `request.waiting`."""
        assert self._actor is not None
        known = getattr(self._request, "waiting", {})
        return navigation.count(self._actor, known, alerts.to_note(streams_of(self._actor)))

    @cached_property
    def entries(self) -> list[navigation.Entry]:
        return navigation.entries(self._actor, self._request.path, self._counted[0]) if self._actor else []

    @cached_property
    def alerts(self) -> paging.Counted | None:
        """Alerts nobody took note of yet, of the streams this post hears; None where nobody is at a post."""
        return self._counted[1][0] if self._actor else None

    @property
    def help(self) -> str:
        """The dialog of all keys: the same on every page of a language."""
        return _help.get(get_language(), lambda: render_to_string("desk/parts/help.html", {"keys": keys.groups()}))

    @cached_property
    def home(self) -> str:
        try:
            return reverse("desk:home")
        except NoReverseMatch:
            return "/"


def shell(request: HttpRequest) -> dict[str, Any]:
    """Template context processor: `desk`."""
    return {"desk": Shell(request)}
