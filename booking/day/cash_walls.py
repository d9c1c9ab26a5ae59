"""What the database itself asks of 日計: that it follows the one before, that its cash is that of
the payments, and that none is dated back into it.

Both sides wait for each other at one lock per facility, so that no payment falls between two days.
"""

from booking.actions.payments import COUNTED
from booking.enums import BookingState, PaymentMethod
from history.walls import ACTOR, AT, Wall, all_of, facility, writes

FACILITY = facility()
FOLLOWS = "cash_count_follows"
ADDS_UP = "cash_count_adds_up"
STILL_HERE = "cash_count_names_who_is_here"

WALLS = [
    # One counts and puts the name down, another adds the own one; nothing else ever changes.
    Wall(
        table="day_cashcount",
        staff=writes(
            FACILITY,
            all_of(FACILITY, "second_by_id IS NULL"),
            ("insert", "update (second_by_id, second_at)"),
            leave=all_of(FACILITY, f"second_by_id::text = {ACTOR}"),
            enter=all_of(
                FACILITY,
                f"closed_by_id::text = {ACTOR}",
                "second_by_id IS NULL",
                f"closed_at <= {AT}",
            ),
        ),
        history=FACILITY,
    )
]

TRIGGERS = f"""
    CREATE OR REPLACE FUNCTION day_check_cash_count() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
    DECLARE
        last record;
        cash bigint;
    BEGIN
        PERFORM pg_advisory_xact_lock(NEW.facility_id::int, 0);
        SELECT day, until_at INTO last FROM day_cashcount
            WHERE facility_id = NEW.facility_id ORDER BY until_at DESC LIMIT 1;
        IF NEW.since_at IS DISTINCT FROM last.until_at
            OR NEW.day <= COALESCE(last.day, '-infinity')
            OR NEW.day > (NEW.closed_at AT TIME ZONE 'Asia/Tokyo')::date
            OR NEW.until_at <> LEAST(
                NEW.closed_at, (NEW.day + 1)::timestamp AT TIME ZONE 'Asia/Tokyo')
        THEN
            RAISE EXCEPTION 'the count of % does not follow the one before', NEW.day
                USING ERRCODE = 'check_violation', CONSTRAINT = '{FOLLOWS}';
        END IF;
        SELECT COALESCE(sum(amount), 0) INTO cash FROM booking_payment
            WHERE facility_id = NEW.facility_id AND method = '{PaymentMethod.CASH}'
            AND received_at < NEW.until_at
            AND received_at >= COALESCE(NEW.since_at, '-infinity');
        IF NEW.cash_amount <> cash THEN
            RAISE EXCEPTION 'cash of % yen was taken', cash
                USING ERRCODE = 'check_violation', CONSTRAINT = '{ADDS_UP}';
        END IF;
        IF NEW.open_count = 0 AND EXISTS (
            SELECT FROM booking_booking b WHERE b.facility_id = NEW.facility_id
            AND b.state = '{BookingState.PRESENT}'
            AND b.starts_at < (NEW.day + 1)::timestamp AT TIME ZONE 'Asia/Tokyo')
        THEN
            RAISE EXCEPTION 'a child has not been fetched'
                USING ERRCODE = 'check_violation', CONSTRAINT = '{STILL_HERE}';
        END IF;
        RETURN NEW;
    END
    $$;
    CREATE OR REPLACE FUNCTION day_keep_counted() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
    -- After the row, when it says for certain whose it is.
    BEGIN
        PERFORM pg_advisory_xact_lock(NEW.facility_id::int, 0);
        IF EXISTS (
            SELECT FROM day_cashcount c WHERE c.facility_id = NEW.facility_id
            AND c.until_at > NEW.received_at)
            OR TG_OP = 'UPDATE' AND EXISTS (
            SELECT FROM day_cashcount c WHERE c.facility_id = OLD.facility_id
            AND c.until_at > OLD.received_at)
        THEN
            RAISE EXCEPTION 'the cash of % is counted', NEW.received_at
                USING ERRCODE = 'check_violation', CONSTRAINT = '{COUNTED}';
        END IF;
        RETURN NULL;
    END
    $$;
    REVOKE ALL ON FUNCTION day_check_cash_count(), day_keep_counted() FROM PUBLIC;
    DROP TRIGGER IF EXISTS day_check_cash_count ON day_cashcount;
    CREATE TRIGGER day_check_cash_count BEFORE INSERT ON day_cashcount
    FOR EACH ROW EXECUTE FUNCTION day_check_cash_count();
    DROP TRIGGER IF EXISTS day_keep_counted ON booking_payment;
    CREATE TRIGGER day_keep_counted
    AFTER INSERT OR UPDATE OF amount, method, received_at, facility_id, fee_id ON booking_payment
    FOR EACH ROW EXECUTE FUNCTION day_keep_counted();
"""  # noqa: S608  names of our own tables
