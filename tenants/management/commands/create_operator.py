"""`manage.py create_operator NAME`: somebody who runs the platform, on the public host and never inside an office."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from kernel.errors import Invalid
from tenants.administration import operators


class Command(BaseCommand):
    help = "Makes an operator and prints a password to be used once; --renew gives a lost one anew."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", default="", help="as it stands in the record of changes")
        parser.add_argument("--renew", action="store_true", help="a new password for an operator there is")

    def handle(self, *args: Any, **options: Any) -> None:
        username: str = options["username"]
        try:
            handed = operators.renew(username) if options["renew"] else operators.create(username, options["name"])
        except Invalid as error:
            raise CommandError(" ".join(text for texts in error.fields.values() for text in texts)) from error
        host = settings.PUBLIC_HOSTS[0]
        self.stdout.write(f"{handed.user.username}  {handed.password}  ({host}, to be changed at the first sign-in)")
