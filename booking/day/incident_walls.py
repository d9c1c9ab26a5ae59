"""What the database itself asks of the reports of accidents: a number each, no change once they are
handed in, and a manager's name that is not the one under the text.
"""

from booking.day.enums import IncidentState
from history.walls import ACTOR, AT, Wall, all_of, any_of, facility, role, writes

FACILITY = facility()
OF_INCIDENT = ("facility_id", "day_incident", "incident_id")
CONTENT = (
    "kind", "happened_at", "place", "what_happened", "injury", "what_was_done", "witnesses",
    "prevention", "written_by_id", "written_at",
)  # fmt: skip
STEPS = ("state", "submitted_by_id", "submitted_at", "signed_by_id", "signed_at")
DRAFT, SUBMITTED, SIGNED, WITHDRAWN = (f"state = '{each.value}'" for each in IncidentState)
# Who receives the children; the center reads, signs and adds.
ON_SITE = role("carer", "manager")
WRITES = f"written_by_id::text = {ACTOR}"

WALLS = [
    Wall(
        table="day_incident",
        staff=writes(
            FACILITY,
            all_of(FACILITY, any_of(DRAFT, SUBMITTED)),
            ("insert", f"update ({', '.join((*CONTENT, *STEPS))})"),
            leave=all_of(
                FACILITY,
                any_of(
                    all_of(DRAFT, ON_SITE, WRITES),
                    all_of(WITHDRAWN, ON_SITE, WRITES),
                    all_of(SUBMITTED, ON_SITE, WRITES, f"submitted_by_id::text = {ACTOR}"),
                    all_of(SIGNED, role("manager", "center"), f"signed_by_id::text = {ACTOR}"),
                ),
            ),
            enter=all_of(
                FACILITY,
                ON_SITE,
                DRAFT,
                WRITES,
                f"started_by_id::text = {ACTOR}",
                f"started_at <= {AT}",
            ),
        ),
        history=FACILITY,
    ),
    # Who is concerned may change until the report is handed in.
    Wall(
        table="day_incidentchild",
        staff=writes(
            FACILITY,
            all_of(FACILITY, ON_SITE),
            verbs=("insert", "delete"),
        ),
        history=facility("living.facility_id"),
        through=("day_incident", "incident_id"),
        copies=(("facility_id", "booking_booking", "booking_id"),),
    ),
    Wall(
        table="day_incidententry",
        staff=writes(
            FACILITY,
            verbs=("insert",),
            enter=all_of(FACILITY, WRITES, f"written_at <= {AT}"),
        ),
        history=FACILITY,
        copies=(OF_INCIDENT,),
    ),
]

SAME = "\n            OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in CONTENT[:-2])

TRIGGERS = f"""
    CREATE OR REPLACE FUNCTION day_number_incident() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
    DECLARE
        day date := (NEW.started_at AT TIME ZONE 'Asia/Tokyo')::date;
    BEGIN
        PERFORM pg_advisory_xact_lock(NEW.facility_id::int, 1);
        NEW.fiscal_year := extract(year FROM day - interval '3 months');
        SELECT COALESCE(max(number), 0) + 1 INTO NEW.number FROM day_incident
            WHERE facility_id = NEW.facility_id AND fiscal_year = NEW.fiscal_year;
        RETURN NEW;
    END
    $$;
    CREATE OR REPLACE FUNCTION day_keep_incident() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
        IF (OLD.state, NEW.state) NOT IN (
            ('draft', 'draft'), ('draft', 'submitted'), ('draft', 'withdrawn'),
            ('submitted', 'draft'), ('submitted', 'signed'))
        THEN
            RAISE EXCEPTION 'a report that is % does not become %', OLD.state, NEW.state
                USING ERRCODE = 'check_violation', CONSTRAINT = 'incident_step';
        END IF;
        IF OLD.state <> 'draft' AND (
            {SAME})
        THEN
            RAISE EXCEPTION 'a report that is % is not rewritten', OLD.state
                USING ERRCODE = 'check_violation', CONSTRAINT = 'incident_is_kept';
        END IF;
        RETURN NEW;
    END
    $$;
    CREATE OR REPLACE FUNCTION day_keep_incident_child() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
    DECLARE
        child day_incidentchild := COALESCE(NEW, OLD);
    BEGIN
        IF NOT EXISTS (
            SELECT FROM day_incident i JOIN booking_booking b ON b.id = child.booking_id
            WHERE i.id = child.incident_id AND i.state = 'draft'
            AND i.facility_id = b.facility_id)
        THEN
            RAISE EXCEPTION 'the report takes no other child'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'incident_child_is_kept';
        END IF;
        RETURN child;
    END
    $$;
    CREATE OR REPLACE FUNCTION day_check_incident_entry() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
        IF NEW.booking_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM day_incidentchild c
            WHERE c.incident_id = NEW.incident_id AND c.booking_id = NEW.booking_id)
        THEN
            RAISE EXCEPTION 'the report is not about that child'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'incident_entry_of_its_child';
        END IF;
        RETURN NEW;
    END
    $$;
    REVOKE ALL ON FUNCTION day_number_incident(), day_keep_incident(), day_keep_incident_child(),
        day_check_incident_entry() FROM PUBLIC;
    DROP TRIGGER IF EXISTS day_number_incident ON day_incident;
    CREATE TRIGGER day_number_incident BEFORE INSERT ON day_incident
    FOR EACH ROW EXECUTE FUNCTION day_number_incident();
    DROP TRIGGER IF EXISTS day_keep_incident ON day_incident;
    CREATE TRIGGER day_keep_incident BEFORE UPDATE ON day_incident
    FOR EACH ROW EXECUTE FUNCTION day_keep_incident();
    DROP TRIGGER IF EXISTS day_keep_incident_child ON day_incidentchild;
    CREATE TRIGGER day_keep_incident_child BEFORE INSERT OR DELETE ON day_incidentchild
    FOR EACH ROW EXECUTE FUNCTION day_keep_incident_child();
    DROP TRIGGER IF EXISTS day_check_incident_entry ON day_incidententry;
    CREATE TRIGGER day_check_incident_entry BEFORE INSERT ON day_incidententry
    FOR EACH ROW EXECUTE FUNCTION day_check_incident_entry();
"""  # noqa: S608  names of our own tables
