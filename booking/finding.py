"""受付照会 as a database function: who is on the telephone, and whether the child may be booked."""

from booking.refusals import Reason
from history.enums import Act, Purpose
from records.enums import CareNeedKind
from records.finding import LOOK_UPS_PER_ACCOUNT, LOOK_UPS_PER_FACILITY, MISSES_PER_ACCOUNT

LOOK_UP = f"""
    CREATE OR REPLACE FUNCTION booking_refusal(child uuid, today date, day date) RETURNS text
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    -- Why a child can't be booked on a day, as `rules.refusal_of_person` says it; '' when it can.
    -- Here as well, because whoever asks must not read what the rule is applied to. A test holds
    -- the two against each other.
    DECLARE
        born date := (SELECT date_of_birth FROM records_child WHERE id = child);
        rule booking_userule;
        expires date;
        sixth date;
    BEGIN
        SELECT u.* INTO rule FROM booking_userule u
        WHERE u.valid_from <= day AND (u.valid_to IS NULL OR u.valid_to >= day);
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
        IF day < (born + make_interval(months => rule.min_age_months))::date THEN
            RETURN '{Reason.TOO_YOUNG}';
        END IF;
        -- Six is reached the day before the birthday; without such a day, on the month's last.
        sixth := (born + interval '72 months')::date;
        IF extract(day FROM sixth) = extract(day FROM born) THEN
            sixth := sixth - 1;
        END IF;
        IF day > make_date(extract(year FROM sixth - interval '3 months')::int + 1, 3, 31) THEN
            RETURN '{Reason.SCHOOL_AGE}';
        END IF;
        RETURN CASE WHEN day > expires THEN '{Reason.REGISTRATION_ENDS}' ELSE '' END;
    END
    $$;

    CREATE OR REPLACE FUNCTION booking_look_up(code text, kana text, born date, day date)
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
            booking_refusal(child, today, day)
        FROM records_child c WHERE c.id = child;
    END
    $$;
    REVOKE ALL ON FUNCTION booking_refusal(uuid, date, date),
        booking_look_up(text, text, date, date) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION booking_look_up(text, text, date, date) TO azukari_staff;
"""
