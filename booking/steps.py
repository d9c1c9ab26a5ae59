"""The steps of a booking as the database keeps them, whatever way a change takes (domain.md 4.4).

Only a step that may follow is taken, and at the commit each has its row that says who took it when.
"""

from booking.enums import BEGINNINGS, FOLLOWING

_PAIRS = ", ".join(
    f"('{before.value}', '{after.value}')"
    for before, following in FOLLOWING.items()
    for after in following
)
_BEGINNINGS = ", ".join(f"'{state.value}'" for state in BEGINNINGS)

TRIGGERS = f"""
    CREATE OR REPLACE FUNCTION booking_refuse_step() RETURNS trigger
    LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'a booking can''t become %', NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'booking_step_follows';
    END
    $$;
    CREATE OR REPLACE FUNCTION booking_ask_for_step() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    -- Into each state a booking came as often as it left it, and once more into that of now.
    BEGIN
        IF EXISTS (
            SELECT FROM booking_booking b,
                LATERAL (
                    SELECT state, sum(times) AS times FROM (
                        SELECT to_state AS state, 1 AS times
                        FROM booking_bookingtransition WHERE booking_id = b.id
                        UNION ALL SELECT from_state, -1
                        FROM booking_bookingtransition WHERE booking_id = b.id
                        UNION ALL SELECT '', 1
                        UNION ALL SELECT b.state, -1
                    ) steps GROUP BY state
                ) counted
            WHERE b.id = NEW.id AND counted.times <> 0)
        THEN
            RAISE EXCEPTION 'a step of booking % is not written down', NEW.id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'booking_step_is_written';
        END IF;
        RETURN NULL;
    END
    $$;
    REVOKE ALL ON FUNCTION booking_refuse_step(), booking_ask_for_step() FROM PUBLIC;
    DROP TRIGGER IF EXISTS booking_first_step ON booking_booking;
    CREATE TRIGGER booking_first_step BEFORE INSERT ON booking_booking
    FOR EACH ROW WHEN (NEW.state NOT IN ({_BEGINNINGS}))
    EXECUTE FUNCTION booking_refuse_step();
    DROP TRIGGER IF EXISTS booking_next_step ON booking_booking;
    CREATE TRIGGER booking_next_step BEFORE UPDATE ON booking_booking
    FOR EACH ROW WHEN (OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN ({_PAIRS}))
    EXECUTE FUNCTION booking_refuse_step();
    DROP TRIGGER IF EXISTS booking_first_step_is_written ON booking_booking;
    CREATE CONSTRAINT TRIGGER booking_first_step_is_written AFTER INSERT ON booking_booking
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION booking_ask_for_step();
    DROP TRIGGER IF EXISTS booking_next_step_is_written ON booking_booking;
    CREATE CONSTRAINT TRIGGER booking_next_step_is_written AFTER UPDATE ON booking_booking
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.state <> NEW.state)
    EXECUTE FUNCTION booking_ask_for_step();
"""
