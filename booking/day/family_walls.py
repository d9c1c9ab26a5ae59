"""Who may do what with what families say on the day: each its own, and the facility that cares."""

from history.walls import ACTOR, HOUSEHOLD, Wall, all_of, facility, sees, writes

FACILITY = facility()
OWN = f"household_id = {HOUSEHOLD}"
# Of a booking that the family has; the copies of its columns are written by the database.
OF_OWN_BOOKING = "booking_id = ANY ((SELECT array_agg(id) FROM booking_booking)::uuid[])"
OF_BOOKING = (
    ("facility_id", "booking_booking", "booking_id"),
    ("household_id", "booking_booking", "booking_id"),
)
IN_OWN_NAME = f"sent_by_id::text = {ACTOR}"
REPLIED = f"replied_by_id::text = {ACTOR}"
# Whoever takes the step that the row shows last.
LAST_STEP = (
    "CASE WHEN called_at IS NULL OR replied_at > called_at THEN replied_by_id ELSE called_by_id END"
    f"::text = {ACTOR}"
)
SAID = "words, sent_by_id, sent_at"
CHECKED = "temperature, meal, sleep, medicine, phone, is_well, sent_by_id, sent_at"
REPLY = "reply, replied_by_id, replied_at"
CALL = "called_by_id, called_at, called_number"
UNANSWERED = "replied_at IS NULL"
# A family confirms nobody: that is the facility's, on the telephone.
UNCALLED = "called_at IS NULL"

WALLS = [
    # What a family says anew is unanswered anew.
    Wall(
        table="day_latenotice",
        public=writes(
            OWN,
            verbs=("insert", f"update (arrives_at, {SAID}, {REPLY})"),
            leave=all_of(OWN, OF_OWN_BOOKING, IN_OWN_NAME, UNANSWERED),
        ),
        staff=writes(FACILITY, verbs=(f"update ({REPLY})",), leave=all_of(FACILITY, REPLIED)),
        history=FACILITY,
        copies=OF_BOOKING,
    ),
    Wall(
        table="day_pickupchange",
        public=writes(
            OWN,
            verbs=(
                "insert",
                f"update (person, relation, chosen, fetched_at, {SAID}, {REPLY}, {CALL})",
            ),
            leave=all_of(OWN, OF_OWN_BOOKING, IN_OWN_NAME, UNANSWERED, UNCALLED),
        ),
        staff=writes(
            FACILITY, verbs=(f"update ({REPLY}, {CALL})",), leave=all_of(FACILITY, LAST_STEP)
        ),
        history=FACILITY,
        copies=OF_BOOKING,
    ),
    Wall(
        table="day_arrivalcheck",
        public=writes(
            OWN,
            verbs=("insert", f"update ({CHECKED})"),
            leave=all_of(OWN, OF_OWN_BOOKING, IN_OWN_NAME),
        ),
        staff=sees(FACILITY),
        history=FACILITY,
        copies=OF_BOOKING,
    ),
]

# Only the register says who is registered, whatever a form sends.
TRIGGERS = """
    CREATE OR REPLACE FUNCTION day_know_person() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
        NEW.registered_name := COALESCE((
            SELECT p.name FROM records_pickupperson p
            JOIN booking_booking b ON b.child_id = p.child_id
            WHERE b.id = NEW.booking_id AND p.id = NEW.chosen
            UNION ALL
            SELECT trim(p.family_name || ' ' || p.given_name) FROM records_parent p
            JOIN booking_booking b ON b.household_id = p.household_id
            WHERE b.id = NEW.booking_id AND p.id = NEW.chosen
            LIMIT 1), '');
        NEW.is_registered := NEW.registered_name <> '';
        RETURN NEW;
    END
    $$;
    REVOKE ALL ON FUNCTION day_know_person() FROM PUBLIC;
    DROP TRIGGER IF EXISTS day_know_person ON day_pickupchange;
    CREATE TRIGGER day_know_person
    BEFORE INSERT OR UPDATE OF person, chosen, is_registered, registered_name, booking_id
    ON day_pickupchange FOR EACH ROW EXECUTE FUNCTION day_know_person();
"""
