"""受付照会 as a database function: who is on the telephone, and whether the child may be booked."""

from booking.enums_rules import MaxAgeUnit, MinAgeUnit, Residency
from booking.refusals import Reason
from history.enums import Act, Purpose
from records.enums import CareNeedKind
from records.finding import LOOK_UPS_PER_ACCOUNT, LOOK_UPS_PER_FACILITY, MISSES_PER_ACCOUNT
from records.rules import WARD

LOOK_UP = f"""
    CREATE OR REPLACE FUNCTION booking_refusal(
        child uuid, today date, day date, version bigint, place int) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    -- Why a child can't be booked on a day by a version of the rules, as `rules.refusal_of_person`
    -- says it; '' when it can. Which version holds is asked in one place (`versions.in_force`).
    -- Here as well, because whoever asks must not read what the rule is applied to. A test holds
    -- the two against each other.
    DECLARE
        born date;
        rule booking_userule;
        admission records_registration;
        who records_child;
        home records_household;
        too_old date;
    BEGIN
        SELECT u.* INTO rule FROM booking_userule u WHERE u.id = version;
        IF rule.id IS NULL THEN
            RETURN '{Reason.CLOSED}';
        END IF;
        SELECT c.* INTO who FROM records_child c WHERE c.id = child;
        SELECT h.* INTO home FROM records_household h WHERE h.id = who.household_id;
        born := who.date_of_birth;
        SELECT r.* INTO admission FROM records_registration r
        WHERE r.child_id = child AND r.state = 'active' AND r.expires_on >= today;
        IF admission.id IS NULL THEN
            RETURN '{Reason.NOT_REGISTERED}';
        END IF;
        IF (SELECT count(DISTINCT n.kind) FROM records_careneed n
            WHERE n.child_id = child AND n.confirmation = 'confirmed') < {len(CareNeedKind)}
        THEN
            RETURN '{Reason.NEEDS_UNCONFIRMED}';
        END IF;
        IF admission.is_home_only AND admission.home_facility_id <> place THEN
            RETURN '{Reason.NOT_HOME}';
        END IF;
        IF btrim(home.city) <> '{WARD}' AND NOT (CASE rule.residency
            WHEN '{Residency.VISITORS}' THEN COALESCE(day <= home.visits_until, false)
            ELSE rule.residency = '{Residency.ANYONE}' END)
        THEN
            RETURN '{Reason.NOT_RESIDENT}';
        END IF;
        IF who.enrolment = ANY (rule.excluded_enrolments) THEN
            RETURN '{Reason.ENROLLED}';
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
            RETURN CASE rule.max_age_unit WHEN '{MaxAgeUnit.SCHOOL_ENTRY}'
                THEN '{Reason.SCHOOL_AGE}' ELSE '{Reason.TOO_OLD}' END;
        END IF;
        RETURN CASE WHEN day > admission.expires_on THEN '{Reason.REGISTRATION_ENDS}'
            WHEN day < admission.usable_from OR today < admission.bookable_from
            THEN '{Reason.NOT_YET_USABLE}' ELSE '' END;
    END
    $$;

    CREATE OR REPLACE FUNCTION booking_look_up(code text, kana text, born date, day date,
        version bigint)
    RETURNS TABLE (outcome text, child_name text, refusal text, number uuid)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    -- 受付照会: of a child of the ward its name and whether it may be booked, and nothing else. By
    -- the number of the asking staff may book it (`caller_walls`).
    DECLARE
        place int := records_workplace(at_center => true);
        today date := (current_setting('app.at')::timestamptz AT TIME ZONE 'Asia/Tokyo')::date;
        child uuid;
        asking uuid;
    BEGIN
        IF records_has_asked_enough('{Act.LOOK_UP}', place, {LOOK_UPS_PER_ACCOUNT},
            {LOOK_UPS_PER_FACILITY}, {MISSES_PER_ACCOUNT})
        THEN
            RETURN QUERY SELECT 'limited', '', '', NULL::uuid;
            RETURN;
        END IF;
        child := records_find(code, kana, born);
        asking := records_note('{Act.LOOK_UP}', '{Purpose.LOOK_UP}', place, child);
        IF child IS NULL THEN
            RETURN QUERY SELECT 'none', '', '', NULL::uuid;
            RETURN;
        END IF;
        RETURN QUERY SELECT 'found', rtrim(c.family_name || ' ' || c.given_name),
            booking_refusal(child, today, day, version, place), asking
        FROM records_child c WHERE c.id = child;
    END
    $$;
    REVOKE ALL ON FUNCTION booking_refusal(uuid, date, date, bigint, int),
        booking_look_up(text, text, date, date, bigint) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION booking_look_up(text, text, date, date, bigint) TO azukari_staff;
"""
