"""Who may do what with bookings, attendance and money: a facility keeps its own business."""

from booking import caller_walls, conduct, draw_walls, facts, line_walls, steps
from booking.caller_walls import BY_STAFF, CALLER, CHILDREN, HOUSEHOLDS, OF_CALLER, OWN_BY_STAFF
from booking.enums import SEAT_STATES, BookingState, Channel, SeatKind, StaffingGroup
from booking.finding import LOOK_UP
from history.enums import Act
from history.walls import (
    ACTOR,
    AT,
    EVERY_ROW,
    HOUSEHOLD,
    NO_ROW,
    Access,
    Wall,
    all_of,
    any_of,
    facility,
    role,
    sees,
    writes,
)

OWN_HOUSEHOLD = f"household_id = {HOUSEHOLD}"
OWN_BOOKING = "booking_id = ANY ((SELECT array_agg(id) FROM booking_booking)::uuid[])"
# Where a booking is seen, so is what it was asked for with.
OWN_REQUEST = (
    "EXISTS (SELECT FROM booking_booking b WHERE b.request_id = booking_bookingrequest.id)"
)
OF_REQUEST = (
    "EXISTS (SELECT FROM booking_bookingrequest r WHERE r.id = booking_unmetwish.request_id)"
)
# How a request came. What stood on paper managers enter, each the own (`booking_keep_paper`), and
# the center.
BY_WEB = f"channel = '{Channel.WEB}'"
TAKEN_BY_STAFF = f"channel IN ('{Channel.PHONE}', '{Channel.COUNTER}', '{Channel.WALK_IN}')"
ON_PAPER = all_of(f"channel = '{Channel.PAPER}'", role("manager", "center"))
BY_ACTOR = f"by_id::text = {ACTOR}"
OWN_FEE = "fee_id = ANY ((SELECT array_agg(id) FROM booking_fee)::uuid[])"
FACILITY = facility()
HOME = facility("home_facility_id")
OF_BOOKING = (("facility_id", "booking_booking", "booking_id"),)
COUNTERS = ", ".join(["taken", "held_back", *StaffingGroup.values, "under_ones", "under_twos"])
WEIGHT = "staffing_group, age_years, class_age, misfit"
WEIGHED = (
    "id, child_id, household_id, facility_id, starts_at, ends_at, state, use_rule_id, seat_kind,"
    f" held_until, answer_until, freed_from, request_id, {WEIGHT}"
)
# The payer's telephone only where the booking is, by a function: a look-up is no reason for it.
SHOWN = f"{WEIGHED}, answer_until, replaces_id, child_name, child_name_kana, child_code, payer_name"
RELIEF = "relief, relief_amount"
CLOSURE = (
    "id, facility_id, batch, day, kind, opens_at, closes_at, reason, words, state, announce_at"
)
CLOSURE_STEPS = "state, decided_by_id, decided_at, lifted_by_id, lifted_at"
CLOSED = "state = 'confirmed'"
# A manager decides for the own facility, the center for all.
MANAGES = all_of(FACILITY, role("manager", "center"))
# Whoever takes the step that the row shows last.
IN_OWN_NAME = (
    "COALESCE("
    "CASE WHEN state = 'lifted' THEN lifted_by_id END, decided_by_id, prepared_by_id"
    f")::text = {ACTOR}"
)
# Of a fee: what a departure adds, what takes the place of care that was not given, the exception.
DEPARTURE = "used_minutes, overrun_minutes, overrun_amount"
CHARGED = f"care_amount, cancellation_amount, {RELIEF}"
WAIVER = "waived_amount, waived_reason"
# Of a slot, what facts about a day change.
FACTS = "places, infant_limit, under_two_limit, two_up_limit, staff"
DECIDED = f"{FACTS}, infant_ratio, ones_twos_ratio, threes_ratio, fours_up_ratio, rounding"
RESERVED = ", ".join(kind.places for kind in SeatKind)
RESERVES = ", ".join(column for kind in SeatKind for column in (kind.places, kind.total))
BEYOND = "infants_over, under_twos_over, two_ups_over, staff_short"
# The rows below a version of the rules of use.
RULE_PARTS = ("sessionblock", "releaseday", "uselimit", "agequota", "reserve", "cancelstage")
# Of a 募集, what the center decides.
RELEASE = (
    "facility_id, first_day, last_day, mode, opens_at, collects_minutes, steps, step_minutes,"
    " is_dropped"
)
# The rows below a tariff.
TARIFF_PARTS = ("price", "relief")
CENTER_SETS = writes(EVERY_ROW, role("center"))
REVIEWS_RULES = role("manager", "center")


def _quoted(*states: BookingState) -> str:
    return ", ".join(f"'{state.value}'" for state in states)


# A seat that is only held opens nothing yet.
_OPENING = _quoted(*(state for state in SEAT_STATES if state != BookingState.HELD))
_AHEAD = _quoted(
    BookingState.HELD, BookingState.AWAITING, BookingState.OFFERED, BookingState.CONFIRMED
)
_BY_FAMILY = _quoted(
    BookingState.HELD,
    BookingState.AWAITING,
    BookingState.CONFIRMED,
    BookingState.WITHDRAWN,
    BookingState.CANCELLED_FREE,
    BookingState.CANCELLED_CHARGED,
)
CANCELLED_BOOKING = (
    "booking_id = ANY ((SELECT array_agg(id) FROM booking_booking"
    " WHERE state IN ('cancelled_free', 'cancelled_charged', 'withdrawn'))::uuid[])"
)

WALLS = [
    Wall(
        table="booking_userule", act=Act.RULES, public=sees(), staff=CENTER_SETS, worker=sees(),
        history=REVIEWS_RULES,
    ),
    *(
        Wall(
            table=f"booking_{part}", act=Act.RULES, public=sees(),
            staff=writes(EVERY_ROW, role("center"), ("insert", "update", "delete")),
            worker=sees(), history=REVIEWS_RULES, through=("booking_userule", "rule_id"),
        )
        for part in RULE_PARTS
    ),
    Wall(
        table="booking_tariff", act=Act.RULES, public=sees(), staff=CENTER_SETS, worker=sees(),
        history=REVIEWS_RULES,
    ),
    *(
        Wall(
            table=f"booking_{part}", act=Act.RULES, public=sees(),
            staff=writes(EVERY_ROW, role("center"), ("insert", "update", "delete")),
            worker=sees(), history=REVIEWS_RULES, through=("booking_tariff", "tariff_id"),
        )
        for part in TARIFF_PARTS
    ),
    Wall(
        table="booking_openingpattern", act=Act.RULES, public=sees(), staff=CENTER_SETS,
        worker=sees(), history=REVIEWS_RULES,
    ),
    # Until it opens: afterwards what was published holds.
    Wall(
        table="booking_release", act=Act.RULES, public=sees(),
        staff=writes(
            EVERY_ROW, all_of(role("center"), f"opens_at > {AT}"), ("insert", f"update ({RELEASE})")
        ),
        worker=writes(
            EVERY_ROW, "drawn_at IS NULL", ("update (seed_digest, seed, drawn_at)",),
            leave=EVERY_ROW,
        ),
        history=REVIEWS_RULES,
    ),
    *draw_walls.WALLS,
    Wall(
        table="booking_slot",
        # Of the reserves families may use the urgent one alone.
        public=writes(EVERY_ROW, verbs=(f"update ({COUNTERS}, {SeatKind.URGENT.places})",)),
        # A seat in any facility, for a caller, or of who can't come. Who is on duty and how many
        # places there are: where they work (`booking_keep_ceilings`).
        staff=writes(EVERY_ROW, verbs=(f"update ({FACTS}, {COUNTERS}, {RESERVED})",)),
        # Makes them, keeps the unsold ones in line, and counts a child anew whose birth date or
        # need was corrected.
        worker=writes(
            EVERY_ROW,
            verbs=("insert", f"update ({COUNTERS}, {BEYOND}, {DECIDED}, {RESERVES})", "delete"),
        ),
    ),
    Wall(
        table="booking_roster",
        staff=writes(FACILITY, verbs=("insert", "delete")),
        worker=sees(),
        history=facility("living.id"),
        through=("records_facility", "facility_id"),
    ),
    Wall(
        table="booking_capacitychange",
        staff=writes(
            FACILITY,
            all_of(FACILITY, role("manager", "center")),
            ("insert", "update (places, reason)", "delete"),
        ),
        worker=sees(EVERY_ROW, "id", "facility_id", "day", "places"),
        history=facility("living.id"),
        through=("records_facility", "facility_id"),
    ),
    Wall(
        table="booking_booking",
        # A family books and cancels; that a child came, was fetched or turned away only staff can
        # write. Staff move a booking along and never change whose it is: a booking opens a child's
        # record. They make one for a child that they have looked up, and for no other.
        public=writes(
            OWN_HOUSEHOLD,
            f"{OWN_HOUSEHOLD} AND state IN ({_AHEAD})",
            ("insert", "update (state, held_until, answer_until)"),
            leave=f"{OWN_HOUSEHOLD} AND state IN ({_BY_FAMILY})",
        ),
        staff=Access(
            any_of(FACILITY, CALLER),
            (f"select ({SHOWN})", "insert", "update (state, freed_from, answer_until)"),
            leave=any_of(FACILITY, all_of(CALLER, f"state IN ({_BY_FAMILY})")),
            enter=all_of(f"child_id = ANY {CHILDREN}", f"state IN ({_AHEAD})"),
        ),
        # Weighs bookings anew, ends holds, offers places, and reads nothing that names anybody.
        worker=Access(
            EVERY_ROW,
            (
                f"select ({WEIGHED})",
                "insert",
                f"update ({WEIGHT}, state)",
            ),
            # What it offers to a family that waits, and what was drawn.
            enter=any_of(f"state = '{BookingState.OFFERED}'", draw_walls.PLACING),
        ),
        history=FACILITY,
        copies=(("household_id", "records_child", "child_id"),),
    ),
    Wall(
        table="booking_bookingrequest",
        # Where the bookings went, if a child has moved to another household since.
        public=writes(
            any_of(OWN_HOUSEHOLD, OWN_REQUEST),
            verbs=("insert",),
            leave=all_of(OWN_HOUSEHOLD, f"requested_by_id::text = {ACTOR}", BY_WEB),
        ),
        staff=writes(
            any_of(OWN_REQUEST, BY_STAFF),
            verbs=("insert",),
            leave=all_of(
                BY_STAFF,
                f"household_id = ANY {HOUSEHOLDS}",
                any_of(TAKEN_BY_STAFF, ON_PAPER),
            ),
        ),
        # What it offers to a family that waits, in the name of who joined the line; what was drawn.
        worker=writes(
            NO_ROW,
            any_of(all_of(BY_WEB, line_walls.OF_WHO_WAITS), draw_walls.OF_WHO_DREW),
            ("insert",),
        ),
    ),
    *line_walls.WALLS,
    Wall(
        table="booking_unmetwish",
        public=writes(OF_REQUEST, verbs=("insert",)),
        staff=writes(OWN_BY_STAFF, verbs=("insert",)),
        # Tells the family.
        worker=sees(
            EVERY_ROW, "id", "request_id", "facility_id", "starts_at", "ends_at", "reason", "detail"
        ),
    ),
    Wall(
        table="booking_bookingtransition",
        # Whoever takes a step takes it in their own name; what happens by itself has none.
        public=writes(OWN_BOOKING, all_of(OWN_BOOKING, BY_ACTOR), ("insert",)),
        staff=writes(
            any_of(FACILITY, OF_CALLER),
            all_of(any_of(FACILITY, OF_CALLER), BY_ACTOR),
            ("insert",),
        ),
        worker=writes(NO_ROW, "by_id IS NULL", ("insert",)),
        copies=OF_BOOKING,
    ),
    Wall(
        table="booking_call",
        # Staff settle what their own facility was asked, in their own name.
        staff=writes(
            FACILITY,
            verbs=("insert", "update (result, called_by_id, called_at, tries)"),
            leave=all_of(FACILITY, any_of("called_by_id IS NULL", f"called_by_id::text = {ACTOR}")),
        ),
        # Asks for them, and withdraws what is not needed any more.
        worker=writes(
            EVERY_ROW,
            verbs=("insert", "update (result, called_by_id, called_at)"),
            leave="called_by_id IS NULL",
        ),
        history=FACILITY,
    ),
    Wall(
        table="booking_closure",
        # What is decided families read, and not who decided it; what is only prepared, the
        # facility's own people alone.
        public=sees(CLOSED, CLOSURE),
        staff=writes(
            FACILITY,
            MANAGES,
            ("insert", f"update ({CLOSURE_STEPS})"),
            leave=all_of(MANAGES, IN_OWN_NAME),
        ),
        worker=sees(EVERY_ROW, CLOSURE),
        history=FACILITY,
    ),
    Wall(
        table="booking_lostbooking",
        staff=writes(FACILITY, MANAGES, ("insert", "update (told_at)")),
        # Tells the families, and asks for calls.
        worker=writes(EVERY_ROW, verbs=("update (told_at, call_id)",)),
        copies=OF_BOOKING,
    ),
    Wall(
        table="booking_attendance",
        public=sees(OWN_BOOKING),
        staff=writes(FACILITY, verbs=("insert", "update", "delete")),
        history=FACILITY,
        through=("booking_booking", "booking_id"),
        copies=OF_BOOKING,
    ),
    Wall(
        table="booking_fee",
        # Made with the booking; afterwards a family's cancelling turns it into a cancellation fee.
        public=writes(
            OWN_BOOKING,
            CANCELLED_BOOKING,
            ("insert", f"update ({CHARGED})"),
            leave=OWN_BOOKING,
        ),
        # Made with a booking for a caller. Overrun, and what takes the place of care where none is
        # given. Who may waive the database asks by itself (`booking_keep_waivers`).
        staff=writes(
            any_of(FACILITY, OF_CALLER),
            verbs=("insert", f"update ({DEPARTURE}, {CHARGED}, {WAIVER})"),
            enter=OF_CALLER,
        ),
        # Relieves brothers and sisters anew when one of them is booked or cancelled, and takes the
        # fee away of what its facility did not answer.
        worker=Access(
            EVERY_ROW,
            (
                f"select (id, booking_id, tariff_id, care_amount, amount, {RELIEF})",
                f"update ({CHARGED})",
                "insert",
            ),
            enter=draw_walls.OF_PLACING,
        ),
        history=FACILITY,
        copies=OF_BOOKING,
    ),
    Wall(
        table="booking_usehold",
        # A family appeals once; whoever answers for its home facility decides, in their own name.
        public=writes(
            OWN_HOUSEHOLD,
            all_of(OWN_HOUSEHOLD, "appealed_at IS NULL AND answered_at IS NULL"),
            ("update (appeal, appealed_at)",),
            leave=OWN_HOUSEHOLD,
        ),
        staff=writes(
            any_of(HOME, FACILITY),
            all_of(HOME, role("manager", "center"), "answered_at IS NULL"),
            ("update (answer, answered_by_id, answered_at, lifted_at)",),
            leave=all_of(HOME, role("manager", "center"), f"answered_by_id::text = {ACTOR}"),
        ),
        # Counts absences, which lie at several facilities.
        worker=writes(EVERY_ROW, verbs=("insert", "update (lifted_at)")),
        history=HOME,
        copies=(("home_facility_id", "records_household", "household_id"),),
    ),
    Wall(
        table="booking_payment",
        public=sees(OWN_FEE),
        staff=writes(
            FACILITY, verbs=("insert", "update (receipt_printed_at, receipt_reissued_at)")
        ),
        history=FACILITY,
        copies=(("facility_id", "booking_fee", "fee_id"),),
    ),
]  # fmt: skip

FUNCTIONS = [
    LOOK_UP,
    *caller_walls.FUNCTIONS,
    line_walls.FUNCTIONS,
    draw_walls.FUNCTIONS,
    *facts.TRIGGERS,
    steps.TRIGGERS,
    conduct.TRIGGERS,
    f"""
    CREATE OR REPLACE FUNCTION booking_write_lease() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    -- The only writer of leases: a live booking opens the child's safety data to its facility.
    DECLARE
        moment timestamptz := COALESCE(
            NULLIF(current_setting('app.at', true), '')::timestamptz, clock_timestamp());
        days int := (SELECT lease_days FROM booking_userule WHERE id = NEW.use_rule_id);
    BEGIN
        IF TG_OP = 'UPDATE' AND (NEW.state, NEW.starts_at, NEW.ends_at, NEW.facility_id)
            IS NOT DISTINCT FROM (OLD.state, OLD.starts_at, OLD.ends_at, OLD.facility_id)
        THEN
            -- Nothing that opens or closes: a lease that has ended stays ended.
            UPDATE records_accesslease SET household_id = NEW.household_id
            WHERE cause = NEW.id AND household_id <> NEW.household_id;
            RETURN NULL;
        END IF;
        IF NEW.state IN ({_OPENING}) THEN
            INSERT INTO records_accesslease
                (id, child_id, household_id, facility_id, starts_at, ends_at, reason, cause)
            VALUES (gen_random_uuid(), NEW.child_id, NEW.household_id, NEW.facility_id, moment,
                -- While the child is there the lease does not end, however late it gets.
                CASE NEW.state WHEN '{BookingState.PRESENT}' THEN '2999-12-31'::timestamptz
                ELSE GREATEST(NEW.ends_at, moment) + make_interval(days => days) END,
                'booking', NEW.id)
            ON CONFLICT (cause) DO UPDATE SET
                facility_id = EXCLUDED.facility_id,
                household_id = EXCLUDED.household_id,
                -- A payment weeks later is no reason to read on.
                ends_at = CASE NEW.state WHEN '{BookingState.SETTLED}'
                    THEN records_accesslease.ends_at ELSE EXCLUDED.ends_at END;
        ELSE
            UPDATE records_accesslease SET ends_at = GREATEST(starts_at, moment)
            WHERE cause = NEW.id AND ends_at > moment;
        END IF;
        RETURN NULL;
    END
    $$;
    REVOKE ALL ON FUNCTION booking_write_lease() FROM PUBLIC;
    DROP TRIGGER IF EXISTS booking_write_lease ON booking_booking;
    CREATE TRIGGER booking_write_lease AFTER INSERT OR UPDATE ON booking_booking
    FOR EACH ROW EXECUTE FUNCTION booking_write_lease();
    """,
    """
    CREATE OR REPLACE FUNCTION booking_keep_promises() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    -- The terms of a booking are those of the version it points to: once one does, the version may
    -- end, be confirmed or renamed, but not say anything else. As the owner, because the one who
    -- edits need not see the bookings. TG_ARGV: the table that points here, its column.
    DECLARE
        free text[] := ARRAY[
            'valid_to', 'is_provisional', 'name', 'announcement', 'announced_on'];
        is_used boolean;
    BEGIN
        IF to_jsonb(NEW) - free = to_jsonb(OLD) - free THEN
            RETURN NEW;
        END IF;
        -- Waits for a booking under way: its foreign key holds this row.
        EXECUTE format('SELECT true FROM %I WHERE id = $1 FOR UPDATE', TG_TABLE_NAME)
            INTO is_used USING OLD.id;
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I WHERE %I = $1)', TG_ARGV[0], TG_ARGV[1])
            INTO is_used USING OLD.id;
        IF is_used THEN
            RAISE EXCEPTION 'version % of % is promised', OLD.id, TG_TABLE_NAME
                USING ERRCODE = 'check_violation', CONSTRAINT = 'booking_keep_promises';
        END IF;
        RETURN NEW;
    END
    $$;
    REVOKE ALL ON FUNCTION booking_keep_promises() FROM PUBLIC;
    DROP TRIGGER IF EXISTS booking_keep_promises ON booking_userule;
    CREATE TRIGGER booking_keep_promises BEFORE UPDATE ON booking_userule
    FOR EACH ROW EXECUTE FUNCTION booking_keep_promises('booking_booking', 'use_rule_id');
    DROP TRIGGER IF EXISTS booking_keep_promises ON booking_tariff;
    CREATE TRIGGER booking_keep_promises BEFORE UPDATE ON booking_tariff
    FOR EACH ROW EXECUTE FUNCTION booking_keep_promises('booking_fee', 'tariff_id');
    """,
    """
    CREATE OR REPLACE FUNCTION booking_keep_parts() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    -- The rows below a version are part of what it says: none comes, goes or changes once a
    -- promise points to it. TG_ARGV: the version's table, the column here that names the version,
    -- the table of promises and its column.
    DECLARE
        version bigint;
        is_used boolean;
    BEGIN
        IF TG_OP = 'UPDATE' AND NEW = OLD THEN
            RETURN NEW;
        END IF;
        FOREACH version IN ARRAY ARRAY[
            CASE WHEN TG_OP <> 'INSERT' THEN (to_jsonb(OLD) ->> TG_ARGV[1])::bigint END,
            CASE WHEN TG_OP <> 'DELETE' THEN (to_jsonb(NEW) ->> TG_ARGV[1])::bigint END]
        LOOP
            -- Waits for a booking under way: its foreign key holds the version.
            EXECUTE format('SELECT true FROM %I WHERE id = $1 FOR UPDATE', TG_ARGV[0])
                INTO is_used USING version;
            EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I WHERE %I = $1)', TG_ARGV[2], TG_ARGV[3])
                INTO is_used USING version;
            IF is_used THEN
                RAISE EXCEPTION 'version % of % is promised', version, TG_ARGV[0]
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'booking_keep_promises';
            END IF;
        END LOOP;
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END
    $$;
    REVOKE ALL ON FUNCTION booking_keep_parts() FROM PUBLIC;
    """
    + "".join(
        f"""
    DROP TRIGGER IF EXISTS booking_keep_parts ON booking_{part};
    CREATE TRIGGER booking_keep_parts BEFORE INSERT OR UPDATE OR DELETE ON booking_{part}
    FOR EACH ROW EXECUTE FUNCTION booking_keep_parts({arguments});
    """
        for parts, arguments in (
            (RULE_PARTS, "'booking_userule', 'rule_id', 'booking_booking', 'use_rule_id'"),
            (TARIFF_PARTS, "'booking_tariff', 'tariff_id', 'booking_fee', 'tariff_id'"),
        )
        for part in parts
    ),
]
