"""受付照会: the name, whether the child may be booked, and nothing else."""

import datetime as dt

import psycopg
import pytest
from django.db import connection

from booking import family, queries, rules
from booking.models import UseRule
from history import clock
from history.enums import Act
from history.models import Entry
from history.walls import STAFF
from records import dates, finding
from records.models import Registration
from tests.factories.records import ChildFactory, HouseholdFactory, facility

# The number of a facility that is not the child's own.
HERE = 2
ASK = "SELECT * FROM booking_look_up(%s, '', NULL, %s, 1)"


@pytest.fixture
def caller(database):
    """A child of 関 whose parent telephones 練馬."""
    household = HouseholdFactory.create(home_facility=facility("seki"), street="関町北印")
    return ChildFactory.create(
        household=household, registered=True, family_name="電話印", given_name="花",
        family_name_kana="デンワ", given_name_kana="ハナ",
    )  # fmt: skip


@pytest.fixture
def reception(staff_client, carer):
    return staff_client.log_in(carer)


def asked(client, **fields):
    return client.post("/look-up/", fields).content.decode()


def test_a_code_gives_the_name_and_that_it_may_be_booked(caller, reception, carer):
    page = asked(reception, code=f"{caller.code[:4]}-{caller.code[4:8]}-{caller.code[8:]}")

    assert "電話印 花" in page
    assert "予約できます。" in page
    hidden = ("関町北印", "デンワ", str(caller.date_of_birth), str(caller.pk))
    assert [word for word in hidden if word in page] == []
    entry = Entry.objects.get(act=Act.LOOK_UP)
    assert (entry.actor, entry.facility, entry.child_ids) == (
        str(carer.pk), facility("nerima").pk, [caller.pk],
    )  # fmt: skip


def test_reading_and_birth_date_give_it_too(caller, reception):
    page = asked(reception, kana="でんわ はな", born=caller.date_of_birth.isoformat())

    assert "電話印 花" in page


def test_why_it_may_not_be_booked(caller, reception):
    Registration.objects.filter(child=caller).update(state="suspended")

    page = asked(reception, code=caller.code)

    assert "電話印 花" in page
    assert "利用登録が有効になっていません。" in page


@pytest.mark.parametrize(
    "fields", [{}, {"kana": "デンワハナ"}, {"born": "2024-04-01"}, {"code": "123456789"}]
)
def test_less_than_a_code_or_both_is_not_asked(caller, reception, fields):
    page = asked(reception, **fields)

    assert "error-summary" in page
    assert not Entry.objects.filter(act=Act.LOOK_UP).exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"code": "000000000"},
        {"kana": "デンワ", "born": "same"},
        {"kana": "ハナデンワ", "born": "same"},
        {"kana": "デンワハナ", "born": "2024-04-02"},
    ],
)
def test_a_guess_learns_nothing(caller, reception, fields):
    if fields.get("born") == "same":
        fields = fields | {"born": caller.date_of_birth.isoformat()}

    page = asked(reception, **fields)

    assert "該当するお子さんを確認できませんでした。" in page
    assert "電話印" not in page
    assert Entry.objects.get(act=Act.LOOK_UP).child_ids == []


def test_guessing_is_stopped_and_written_down(caller, reception, staff_client, manager):
    for _ in range(finding.MISSES_PER_ACCOUNT):
        asked(reception, code="000000000")

    page = asked(reception, code=caller.code)

    assert "照会が続いた" in page
    assert "電話印" not in page
    assert Entry.objects.filter(act=Act.REFUSED, purpose=Act.LOOK_UP).count() == 1
    # A colleague is not stopped by it.
    assert "電話印 花" in asked(staff_client.log_in(manager), code=caller.code)


def test_a_facility_is_stopped_as_a_whole(caller, reception, carer):
    place = facility("nerima").pk
    Entry.objects.bulk_create(
        Entry(act=Act.LOOK_UP, actor="999999", facility=place, child_ids=[caller.pk])
        for _ in range(finding.LOOK_UPS_PER_FACILITY)
    )

    assert "照会が続いた" in asked(reception, code=caller.code)


def test_ten_minutes_later_it_answers_again(caller, reception, carer, time_machine):
    for _ in range(finding.MISSES_PER_ACCOUNT):
        asked(reception, code="000000000")

    time_machine.move_to(clock.now() + dt.timedelta(minutes=finding.WINDOW_MINUTES, seconds=1))
    # The screen has locked itself meanwhile.
    reception.log_in(carer)

    assert "電話印 花" in asked(reception, code=caller.code)


def test_no_entry_no_answer(real_database, caller, carer):
    """Where the entry can't be written the function gives nothing."""
    context = {
        "actor": carer.pk, "role": "carer", "facilities": f"{{{facility('nerima').pk}}}",
        "at": clock.now().isoformat(),
    }  # fmt: skip
    with real_database.connect(STAFF, **context) as staff:
        assert staff.execute(ASK, [caller.code, clock.today()]).fetchone()[0] == "found"
    with real_database.connect("azukari_owner") as owner:
        owner.execute("ALTER TABLE history_entry ADD CONSTRAINT none CHECK (act <> 'look_up')")
        owner.commit()
    with (
        real_database.connect(STAFF, **context) as staff,
        pytest.raises(psycopg.errors.CheckViolation),
    ):
        staff.execute(ASK, [caller.code, clock.today()])


AGES = [
    {},
    {"min_age": 57, "min_age_unit": "days"},
    {"min_age": 57, "min_age_unit": "days", "counts_birth_day": False},
    {"max_age": 3, "max_age_unit": "years"},
    {"min_age": 4, "max_age": 18, "max_age_unit": "months"},
]


@pytest.mark.parametrize("ages", AGES)
def test_the_database_and_the_rules_refuse_alike(caller, ages):
    """Birth dates in reach, on days around the ends of terms and the school year."""
    UseRule.objects.update(**ages)
    today = clock.today()
    registration = caller.registration
    days = [today, registration.expires_on, registration.expires_on + dt.timedelta(days=1)]
    for year in (today.year, today.year + 1):
        days += [dt.date(year, 3, 31), dt.date(year, 4, 1), dt.date(year, 2, 28)]
    rule = queries.use_rule(today, today)
    differing = []
    edges = [(2, 28), (2, 29), (3, 1), (3, 31), (4, 1), (4, 2), (8, 31), (12, 31)]
    births = {today - dt.timedelta(days=back) for back in range(0, 7 * 366, 11)} | {
        dates.day_of_month(dt.date(year, month, 1), day)
        for year in range(today.year - 7, today.year)
        for month, day in edges
    }
    for caller.date_of_birth in sorted(births):
        type(caller).objects.filter(pk=caller.pk).update(date_of_birth=caller.date_of_birth)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT day, booking_refusal(%s, %s, day, %s, %s) FROM unnest(%s::date[]) day",
                [caller.pk, today, rule.pk, HERE, days],
            )
            found = dict(cursor.fetchall())
        applicant = family.applicant_of(caller, today)
        for day in days:
            refusal = rules.refusal_of_person(applicant, rule, day, today, HERE)
            if found[day] != (refusal[0] if refusal else ""):
                differing.append((caller.date_of_birth, day, found[day], refusal))

    assert differing == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE records_registration SET state = 'suspended'",
        """UPDATE records_registration SET expires_on = expires_on - 400,
            renewal_opens_on = renewal_opens_on - 400,
            renewal_closes_on = renewal_closes_on - 400""",
        "UPDATE records_careneed SET confirmation = 'unconfirmed' WHERE kind = 'illness'",
        "DELETE FROM records_careneed WHERE kind = 'allergy'",
        "UPDATE records_child SET needs_one_to_one = true",
        "UPDATE records_registration SET is_home_only = true",
        "UPDATE records_registration SET usable_from = CURRENT_DATE + 400",
        "UPDATE records_registration SET bookable_from = CURRENT_DATE + 400",
        "UPDATE records_household SET city = '中野区'",
        """UPDATE records_household SET city = '中野区', visits_until = '2999-12-31';
            UPDATE booking_userule SET residency = 'visitors'""",
        """UPDATE records_household SET city = '中野区', visits_until = '2020-12-31';
            UPDATE booking_userule SET residency = 'visitors'""",
        """UPDATE records_household SET city = '中野区';
            UPDATE booking_userule SET residency = 'anyone'""",
        """UPDATE records_child SET enrolment = 'nursery';
            UPDATE booking_userule SET excluded_enrolments = '{nursery}'""",
        """UPDATE records_child SET enrolment = 'kindergarten';
            UPDATE booking_userule SET excluded_enrolments = '{nursery}'""",
        "UPDATE booking_userule SET min_age = 4000, min_age_unit = 'days'",
        "UPDATE booking_userule SET min_age = 57, min_age_unit = 'days', counts_birth_day = false",
        "UPDATE booking_userule SET max_age = 1, max_age_unit = 'years'",
        "UPDATE booking_userule SET max_age = 100, max_age_unit = 'months'",
    ],
)
def test_they_refuse_alike_whatever_is_missing(caller, change):
    today = clock.today()
    with connection.cursor() as cursor:
        cursor.execute(change)
        rule = queries.use_rule(today, today)
        cursor.execute(
            "SELECT booking_refusal(%s, %s, %s, %s, %s)", [caller.pk, today, today, rule.pk, HERE]
        )
        (found,) = cursor.fetchone()
    fresh = type(caller).objects.get(pk=caller.pk)

    refusal = rules.refusal_of_person(family.applicant_of(fresh, today), rule, today, today, HERE)

    assert found == (refusal[0] if refusal else "")
