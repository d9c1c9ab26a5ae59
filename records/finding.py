"""Finding a child without the right to see it: what the closed list of database functions shares.

Each of these runs with the owner's rights, so each is as narrow as it can be: who asks is looked up
in the memberships and not believed, the asking is written to the ledger before anything is
answered, and too much asking is refused, which is written down as well. `site/docs/definers.md`
holds the list.
"""

from history.enums import Act, Purpose

# A busy counter looks up a few families in ten minutes; a guesser needs thousands.
WINDOW_MINUTES = 10
LOOK_UPS_PER_ACCOUNT, LOOK_UPS_PER_FACILITY, MISSES_PER_ACCOUNT = 20, 60, 6
# When a site is moved in a hurry, several children are opened at once.
OPENINGS_PER_ACCOUNT, OPENINGS_PER_FACILITY = 6, 20
EMERGENCY_HOURS = 2
# Number of the key, nonce, ten letters, tag (`records/keys.py`).
SHORTEST_REASON = 10
SHORTEST_SEALED = 4 + 12 + SHORTEST_REASON + 16

HELPERS = f"""
    CREATE OR REPLACE FUNCTION records_workplace(at_center boolean DEFAULT false) RETURNS int
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    -- Where the one who asks is at work as a carer or manager now, or at the center where that may
    -- ask too: by the membership in force.
    DECLARE
        actor text := NULLIF(current_setting('app.actor', true), '');
        today date := (NULLIF(current_setting('app.at', true), '')::timestamptz
            AT TIME ZONE 'Asia/Tokyo')::date;
        place int;
    BEGIN
        IF actor ~ '^[0-9]{{1,9}}$' THEN
            SELECT m.facility_id INTO place
            FROM records_facilitymembership m JOIN records_user u ON u.id = m.user_id
            WHERE u.id = actor::int AND u.kind = 'staff' AND u.is_active
                AND (m.role IN ('carer', 'manager') OR at_center AND m.role = 'center')
                AND m.facility_id = ANY (
                    NULLIF(current_setting('app.facilities', true), '')::int[])
                AND m.starts_on <= today AND (m.ends_on IS NULL OR m.ends_on >= today)
            ORDER BY m.facility_id LIMIT 1;
        END IF;
        IF place IS NULL THEN
            RAISE EXCEPTION 'only carers and managers at a facility may ask'
                USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN place;
    END
    $$;

    CREATE OR REPLACE FUNCTION records_note(act text, purpose text, place int, child uuid)
    RETURNS uuid
    LANGUAGE sql SET search_path = pg_catalog, public, pg_temp AS $$
    -- The entry of an asking, by its number; a child only where one was found.
        INSERT INTO history_entry (id, at, act, actor, role, facility, entry, address, terminal,
            request, purpose, model, object_ids, child_ids, fields, path, digest)
        VALUES (gen_random_uuid(), current_setting('app.at')::timestamptz, act,
            current_setting('app.actor'), COALESCE(current_setting('app.role', true), ''), place,
            COALESCE(current_setting('app.entry', true), ''),
            COALESCE(current_setting('app.address', true), ''),
            COALESCE(current_setting('app.terminal', true), ''),
            NULLIF(current_setting('app.request', true), '')::uuid, purpose, 'records.child',
            array_remove(ARRAY[child::text], NULL), array_remove(ARRAY[child], NULL),
            ARRAY[]::varchar[], '', '')
        RETURNING id;
    $$;

    CREATE OR REPLACE FUNCTION records_has_asked_enough(
        asked text, place int, per_account int, per_facility int, misses int)
    RETURNS boolean
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
    -- Whether account or facility is over its limit. One asking after the other, so that none of
    -- two at the same moment is overlooked.
    DECLARE
        since timestamptz := current_setting('app.at')::timestamptz
            - interval '{WINDOW_MINUTES} minutes';
        me text := current_setting('app.actor');
        is_over boolean;
    BEGIN
        PERFORM pg_advisory_xact_lock(hashtextextended('asking at ' || place, 0));
        SELECT count(*) >= per_facility
            OR count(*) FILTER (WHERE actor = me) >= per_account
            OR count(*) FILTER (WHERE actor = me AND child_ids = ARRAY[]::uuid[]) >= misses
        INTO is_over
        FROM history_entry WHERE facility = place AND at > since AND act = asked;
        IF is_over THEN
            PERFORM records_note('{Act.REFUSED}', asked, place, NULL);
        END IF;
        RETURN is_over;
    END
    $$;

    CREATE OR REPLACE FUNCTION records_find(code text, kana text, born date) RETURNS uuid
    LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    -- The one child of that code, or of that full reading and birth date; of several, none.
        SELECT CASE count(*) WHEN 1 THEN (array_agg(child.id))[1] END
        FROM records_child child
        WHERE child.withdrawn_at IS NULL AND CASE WHEN $1 <> '' THEN child.code = $1
            ELSE $2 <> '' AND child.date_of_birth = $3
                AND translate(child.family_name_kana || child.given_name_kana, ' 　', '') = $2
            END;
    $$;
    REVOKE ALL ON FUNCTION records_workplace(boolean), records_note(text, text, int, uuid),
        records_has_asked_enough(text, int, int, int, int), records_find(text, text, date)
        FROM PUBLIC;
"""

EMERGENCY = f"""
    CREATE OR REPLACE FUNCTION records_open_emergency(
        code text, kana text, born date, why bytea)
    RETURNS TABLE (outcome text, opening uuid, place_name text)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    -- 緊急閲覧: a lease of {EMERGENCY_HOURS} hours on a child of another facility, for a typed
    -- reason. Home facility and center read of it at once. The lease opens nothing before this
    -- transaction is committed: else it could be used and rolled back without a trace.
    DECLARE
        place int := records_workplace();
        moment timestamptz := current_setting('app.at')::timestamptz;
        number uuid := gen_random_uuid();
        found uuid;
        name_of_place text := (SELECT f.name FROM records_facility f WHERE f.id = place);
        child records_child;
    BEGIN
        IF octet_length(why) < {SHORTEST_SEALED} THEN
            RAISE EXCEPTION 'an emergency needs a reason' USING ERRCODE = 'check_violation',
                CONSTRAINT = 'emergency_has_reason';
        END IF;
        IF records_has_asked_enough('{Act.EMERGENCY}', place, {OPENINGS_PER_ACCOUNT},
            {OPENINGS_PER_FACILITY}, {OPENINGS_PER_ACCOUNT})
        THEN
            RETURN QUERY SELECT 'limited', NULL::uuid, '';
            RETURN;
        END IF;
        found := records_find(code, kana, born);
        SELECT c.* INTO child FROM records_child c WHERE c.id = found;
        PERFORM records_note('{Act.EMERGENCY}', '{Purpose.EMERGENCY}', place, child.id);
        IF child.id IS NULL THEN
            RETURN QUERY SELECT 'none', NULL::uuid, '';
            RETURN;
        END IF;
        IF child.home_facility_id = place THEN
            RETURN QUERY SELECT 'own', NULL::uuid, '';
            RETURN;
        END IF;
        INSERT INTO records_emergencyopening
            (id, child_id, home_facility_id, facility_id, opened_by_id, opened_at, ends_at, reason)
        VALUES (number, child.id, child.home_facility_id, place,
            current_setting('app.actor')::int, moment,
            moment + interval '{EMERGENCY_HOURS} hours', why);
        INSERT INTO records_accesslease
            (id, child_id, household_id, facility_id, starts_at, ends_at, reason, cause,
            written_in)
        VALUES (gen_random_uuid(), child.id, child.household_id, place, moment,
            moment + interval '{EMERGENCY_HOURS} hours', 'emergency', number,
            pg_current_xact_id()::text::bigint);
        INSERT INTO history_alert (id, kind, cause, at, facility, detail, seen_by)
        SELECT gen_random_uuid(), 'emergency_opening', number || told.to_whom, moment,
            told.facility, name_of_place, ''
        FROM (VALUES (' center', NULL::int), (' home', child.home_facility_id))
            AS told (to_whom, facility)
        WHERE told.to_whom = ' center' OR told.facility IS NOT NULL;
        RETURN QUERY SELECT 'opened', number, name_of_place;
    END
    $$;
    REVOKE ALL ON FUNCTION records_open_emergency(text, text, date, bytea) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION records_open_emergency(text, text, date, bytea) TO azukari_staff;
"""
