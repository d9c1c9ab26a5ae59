"""Every table × every role, from the declarations: what is read without a context, what by each
person, and what is left on a connection that has just served another."""

import datetime as dt
import itertools
import uuid
from collections import defaultdict

import psycopg
import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import connection

from azukari.walls import EDITING_TABLES
from booking.enums import ReleaseMode
from booking.models import DrawList, DrawSeed, LostBooking
from history import alerts, clock, walls
from history.context import NAMES
from history.enums import AlertKind
from history.walls import OWNER, PUBLIC, STAFF, WORKER
from records.actions.terminals import digest
from records.models import (
    FacilityNetwork,
    FailureCount,
    PublicSession,
    RateCount,
    StaffSession,
    TerminalSecret,
    User,
)
from tests.access import scene
from tests.factories.booking import (
    CapacityChangeFactory,
    ClosureFactory,
    PriceFactory,
    ReleaseFactory,
    ReliefFactory,
    RosterFactory,
    TicketFactory,
    UnmetWishFactory,
    UseHoldFactory,
    rule_with_parts,
)
from tests.factories.day import (
    ArrivalCheckFactory,
    CashCountFactory,
    DayCallFactory,
    DayCorrectionFactory,
    DayReportFactory,
    IncidentEntryFactory,
    IncidentFactory,
    JointReadingFactory,
    LateNoticeFactory,
    MealCheckChildFactory,
    NapCheckFactory,
    PickUpChangeFactory,
    RollCallMarkFactory,
    SheetPrintFactory,
    TakeoverFactory,
)
from tests.factories.records import (
    ContractorAccessFactory,
    EmergencyOpeningFactory,
    FacilityMembershipFactory,
    OpeningFactory,
    ServiceStopFactory,
    StaffUserFactory,
    facility,
)
from tests.factories.terminals import (
    AdministratorOpeningFactory,
    SignInFactory,
    TerminalFactory,
    TerminalLinkFactory,
    choose_credential,
)

# What a role reads with nobody logged in, by hand. Everything else is empty without a context.
PAGES = {
    "cms_bookingpage", "cms_facilityindexpage", "cms_facilitypage", "cms_guidepage",
    "cms_homepage", "cms_newspage", "wagtailcore_collection", "wagtailcore_locale",
    "wagtailcore_page",
    "wagtailcore_pageviewrestriction", "wagtailcore_site", "wagtailimages_image",
    "wagtailimages_rendition", "wagtaildocs_document", "taggit_tag", "taggit_taggeditem",
}  # fmt: skip
RULE_PARTS = {
    "booking_sessionblock", "booking_releaseday", "booking_uselimit", "booking_agequota",
    "booking_reserve", "booking_cancelstage", "booking_price", "booking_relief",
}  # fmt: skip
RULES = {
    "records_operator",
    "records_facility",
    "records_registrationrule",
    "records_consenttext",
    "records_interviewplace",
    "booking_userule",
    "booking_tariff",
    "booking_openingpattern",
    "booking_release",
    "booking_drawlist",
    "booking_slot",
} | RULE_PARTS
# What everybody may know: that a function is closed; and counts that name nobody.
NOTICES, COUNTS = {"records_servicestop", "records_opening"}, {"records_ratecount"}
FRAMEWORK = {"django_content_type", "records_datakey"}
WITHOUT_CONTEXT = {
    # A log-in looks an account up before there is anybody.
    PUBLIC: PAGES | RULES | NOTICES | COUNTS | FRAMEWORK | {
        "booking_closure", "records_user",
        "account_emailaddress", "account_emailconfirmation",
        "records_publicsession", "procrastinate_jobs",
    },
    STAFF: PAGES | set(EDITING_TABLES) | RULES | NOTICES | FRAMEWORK | {
        "day_naprule", "records_user", "records_staffsession", "auth_group",
        "auth_group_permissions", "auth_permission", "guardian_groupobjectpermission",
        "guardian_userobjectpermission", "records_user_user_permissions", "procrastinate_jobs",
        "records_facilitynetwork", "records_failurecount",
    },
    # It has no context but its own name: a job reads what it does, and no child.
    WORKER: COUNTS | FRAMEWORK | RULE_PARTS | {
        "records_user", "records_user_groups", "records_staffaccount", "records_parent",
        "records_facility",
        "records_facilitymembership", "records_child", "records_outgoingmail", "history_alert",
        "history_entry", "history_unsealed", "history_head", "history_root", "booking_booking",
        "records_watchrule", "booking_fee", "booking_tariff", "booking_roster", "booking_usehold",
        "booking_capacitychange", "booking_call", "booking_closure", "booking_lostbooking",
        "booking_unmetwish", "booking_waiting", "booking_waitingchild", "records_servicestop",
        "booking_userule", "booking_openingpattern", "booking_slot", "booking_release",
        "booking_drawlist", "booking_drawseed", "booking_ticket", "booking_ticketwish",
        "auth_group",
        "auth_permission", "guardian_groupobjectpermission", "procrastinate_jobs",
        "procrastinate_events", "procrastinate_periodic_defers", "procrastinate_workers",
    },
}  # fmt: skip

# Personal data that a role reads without a context all the same, each with its reason.
PERSONAL_WITHOUT_CONTEXT = {
    PUBLIC: {
        "records_user": "a log-in finds its account; parents only, and no password",
        "records_publicsession": "a session is read before it is known whose it is",
        "booking_closure": "what is decided, and not who decided it",
    },
    STAFF: {
        "records_user": "a log-in finds its account; staff only, and no password",
        "records_staffsession": "a session is read before it is known whose it is",
        "records_failurecount": "how often somebody was wrong, asked before anybody is known",
    },
    WORKER: {
        "records_user": "number, kind, state and last use: groups follow, unused ones are closed",
        "records_facilitymembership": "who works where, so that groups follow",
        "records_staffaccount": "which account was opened again, so that unused ones are closed",
        "records_outgoingmail": "it sends them",
        "records_parent": "household and address: whom mail reaches, and what came back",
        "records_child": "number, birth date and need, by which bookings are weighed",
        "history_entry": "who read or failed when, to find what is unusual; children by number",
        "booking_booking": "period and weight, and nothing that names anybody",
        "booking_closure": "when a facility is closed, and not who decided it",
        "booking_lostbooking": "which households are to be told that a booking is lost",
        "booking_call": "which households staff were asked to telephone, and what came of it",
        "booking_waiting": "which household waits for what, in which order, to offer it places",
        "booking_waitingchild": "how many children wait, by number",
        "booking_capacitychange": "how many places a day has, from which half hours are made",
        "booking_drawseed": "what it draws by; nobody else ever reads it",
        "booking_ticket": "whose turn it is in a draw, by the number of the household",
        "booking_ticketwish": "what is to be placed, by the number of the child",
        "booking_usehold": "who stayed away too often, by number, to count and to lift",
        "booking_fee": "what brothers and sisters are relieved of, by the number of the booking",
        "booking_unmetwish": "when and where a wish was not met, of which it tells the family",
    },
}


# What the worker writes when it works off a job, seals or makes a backup; no family is in it.
WORKERS_OWN = {"procrastinate_events", "history_head", "history_root", "history_backuprun"}


@pytest.fixture
def marked(real_database):
    built = scene.build(StaffUserFactory.create(username="W0001"))
    EmergencyOpeningFactory.create(child=built.families["seki"].child)
    UnmetWishFactory.create(request=built.coming.request)
    for family in built.families.values():
        UseHoldFactory.create(booking=family.booking)
        JointReadingFactory.create(booking=family.booking)
        MealCheckChildFactory.create(booking=family.booking)
        TakeoverFactory.create(facility=family.booking.facility)
        DayCallFactory.create(booking=family.booking)
        IncidentEntryFactory.create(
            incident=IncidentFactory.create(
                booking=family.booking, facility=family.booking.facility
            )
        )
        DayCorrectionFactory.create(booking=family.booking)
        NapCheckFactory.create(watch__booking=family.booking)
        RollCallMarkFactory.create(booking=family.booking)
        for said in (
            ArrivalCheckFactory, DayReportFactory, LateNoticeFactory, PickUpChangeFactory,
        ):  # fmt: skip
            said.create(booking=family.booking)
    for home in scene.HOMES:
        FacilityMembershipFactory.create(facility=facility(home), user__username=f"C-{home}")
        alerts.raise_alert(
            kind=AlertKind.UNUSUAL_READING, at=clock.now(), cause=home, facility=facility(home).pk
        )
        _terminal_of(home)
    ContractorAccessFactory.create(membership__user__username="C-contractor")
    ServiceStopFactory.create(coming=True)
    OpeningFactory.create()
    drawn = ReleaseFactory.create(mode=ReleaseMode.DRAW)
    DrawSeed.objects.create(release=drawn, seed="secret")
    DrawList.objects.create(release=drawn, content="{}", digest="")
    for each in built.families.values():
        TicketFactory.create(child=each.child, release=drawn)
    rule_with_parts()
    ReliefFactory.create(tariff=PriceFactory.create().tariff)
    for home in scene.HOMES:
        RosterFactory.create(facility=facility(home))
        CashCountFactory.create(facility=facility(home))
        SheetPrintFactory.create(facility=facility(home))
        CapacityChangeFactory.create(facility=facility(home))
        closure = ClosureFactory.create(facility=facility(home))
        booking = built.families[home].booking
        LostBooking.objects.create(closure=closure, booking=booking, facility=booking.facility)
    ClosureFactory.create(
        state="confirmed", decided_at=clock.now(), decided_by=closure.prepared_by,
        kind="opens_late", opens_at=dt.time(11),
    )  # fmt: skip
    RateCount.objects.create(key="0" * 64, count=1, ends_at=clock.now())
    for model in (PublicSession, StaffSession):
        model.objects.create(session_key="x", session_data="", expire_date=clock.now())
    for user in User.objects.all():
        Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    return real_database, built


def _terminal_of(home):
    """A terminal at which a carer works, another link, and a network from which both may call."""
    terminal = TerminalFactory.create(facility=facility(home))
    carer = User.objects.get(username=f"C-{home}")
    AdministratorOpeningFactory.create(sign_in=SignInFactory.create(terminal=terminal, user=carer))
    choose_credential(carer)
    FailureCount.objects.create(user=carer, count=1)
    TerminalSecret.objects.create(terminal=terminal, digest=digest(home), issued_at=clock.now())
    TerminalLinkFactory.create(facility=facility(home))
    FacilityNetwork.objects.create(facility=facility(home), network="192.0.2.0/24")


def readable(role):
    """The tables that a role may select from at all, with their keys."""
    return {
        wall.table: KEYS.get(wall.table) or "id"
        for wall in walls.declared().values()
        for name, _access in wall.accesses()
        if name == role
    }


KEYS = {
    "records_publicsession": "session_key", "records_staffsession": "session_key",
    "wagtailcore_workflowcontenttype": "content_type_id",
    "wagtailcore_workflowpage": "page_id",
    "wagtailcore_uploadedfile": "id",
}  # fmt: skip


def key_of(table):
    for model in apps.get_models(include_auto_created=True):
        if model._meta.db_table == table:
            return model._meta.pk.column
    return KEYS.get(table, "id")


def everything(reader, role):
    """The keys of all rows that a role reads, by table; one statement."""
    tables = readable(role)
    statement = " UNION ALL ".join(
        f'SELECT \'{table}\', "{key_of(table)}"::text FROM "{table}"' for table in tables
    )
    found = defaultdict(set)
    for table, key in reader.execute(statement):
        found[table].add(key)
    return dict(found)


def of_staff(role, *codes):
    """What the middleware tells the database of somebody on duty."""
    actor = User.objects.get(username=f"C-{codes[0]}").pk if codes else 0
    numbers = ",".join(str(facility(code).pk) for code in codes)
    return {"actor": str(actor), "role": role, "facilities": numbers and f"{{{numbers}}}"}


def contexts(role, families):
    """Those who use an entry."""
    at = {"at": clock.now().isoformat()}
    if role == PUBLIC:
        return {
            home: at | {
                "actor": str(family.parent.user_id), "role": "parent",
                "household": str(family.household.pk),
            }
            for home, family in families.items()
        }  # fmt: skip
    if role == WORKER:
        return {"mail": at | {"actor": "system:mail"}}
    carers = {f"carer {home}": at | of_staff("carer", home) for home in families}
    roles = ("auditor", "editor", "administrator", "contractor")
    others = {name: at | of_staff(name) for name in roles}
    return (
        carers
        | others
        | {
            "manager seki": at | of_staff("manager", "seki"),
            "center": at | of_staff("center", *families),
        }
    )


@pytest.mark.parametrize("role", walls.ENTRY_ROLES)
def test_without_a_context_a_role_reads_what_is_written_here(marked, role):
    database, _ = marked
    with database.connect(OWNER) as owner:
        filled = {
            table
            for table in readable(role)
            if owner.execute(f'SELECT EXISTS (SELECT 1 FROM "{table}")').fetchone()[0]
        }
    with database.connect(role) as nobody:
        found = set(everything(nobody, role))

    assert found == WITHOUT_CONTEXT[role] & filled
    assert WITHOUT_CONTEXT[role] <= set(readable(role))


def test_every_table_that_a_policy_closes_has_rows_to_close_it_on(marked):
    """Else the tests here would pass on nothing."""
    database, _ = marked
    closed = set().union(*(set(readable(role)) - WITHOUT_CONTEXT[role] for role in WITHOUT_CONTEXT))
    with database.connect(OWNER) as owner:
        empty = {
            table
            for table in closed
            if not owner.execute(f'SELECT EXISTS (SELECT 1 FROM "{table}")').fetchone()[0]
        }

    assert empty - WORKERS_OWN == set()


@pytest.mark.parametrize("role", walls.ENTRY_ROLES)
def test_what_is_open_without_a_context_is_not_personal(role):
    personal = {
        model._meta.db_table
        for model in apps.get_models()
        if getattr(getattr(model, "Privacy", None), "personal", ())
    }

    # The ledger names who read what; it declares no fields of its own.
    personal.add("history_entry")

    assert WITHOUT_CONTEXT[role] & personal == set(PERSONAL_WITHOUT_CONTEXT[role])


@pytest.mark.parametrize("role", walls.ENTRY_ROLES)
def test_a_connection_that_served_somebody_reads_as_a_fresh_one(marked, role):
    """Also the one without a context after each of them, and by a plan that is kept."""
    database, built = marked
    people = {"nobody": dict.fromkeys(NAMES, "")} | contexts(role, built.families)
    fresh = {}
    for who, values in people.items():
        with database.connect(role, **values) as reader:
            fresh[who] = everything(reader, role)
    differing = []
    with database.connect(role) as used:
        used.rollback()
        for before, after in itertools.permutations(people, 2):
            for who in (before, after):
                for name, value in people[who].items():
                    used.execute("SELECT set_config(%s, %s, true)", [f"app.{name}", value])
                if everything(used, role) != fresh[who]:
                    differing.append((before, after))
                used.commit()
            if everything(used, role) != fresh["nobody"]:
                differing.append((before, after, "nobody"))
            used.rollback()

    assert differing == []


def test_families_of_different_homes_share_no_row(marked):
    """Neither two parents nor the staff of two facilities of one operator."""
    database, built = marked
    for role, first, second in (
        (PUBLIC, "nukui", "seki"), (STAFF, "carer nukui", "carer seki"),
    ):  # fmt: skip
        people = contexts(role, built.families)
        read = {}
        for who in (first, second):
            with database.connect(role, **people[who]) as reader:
                read[who] = everything(reader, role)
        closed = set(read[first]) - WITHOUT_CONTEXT[role]
        assert {t for t in closed if read[first][t] & read[second].get(t, set())} == set()
        assert closed >= {"records_child", "records_careneed", "booking_booking"}


@pytest.mark.parametrize("role", walls.ENTRY_ROLES)
def test_no_role_has_a_right_that_no_declaration_gives(db, role):
    """Not to empty a table, to hang a trigger on it, to point a key at it, nor to make one."""
    walls.raise_walls(connection)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace"
            " AND c.relkind IN ('r', 'v', 'm', 'p')"
            " AND has_table_privilege(%s, c.oid, 'TRUNCATE, REFERENCES, TRIGGER, MAINTAIN')",
            [role],
        )
        beyond_rows = cursor.fetchall()
        cursor.execute(
            "SELECT has_schema_privilege(%s, 'public', 'CREATE'),"
            " has_database_privilege(%s, current_database(), 'CREATE, TEMPORARY')",
            [role, role],
        )
        makes = cursor.fetchone()
        cursor.execute(
            "SELECT d.refobjid::regclass::text FROM pg_class s JOIN pg_depend d ON d.objid = s.oid"
            " AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')"
            " WHERE s.relkind = 'S' AND s.relnamespace = 'public'::regnamespace"
            " AND CASE s.relkind WHEN 'S'"
            " THEN has_sequence_privilege(%s, s.oid, 'USAGE, SELECT, UPDATE') END",
            [role],
        )
        counts = {table for (table,) in cursor.fetchall()}

    assert beyond_rows == []
    assert makes == (False, False)
    inserts = {
        wall.table
        for wall in walls.declared().values()
        for name, access in wall.accesses()
        if name == role and "insert" in access.verbs
    }
    assert counts <= inserts


def test_a_closed_table_is_found_when_its_policy_falls(marked):
    """The checks above can fail: with one policy of one table open, they do."""
    database, _ = marked
    with database.connect(OWNER) as owner:
        owner.execute('ALTER POLICY "azukari_staff_select" ON records_child USING (true)')
        owner.commit()
    with database.connect(STAFF) as nobody:
        found = set(everything(nobody, STAFF))

    assert found - WITHOUT_CONTEXT[STAFF] == {"records_child"}
    with (
        database.connect(STAFF, household=uuid.uuid4()) as nobody,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        nobody.execute("ALTER POLICY azukari_staff_select ON records_child USING (true)")
