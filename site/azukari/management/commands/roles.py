"""Make the roles of the database cluster and the database itself."""

import os
from typing import Any

import psycopg
from django.core.management.base import BaseCommand, CommandError, CommandParser

from azukari import environment
from history.roles import make_roles

# Real families are never in a database of such a name.
INVENTED = ("_demo", environment.PRACTICE)


class Command(BaseCommand):
    help = (
        "Makes the roles and the database, as the role of DATABASE_URL, which must be allowed to. "
        "Passwords come from AZUKARI_ROLE_PASSWORDS. Safe to run again."
    )
    # Nothing may ask a database that does not exist yet.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--database", default="azukari", help="name of the database")
        parser.add_argument(
            "--fresh",
            action="store_true",
            help=f"drop the database first; only one whose name ends in {' or '.join(INVENTED)}",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        database, fresh = options["database"], options["fresh"]
        if fresh and not database.endswith(INVENTED):
            raise CommandError(
                f"{database} is not dropped: --fresh is for databases whose name ends in"
                f" {' or '.join(INVENTED)}."
            )
        pairs = [pair for pair in os.environ.get("AZUKARI_ROLE_PASSWORDS", "").split(",") if pair]
        passwords = dict(pair.split("=", 1) for pair in pairs)
        try:
            make_roles(
                environment.required("DATABASE_URL"), database, passwords=passwords, fresh=fresh
            )
        except psycopg.Error as error:
            raise CommandError(f"DATABASE_URL may not make roles or databases: {error}") from error
