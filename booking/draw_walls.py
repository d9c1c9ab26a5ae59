"""The walls of a draw: families until it closes, the worker alone while it is drawn."""

from booking.enums import Channel
from history.walls import (
    AT,
    EVERY_ROW,
    HOUSEHOLD,
    WORKER,
    Access,
    Wall,
    all_of,
    sees,
    writes,
)
from records.enums import CareNeedKind

CLOSES = "r.opens_at + make_interval(mins => r.collects_minutes)"
OF_DRAW = "r.mode = 'draw' AND NOT r.is_dropped AND r.drawn_at IS NULL AND r.seed_digest <> ''"
COLLECTS = f"{OF_DRAW} AND r.opens_at <= {AT} AND {AT} < {CLOSES}"
IS_DRAWN = f"{OF_DRAW} AND t.position IS NULL AND {CLOSES} <= {AT}"

OWN = f"household_id = {HOUSEHOLD}"
COLLECTING = f"EXISTS (SELECT FROM booking_release r WHERE r.id = release_id AND {COLLECTS})"
OWN_TICKET = "EXISTS (SELECT FROM booking_ticket t WHERE t.id = ticket_id)"
OPEN_TICKET = (
    "EXISTS (SELECT FROM booking_ticket t JOIN booking_release r ON r.id = t.release_id"
    f" WHERE t.id = ticket_id AND t.household_id = {HOUSEHOLD} AND {COLLECTS})"
)
OWN_CHILD = "child_id = ANY ((SELECT array_agg(id) FROM records_child)::uuid[])"
# Households whose ticket the worker is about to place: for them alone it books.
PLACING = (
    "household_id IN (SELECT t.household_id FROM booking_ticket t"
    f" JOIN booking_release r ON r.id = t.release_id WHERE {IS_DRAWN})"
)
# The request of a ticket that is placed now, in the name of whoever asked for it.
OF_WHO_DREW = (
    f"channel = '{Channel.DRAW}' AND EXISTS (SELECT FROM booking_ticket t"
    " JOIN booking_release r ON r.id = t.release_id"
    " WHERE t.id = booking_bookingrequest.key"
    " AND t.household_id = booking_bookingrequest.household_id"
    f" AND t.asked_by_id = booking_bookingrequest.requested_by_id AND {IS_DRAWN})"
)
OF_PLACING = f"EXISTS (SELECT FROM booking_booking b WHERE b.id = booking_id AND b.{PLACING})"

WALLS = [
    Wall(
        table="booking_drawseed",
        worker=Access(EVERY_ROW, ("select", "insert")),
    ),
    Wall(
        table="booking_drawlist",
        public=sees(), staff=sees(), worker=writes(EVERY_ROW, verbs=("insert",)),
    ),
    Wall(
        table="booking_ticket",
        public=writes(
            OWN,
            all_of(OWN, COLLECTING),
            ("insert", "update (accepts, is_hidden)"),
            leave=all_of(OWN, COLLECTING, "position IS NULL", "request_id IS NULL"),
        ),
        worker=writes(EVERY_ROW, verbs=("update (position, request_id)",)),
    ),
    Wall(
        table="booking_ticketwish",
        public=writes(
            OWN_TICKET,
            OPEN_TICKET,
            ("insert", "delete"),
            leave=all_of(OPEN_TICKET, OWN_CHILD, "outcome = ''"),
        ),
        worker=writes(EVERY_ROW, verbs=("update (outcome, reason, detail)",)),
    ),
]  # fmt: skip

FUNCTIONS = f"""
    CREATE OR REPLACE FUNCTION booking_keep_digest() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
    -- What was published of a seed before anybody asked stays as it was.
    BEGIN
        RAISE EXCEPTION 'the seed of release % is published', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'booking_keep_digest';
    END
    $$;
    REVOKE ALL ON FUNCTION booking_keep_digest() FROM PUBLIC;
    DROP TRIGGER IF EXISTS booking_keep_digest ON booking_release;
    CREATE TRIGGER booking_keep_digest BEFORE UPDATE ON booking_release
    FOR EACH ROW WHEN (OLD.seed_digest <> '' AND OLD.seed_digest <> NEW.seed_digest
        OR OLD.drawn_at IS NOT NULL AND (OLD.seed, OLD.drawn_at) <> (NEW.seed, NEW.drawn_at))
    EXECUTE FUNCTION booking_keep_digest();

    CREATE OR REPLACE FUNCTION booking_drawn_children(ticket uuid)
    RETURNS TABLE (child_id uuid, household_id uuid, home bigint, born date, one_to_one boolean,
        city text, enrolment text, visits_until date, needs_confirmed boolean,
        expires_on date, only_facility bigint, usable_from date, bookable_from date)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    -- Of the children in a ticket that is to be placed now what the rules of use ask, which
    -- facility telephones their family, and no name.
        SELECT c.id, c.household_id, h.home_facility_id, c.date_of_birth, c.needs_one_to_one,
            h.city, c.enrolment, h.visits_until,
            (SELECT count(DISTINCT n.kind) FROM records_careneed n
                WHERE n.child_id = c.id AND n.confirmation = 'confirmed') = {len(CareNeedKind)},
            g.expires_on, CASE WHEN g.is_home_only THEN g.home_facility_id END,
            g.usable_from, g.bookable_from
        FROM booking_ticket t
        JOIN booking_release r ON r.id = t.release_id
        JOIN records_child c ON c.household_id = t.household_id
        JOIN records_household h ON h.id = c.household_id
        LEFT JOIN records_registration g ON g.child_id = c.id AND g.state = 'active'
            AND g.expires_on >=
                (current_setting('app.at')::timestamptz AT TIME ZONE 'Asia/Tokyo')::date
        WHERE t.id = ticket AND t.position IS NULL AND {OF_DRAW}
            AND r.opens_at + make_interval(mins => r.collects_minutes)
                <= current_setting('app.at')::timestamptz
            AND EXISTS (
                SELECT FROM booking_ticketwish w WHERE w.ticket_id = t.id AND w.child_id = c.id);
    $$;
    REVOKE ALL ON FUNCTION booking_drawn_children(uuid) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION booking_drawn_children(uuid) TO {WORKER};
"""
