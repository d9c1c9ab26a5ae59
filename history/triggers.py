"""The triggers that write the history and bind it to the ledger, whatever way a change takes.

One function serves every tracked table; its arguments name the history table and the columns.
"""

# A row's text must not hang on who asks: every function that makes or checks one sets these.
TEXT_SETTINGS = {
    "timezone": "'UTC'",
    "datestyle": "'ISO, YMD'",
    "intervalstyle": "'postgres'",
    "bytea_output": "'hex'",
    "extra_float_digits": "1",
}
_AS_TEXT = " ".join(f"SET {name} = {value}" for name, value in TEXT_SETTINGS.items())


def fingerprint(columns: list[str], row: str = "") -> str:
    """SQL for the SHA-256 of a row; `columns` are those of its shape, in that order."""
    names = ", ".join(f'{row}"{column}"' for column in columns)
    return f"sha256(convert_to(ROW({names})::text, 'UTF8'))"


TRACK = f"""
CREATE OR REPLACE FUNCTION history_track() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp {_AS_TEXT} AS $$
-- TG_ARGV: history table, its columns, the same columns read from $1, and from $2; the shape of
-- its rows, the fingerprint of one, and the child it is about, read from $1.
DECLARE
    actor text := NULLIF(current_setting('app.actor', true), '');
    living record;
    unchanged boolean;
    number bigint;
    print bytea;
    child uuid;
    ledger uuid;
    this bigint := pg_current_xact_id()::text::bigint;
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
        ' SELECT %s, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11'
        ' RETURNING history_id, %s, %s',
        TG_ARGV[0], TG_ARGV[1], TG_ARGV[2], TG_ARGV[5], TG_ARGV[6])
    INTO number, print, child
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
    -- The entry of this transaction that is yet to be written. Nobody can set it: it is read from
    -- the rows themselves. (After a restore the numbers of transactions come again.)
    SELECT f.entry_id INTO ledger FROM history_fingerprint f
    WHERE f.transaction = this
        AND NOT EXISTS (SELECT FROM history_entry e WHERE e.id = f.entry_id)
    LIMIT 1;
    INSERT INTO history_fingerprint
        (entry_id, transaction, shape_id, history_id, digest, child_id, opens)
    VALUES (COALESCE(ledger, gen_random_uuid()), this, TG_ARGV[4]::bigint, number, print, child,
        ledger IS NULL);
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION history_track() FROM PUBLIC;
"""

# At the commit, when all fingerprints are there.
CLOSE = """
CREATE OR REPLACE FUNCTION history_close() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
-- One entry for all changes of the transaction, by the words of the history row that opened it.
DECLARE
    opened text := (SELECT table_name FROM history_shape WHERE id = NEW.shape_id);
    source record;
    facilities int[] := NULLIF(current_setting('app.facilities', true), '')::int[];
BEGIN
    EXECUTE format('SELECT * FROM %I WHERE history_id = $1', opened)
        INTO STRICT source USING NEW.history_id;
    INSERT INTO history_entry
        (id, at, act, actor, role, facility, entry, address, terminal, request, purpose, model,
        object_ids, child_ids, fields, path, digest)
    SELECT NEW.entry_id, source.history_date,
        CASE WHEN bool_or(s.act = 'rights') THEN 'rights'
            WHEN bool_or(s.act = 'rules') THEN 'rules' ELSE 'change' END,
        source.history_actor, source.history_role,
        CASE WHEN cardinality(facilities) = 1 THEN facilities[1] END,
        source.history_entry, source.history_address, source.history_terminal,
        source.history_request, '', (SELECT label FROM history_shape WHERE id = NEW.shape_id),
        '{}', COALESCE(array_agg(DISTINCT f.child_id) FILTER (WHERE f.child_id IS NOT NULL), '{}'),
        array_agg(DISTINCT s.label), '',
        history_digest_of(array_agg(
            s.table_name || ':' || f.history_id || ':' || encode(f.digest, 'hex') ORDER BY f.id))
    FROM history_fingerprint f JOIN history_shape s ON s.id = f.shape_id
    WHERE f.transaction = NEW.transaction AND f.entry_id = NEW.entry_id;
    RETURN NULL;
END
$$;
CREATE OR REPLACE FUNCTION history_digest_of(lines text[]) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT encode(sha256(convert_to(array_to_string(lines, E'\n'), 'UTF8')), 'hex')
$$;
REVOKE ALL ON FUNCTION history_close(), history_digest_of(text[]) FROM PUBLIC;
DROP TRIGGER IF EXISTS history_close ON history_fingerprint;
CREATE CONSTRAINT TRIGGER history_close AFTER INSERT ON history_fingerprint
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.opens) EXECUTE FUNCTION history_close();
"""

# Every entry waits for its seal from the moment it is written.
QUEUE = """
CREATE OR REPLACE FUNCTION history_queue() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO history_unsealed (entry_id, at)
    VALUES (NEW.id,
        COALESCE(NULLIF(current_setting('app.at', true), '')::timestamptz, clock_timestamp()));
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION history_queue() FROM PUBLIC;
DROP TRIGGER IF EXISTS history_queue ON history_entry;
CREATE TRIGGER history_queue AFTER INSERT ON history_entry
FOR EACH ROW EXECUTE FUNCTION history_queue();
"""

# What the chain begins with.
GENESIS = "sha256('azukari')"


def seal(shape: int, columns: list[str], role: str) -> str:
    """SQL for the function that seals, which `role` alone may call; `columns` are the entry's."""
    return f"""
        CREATE OR REPLACE FUNCTION history_seal(
            moment timestamptz, batch int, OUT sealed int, OUT root_day date, OUT is_whole boolean)
        LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = pg_catalog, public, pg_temp {_AS_TEXT} AS $$
        DECLARE
            head history_head;
            yesterday date := (moment AT TIME ZONE 'Asia/Tokyo')::date - 1;
            waiting record;
        BEGIN
            PERFORM pg_advisory_xact_lock(hashtext('history_seal'));
            INSERT INTO history_head (id, position, hash, at) VALUES (1, 0, {GENESIS}, moment)
            ON CONFLICT DO NOTHING;
            SELECT * INTO head FROM history_head WHERE id = 1;
            -- Not from the last seal: where the tail was cut off, the gap must stay.
            is_whole := head.position = 0 OR EXISTS (
                SELECT FROM history_seal s WHERE s.position = head.position AND s.hash = head.hash);
            sealed := 0;
            IF head.position > 0 THEN
                INSERT INTO history_root (day, position, hash, at)
                VALUES (yesterday, head.position, head.hash, moment)
                ON CONFLICT DO NOTHING RETURNING day INTO root_day;
            END IF;
            FOR waiting IN
                SELECT e.id, {fingerprint(columns, "e.")} AS content
                FROM history_unsealed u JOIN history_entry e ON e.id = u.entry_id
                ORDER BY e.at, e.id LIMIT batch
            LOOP
                sealed := sealed + 1;
                head.position := head.position + 1;
                head.hash := sha256(head.hash || waiting.content);
                INSERT INTO history_seal (position, entry_id, shape_id, content, hash, at)
                VALUES (head.position, waiting.id, {shape}, waiting.content, head.hash, moment);
            END LOOP;
            DELETE FROM history_unsealed u USING history_seal s
            WHERE s.position > head.position - sealed AND u.entry_id = s.entry_id;
            UPDATE history_head SET position = head.position, hash = head.hash, at = moment
            WHERE id = 1;
        END
        $$;
        REVOKE ALL ON FUNCTION history_seal(timestamptz, int) FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION history_seal(timestamptz, int) TO {role};
    """


# What was written stays: not even its owner changes it without taking this trigger away first.
KEEP = """
CREATE OR REPLACE FUNCTION history_keep() RETURNS trigger
LANGUAGE plpgsql AS $$
-- TG_ARGV: the key of the table. What has a tombstone may be emptied; nothing is removed.
BEGIN
    IF TG_OP = 'UPDATE' AND EXISTS (
        SELECT FROM history_tombstone
        WHERE table_name = TG_TABLE_NAME AND "row" = to_jsonb(OLD) ->> TG_ARGV[0])
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is only added to', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;
REVOKE ALL ON FUNCTION history_keep() FROM PUBLIC;
"""


def keep(table: str, key: str) -> str:
    """SQL that lets nobody change or remove a row of `table`, known by its column `key`."""
    return f"""
        DROP TRIGGER IF EXISTS history_keep ON "{table}";
        CREATE TRIGGER history_keep BEFORE UPDATE OR DELETE ON "{table}"
        FOR EACH ROW EXECUTE FUNCTION history_keep('{key}');
        DROP TRIGGER IF EXISTS history_keep_all ON "{table}";
        CREATE TRIGGER history_keep_all BEFORE TRUNCATE ON "{table}"
        FOR EACH STATEMENT EXECUTE FUNCTION history_keep();
    """


# What a policy needs is copied down from the row above, so that the policy needs no join.
COPY = """
CREATE OR REPLACE FUNCTION history_take_copy() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
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
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
-- TG_ARGV: a table below, the column by which it points here. Touching its rows copies anew.
BEGIN
    EXECUTE format('UPDATE %I SET %I = %I WHERE %I = $1', TG_ARGV[0], TG_ARGV[1], TG_ARGV[1],
        TG_ARGV[1]) USING NEW.id;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION history_take_copy(), history_pass_copy() FROM PUBLIC;
"""


def track(
    table: str, history_table: str, columns: list[str], *, shape: int, kept: list[str], child: str
) -> str:
    """SQL that makes `history_table` follow `table`.

    `columns` are those the two share; `shape` is the number of that of the `kept` ones, which are
    all of the history's; `child` is the column that says whom a row is about, if one does.
    """
    names = ", ".join(f'"{column}"' for column in columns)
    new, old = (", ".join(f'(${n})."{column}"' for column in columns) for n in (1, 2))
    words = (
        history_table, names, new, old, str(shape), fingerprint(kept),
        f'($1)."{child}"' if child else "NULL::uuid",
    )  # fmt: skip
    arguments = ", ".join(f"'{word.replace(chr(39), chr(39) * 2)}'" for word in words)
    return f"""
        DROP TRIGGER IF EXISTS history_track ON "{table}";
        CREATE TRIGGER history_track AFTER INSERT OR UPDATE OR DELETE ON "{table}"
        FOR EACH ROW EXECUTE FUNCTION history_track({arguments});
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
