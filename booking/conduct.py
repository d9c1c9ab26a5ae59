"""What the database itself asks when somebody books under a hold, or changes or waives a fee.

A hold binds every way in which a booking is made or waited for, also for staff who may not read
it. A child that stands at the door is received all the same, a time may be changed, and who waited
before is served.
"""

from booking.enums import BookingState, Channel, ChargedTime
from booking.enums_rules import Subject

_PROMISES = ", ".join(
    f"'{state.value}'"
    for state in (BookingState.HELD, BookingState.AWAITING, BookingState.CONFIRMED)
)
_FETCHED = f"'{BookingState.FETCHED}', '{BookingState.SETTLED}'"
_CARED_FOR = f"'{BookingState.PRESENT}', {_FETCHED}"
ON_HOLD = "booking_household_on_hold"

TRIGGERS = f"""
    CREATE OR REPLACE FUNCTION booking_refuse_on_hold() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    DECLARE
        today date := (COALESCE(
            NULLIF(current_setting('app.at', true), '')::timestamptz, clock_timestamp()
        ) AT TIME ZONE 'Asia/Tokyo')::date;
        family uuid;
        place bigint;
        until date;
    BEGIN
        IF TG_TABLE_NAME = 'booking_waitingchild' THEN
            SELECT household_id, facility_id INTO family, place
            FROM booking_waiting WHERE id = NEW.waiting_id;
        ELSE
            family := NEW.household_id;
            place := NEW.facility_id;
            IF EXISTS (
                SELECT FROM booking_bookingrequest r
                WHERE r.id = NEW.request_id AND r.channel = '{Channel.WALK_IN}'
                AND (NEW.starts_at AT TIME ZONE 'Asia/Tokyo')::date = today)
            THEN
                RETURN NEW;
            END IF;
        END IF;
        until := (
            SELECT max(h.ends_on) FROM booking_usehold h
            WHERE h.household_id = family AND h.lifted_at IS NULL
            AND today BETWEEN h.starts_on AND h.ends_on
            AND (h.subject = '{Subject.HOUSEHOLD}' OR h.child_id = NEW.child_id)
            AND (NOT h.is_here_only OR h.facility_id = place));
        IF until IS NOT NULL THEN
            RAISE EXCEPTION 'the household books nothing before %', until + 1
                USING ERRCODE = 'check_violation', CONSTRAINT = '{ON_HOLD}',
                DETAIL = until::text;
        END IF;
        RETURN NEW;
    END
    $$;
    CREATE OR REPLACE FUNCTION booking_keep_waivers() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
    -- A column right can't tell a carer from a manager, nor the own facility from one at which
    -- a caller is booked. Taking back what was recorded wrongly takes the waiver with it.
    BEGIN
        IF current_user = 'azukari_staff' AND NOT COALESCE(NEW.facility_id = ANY
            (NULLIF(current_setting('app.facilities', true), '')::int[]), false)
        THEN
            RAISE EXCEPTION 'a facility waives and prolongs its own'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'booking_keep_waivers';
        END IF;
        IF NEW.waived_amount > 0 AND current_user = 'azukari_staff'
            AND COALESCE(current_setting('app.role', true), '') NOT IN ('manager', 'center')
        THEN
            RAISE EXCEPTION 'only managers and the center waive'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'booking_keep_waivers';
        END IF;
        RETURN NEW;
    END
    $$;
    CREATE OR REPLACE FUNCTION booking_keep_price() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
    -- What care costs was promised when it was booked (`fee_care_as_promised`). Where the tariff
    -- charges the actual time a departure lowers it, once and for the minutes that were noted;
    -- taken back it gives back the price. Care that was given doesn't fall away, and what is paid
    -- for stays. Who may not see the attendance has none to reckon by.
    DECLARE
        noted int;
        state text;
        refused text;
    BEGIN
        IF current_user NOT IN ('azukari_public', 'azukari_staff') THEN
            RETURN NEW;
        END IF;
        state := (SELECT b.state FROM booking_booking b WHERE b.id = NEW.booking_id);
        noted := (
            SELECT GREATEST(0, EXTRACT(EPOCH FROM
                date_trunc('minute', LEAST(a.left_at, b.ends_at))
                - date_trunc('minute', GREATEST(a.arrived_at, b.starts_at)))::int / 60)
            FROM booking_attendance a
            JOIN booking_booking b ON b.id = a.booking_id
            JOIN booking_tariff t ON t.id = NEW.tariff_id
            WHERE b.id = NEW.booking_id AND b.state IN ({_FETCHED}) AND a.left_at IS NOT NULL
            AND t.charged_time = '{ChargedTime.ACTUAL}');
        refused := CASE
            WHEN NEW.used_minutes IS DISTINCT FROM noted
                THEN 'the time in care is charged as it was noted'
            WHEN NEW.used_minutes = OLD.used_minutes
                THEN 'a departure is reckoned once'
            WHEN noted IS NULL AND NEW.care_amount <> NEW.promised_amount
                AND state IN ({_CARED_FOR})
                THEN 'care that was given costs what was promised'
            WHEN EXISTS (SELECT FROM booking_payment p WHERE p.fee_id = NEW.id)
                THEN 'what is paid for stays'
            END;
        IF refused IS NOT NULL THEN
            RAISE EXCEPTION '%', refused
                USING ERRCODE = 'check_violation', CONSTRAINT = 'booking_keep_price';
        END IF;
        RETURN NEW;
    END
    $$;
    REVOKE ALL ON FUNCTION booking_refuse_on_hold(), booking_keep_waivers(), booking_keep_price()
        FROM PUBLIC;
    DROP TRIGGER IF EXISTS booking_refuse_on_hold ON booking_booking;
    CREATE TRIGGER booking_refuse_on_hold BEFORE INSERT ON booking_booking
    FOR EACH ROW WHEN (NEW.state IN ({_PROMISES}) AND NEW.replaces_id IS NULL)
    EXECUTE FUNCTION booking_refuse_on_hold();
    DROP TRIGGER IF EXISTS booking_refuse_on_hold ON booking_waitingchild;
    CREATE TRIGGER booking_refuse_on_hold BEFORE INSERT ON booking_waitingchild
    FOR EACH ROW EXECUTE FUNCTION booking_refuse_on_hold();
    DROP TRIGGER IF EXISTS booking_keep_waivers ON booking_fee;
    CREATE TRIGGER booking_keep_waivers BEFORE UPDATE ON booking_fee
    FOR EACH ROW WHEN (
        (NEW.waived_amount, NEW.waived_reason,
            NEW.used_minutes, NEW.overrun_minutes, NEW.overrun_amount)
        IS DISTINCT FROM
        (OLD.waived_amount, OLD.waived_reason,
            OLD.used_minutes, OLD.overrun_minutes, OLD.overrun_amount))
    EXECUTE FUNCTION booking_keep_waivers();
    DROP TRIGGER IF EXISTS booking_keep_price ON booking_fee;
    CREATE TRIGGER booking_keep_price BEFORE UPDATE ON booking_fee
    FOR EACH ROW WHEN (
        (NEW.care_amount, NEW.used_minutes) IS DISTINCT FROM (OLD.care_amount, OLD.used_minutes))
    EXECUTE FUNCTION booking_keep_price();
"""  # noqa: S608  names of our own tables
