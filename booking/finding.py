"""受付照会 as a database function: who is on the telephone, and whether the child may be booked."""

from booking.enums_rules import MaxAgeUnit, MinAgeUnit
from booking.refusals import Reason
from history.enums import Act, Purpose
from records.enums import CareNeedKind
from records.finding import LOOK_UPS_PER_ACCOUNT, LOOK_UPS_PER_FACILITY, MISSES_PER_ACCOUNT

LOOK_UP = f"""
    CREATE OR REPLACE FUNCTION booking_refusal(child uuid, today date, day date, version bigint)
    RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    -- Why a child can't be booked on a day by a version of the rules, as `rules.refusal_of_person`
    -- says it; '' when it can. Which version holds is asked in one place (`versions.in_force`).
    -- Here as well, because whoever asks must not read what the rule is applied to. A test holds
    -- the two against each other.
    DECLARE
        born date := (SELECT date_of_birth FROM records_child WHERE id = child);
        rule booking_userule;
        expires date;
        too_old date;
    BEGIN
        SELECT u.* INTO rule FROM booking_userule u WHERE u.id = version;
        IF rule.id IS NULL THEN
            RETURN '{Reason.CLOSED}';
        END IF;
        SELECT r.expires_on INTO expires FROM records_registration r
        WHERE r.child_id = child AND r.state = 'active' AND r.expires_on >= today;
        IF expires IS NULL THEN
            RETURN '{Reason.NOT_REGISTERED}';
        END IF;
        IF (SELECT count(DISTINCT n.kind) FROM records_careneed n
            WHERE n.child_id = child AND n.confirmation = 'confirmed') < {len(CareNeedKind)}
        THEN
            RETURN '{Reason.NEEDS_UNCONFIRMED}';
        END IF;
        IF day < (CASE rule.min_age_unit
            WHEN '{MinAgeUnit.MONTHS}' THEN (born + make_interval(months => rule.min_age))::date
            ELSE born + rule.min_age - rule.counts_birth_day::int END)
        THEN
            RETURN '{Reason.TOO_YOUNG}';
        END IF;
        -- An age is reached the day before the birthday; without such a day, on the month's last.
        too_old := (born + make_interval(months => CASE rule.max_age_unit
            WHEN '{MaxAgeUnit.YEARS}' THEN rule.max_age * 12
            WHEN '{MaxAgeUnit.MONTHS}' THEN rule.max_age ELSE 72 END))::date;
        IF extract(day FROM too_old) = extract(day FROM born) THEN
            too_old := too_old - 1;
        END IF;
        IF rule.max_age_unit = '{MaxAgeUnit.SCHOOL_ENTRY}' THEN
            too_old := make_date(extract(year FROM too_old - interval '3 months')::int + 1, 4, 1);
        END IF;
        IF day >= too_old THEN
            RETURN '{Reason.SCHOOL_AGE}';
        END IF;
        RETURN CASE WHEN day > expires THEN '{Reason.REGISTRATION_ENDS}' ELSE '' END;
    END
    $$;

    CREATE OR REPLACE FUNCTION booking_look_up(code text, kana text, born date, day date,
        version bigint)
    RETURNS TABLE (outcome text, child_name text, refusal text)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    -- 受付照会: of a child of the ward its name and whether it may be booked, and nothing else.
    DECLARE
        place int := records_workplace();
        today date := (current_setting('app.at')::timestamptz AT TIME ZONE 'Asia/Tokyo')::date;
        child uuid;
    BEGIN
        IF records_has_asked_enough('{Act.LOOK_UP}', place, {LOOK_UPS_PER_ACCOUNT},
            {LOOK_UPS_PER_FACILITY}, {MISSES_PER_ACCOUNT})
        THEN
            RETURN QUERY SELECT 'limited', '', '';
            RETURN;
        END IF;
        child := records_find(code, kana, born);
        PERFORM records_note('{Act.LOOK_UP}', '{Purpose.LOOK_UP}', place, child);
        IF child IS NULL THEN
            RETURN QUERY SELECT 'none', '', '';
            RETURN;
        END IF;
        RETURN QUERY SELECT 'found', rtrim(c.family_name || ' ' || c.given_name),
            booking_refusal(child, today, day, version)
        FROM records_child c WHERE c.id = child;
    END
    $$;
    REVOKE ALL ON FUNCTION booking_refusal(uuid, date, date, bigint),
        booking_look_up(text, text, date, date, bigint) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION booking_look_up(text, text, date, date, bigint) TO azukari_staff;
"""
