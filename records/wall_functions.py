"""What the database does by itself beside the walls of the register: its functions and triggers."""

from history.enums import READINGS, Act, Purpose
from history.walls import (
    ACTOR,
    AT,
    FACILITY,
    HOUSEHOLD,
    PUBLIC,
    ROLE,
    STAFF,
    TERMINAL,
    all_of,
    any_of,
    facility,
    role,
)
from records import finding, joining, office, secret_walls
from records.office import KEEPS_ACCOUNTS

TODAY = f"({AT} AT TIME ZONE 'Asia/Tokyo')::date"
NAMES = ("family_name", "given_name", "family_name_kana", "given_name_kana")
IDENTITY = (*NAMES, "sex", "date_of_birth")
# What of a parent a facility has use for that looks after the child.
CONTACT = (*NAMES, "mobile_phone", "phone", "is_first_contact")

HOME = any_of(f"home_facility_id = {FACILITY}", facility("home_facility_id"))
LIVE_LEASE = all_of(
    facility("lease.facility_id"),
    f"lease.starts_at <= {AT}",
    f"lease.ends_at > {AT}",
    # Not within the transaction that opened it, which may yet be rolled back without a trace.
    "lease.written_in IS NULL OR lease.written_in IS DISTINCT FROM"
    " (SELECT pg_current_xact_id_if_assigned()::text::bigint)",
)


FAMILY_ON_LEASE = (
    f"household_id IN (SELECT lease.household_id FROM records_accesslease lease WHERE {LIVE_LEASE})"
)


def leased(key: str) -> str:
    """Children on lease. Asked once per statement, and only where a row is not at home here."""
    return f"{key} = ANY ((SELECT records_leased())::uuid[])"


# From the first activation on the facility has checked who somebody is. A draft that its family
# took back was never applied for.
SETTLED = (
    "registration.state NOT IN ('draft', 'applied', 'interview_booked', 'interviewed')"
    " AND (registration.state <> 'ended' OR registration.applied_at IS NOT NULL)"
)


def settles(table: str, columns: tuple[str, ...], whose: str) -> str:
    """What a family can no longer write of itself, whichever page or statement it comes from."""
    old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("OLD", "NEW"))
    return f"""
    CREATE OR REPLACE FUNCTION {table}_settled() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    -- Also for who sets the context so that the registration is out of sight.
    BEGIN
        IF EXISTS (
            SELECT 1 FROM records_registration registration
            JOIN records_child child ON child.id = registration.child_id
            WHERE {whose} AND {SETTLED})
        THEN
            RAISE insufficient_privilege USING MESSAGE =
                'the facility has checked who this is: a family proposes ({table})';
        END IF;
        RETURN NEW;
    END
    $$;
    REVOKE ALL ON FUNCTION {table}_settled() FROM PUBLIC;
    DROP TRIGGER IF EXISTS {table}_settled ON {table};
    CREATE TRIGGER {table}_settled BEFORE UPDATE ON {table}
    FOR EACH ROW WHEN (current_user = '{PUBLIC}' AND ({old}) IS DISTINCT FROM ({new}))
    EXECUTE FUNCTION {table}_settled();
    """


_acts = ", ".join(f"'{act.value}'" for act in READINGS)

FUNCTIONS = [
    finding.HELPERS,
    finding.EMERGENCY,
    office.OPENING,
    joining.ACCOUNT,
    joining.TAKE,
    secret_walls.ON_PASSWORDS,
    secret_walls.ON_FACTORS,
    settles("records_child", (*IDENTITY, "withdrawn_at"), "child.id = OLD.id"),
    settles("records_parent", NAMES, "child.household_id = OLD.household_id"),
    settles("records_household", ("home_facility_id",), "child.household_id = OLD.id"),
    f"""
    CREATE OR REPLACE FUNCTION records_leased() RETURNS uuid[]
    LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
    -- With the rights of who reads. In a function, because its plan is kept: in the policy itself
    -- it is planned anew with every statement, which costs more than to run it.
    BEGIN
        RETURN (SELECT array_agg(lease.child_id) FROM public.records_accesslease lease
            WHERE {LIVE_LEASE});
    END
    $$;
    REVOKE ALL ON FUNCTION records_leased() FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION records_leased() TO {STAFF};
    """,
    f"""
    CREATE OR REPLACE FUNCTION records_contacts_of(households uuid[])
    RETURNS TABLE (household uuid, family_name text, given_name text, family_name_kana text,
        given_name_kana text, mobile_phone text, phone text, is_first_contact boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
        -- Whom to call about a child at home here, or on lease: a policy opens whole rows, with
        -- account and address, which a lease is no reason to read.
        SELECT household_id, {", ".join(CONTACT)}
        FROM records_parent
        WHERE household_id = ANY (households)
            AND ({any_of(HOME, FAMILY_ON_LEASE)})
        ORDER BY household_id, is_first_contact DESC, family_name_kana, given_name_kana, id
    $$;
    REVOKE ALL ON FUNCTION records_contacts_of(uuid[]) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION records_contacts_of(uuid[]) TO {STAFF};
    """,
    """
    CREATE OR REPLACE FUNCTION records_mark_place() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    -- A family sees that a place is taken, and nothing of who took it.
    BEGIN
        UPDATE records_interviewplace place
        SET is_taken = EXISTS (
            SELECT 1 FROM records_interview
            WHERE place_id = place.id AND state IN ('booked', 'held', 'withdrawn'))
        WHERE id IN (NEW.place_id, CASE TG_OP WHEN 'UPDATE' THEN OLD.place_id END);
        RETURN NULL;
    END
    $$;
    REVOKE ALL ON FUNCTION records_mark_place() FROM PUBLIC;
    DROP TRIGGER IF EXISTS records_mark_place ON records_interview;
    CREATE TRIGGER records_mark_place AFTER INSERT OR UPDATE ON records_interview
    FOR EACH ROW EXECUTE FUNCTION records_mark_place();
    """,
    f"""
    CREATE OR REPLACE FUNCTION records_readings_of(child uuid)
    RETURNS TABLE (day date, facility int, role text, purpose text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    -- The only sight that parents have of the ledger: whom their child's data was shown to, without
    -- a name. One person, purpose and ten minutes are one line. What is held back until the center
    -- releases it is out before anything is counted or put in order.
    #variable_conflict use_column
    BEGIN
        RETURN QUERY
        SELECT (e.span AT TIME ZONE 'Asia/Tokyo')::date, e.facility, e.role::text, e.purpose::text
        FROM (
            SELECT DISTINCT entry.actor, entry.facility, entry.role, entry.purpose,
                date_bin('10 minutes', entry.at, timestamptz '2020-01-01 00:00+09') AS span
            FROM history_entry entry
            WHERE entry.child_ids @> ARRAY[records_readings_of.child]
                AND entry.entry = 'staff' AND entry.act IN ({_acts})
                AND (entry.purpose <> '{Purpose.PROTECTION.value}' OR entry.at <= (
                    SELECT max(release.at) FROM history_entry release
                    WHERE release.act = '{Act.RELEASE.value}'
                        AND release.child_ids @> ARRAY[records_readings_of.child]))
                AND EXISTS (SELECT FROM records_child own
                    WHERE own.id = records_readings_of.child AND own.household_id = {HOUSEHOLD})) e
        ORDER BY e.span DESC, e.facility, e.role, e.purpose;
    END
    $$;
    REVOKE ALL ON FUNCTION records_readings_of(uuid) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION records_readings_of(uuid) TO {PUBLIC};
    """,
    """
    CREATE OR REPLACE FUNCTION records_check_help() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    -- Help comes from another facility of the same operator, whoever writes it down.
    BEGIN
        IF NEW.help_reason <> '' AND NOT EXISTS (
            SELECT FROM records_facilitymembership home
            JOIN records_facility there ON there.id = home.facility_id
            JOIN records_facility here ON here.operator_id = there.operator_id
            WHERE here.id = NEW.facility_id AND there.id <> here.id
                AND home.user_id = NEW.user_id AND home.help_reason = ''
                AND home.role IN ('carer', 'manager') AND home.ended_at IS NULL
                AND home.starts_on <= NEW.starts_on
                AND (home.ends_on IS NULL OR home.ends_on >= NEW.starts_on))
        THEN
            RAISE EXCEPTION 'help comes from a facility of the same operator'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'membership_help_of_one_operator';
        END IF;
        RETURN NEW;
    END
    $$;
    REVOKE ALL ON FUNCTION records_check_help() FROM PUBLIC;
    DROP TRIGGER IF EXISTS records_check_help ON records_facilitymembership;
    CREATE TRIGGER records_check_help BEFORE INSERT OR UPDATE ON records_facilitymembership
    FOR EACH ROW EXECUTE FUNCTION records_check_help();
    """,
    f"""
    CREATE OR REPLACE FUNCTION records_reset_password(member bigint, hashed bytea, reason text)
    RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    -- Who keeps accounts resets anybody's; a manager that of somebody whose every post, now or
    -- later, is one at the own facility. Locks are lifted, and open screens shut.
    DECLARE
        moment timestamptz := {AT};
        may boolean;
    BEGIN
        SELECT member::text <> {ACTOR} AND ({KEEPS_ACCOUNTS} OR ({role("manager")}
            AND EXISTS (SELECT FROM records_facilitymembership own WHERE own.user_id = member
                AND own.help_reason = '' AND own.ended_at IS NULL
                AND (own.ends_on IS NULL OR own.ends_on >= {TODAY}))
            AND NOT EXISTS (SELECT FROM records_facilitymembership own WHERE own.user_id = member
                AND own.help_reason = '' AND own.ended_at IS NULL
                AND (own.ends_on IS NULL OR own.ends_on >= {TODAY})
                -- Who works nowhere is at no place of theirs: not unknown, but no.
                AND NOT COALESCE(
                    {facility("own.facility_id")} AND own.role IN ('carer', 'manager'), false))))
        INTO may;
        IF NOT COALESCE(may, false) THEN
            RAISE EXCEPTION 'not an account of the own staff' USING ERRCODE = '42501';
        END IF;
        UPDATE records_user SET password = hashed WHERE id = member AND kind = 'staff';
        IF NOT FOUND THEN
            RAISE EXCEPTION 'not an account of staff' USING ERRCODE = '42501';
        END IF;
        UPDATE records_staffcredential SET password_chosen_at = NULL WHERE user_id = member;
        UPDATE records_failurecount SET count = 0, locked_until = NULL WHERE user_id = member;
        UPDATE records_signin SET ended_at = moment, presence = NULL
        WHERE user_id = member AND ended_at IS NULL;
        INSERT INTO history_entry (id, at, act, actor, role, entry, address, terminal, request,
            purpose, model, object_ids, child_ids, fields, path, digest)
        SELECT gen_random_uuid(), moment, 'password', {ACTOR}, COALESCE({ROLE}, ''),
            COALESCE(current_setting('app.entry', true), ''),
            COALESCE(current_setting('app.address', true), ''), COALESCE({TERMINAL}, ''),
            NULLIF(current_setting('app.request', true), '')::uuid, 'reset ' || reason,
            'records.user',
            ARRAY[member::text], '{{}}', '{{}}', '', '';
    END
    $$;
    REVOKE ALL ON FUNCTION records_reset_password(bigint, bytea, text) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION records_reset_password(bigint, bytea, text) TO {STAFF};
    """,
]
