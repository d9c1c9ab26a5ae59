"""Who may do what with the tables of the register.

Safety (child, care needs, pick-up people, telephone): home facility, or a facility on lease.
Private (address, consents, registration, staff notes): home facility and center.
"""

from history.enums import Act
from history.walls import (
    ACTOR,
    EVERY_ROW,
    HOUSEHOLD,
    NO_ROW,
    SIGN_UP,
    Access,
    Wall,
    all_of,
    any_of,
    facility,
    role,
    sees,
    writes,
)
from records.door_walls import DOOR, OWN_ACCOUNT, removes
from records.office import ADMINISTRATOR, KEEPS_ACCOUNTS, OFFICE
from records.secret_walls import READ
from records.wall_functions import FUNCTIONS, HOME, IDENTITY, NAMES, TODAY, leased


def own(table: str, key: str) -> str:
    """Rows below one that the reader may see in another table."""
    return f"{key} = ANY ((SELECT array_agg(id) FROM {table})::uuid[])"


def home_of(table: str, via: str) -> tuple[tuple[str, str, str], ...]:
    """The home facility is copied from the row above."""
    return (("home_facility_id", table, via),)


OWN_HOUSEHOLD = f"household_id = {HOUSEHOLD}"
# A child at home here, or on lease.
CARED_FOR = any_of(HOME, leased("child_id"))
OWN_CHILD = own("records_child", "child_id")
BY_FAMILY = "state IN ('draft', 'applied', 'interview_booked')"
WATCHES = role("manager", "center", "auditor")
CENTER_SETS = writes(EVERY_ROW, role("center"))
REVIEWS_RULES = role("manager", "center")
ITSELF = f"id::text = {ACTOR}"

# The password only to the account itself, by a function.
SHOWN = f"select ({', '.join(READ)})"

# What is written, by whom the declarations say; never the code, or whose the record is.
STATED = (*NAMES, "mobile_phone", "phone", "email", "bounced_at", "is_first_contact")
ADDRESS = ("postal_code", "prefecture", "city", "street", "building")
APPLICATION = ("state", "application_note", "applied_at", "interview_id")
TERM = (
    "activated_on", "first_registered_on", "renewal_opens_on", "renewal_closes_on", "expires_on",
    "usable_from", "bookable_from", "is_home_only",
)  # fmt: skip
# 応援: all that a manager writes about who works where.
HELP_TODAY = all_of(
    role("manager"), facility(), "help_reason <> ''", f"starts_on = {TODAY}", "ends_on = starts_on"
)
SAME_OPERATOR = (
    "facility_id = ANY ((SELECT array_agg(there.id) FROM records_facility here"
    " JOIN records_facility there ON there.operator_id = here.operator_id"
    f" WHERE {facility('here.id')})::bigint[])"
)
COLLEAGUES = (
    "user_id = ANY ((SELECT array_agg(colleague.user_id) FROM records_facilitymembership colleague"
    f" WHERE {facility('colleague.facility_id')})::int[])"
)


__all__ = ["FUNCTIONS", "WALLS"]

WALLS = [
    *DOOR,
    # Accounts
    Wall(
        table="records_user", act=Act.RIGHTS,
        # A log-in finds its account before anybody is known. An account is written by itself
        # alone; who it is of, and whether it is open, not even by that.
        public=Access(
            "kind = 'parent'",
            (SHOWN, "insert", "update (password, last_login, email)"),
            ITSELF,
            leave=all_of("kind = 'parent'", any_of(ITSELF, SIGN_UP)),
        ),
        # Staff meet parents through their records, never through their accounts.
        staff=Access(
            "kind = 'staff'",
            (SHOWN, "insert", "update"),
            all_of("kind = 'staff'", any_of(ITSELF, OFFICE)),
            leave=all_of(
                "kind = 'staff'",
                any_of(ITSELF, KEEPS_ACCOUNTS, all_of(ADMINISTRATOR, "NOT is_active")),
            ),
        ),
        # Who there is, so that groups follow memberships. An account that nobody uses is closed,
        # and never opened, by itself.
        worker=Access(
            "kind = 'staff'",
            (
                "select (id, kind, is_active, last_login, created_at)",
                "update (is_active)",
            ),
            leave="kind = 'staff' AND NOT is_active",
        ),
        history=OFFICE,
    ),
    # Nobody writes of themselves that they were trained.
    Wall(
        table="records_staffaccount", act=Act.RIGHTS,
        staff=writes(
            any_of(
                OWN_ACCOUNT, OFFICE, role("auditor"), all_of(role("manager"), COLLEAGUES)
            ),
            OFFICE,
            leave=any_of(KEEPS_ACCOUNTS, all_of(ADMINISTRATOR, "closed_at IS NOT NULL")),
        ),
        worker=Access(
            EVERY_ROW,
            ("select", "insert", "update (closed_at, close_reason)"),
            leave="close_reason = 'unused'",
        ),
        history=OFFICE,
        through=("records_user", "user_id"),
    ),
    Wall(
        table="records_user_groups",
        staff=writes(
            any_of(OWN_ACCOUNT, OFFICE), OFFICE, ("insert", "delete"), leave=KEEPS_ACCOUNTS
        ),
        worker=writes(EVERY_ROW, verbs=("insert", "delete")),
    ),
    Wall(table="records_user_user_permissions", staff=sees()),
    Wall(
        table="records_publicsession",
        public=writes(EVERY_ROW, verbs=("insert", "update", "delete")),
        worker=removes("expire_date", "session_key", "expire_date"),
    ),
    # Counted before anybody is known, and without a name.
    Wall(
        table="records_ratecount",
        public=writes(EVERY_ROW, verbs=("insert", "update", "delete")),
        worker=writes(EVERY_ROW, verbs=("delete",)),
    ),
    # Asked for before the log-in: by then the page says whose account it is.
    Wall(
        table="records_knowndevice",
        public=writes(f"user_id::text = {ACTOR}", verbs=("insert", "update", "delete")),
    ),
    Wall(
        table="records_staffsession",
        staff=writes(EVERY_ROW, verbs=("insert", "update", "delete")),
        worker=removes("expire_date", "session_key", "expire_date"),
    ),
    Wall(table="records_datakey", public=sees(), staff=sees(), worker=sees()),
    Wall(
        table="records_outgoingmail",
        # An entry writes mail and can't read it again.
        public=writes(NO_ROW, EVERY_ROW, ("insert",)),
        staff=writes(NO_ROW, EVERY_ROW, ("insert",)),
        worker=writes(EVERY_ROW),
    ),
    # Facilities and rules
    Wall(
        table="records_operator", act=Act.RULES, public=sees(), staff=CENTER_SETS,
        history=REVIEWS_RULES,
    ),
    Wall(
        table="records_facility", act=Act.RULES, public=sees(), staff=CENTER_SETS, worker=sees(),
        history=REVIEWS_RULES,
    ),
    Wall(
        table="records_facilitymembership", act=Act.RIGHTS,
        # One's own, from which the duty follows, and the colleagues'; all, for who keeps or
        # reviews accounts; for a manager those of the operator, who may be asked for help.
        staff=writes(
            any_of(
                OWN_ACCOUNT, facility(), OFFICE, role("auditor"),
                all_of(role("manager"), SAME_OPERATOR),
            ),
            any_of(OFFICE, HELP_TODAY),
            leave=any_of(
                KEEPS_ACCOUNTS, all_of(ADMINISTRATOR, "ended_at IS NOT NULL"), HELP_TODAY
            ),
        ),
        worker=sees(),
        history=any_of(facility(), OFFICE),
    ),
    Wall(
        table="records_servicestop", act=Act.RULES, public=sees(),
        staff=writes(EVERY_ROW, role("center")), worker=sees(), history=REVIEWS_RULES,
    ),
    Wall(
        table="records_opening", act=Act.RULES, public=sees(), staff=CENTER_SETS,
        history=REVIEWS_RULES,
    ),
    Wall(
        table="records_registrationrule", act=Act.RULES, public=sees(), staff=CENTER_SETS,
        history=REVIEWS_RULES,
    ),
    Wall(
        table="records_watchrule", act=Act.RULES, staff=writes(WATCHES, role("center")),
        worker=sees(), history=WATCHES,
    ),
    Wall(
        table="records_consenttext", act=Act.RULES, public=sees(), staff=CENTER_SETS,
        history=REVIEWS_RULES,
    ),
    # Private
    Wall(
        table="records_household",
        # Its code, that the address is hidden and that it was checked are not a family's to write.
        public=writes(
            f"id = {HOUSEHOLD}",
            verbs=("insert", f"update ({', '.join(ADDRESS)}, home_facility_id)"),
        ),
        staff=writes(
            HOME,
            verbs=(
                f"update ({', '.join(ADDRESS)}, residency_checked_on, visits_until, is_protected)",
            ),
        ),
        history=HOME,
    ),
    Wall(
        table="records_registration",
        # A family applies; that it is admitted only staff can write.
        public=writes(
            OWN_CHILD,
            all_of(OWN_CHILD, BY_FAMILY),
            ("insert", f"update ({', '.join(APPLICATION)})"),
            # A draft that was never handed in may end as well: the family took it back.
            leave=all_of(
                OWN_CHILD, any_of(BY_FAMILY, "state = 'ended' AND applied_at IS NULL")
            ),
        ),
        staff=writes(HOME, verbs=(f"update (state, interview_id, {', '.join(TERM)})",)),
        history=HOME,
        copies=home_of("records_child", "child_id"),
    ),
    Wall(
        table="records_interviewplace",
        public=sees(),
        staff=writes(EVERY_ROW, facility(), ("insert", "update", "delete")),
        history=facility("living.id"),
        through=("records_facility", "facility_id"),
    ),
    Wall(
        table="records_interview",
        public=writes(
            OWN_HOUSEHOLD,
            verbs=("insert", "update (state)"),
            leave=all_of(OWN_HOUSEHOLD, "state IN ('booked', 'cancelled')"),
        ),
        staff=writes(HOME, verbs=("update (state, held_by_id, held_at)",)),
        history=HOME,
        copies=home_of("records_household", "household_id"),
    ),
    Wall(
        table="records_interviewnote",
        staff=writes(HOME),
        history=HOME,
        copies=home_of("records_interview", "interview_id"),
    ),
    Wall(
        table="records_consent",
        # A parent consents for the own household, in the own name.
        public=writes(
            OWN_HOUSEHOLD,
            verbs=("insert",),
            enter=all_of(
                OWN_HOUSEHOLD, f"given_by_id::text = {ACTOR}", "withdrawn_at IS NULL",
            ),
        ),
        staff=sees(HOME),
        history=HOME,
        copies=home_of("records_household", "household_id"),
    ),
    Wall(
        table="records_proposal",
        # A family proposes in its own name, of its own people, and may take it back; whether it
        # is so, staff decide.
        public=writes(
            OWN_HOUSEHOLD,
            all_of(OWN_HOUSEHOLD, "state = 'waiting'"),
            ("insert", "update (state)"),
            leave=all_of(
                OWN_HOUSEHOLD,
                any_of("child_id IS NULL", OWN_CHILD),
                any_of("parent_id IS NULL", own("records_parent", "parent_id")),
                any_of(
                    "state = 'withdrawn'", f"state = 'waiting' AND proposed_by_id::text = {ACTOR}"
                ),
            ),
        ),
        staff=writes(
            HOME,
            all_of(HOME, "state = 'waiting'"),
            ("update (state, proof, reason, decided_by_id, decided_at)",),
            leave=all_of(
                HOME, "state IN ('accepted', 'declined')", f"decided_by_id::text = {ACTOR}"
            ),
        ),
        history=HOME,
        copies=home_of("records_household", "household_id"),
    ),
    Wall(
        table="records_staffnote",
        staff=writes(HOME),
        history=HOME,
        copies=home_of("records_child", "child_id"),
    ),
    # Safety
    # A family invites, in its own name, a parent of its own, and may call that off. Whether the
    # code is right, and who joins by it, the database says (`joining.py`).
    Wall(
        table="records_invitation",
        public=writes(
            OWN_HOUSEHOLD,
            all_of(OWN_HOUSEHOLD, "accepted_at IS NULL", "cancelled_at IS NULL"),
            ("insert", "update (cancelled_at)"),
            leave=all_of(
                OWN_HOUSEHOLD,
                "accepted_at IS NULL",
                own("records_parent", "parent_id"),
                any_of(
                    "cancelled_at IS NOT NULL",
                    f"failures = 0 AND invited_by_id::text = {ACTOR}",
                ),
            ),
        ),
        worker=removes(
            "LEAST(expires_at, accepted_at, cancelled_at)",
            "id", "expires_at", "accepted_at", "cancelled_at",
        ),
    ),
    Wall(
        table="records_parent",
        # Found by the account before the household is known; written in the own one only.
        public=writes(
            any_of(OWN_HOUSEHOLD, f"user_id::text = {ACTOR}"),
            OWN_HOUSEHOLD,
            ("insert", f"update ({', '.join(STATED)})"),
        ),
        # By lease a facility reads whom to call, and no more (`records_contacts_of`).
        staff=writes(HOME, verbs=("insert", f"update ({', '.join(STATED)})")),
        # Mail that bounces is noted beside the parent; a family is told at its working addresses.
        worker=Access(
            EVERY_ROW, ("select (id, household_id, email, bounced_at)", "update (bounced_at)")
        ),
        history=HOME,
        copies=home_of("records_household", "household_id"),
    ),
    Wall(
        table="records_child",
        public=writes(
            OWN_HOUSEHOLD, verbs=("insert", f"update (withdrawn_at, {', '.join(IDENTITY)})")
        ),
        staff=writes(
            any_of(HOME, leased("id")),
            HOME,
            (f"update (needs_one_to_one, enrolment, {', '.join(IDENTITY)})",),
        ),
        # Bookings are weighed anew by these two facts.
        worker=Access(
            EVERY_ROW, ("select (id, date_of_birth, needs_one_to_one, withdrawn_at)",)
        ),
        history=HOME,
        copies=home_of("records_household", "household_id"),
    ),
    Wall(
        table="records_pickupperson",
        public=writes(OWN_CHILD, verbs=("insert", "update", "delete")),
        staff=writes(
            CARED_FOR, HOME, ("insert", "update", "delete")
        ),
        history=HOME,
        through=("records_child", "child_id"),
        copies=home_of("records_child", "child_id"),
    ),
    Wall(
        table="records_careneed",
        # What a parent states is unconfirmed, whoever confirmed what stood there before.
        public=writes(
            OWN_CHILD,
            leave=all_of(OWN_CHILD, "confirmation = 'unconfirmed'", "form <> 'valid'"),
        ),
        staff=writes(CARED_FOR, HOME),
        history=HOME,
        copies=home_of("records_child", "child_id"),
    ),
    Wall(
        table="records_allergy",
        public=writes(
            own("records_careneed", "care_need_id"), verbs=("insert", "update", "delete")
        ),
        staff=writes(
            any_of(HOME, own("records_careneed", "care_need_id")),
            HOME,
            ("insert", "update", "delete"),
        ),
        history=HOME,
        through=("records_careneed", "care_need_id"),
        copies=home_of("records_careneed", "care_need_id"),
    ),
    Wall(
        table="records_handovernote",
        staff=writes(CARED_FOR, all_of(facility(), CARED_FOR)),
        history=HOME,
        copies=home_of("records_child", "child_id"),
    ),
    # Written by the trigger of bookings and by an emergency opening alone
    Wall(
        table="records_accesslease",
        staff=sees(facility()),
        history=facility(),
    ),
    Wall(
        table="records_emergencyopening",
        # Read where it was opened and where the child was at home.
        staff=sees(any_of(facility(), HOME)),
    ),
]  # fmt: skip
