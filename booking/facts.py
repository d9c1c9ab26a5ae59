"""Facts go before ceilings: the database itself writes down what lies beyond one.

A ceiling that falls below what is promised (fewer staff, fewer places) is saved, and the columns
beside it say how far. Counters never grow beyond a ceiling by themselves: the `CHECK`s of a slot
subtract these columns, and none of them is ever larger than what is true.
"""

from typing import Any

from django.db import connection
from django.db.models.sql import Query

from booking import capacity
from booking.enums import SeatKind
from booking.models import Slot

# The largest number that such a column holds.
MOST = 32767

CEILINGS = (
    "places", "infant_limit", "under_two_limit", "two_up_limit", "staff", *capacity.RATIOS.values(),
    "rounding",
)  # fmt: skip
COUNTERS = (
    "taken", "held_back", *(kind.places for kind in SeatKind), "one_to_one",
    *(group.value for group in capacity.RATIOS), "under_ones", "under_twos",
)  # fmt: skip


def _staff_needed() -> str:
    """The staffing formula over the row that is written."""
    query = Query(Slot)
    query.get_initial_alias()
    compiler = query.get_compiler(connection=connection)
    formula: Any = capacity.staff_needed_sql()
    sql, parameters = compiler.compile(formula.resolve_expression(query))
    written = sql % tuple(f"'{value}'" if isinstance(value, str) else value for value in parameters)
    return written.replace(f'"{Slot._meta.db_table}".', "NEW.")


def _row(record: str, columns: tuple[str, ...]) -> str:
    return f"({', '.join(f'{record}.{column}' for column in columns)})"


def _beyond() -> dict[str, str]:
    held = " + ".join(f"NEW.{kind.places}" for kind in SeatKind)
    return {
        "places_over": f"NEW.taken + NEW.held_back + {held} - NEW.places",
        "infants_over": "NEW.under_ones - NEW.infant_limit",
        "under_twos_over": "NEW.under_twos - NEW.under_two_limit",
        "two_ups_over": "NEW.taken - NEW.under_twos - NEW.two_up_limit",
        "staff_short": f"CASE WHEN NEW.taken = 0 THEN 0 ELSE {_staff_needed()} - NEW.staff END",
    }


def _trigger() -> str:
    beyond = _beyond()
    kept = "\n        ".join(
        f"NEW.{column} := LEAST(allowed_{column}, GREATEST(0, {exact}));"
        for column, exact in beyond.items()
    )
    allowed = "\n        ".join(
        f"allowed_{column} int := CASE WHEN is_fact THEN {MOST} ELSE NEW.{column} END;"
        for column in beyond
    )
    some = " OR ".join(f"NEW.{column} > 0" for column in beyond)
    ceilings = f"{_row('NEW', CEILINGS)} IS DISTINCT FROM {_row('OLD', CEILINGS)}"
    ratios = ", ".join(f"NEW.{column}" for column in capacity.RATIOS.values())
    counters = f"{_row('NEW', COUNTERS)} IS NOT DISTINCT FROM {_row('OLD', COUNTERS)}"
    return f"""
    CREATE OR REPLACE FUNCTION booking_keep_facts() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
    -- A ceiling that changes alone is a fact: whatever is promised beyond it is written down. Else
    -- what lies beyond grows only where a writer with the right to it says so, never above what is
    -- true, and shrinks by itself.
    DECLARE
        is_fact boolean := {ceilings} AND {counters};
        {allowed}
    BEGIN
        IF 0 IN ({ratios}) THEN
            RETURN NEW;  -- which `slot_ratios` refuses
        END IF;
        {kept}
        RETURN NEW;
    END
    $$;
    REVOKE ALL ON FUNCTION booking_keep_facts() FROM PUBLIC;
    DROP TRIGGER IF EXISTS booking_keep_facts ON booking_slot;
    CREATE TRIGGER booking_keep_facts BEFORE UPDATE ON booking_slot
    FOR EACH ROW WHEN ({some} OR {ceilings}) EXECUTE FUNCTION booking_keep_facts();
    """


# Staff count a seat in any facility, for a caller; ceilings they change where they work.
KEEP_CEILINGS = f"""
    CREATE OR REPLACE FUNCTION booking_keep_ceilings() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
        IF current_user = 'azukari_staff' AND (NEW.facility_id = ANY (
            NULLIF(current_setting('app.facilities', true), '')::int[])) IS NOT TRUE
        THEN
            RAISE EXCEPTION 'slot % is of another facility', NEW.id
                USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN NEW;
    END
    $$;
    REVOKE ALL ON FUNCTION booking_keep_ceilings() FROM PUBLIC;
    DROP TRIGGER IF EXISTS booking_keep_ceilings ON booking_slot;
    CREATE TRIGGER booking_keep_ceilings BEFORE UPDATE OF {", ".join(CEILINGS)} ON booking_slot
    FOR EACH ROW EXECUTE FUNCTION booking_keep_ceilings();
"""

TRIGGERS = (_trigger(), KEEP_CEILINGS)
