"""The trigger that writes the history, whatever way a change takes.

One function serves every tracked table; its arguments name the history table and the columns.
"""

TRACK = """
CREATE OR REPLACE FUNCTION history_track() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
-- TG_ARGV: history table, its columns, the same columns read from $1, and from $2.
DECLARE
    actor text := NULLIF(current_setting('app.actor', true), '');
    living record;
    unchanged boolean;
BEGIN
    IF TG_OP = 'DELETE' THEN
        living := OLD;
    ELSE
        living := NEW;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        EXECUTE format('SELECT ROW(%s) IS NOT DISTINCT FROM ROW(%s)', TG_ARGV[2], TG_ARGV[3])
            INTO unchanged USING NEW, OLD;
        IF unchanged THEN
            RETURN NULL;
        END IF;
    END IF;
    IF actor IS NULL THEN
        RAISE EXCEPTION 'a change of % needs an actor', TG_TABLE_NAME
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    EXECUTE format(
        'INSERT INTO %I (%s, history_date, history_type, history_change_reason, history_user_id,'
        ' history_actor, history_role, history_entry, history_address, history_terminal,'
        ' history_request)'
        ' SELECT %s, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11',
        TG_ARGV[0], TG_ARGV[1], TG_ARGV[2])
    USING
        living,
        COALESCE(NULLIF(current_setting('app.at', true), '')::timestamptz, clock_timestamp()),
        CASE TG_OP WHEN 'INSERT' THEN '+' WHEN 'UPDATE' THEN '~' ELSE '-' END,
        left(current_setting('app.reason', true), 100),
        CASE WHEN actor ~ '^[0-9]+$' THEN actor::int END,
        actor,
        COALESCE(current_setting('app.role', true), ''),
        COALESCE(current_setting('app.entry', true), ''),
        COALESCE(current_setting('app.address', true), ''),
        COALESCE(current_setting('app.terminal', true), ''),
        NULLIF(current_setting('app.request', true), '')::uuid;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION history_track() FROM PUBLIC;
"""

# What a policy needs is copied down from the row above, so that the policy needs no join.
COPY = """
CREATE OR REPLACE FUNCTION history_take_copy() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
-- TG_ARGV: the table above, the column that points to it, the column copied. Nobody sets a copy.
BEGIN
    EXECUTE format(
        'SELECT (jsonb_populate_record($1, jsonb_build_object(%L, above.%I))).*'
        ' FROM %I above WHERE above.id = ($1).%I',
        TG_ARGV[2], TG_ARGV[2], TG_ARGV[0], TG_ARGV[1])
    INTO NEW USING NEW;
    RETURN NEW;
END
$$;
CREATE OR REPLACE FUNCTION history_pass_copy() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
-- TG_ARGV: a table below, the column by which it points here. Touching its rows copies anew.
BEGIN
    EXECUTE format('UPDATE %I SET %I = %I WHERE %I = $1', TG_ARGV[0], TG_ARGV[1], TG_ARGV[1],
        TG_ARGV[1]) USING NEW.id;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION history_take_copy(), history_pass_copy() FROM PUBLIC;
"""


def track(table: str, history_table: str, columns: list[str]) -> str:
    """SQL that makes `history_table` follow `table`; `columns` are those the two share."""
    names = ", ".join(f'"{column}"' for column in columns)
    new, old = (", ".join(f'(${n})."{column}"' for column in columns) for n in (1, 2))
    return f"""
        DROP TRIGGER IF EXISTS history_track ON "{table}";
        CREATE TRIGGER history_track AFTER INSERT OR UPDATE OR DELETE ON "{table}"
        FOR EACH ROW EXECUTE FUNCTION history_track('{history_table}', '{names}', '{new}', '{old}');
    """


def copy(table: str, column: str, above: str, via: str) -> str:
    """SQL that keeps `table.column` equal to the same column of the row above it."""
    return f"""
        DROP TRIGGER IF EXISTS history_take_{column} ON "{table}";
        CREATE TRIGGER history_take_{column} BEFORE INSERT OR UPDATE ON "{table}"
        FOR EACH ROW EXECUTE FUNCTION history_take_copy('{above}', '{via}', '{column}');
        DROP TRIGGER IF EXISTS history_pass_{column}_{table} ON "{above}";
        -- Not "UPDATE OF": the row above may itself have taken the column from further up.
        CREATE TRIGGER history_pass_{column}_{table} AFTER UPDATE ON "{above}"
        FOR EACH ROW WHEN (OLD.{column} IS DISTINCT FROM NEW.{column})
        EXECUTE FUNCTION history_pass_copy('{table}', '{via}');
    """
