"""Who keeps accounts and terminals, in words of the database; how an administrator comes to.

The center does. A system administrator sees them and may take away; what gives somebody a way in
is theirs only while they have an operation open (緊急管理者操作): for a typed reason and a second
factor, an hour at most, at the one terminal at which they are signed in. `records.rules` asks the
same in Python; ADR 0025 says why.
"""

from history.enums import Act
from history.walls import ACTOR, AT, ROLE, STAFF, TERMINAL, all_of, any_of, role
from records.finding import SHORTEST_SEALED

OPEN_MINUTES = 60
# A bad day has several such hours; whoever needs more has another problem.
OPENINGS, WITHIN_HOURS = 6, 12
OPENED, LIMITED, IS_OPEN = "opened", "limited", "open"

CENTER, ADMINISTRATOR = role("center"), role("administrator")
# See the lists, and take away: close, end, revoke.
OFFICE = role("center", "administrator")
LIVE = f"""
    o.opened_by_id::text = {ACTOR} AND o.closed_at IS NULL
    AND o.opened_at <= {AT} AND o.ends_at > {AT}
    AND EXISTS (SELECT FROM records_signin s WHERE s.id = o.sign_in_id
        AND s.terminal_id::text = {TERMINAL} AND s.ended_at IS NULL AND s.ends_at > {AT})
"""
IS_LIVE = f"(SELECT EXISTS (SELECT FROM records_administratoropening o WHERE {LIVE}))"
KEEPS_ACCOUNTS = any_of(CENTER, all_of(ADMINISTRATOR, IS_LIVE))

# At work by the ticket, whatever a session says: within its minutes, and not ended before. Both
# tables show everybody the own rows.
CONTRACTOR = all_of(
    role("contractor"),
    f"""(SELECT EXISTS (
        SELECT FROM records_contractoraccess a
        JOIN records_facilitymembership m ON m.id = a.membership_id
        WHERE m.user_id::text = {ACTOR} AND m.role = 'contractor' AND m.ended_at IS NULL
            AND a.starts_at <= {AT} AND a.ends_at > {AT}))""",
)

OPENING = f"""
    CREATE OR REPLACE FUNCTION records_open_administration(why bytea)
    RETURNS TABLE (outcome text, number uuid, told text)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    -- 緊急管理者操作: an hour of keeping accounts and terminals. Not for what the session says of
    -- itself, but for an administrator by the memberships in force, behind the open screen at
    -- which a second factor was given in this very request. The center reads of it at once.
    DECLARE
        moment timestamptz := {AT};
        today date := (moment AT TIME ZONE 'Asia/Tokyo')::date;
        made uuid := gen_random_uuid();
        screen uuid;
        who int;
        words text;
    BEGIN
        SELECT s.id, u.id, format('緊急管理者操作 %s %s', u.username, u.name)
        INTO screen, who, words
        FROM records_signin s JOIN records_user u ON u.id = s.user_id
        WHERE u.id::text = {ACTOR} AND {ROLE} = 'administrator'
            AND u.kind = 'staff' AND u.is_active
            AND s.terminal_id::text = {TERMINAL} AND s.presence IS NOT NULL
            AND s.ended_at IS NULL AND s.ends_at > moment AND s.factor_at = moment
            AND EXISTS (SELECT FROM records_facilitymembership m
                WHERE m.user_id = u.id AND m.role = 'administrator' AND m.ended_at IS NULL
                AND m.starts_on <= today AND (m.ends_on IS NULL OR m.ends_on >= today));
        IF screen IS NULL THEN
            RAISE EXCEPTION 'only an administrator, with a second factor of this moment'
                USING ERRCODE = 'insufficient_privilege';
        END IF;
        IF octet_length(why) < {SHORTEST_SEALED} THEN
            RAISE EXCEPTION 'an operation needs a reason' USING ERRCODE = 'check_violation',
                CONSTRAINT = 'administrator_opening_has_reason';
        END IF;
        -- One asking after the other, so that none of two at the same moment is overlooked.
        PERFORM pg_advisory_xact_lock(hashtextextended('administration by ' || who, 0));
        IF {IS_LIVE} THEN
            RETURN QUERY SELECT '{IS_OPEN}', NULL::uuid, words;
            RETURN;
        END IF;
        IF (SELECT count(*) >= {OPENINGS} FROM records_administratoropening o
            WHERE o.opened_by_id = who AND o.opened_at > moment - interval '{WITHIN_HOURS} hours')
        THEN
            PERFORM records_note_administration('{Act.REFUSED}', 'administration', NULL);
            RETURN QUERY SELECT '{LIMITED}', NULL::uuid, words;
            RETURN;
        END IF;
        INSERT INTO records_administratoropening
            (id, opened_by_id, sign_in_id, opened_at, ends_at, reason)
        VALUES (made, who, screen, moment, moment + interval '{OPEN_MINUTES} minutes', why);
        INSERT INTO history_alert (id, kind, cause, at, facility, detail, seen_by)
        VALUES (gen_random_uuid(), 'emergency_opening', made || ' center', moment, NULL,
            left(words, 200), '');
        PERFORM records_note_administration('{Act.ADMINISTRATION}', 'opened', made);
        RETURN QUERY SELECT '{OPENED}', made, words;
    END
    $$;

    CREATE OR REPLACE FUNCTION records_note_administration(act text, purpose text, made uuid)
    RETURNS void
    LANGUAGE sql SET search_path = pg_catalog, public, pg_temp AS $$
        INSERT INTO history_entry (id, at, act, actor, role, entry, address, terminal, request,
            purpose, model, object_ids, child_ids, fields, path, digest)
        VALUES (gen_random_uuid(), {AT}, act, {ACTOR}, {ROLE},
            COALESCE(current_setting('app.entry', true), ''),
            COALESCE(current_setting('app.address', true), ''), {TERMINAL},
            NULLIF(current_setting('app.request', true), '')::uuid, purpose,
            'records.administratoropening', array_remove(ARRAY[made::text], NULL), '{{}}', '{{}}',
            '', '');
    $$;

    CREATE OR REPLACE FUNCTION records_stamp_opening() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    -- Under which operation something was done or seen; nobody else says so, or leaves it out.
    BEGIN
        NEW.opening := (SELECT o.id FROM records_administratoropening o
            WHERE NEW.role = 'administrator' AND {LIVE} LIMIT 1);
        RETURN NEW;
    END
    $$;
    REVOKE ALL ON FUNCTION records_open_administration(bytea),
        records_note_administration(text, text, uuid), records_stamp_opening() FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION records_open_administration(bytea) TO {STAFF};
    DROP TRIGGER IF EXISTS records_stamp_opening ON history_entry;
    CREATE TRIGGER records_stamp_opening BEFORE INSERT ON history_entry
    FOR EACH ROW WHEN (NEW.role = 'administrator' OR NEW.opening IS NOT NULL)
    EXECUTE FUNCTION records_stamp_opening();
"""
