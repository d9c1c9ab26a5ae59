"""Which account a parent is: what the database itself holds to.

Nobody writes it but the account itself, and into a household that stands only through an
invitation, by one function that looks at link and code before anything of the family is in sight.
"""

from history.walls import ACTOR, AT, PUBLIC, STAFF

MOST_FAILURES = 5
# What the function answers.
TAKEN, OVER, ELSEWHERE, WRONG, CLOSED = "taken", "over", "elsewhere", "wrong", "closed"

ACCOUNT = f"""
    CREATE OR REPLACE FUNCTION records_parent_account() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
    -- With the rights of who writes: staff see no parent's account, so they change none.
    DECLARE
        address text := (SELECT account.email FROM records_user account
            WHERE account.id = NEW.user_id AND account.kind = 'parent');
    BEGIN
        IF TG_OP = 'INSERT' AND NEW.user_id::text IS DISTINCT FROM {ACTOR} THEN
            RAISE insufficient_privilege USING MESSAGE = 'an account joins by itself';
        ELSIF NEW.email IS DISTINCT FROM address THEN
            RAISE insufficient_privilege USING MESSAGE =
                'where there is an account, its address is the parent''s';
        END IF;
        RETURN NEW;
    END
    $$;
    DROP TRIGGER IF EXISTS records_parent_account_new ON records_parent;
    CREATE TRIGGER records_parent_account_new BEFORE INSERT ON records_parent
    FOR EACH ROW WHEN (current_user IN ('{PUBLIC}', '{STAFF}') AND NEW.user_id IS NOT NULL)
    EXECUTE FUNCTION records_parent_account();
    DROP TRIGGER IF EXISTS records_parent_account ON records_parent;
    CREATE TRIGGER records_parent_account BEFORE UPDATE ON records_parent
    FOR EACH ROW WHEN (current_user IN ('{PUBLIC}', '{STAFF}') AND NEW.user_id IS NOT NULL
        AND (OLD.email, OLD.bounced_at) IS DISTINCT FROM (NEW.email, NEW.bounced_at))
    EXECUTE FUNCTION records_parent_account();
"""

TAKE = f"""
    CREATE OR REPLACE FUNCTION records_take_invitation(invitation uuid, hashed text)
    RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    -- Two who send the same at once wait for each other at the row.
    DECLARE
        moment timestamptz := {AT};
        found records_invitation;
        account records_user;
    BEGIN
        SELECT * INTO account FROM records_user
        WHERE id::text = {ACTOR} AND kind = 'parent' AND is_active;
        IF account.id IS NULL THEN
            RETURN '{OVER}';
        ELSIF EXISTS (SELECT FROM records_parent WHERE user_id = account.id) THEN
            RETURN '{ELSEWHERE}';
        END IF;
        SELECT each.* INTO found
        FROM records_invitation each JOIN records_parent parent ON parent.id = each.parent_id
        WHERE each.id = invitation AND each.accepted_at IS NULL AND each.cancelled_at IS NULL
            AND each.expires_at > moment AND parent.user_id IS NULL
            AND parent.household_id = each.household_id
        FOR UPDATE;
        IF found.id IS NULL THEN
            RETURN '{OVER}';
        ELSIF found.failures >= {MOST_FAILURES} THEN
            RETURN '{CLOSED}';
        ELSIF hashed IS DISTINCT FROM found.code_hash THEN
            UPDATE records_invitation SET failures = failures + 1 WHERE id = found.id;
            RETURN CASE WHEN found.failures + 1 >= {MOST_FAILURES}
                THEN '{CLOSED}' ELSE '{WRONG}' END;
        END IF;
        UPDATE records_invitation SET accepted_at = moment WHERE id = found.id;
        UPDATE records_parent
        SET user_id = account.id, email = account.email, bounced_at = NULL
        WHERE id = found.parent_id;
        RETURN '{TAKEN}';
    END
    $$;
    REVOKE ALL ON FUNCTION records_take_invitation(uuid, text) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION records_take_invitation(uuid, text) TO {PUBLIC};
"""
