"""Passwords and second factors: no role of an entry reads those of anybody but the one who acts.

A policy chooses rows and a grant columns; of an account everybody reads the name and nobody else
the password, so the column has no grant and one function answers for the own row. See ADR 0071.
"""

from history.enums import Act
from history.walls import ACTOR, AT, PUBLIC, ROLE, STAFF, TERMINAL
from records.office import KEEPS_ACCOUNTS

# What the entries read of an account.
READ = (
    "id", "kind", "username", "email", "name", "is_active", "is_superuser", "last_login",
    "created_at",
)  # fmt: skip

ON_PASSWORDS = f"""
    CREATE OR REPLACE FUNCTION records_own_password() RETURNS bytea
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
        SELECT password FROM records_user WHERE id = (
            SELECT CASE WHEN {ACTOR} ~ '^[0-9]{{1,9}}$' THEN {ACTOR}::int END)
    $$;
    REVOKE ALL ON FUNCTION records_own_password() FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION records_own_password() TO {PUBLIC}, {STAFF};

    CREATE OR REPLACE FUNCTION records_password_of(account bigint) RETURNS bytea
    LANGUAGE plpgsql STABLE AS $$
    -- With the rights of who reads: whoever may read the column reads it.
    BEGIN
        IF current_user NOT IN ('{PUBLIC}', '{STAFF}') THEN
            RETURN (SELECT password FROM public.records_user WHERE id = account);
        ELSIF account::text = {ACTOR} THEN
            RETURN public.records_own_password();
        END IF;
        RETURN NULL;
    END
    $$;
    REVOKE ALL ON FUNCTION records_password_of(bigint) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION records_password_of(bigint) TO {PUBLIC}, {STAFF};

    CREATE OR REPLACE FUNCTION records_keep_password() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
    -- Whoever saves an account writes back what was read: of another's password that was nothing,
    -- and it stays. Each writes the own one; who resets another's calls the function for it.
    BEGIN
        IF NEW.password IS NULL THEN
            NEW.password := OLD.password;
        ELSIF NEW.password IS DISTINCT FROM OLD.password
            AND current_user IN ('{PUBLIC}', '{STAFF}')
            AND NEW.id::text IS DISTINCT FROM {ACTOR}
        THEN
            RAISE insufficient_privilege USING MESSAGE = 'a password is its owner''s to choose';
        END IF;
        RETURN NEW;
    END
    $$;
    REVOKE ALL ON FUNCTION records_keep_password() FROM PUBLIC;
    DROP TRIGGER IF EXISTS records_keep_password ON records_user;
    CREATE TRIGGER records_keep_password BEFORE UPDATE OF password ON records_user
    FOR EACH ROW EXECUTE FUNCTION records_keep_password();
"""  # noqa: S608  our own words alone

ON_FACTORS = f"""
    CREATE OR REPLACE FUNCTION records_take_factors(member bigint, reason text) RETURNS int
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    -- A lost second factor of staff goes, unread, with its entry; never the own.
    DECLARE
        gone int;
    BEGIN
        IF NOT COALESCE(member::text <> {ACTOR} AND {KEEPS_ACCOUNTS}, false) OR NOT EXISTS (
            SELECT FROM records_user WHERE id = member AND kind = 'staff')
        THEN
            RAISE EXCEPTION 'not a factor to be taken away' USING ERRCODE = '42501';
        END IF;
        DELETE FROM mfa_authenticator WHERE user_id = member;
        GET DIAGNOSTICS gone = ROW_COUNT;
        INSERT INTO history_entry (id, at, act, actor, role, entry, address, terminal, request,
            purpose, model, object_ids, child_ids, fields, path, digest)
        SELECT gen_random_uuid(), {AT}, '{Act.FACTOR}', {ACTOR}, COALESCE({ROLE}, ''),
            COALESCE(current_setting('app.entry', true), ''),
            COALESCE(current_setting('app.address', true), ''), COALESCE({TERMINAL}, ''),
            NULLIF(current_setting('app.request', true), '')::uuid, reason, 'records.user',
            ARRAY[member::text], '{{}}', '{{}}', '', '';
        RETURN gone;
    END
    $$;
    REVOKE ALL ON FUNCTION records_take_factors(bigint, text) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION records_take_factors(bigint, text) TO {STAFF};
"""  # noqa: S608  our own words alone
