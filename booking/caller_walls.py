"""Booking for a caller: what the database answers to staff who looked a child up, and to them only.

The look-up in the ledger is the proof: whoever asked for a child within these minutes may book it,
at any facility, and nothing of its record is opened by that.
"""

from booking.enums import SEAT_STATES, Channel, StaffingGroup
from history.enums import Act
from history.walls import ACTOR, AT, all_of
from records.enums import CareNeedKind

MINUTES = 30
# A child's need of somebody for itself is not what it was when the seat was looked for.
OUT_OF_DATE = "booking_weight_is_out_of_date"

# Children and households looked up; asked once per statement.
CHILDREN = "((SELECT array_agg(child_id) FROM booking_looked_up())::uuid[])"
HOUSEHOLDS = "((SELECT array_agg(household_id) FROM booking_looked_up())::uuid[])"
# What is to come of a child that was looked up, wherever it is.
CALLER = all_of(f"child_id = ANY {CHILDREN}", f"ends_at > {AT}")
OF_CALLER = (
    "booking_id = ANY ((SELECT array_agg(id) FROM booking_booking"
    f" WHERE child_id = ANY {CHILDREN})::uuid[])"
)
BY_STAFF = f"requested_by_id::text = {ACTOR}"
OWN_BY_STAFF = (
    "EXISTS (SELECT FROM booking_bookingrequest r"
    f" WHERE r.id = booking_unmetwish.request_id AND r.{BY_STAFF})"
)

_SEATED = ", ".join(f"'{state.value}'" for state in SEAT_STATES)

FUNCTIONS = [
    f"""
    CREATE OR REPLACE FUNCTION booking_looked_up()
    RETURNS TABLE (look_up uuid, child_id uuid, household_id uuid)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    -- Whom the one who asks looked up in the last {MINUTES} minutes, as the ledger says.
    DECLARE
        me text := NULLIF(current_setting('app.actor', true), '');
        moment timestamptz := NULLIF(current_setting('app.at', true), '')::timestamptz;
        places int[] := NULLIF(current_setting('app.facilities', true), '')::int[];
    BEGIN
        RETURN QUERY SELECT e.id, c.id, c.household_id
        FROM history_entry e JOIN records_child c ON c.id = e.child_ids[1]
        WHERE e.facility = ANY (places) AND e.act = '{Act.LOOK_UP}' AND e.actor = me
            AND e.at > moment - interval '{MINUTES} minutes' AND e.at <= moment
            AND c.withdrawn_at IS NULL;
    END
    $$;

    CREATE OR REPLACE FUNCTION booking_caller(number uuid)
    RETURNS TABLE (child_id uuid, household_id uuid, child_name text, born date,
        one_to_one boolean, enrolment text, city text, visits_until date, needs_confirmed boolean,
        expires_on date, only_facility bigint, usable_from date, bookable_from date)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    -- Of a child that was looked up what the rules of use ask, and its name. Without the look-up,
    -- or when it is over, there is no row.
        SELECT c.id, c.household_id, rtrim(c.family_name || ' ' || c.given_name), c.date_of_birth,
            c.needs_one_to_one, c.enrolment, h.city, h.visits_until,
            (SELECT count(DISTINCT n.kind) FROM records_careneed n
                WHERE n.child_id = c.id AND n.confirmation = 'confirmed') = {len(CareNeedKind)},
            r.expires_on, CASE WHEN r.is_home_only THEN r.home_facility_id END,
            r.usable_from, r.bookable_from
        FROM booking_looked_up() asked
        JOIN records_child c ON c.id = asked.child_id
        JOIN records_household h ON h.id = c.household_id
        LEFT JOIN records_registration r ON r.child_id = c.id AND r.state = 'active'
            AND r.expires_on >=
                (current_setting('app.at')::timestamptz AT TIME ZONE 'Asia/Tokyo')::date
        WHERE asked.look_up = number;
    $$;

    CREATE OR REPLACE FUNCTION booking_stays_beside(
        caller uuid, place int, since timestamptz, until timestamptz)
    RETURNS TABLE (is_caller boolean, facility int, starts_at timestamptz, ends_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    -- The seats of a caller's household that limits count beside a wish at a place; of brothers
    -- and sisters neither who they are nor, unless it is there, where.
        SELECT b.child_id = caller,
            CASE WHEN b.child_id = caller OR b.facility_id = place THEN b.facility_id::int
                ELSE 0 END,
            b.starts_at, b.ends_at
        FROM booking_booking b
        WHERE b.household_id IN (
                SELECT asked.household_id FROM booking_looked_up() asked
                WHERE asked.child_id = caller)
            AND b.state = ANY (ARRAY[{_SEATED}]) AND b.starts_at >= since
            AND (until IS NULL OR b.starts_at < until);
    $$;
    REVOKE ALL ON FUNCTION booking_looked_up(), booking_caller(uuid),
        booking_stays_beside(uuid, int, timestamptz, timestamptz) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION booking_looked_up(), booking_caller(uuid),
        booking_stays_beside(uuid, int, timestamptz, timestamptz) TO azukari_staff;
    """,
    """
    CREATE OR REPLACE FUNCTION booking_own_payer_phone(booking uuid) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
        SELECT b.payer_phone FROM booking_booking b WHERE b.id = booking
            AND b.facility_id = ANY (NULLIF(current_setting('app.facilities', true), '')::int[])
    $$;
    CREATE OR REPLACE FUNCTION booking_payer_phone(booking uuid, place bigint) RETURNS text
    LANGUAGE plpgsql STABLE AS $$
    -- With the rights of who reads; staff have none to the column, and ask for what is booked at
    -- the facilities worked for.
    BEGIN
        IF current_user <> 'azukari_staff' THEN
            RETURN (SELECT b.payer_phone FROM public.booking_booking b WHERE b.id = booking);
        ELSIF place = ANY (NULLIF(current_setting('app.facilities', true), '')::int[]) THEN
            RETURN public.booking_own_payer_phone(booking);
        END IF;
        RETURN '';
    END
    $$;
    REVOKE ALL ON FUNCTION booking_own_payer_phone(uuid), booking_payer_phone(uuid, bigint)
        FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION booking_own_payer_phone(uuid) TO azukari_staff;
    GRANT EXECUTE ON FUNCTION booking_payer_phone(uuid, bigint)
        TO azukari_public, azukari_staff;
    """,
    f"""
    CREATE OR REPLACE FUNCTION booking_fill_in() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    -- What a facility keeps of a booking when the lease is over: as it is in the register, whoever
    -- books. Staff who book for a caller can't read it. Whether the child needs somebody for itself
    -- was read before the lock; a correction may have come in between, and must not be lost.
    DECLARE
        is_alone boolean;
    BEGIN
        SELECT btrim(c.family_name || ' ' || c.given_name),
            btrim(c.family_name_kana || ' ' || c.given_name_kana), c.code, c.needs_one_to_one
        INTO NEW.child_name, NEW.child_name_kana, NEW.child_code, is_alone
        FROM records_child c WHERE c.id = NEW.child_id;
        IF is_alone <> (NEW.staffing_group = '{StaffingGroup.ONE_TO_ONE}') THEN
            RAISE EXCEPTION 'the child was corrected meanwhile'
                USING ERRCODE = 'check_violation', CONSTRAINT = '{OUT_OF_DATE}';
        END IF;
        SELECT btrim(p.family_name || ' ' || p.given_name),
            COALESCE(NULLIF(p.mobile_phone, ''), p.phone)
        INTO NEW.payer_name, NEW.payer_phone
        FROM records_parent p JOIN records_child c ON c.household_id = p.household_id
        WHERE c.id = NEW.child_id
        ORDER BY p.is_first_contact DESC, p.family_name_kana, p.given_name_kana, p.id LIMIT 1;
        NEW.payer_name := COALESCE(NEW.payer_name, '');
        NEW.payer_phone := COALESCE(NEW.payer_phone, '');
        RETURN NEW;
    END
    $$;
    REVOKE ALL ON FUNCTION booking_fill_in() FROM PUBLIC;
    DROP TRIGGER IF EXISTS booking_fill_in ON booking_booking;
    CREATE TRIGGER booking_fill_in BEFORE INSERT ON booking_booking
    FOR EACH ROW EXECUTE FUNCTION booking_fill_in();
    """,
    f"""
    CREATE OR REPLACE FUNCTION booking_keep_paper() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
    -- The role that may write the request says nothing of the facility. With the rights of who
    -- books: a request that they do not see is none of theirs, and counts as paper.
    BEGIN
        IF current_user = 'azukari_staff'
            AND COALESCE((
                SELECT r.channel FROM booking_bookingrequest r WHERE r.id = NEW.request_id
            ), '{Channel.PAPER}') = '{Channel.PAPER}'
            AND NOT COALESCE(
                current_setting('app.role', true) IN ('manager', 'center')
                AND NEW.facility_id = ANY
                    (NULLIF(current_setting('app.facilities', true), '')::int[]), false)
        THEN
            RAISE EXCEPTION 'what stands on paper is entered by who answers for the facility'
                USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN NEW;
    END
    $$;
    REVOKE ALL ON FUNCTION booking_keep_paper() FROM PUBLIC;
    DROP TRIGGER IF EXISTS booking_keep_paper ON booking_booking;
    CREATE TRIGGER booking_keep_paper BEFORE INSERT ON booking_booking
    FOR EACH ROW EXECUTE FUNCTION booking_keep_paper();
    """,
]
