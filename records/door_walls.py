"""Who may do what with the tables of the door: terminals and the working day at them, contractors,
and what administrators open. The rest of the register: `records/walls.py`.
"""

from history.enums import Act
from history.walls import (
    ACTOR,
    AT,
    EVERY_ROW,
    KEY,
    TERMINAL,
    Access,
    Wall,
    all_of,
    any_of,
    facility,
    role,
    writes,
)
from records.office import ADMINISTRATOR, CENTER, KEEPS_ACCOUNTS, OFFICE

OWN_ACCOUNT = f"user_id::text = {ACTOR}"
OWN_MEMBERSHIP = (
    "membership_id = ANY ((SELECT array_agg(own.id) FROM records_facilitymembership own"
    f" WHERE own.user_id::text = {ACTOR})::bigint[])"
)
OPENED_BY_ME = f"opened_by_id::text = {ACTOR}"
# Of the terminal that asks.
HERE = f"terminal_id::text = {TERMINAL}"


def removes(ended: str, *columns: str) -> Access:
    """The worker clears away what has ended, and reads of it when that was."""
    return Access(f"{ended} < {AT}", (f"select ({', '.join(columns)})", "delete"))


DOOR = [
    # Terminals, and the working day at them
    Wall(
        table="records_terminal", act=Act.RIGHTS,
        staff=writes(
            any_of(
                OFFICE,
                all_of(role("manager"), facility()),
                f"id::text = {TERMINAL}",
            ),
            any_of(OFFICE, f"id::text = {TERMINAL}"),
            ("insert", "update(revoked_at, revoked_by_id, last_seen_at)"),
            leave=any_of(
                KEEPS_ACCOUNTS,
                all_of(ADMINISTRATOR, "revoked_at IS NOT NULL"),
                f"id::text = {TERMINAL} AND {ACTOR} LIKE 'system:terminal%'",
            ),
        ),
        history=OFFICE,
    ),
    Wall(
        table="records_terminalsecret",
        # Whoever knows the secret finds its row; the terminal found there has its other ones.
        staff=writes(
            any_of(f"digest = {KEY}", HERE),
            HERE,
            ("insert", "update(confirmed_at, superseded_at, refused_at)"),
        ),
        worker=removes("superseded_at", "id", "superseded_at"),
    ),
    Wall(
        table="records_terminallink",
        staff=writes(
            any_of(OFFICE, f"digest = {KEY}"),
            verbs=("insert", "update(used_at, revoked_at, failures)"),
            # Whoever holds a link can use it up; making one is the center's.
            leave=any_of(
                KEEPS_ACCOUNTS,
                all_of(ADMINISTRATOR, "revoked_at IS NOT NULL"),
                all_of(f"digest = {KEY}", "used_at IS NOT NULL OR failures > 0"),
            ),
        ),
        worker=removes(
            "LEAST(expires_at, used_at, revoked_at)", "id", "expires_at", "used_at", "revoked_at"
        ),
    ),
    Wall(
        table="records_facilitynetwork", act=Act.RULES,
        staff=writes(
            EVERY_ROW, KEEPS_ACCOUNTS, ("insert", "update", "delete")
        ),
        history=facility("living.id"),
        through=("records_facility", "facility_id"),
    ),
    # Nobody's PIN is compared but by who claims to be that person.
    Wall(
        table="records_staffcredential",
        staff=writes(
            OWN_ACCOUNT, verbs=("insert", "update(password_chosen_at, pin, pin_chosen_at)")
        ),
    ),
    Wall(
        table="records_signin",
        staff=writes(
            HERE, verbs=("insert", "update(ended_at, last_act_at, presence, factor_at)"),
        ),
    ),
    # Counted before anybody is known.
    Wall(
        table="records_failurecount",
        staff=writes(EVERY_ROW, verbs=("insert", "update(count, last_at, locked_until)")),
    ),
    # Contractors, and administrators
    # Written once: an access ends early with its membership.
    Wall(
        table="records_contractoraccess", act=Act.RIGHTS,
        staff=writes(
            any_of(OWN_MEMBERSHIP, OFFICE, role("auditor")),
            KEEPS_ACCOUNTS,
            ("insert",),
        ),
        history=OFFICE,
        through=("records_facilitymembership", "membership_id"),
    ),
    # Made by a function alone; ended by whoever opened, or by the center
    Wall(
        table="records_administratoropening", act=Act.RIGHTS,
        staff=writes(
            any_of(OPENED_BY_ME, role("center", "auditor")),
            all_of(any_of(OPENED_BY_ME, CENTER), "closed_at IS NULL"),
            ("update(closed_at, closed_by_id)",),
            leave=f"closed_at = {AT} AND closed_by_id::text = {ACTOR}",
        ),
    ),
]  # fmt: skip
