"""Who may do what with the waiting list, and the functions that cross families: numbers out, never
a name. Staff answer for a caller all of whose children in the line they looked up."""

from booking.caller_walls import CHILDREN, HOUSEHOLDS
from booking.enums import STILL_WAITING, WaitingState
from history.walls import (
    ACTOR,
    AT,
    EVERY_ROW,
    HOUSEHOLD,
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
FACILITY = facility()
OWN_WAITING = "EXISTS (SELECT FROM booking_waiting w WHERE w.id = booking_waitingchild.waiting_id)"
WAITING_HERE = (
    "EXISTS (SELECT FROM booking_waiting w WHERE w.id = booking_waitingchild.waiting_id"
    f" AND {facility('w.facility_id')})"
)
MOVES = all_of(FACILITY, role("manager", "center"))
# The lines of children that were looked up; asked once per statement.
OF_CALLER = "id = ANY ((SELECT array_agg(line) FROM booking_lines_of_callers())::uuid[])"
ANSWERS = (
    "id = ANY ((SELECT array_agg(line) FROM booking_lines_of_callers() WHERE missing = 0)::uuid[])"
)
# What is entered at this moment, by whom.
ENTERS = f"joined_at = {AT} AND joined_by_id::text = {ACTOR}"
# A child of the line just entered, looked up like the family of the line.
CHILD_OF_CALLER = (
    "EXISTS (SELECT FROM booking_waiting w JOIN booking_looked_up() l"
    " ON l.household_id = w.household_id WHERE w.id = booking_waitingchild.waiting_id"
    f" AND l.child_id = booking_waitingchild.child_id AND w.joined_at = {AT}"
    f" AND w.joined_by_id::text = {ACTOR})"
)
WAITED = (
    "id, household_id, facility_id, starts_at, ends_at, state, priority, joined_by_id, joined_at,"
    " offered_at, offer_until, is_broadcast, request_id"
)
# A request for a family that waits, in the name of whoever of it joined the line.
OF_WHO_WAITS = (
    "EXISTS (SELECT FROM booking_waiting w"
    " WHERE w.household_id = booking_bookingrequest.household_id"
    " AND w.joined_by_id = booking_bookingrequest.requested_by_id"
    f" AND w.state IN ({', '.join(repr(state.value) for state in STILL_WAITING)}))"
)
_WAITS = ", ".join(f"'{state.value}'" for state in STILL_WAITING)
_ANSWERED = f"'{WaitingState.BOOKED}', '{WaitingState.WITHDRAWN}'"
WAITING, OFFERED = (f"'{state.value}'" for state in (WaitingState.WAITING, WaitingState.OFFERED))
NEW = f"state = {WAITING} AND priority = 0"

WALLS = [
    Wall(
        table="booking_waiting",
        # A family joins at the moment that it is, at the end, and answers; its place only staff
        # move, with a reason.
        public=writes(
            OWN_HOUSEHOLD,
            all_of(OWN_HOUSEHOLD, f"state IN ({_WAITS})"),
            ("insert", "update (state, request_id)"),
            leave=all_of(
                OWN_HOUSEHOLD,
                any_of(
                    f"state IN ({_ANSWERED})",
                    all_of(NEW, ENTERS),
                ),
            ),
        ),
        # Which of the two they may change, and to what, `booking_keep_line` says.
        staff=writes(
            any_of(FACILITY, OF_CALLER, ENTERS),
            any_of(MOVES, ANSWERS),
            ("insert", "update (priority, priority_reason, state, request_id)"),
            enter=all_of(f"household_id = ANY {HOUSEHOLDS}", NEW, ENTERS),
        ),
        # Neither who waits nor why somebody goes first.
        worker=Access(
            EVERY_ROW,
            (
                f"select ({WAITED})",
                "update (state, offered_at, offer_until, is_broadcast, request_id)",
            ),
        ),
        history=FACILITY,
    ),
    Wall(
        table="booking_waitingchild",
        public=writes(
            OWN_WAITING, verbs=("insert",),
            leave=all_of(OWN_WAITING, "EXISTS (SELECT FROM records_child c WHERE c.id = child_id)"),
        ),
        # Elsewhere the looked-up child alone, not who waits together with it.
        staff=writes(
            any_of(WAITING_HERE, f"child_id = ANY {CHILDREN}"),
            verbs=("insert",),
            leave=CHILD_OF_CALLER,
        ),
        worker=sees(EVERY_ROW, "id", "waiting_id", "child_id"),
    ),
]  # fmt: skip

FUNCTIONS = f"""
    CREATE OR REPLACE FUNCTION booking_waited_for(slots bigint[]) RETURNS SETOF bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    -- Of some half hours those for which a family waits.
        SELECT s.id FROM booking_slot s
        WHERE s.id = ANY (slots) AND EXISTS (
            SELECT FROM booking_waiting w
            WHERE w.facility_id = s.facility_id AND w.state = {WAITING}
            AND w.starts_at <= s.starts_at AND s.starts_at < w.ends_at)
    $$;

    CREATE OR REPLACE FUNCTION booking_place_in_line(line uuid)
    RETURNS TABLE (place int, preferred int)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    -- The place of a family that asks for its own: one more than the families before it whose time
    -- touches its own; and how many of them staff have moved there. No row for anybody else.
        SELECT 1 + count(other.id)::int,
            count(other.id) FILTER (WHERE other.priority < own.priority)::int
        FROM booking_waiting own
        LEFT JOIN booking_waiting other
            ON other.facility_id = own.facility_id AND other.state IN ({WAITING}, {OFFERED})
            AND other.starts_at < own.ends_at AND other.ends_at > own.starts_at
            AND (other.priority, other.joined_at, other.id)
                < (own.priority, own.joined_at, own.id)
        WHERE own.id = line AND own.state IN ({WAITING}, {OFFERED})
        AND own.household_id = NULLIF(current_setting('app.household', true), '')::uuid
        GROUP BY own.id
    $$;

    CREATE OR REPLACE FUNCTION booking_line_refusal(line uuid, version bigint) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    -- Why the first child of a family that can't be booked can't, by a version of the rules; ''
    -- where all of them can. The worker asks before it offers, and reads nothing of the register.
        SELECT COALESCE((
            SELECT found.refusal FROM (
                SELECT booking_refusal(
                    c.child_id,
                    (current_setting('app.at')::timestamptz AT TIME ZONE 'Asia/Tokyo')::date,
                    (w.starts_at AT TIME ZONE 'Asia/Tokyo')::date, version, w.facility_id::int
                ) AS refusal
                FROM booking_waiting w JOIN booking_waitingchild c ON c.waiting_id = w.id
                WHERE w.id = line ORDER BY c.id
            ) found WHERE found.refusal <> '' LIMIT 1), '')
    $$;

    CREATE OR REPLACE FUNCTION booking_lines_of_callers()
    RETURNS TABLE (line uuid, missing int)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    -- The lines to come in which a child waits that was looked up by the one who asks; and for how
    -- many children of each that is not so.
        SELECT w.id, (count(*) - count(asked.child_id))::int
        FROM booking_waiting w
        JOIN booking_waitingchild c ON c.waiting_id = w.id
        LEFT JOIN (SELECT DISTINCT l.child_id FROM booking_looked_up() l) asked
            ON asked.child_id = c.child_id
        WHERE w.ends_at > NULLIF(current_setting('app.at', true), '')::timestamptz
        AND w.household_id = ANY (
            (SELECT array_agg(l.household_id) FROM booking_looked_up() l)::uuid[])
        GROUP BY w.id HAVING count(asked.child_id) > 0
    $$;

    CREATE OR REPLACE FUNCTION booking_name_child() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    -- How a facility knows a child that waits: as it is in the register, whoever enters it. Staff
    -- who enter a caller can't read it.
    BEGIN
        SELECT btrim(c.family_name || ' ' || c.given_name), c.code
        INTO NEW.child_name, NEW.child_code FROM records_child c WHERE c.id = NEW.child_id;
        RETURN NEW;
    END
    $$;
    DROP TRIGGER IF EXISTS booking_name_child ON booking_waitingchild;
    CREATE TRIGGER booking_name_child BEFORE INSERT ON booking_waitingchild
    FOR EACH ROW EXECUTE FUNCTION booking_name_child();

    CREATE OR REPLACE FUNCTION booking_keep_line() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
    -- Staff answer for whom they looked up, and nothing else of the line; its order only those
    -- change who may, at their own facility.
    BEGIN
        IF current_user <> 'azukari_staff' THEN
            RETURN NEW;
        END IF;
        IF (NEW.state, NEW.request_id) IS DISTINCT FROM (OLD.state, OLD.request_id)
            AND (OLD.state IN ({_WAITS}) AND NEW.state IN ({_ANSWERED})
                AND EXISTS (SELECT FROM booking_lines_of_callers() asked
                    WHERE asked.line = NEW.id AND asked.missing = 0)) IS NOT TRUE
        THEN
            RAISE EXCEPTION 'line % is not of a caller', NEW.id
                USING ERRCODE = 'insufficient_privilege';
        END IF;
        IF (NEW.priority, NEW.priority_reason) IS DISTINCT FROM (OLD.priority, OLD.priority_reason)
            AND (NEW.{FACILITY} AND {role("manager", "center")}) IS NOT TRUE
        THEN
            RAISE EXCEPTION 'the place of line % is not to be moved', NEW.id
                USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN NEW;
    END
    $$;
    DROP TRIGGER IF EXISTS booking_keep_line ON booking_waiting;
    CREATE TRIGGER booking_keep_line BEFORE UPDATE ON booking_waiting
    FOR EACH ROW EXECUTE FUNCTION booking_keep_line();

    REVOKE ALL ON FUNCTION booking_waited_for(bigint[]), booking_place_in_line(uuid),
        booking_line_refusal(uuid, bigint), booking_lines_of_callers(), booking_keep_line(),
        booking_name_child()
        FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION booking_lines_of_callers() TO azukari_staff;
    GRANT EXECUTE ON FUNCTION booking_waited_for(bigint[])
        TO azukari_public, azukari_staff, azukari_worker;
    GRANT EXECUTE ON FUNCTION booking_place_in_line(uuid) TO azukari_public;
    GRANT EXECUTE ON FUNCTION booking_line_refusal(uuid, bigint) TO azukari_worker;
"""  # noqa: S608  our own words alone
