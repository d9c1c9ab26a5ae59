"""What the database keeps of a closed day: no recorded arrival or departure changes any more.

What happens after the count, and what was never recorded, may still be entered: a child that was
there when the box was closed goes home. Payments are kept by `cash_walls`.
"""

from booking.actions.attendances import OF_CLOSED_DAY
from history.walls import ACTOR, AT, Wall, all_of, facility, role, writes

FACILITY = facility()
MANAGES = all_of(FACILITY, role("manager", "center"))
ARRIVAL = "arrived_at, brought_by, temperature, condition, arrival_late_entry"
DEPARTURE = "left_at, fetched_by, departure_late_entry"


def _of(row: str, columns: str) -> str:
    return ", ".join(f"{row}.{column}" for column in columns.split(", "))


WALLS = [
    Wall(
        table="day_daycorrection",
        staff=writes(
            FACILITY,
            verbs=("insert",),
            enter=all_of(MANAGES, f"corrected_by_id::text = {ACTOR}", f"corrected_at <= {AT}"),
        ),
        history=FACILITY,
        copies=(("facility_id", "booking_booking", "booking_id"),),
    )
]

TRIGGERS = f"""
    CREATE OR REPLACE FUNCTION day_keep_attendance() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
    DECLARE
        closed timestamptz;
        is_kept boolean;
        is_corrected boolean := false;
    BEGIN
        -- A count under way waits here, or came first.
        PERFORM pg_advisory_xact_lock(OLD.facility_id::int, 0);
        SELECT max(until_at) INTO closed FROM day_cashcount WHERE facility_id = OLD.facility_id;
        is_kept := OLD.arrived_at < closed AND (
            TG_OP = 'DELETE' OR ({_of("NEW", ARRIVAL)}) IS DISTINCT FROM ({_of("OLD", ARRIVAL)})
        ) OR OLD.left_at < closed AND (
            TG_OP = 'DELETE' OR ({_of("NEW", DEPARTURE)}) IS DISTINCT FROM ({_of("OLD", DEPARTURE)})
        );
        IF is_kept AND TG_OP = 'UPDATE' THEN
            -- To the times of the last correction alone, and nothing beside them.
            SELECT (c.arrived_at, c.left_at) = (NEW.arrived_at, NEW.left_at)
                AND (to_jsonb(NEW) - '{{arrived_at,left_at,noted_at}}'::text[])
                    = (to_jsonb(OLD) - '{{arrived_at,left_at,noted_at}}'::text[])
                INTO is_corrected FROM day_daycorrection c
                WHERE c.booking_id = OLD.booking_id ORDER BY c.corrected_at DESC LIMIT 1;
        END IF;
        IF is_kept AND is_corrected IS NOT TRUE THEN
            RAISE EXCEPTION 'the day of % is closed', OLD.arrived_at
                USING ERRCODE = 'check_violation', CONSTRAINT = '{OF_CLOSED_DAY}';
        END IF;
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END
    $$;
    REVOKE ALL ON FUNCTION day_keep_attendance() FROM PUBLIC;
    DROP TRIGGER IF EXISTS day_keep_attendance ON booking_attendance;
    CREATE TRIGGER day_keep_attendance BEFORE UPDATE OR DELETE ON booking_attendance
    FOR EACH ROW EXECUTE FUNCTION day_keep_attendance();
"""  # noqa: S608  names of our own columns
