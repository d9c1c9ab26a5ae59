"""The roles of the database cluster: one per process, none of which can pass the walls."""

import psycopg
from psycopg import sql

from history.walls import BACKUP, DRILL, ENTRY_ROLES, OWNER, PUBLIC, STAFF, WORKER

# What a session that hangs may cost the others. The worker verifies and copies for longer, but a
# worker that is frozen keeps its job, and whom it locked, until its transaction is ended.
LIMITS = {
    PUBLIC: {"statement_timeout": "20s", "idle_in_transaction_session_timeout": "1min"},
    STAFF: {"statement_timeout": "1min", "idle_in_transaction_session_timeout": "1min"},
    WORKER: {"statement_timeout": "0", "idle_in_transaction_session_timeout": "15min"},
}


def make_roles(
    address: str, database: str, *, passwords: dict[str, str] | None = None, fresh: bool = False
) -> None:
    """Make the roles and the database, as a role that may (`address`). Safe to run again.

    With `fresh` the database is dropped first, whoever is connected to it, and all in it is lost.
    Raises psycopg.Error when `address` may not make roles.
    """
    with psycopg.connect(address, autocommit=True) as connection:
        if fresh:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database))
            )
        for name in (OWNER, *ENTRY_ROLES, BACKUP, DRILL):
            _make_role(connection, name, (passwords or {}).get(name))
        # The tests act as each entry's role on the owner's connection.
        for name in ENTRY_ROLES:
            connection.execute(f"GRANT {name} TO {OWNER}")
        exists = connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", [database]
        ).fetchone()
        if not exists:
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(
                    sql.Identifier(database), sql.Identifier(OWNER)
                )
            )


def _make_role(connection: psycopg.Connection, name: str, password: str | None) -> None:
    if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone():
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(name)))
    bypass = "BYPASSRLS" if name == BACKUP else "NOBYPASSRLS"
    creates = "CREATEDB" if name in (OWNER, DRILL) else "NOCREATEDB"
    connection.execute(
        sql.SQL(f"ALTER ROLE {{}} NOSUPERUSER NOCREATEROLE {creates} {bypass}").format(
            sql.Identifier(name)
        )
    )
    for setting, value in LIMITS.get(name, {}).items():
        connection.execute(
            sql.SQL(f"ALTER ROLE {{}} SET {setting} = {{}}").format(
                sql.Identifier(name), sql.Literal(value)
            )
        )
    if password:
        connection.execute(
            sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(name), sql.Literal(password))
        )
