"""Reports of accidents: what is kept half-written, who signs, what is added, and the clocks."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from booking.actions import attendances
from booking.day import incidents, serious_reports
from booking.day.actions import incidents as actions
from booking.day.enums import (
    EntryKind,
    IncidentKind,
    IncidentState,
    Recipient,
    ReportStage,
    Seriousness,
    TellingWay,
)
from booking.day.models import Incident, IncidentChild, IncidentEntry
from booking.day.refusals import (
    NoLongerDraft,
    NotSerious,
    NotSubmitted,
    NotYetWhole,
    ParentNotTold,
    SignedByWriter,
    WrittenMeanwhile,
)
from history import clock
from records.enums import Role
from records.rules import Duty
from records.violations import constraint_of
from tests.factories.booking import BookingFactory, coming_monday
from tests.factories.day import IncidentEntryFactory
from tests.factories.records import ChildFactory, StaffUserFactory, facility

DAY = coming_monday()
NOON = clock.at(DAY, dt.time(12))
MINUTE, HOUR, ONE_DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
WHOLE = {"place": "園庭", "what_happened": "すべり台で転んだ。", "what_was_done": "冷やした。"}


@pytest.fixture
def there(database):
    return facility("hikarigaoka")


def here(by, code="hikarigaoka", name="花"):
    """A child that is in care."""
    child = ChildFactory.create(registered=True, given_name=name)
    booking = BookingFactory.create(child=child, facility=facility(code))
    attendances.arrive(booking=booking, by=by, at=booking.starts_at)
    return booking


def begun(there, by, booking=None, at=NOON):
    return actions.start(facility=there, booking=booking, by=by, at=at)


def write(incident, by, at, bookings=None, **changes):
    if bookings is None:
        bookings = [child.booking for child in incident.children.all()]
    submits = changes.pop("submits", False)
    seen = changes.pop("seen", incident.written_at)
    content = {"kind": incident.kind, "happened_at": incident.happened_at} | changes
    return actions.write(
        incident=incident, content=content, bookings=bookings, seen=seen, by=by, at=at,
        submits=submits,
    )  # fmt: skip


def submitted(there, by, booking=None):
    incident = begun(there, by, booking)
    return write(incident, by, NOON + MINUTE, submits=True, **WHOLE)


def told(incident, booking, by, at=NOON + HOUR):
    return actions.add(
        incident=incident, kind=EntryKind.TOLD, happened_at=at, by=by, at=at, booking=booking,
        whom="母", way=TellingWay.PHONE, teller=by.name,
    )  # fmt: skip


def judged(incident, seriousness, by, at=NOON + HOUR, since=None):
    return actions.add(
        incident=incident, kind=EntryKind.SERIOUS, happened_at=since or at, by=by, at=at,
        seriousness=seriousness,
    )  # fmt: skip


def reported(incident, stage, recipient, by, at):
    return actions.add(
        incident=incident, kind=EntryKind.REPORT, happened_at=at, by=by, at=at, stage=stage,
        recipient=recipient,
    )  # fmt: skip


# Beginning and writing


def test_a_tap_is_a_report_at_once_and_a_second_tap_the_same_one(there, carer_elsewhere):
    booking = here(carer_elsewhere)

    first = begun(there, carer_elsewhere, booking)
    again = begun(there, carer_elsewhere, booking, NOON + MINUTE)
    near_miss = begun(there, carer_elsewhere)

    assert again == first
    assert (first.kind, first.happened_at) == (IncidentKind.INJURY, NOON)
    assert [child.booking for child in first.children.all()] == [booking]
    assert (near_miss.kind, near_miss.children.count()) == (IncidentKind.NEAR_MISS, 0)


def test_once_something_is_written_a_tap_begins_another(there, carer_elsewhere):
    booking = here(carer_elsewhere)
    first = begun(there, carer_elsewhere, booking)
    write(first, carer_elsewhere, NOON + MINUTE, what_happened="転んだ。")

    assert begun(there, carer_elsewhere, booking, NOON + MINUTE) != first


def test_numbers_follow_each_other_per_facility_and_fiscal_year(there, carer_elsewhere):
    march, april = (
        clock.at(dt.date(2026, 3, 31), dt.time(9)),
        clock.at(dt.date(2026, 4, 1), dt.time(9)),
    )
    first = begun(there, carer_elsewhere, at=march)
    second = begun(there, StaffUserFactory.create(), at=march)
    elsewhere = begun(facility("nerima"), carer_elsewhere, at=march)
    new_year = begun(there, carer_elsewhere, at=april)

    found = [each.label for each in (first, second, elsewhere, new_year)]
    assert found == ["R7-001", "R7-002", "R7-001", "R8-001"]


def test_half_a_report_is_kept_and_another_carer_goes_on(there, carer_elsewhere):
    colleague = StaffUserFactory.create()
    incident = begun(there, carer_elsewhere, here(carer_elsewhere))

    half = write(incident, carer_elsewhere, NOON + MINUTE, what_happened="転んだ。")
    write(half, colleague, NOON + HOUR, place="園庭")

    incident.refresh_from_db()
    assert (incident.what_happened, incident.place) == ("転んだ。", "園庭")
    assert (incident.started_by, incident.written_by) == (carer_elsewhere, colleague)
    assert incident.is_draft


def test_nobody_writes_over_what_another_wrote_meanwhile(there, carer_elsewhere):
    incident = begun(there, carer_elsewhere)
    write(incident, carer_elsewhere, NOON + MINUTE, what_happened="転んだ。")

    with pytest.raises(WrittenMeanwhile):
        write(incident, carer_elsewhere, NOON + HOUR, seen=NOON, what_happened="上書き")

    incident.refresh_from_db()
    assert incident.what_happened == "転んだ。"


@pytest.mark.parametrize("missing", sorted(WHOLE))
def test_only_a_whole_report_is_handed_in(there, carer_elsewhere, missing):
    incident = begun(there, carer_elsewhere)

    with pytest.raises(NotYetWhole):
        write(incident, carer_elsewhere, NOON + MINUTE, submits=True, **WHOLE | {missing: None})

    assert Incident.objects.get().is_draft


def test_a_child_may_be_put_right_until_something_was_told_of_it(there, carer_elsewhere):
    wrong, right = here(carer_elsewhere), here(carer_elsewhere, name="桃")
    incident = begun(there, carer_elsewhere, wrong)

    incident = write(incident, carer_elsewhere, NOON + MINUTE, bookings=[right])
    assert [child.booking for child in incident.children.all()] == [right]
    told(incident, right, carer_elsewhere)
    write(incident, carer_elsewhere, NOON + HOUR, bookings=[])

    assert [child.booking for child in IncidentChild.objects.all()] == [right]


# Signing


def test_a_manager_signs_and_then_it_stands(there, carer_elsewhere, manager):
    booking = here(carer_elsewhere)
    incident = submitted(there, carer_elsewhere, booking)
    told(incident, booking, carer_elsewhere)

    actions.sign(incident=incident, by=manager, at=NOON + 2 * HOUR)
    actions.sign(incident=incident, by=carer_elsewhere, at=NOON + ONE_DAY)

    incident.refresh_from_db()
    assert (incident.signed_by, incident.state) == (manager, IncidentState.SIGNED)
    for act in (actions.withdraw, actions.reopen):
        with pytest.raises((NoLongerDraft, NotSubmitted)):
            act(incident=incident, reason="間違い", by=manager, at=NOON + ONE_DAY)
    with pytest.raises(NoLongerDraft):
        write(incident, manager, NOON + ONE_DAY, place="保育室")


def test_who_handed_it_in_does_not_sign_it(there, manager):
    incident = submitted(there, manager)

    with pytest.raises(SignedByWriter):
        actions.sign(incident=incident, by=manager, at=NOON + HOUR)


def test_what_nobody_handed_in_is_not_signed(there, carer_elsewhere, manager):
    with pytest.raises(NotSubmitted):
        actions.sign(incident=begun(there, carer_elsewhere), by=manager, at=NOON + HOUR)


def test_it_is_signed_once_each_family_was_told(there, carer_elsewhere, manager):
    one, other = here(carer_elsewhere), here(carer_elsewhere, name="桃")
    incident = write(begun(there, carer_elsewhere, one), carer_elsewhere, NOON + MINUTE,
        bookings=[one, other], submits=True, **WHOLE)  # fmt: skip
    told(incident, one, carer_elsewhere)
    with pytest.raises(ParentNotTold):
        actions.sign(incident=incident, by=manager, at=NOON + 2 * HOUR)

    told(incident, other, carer_elsewhere)
    actions.sign(incident=incident, by=manager, at=NOON + 2 * HOUR)

    assert Incident.objects.get().state == IncidentState.SIGNED


def test_of_a_near_miss_nobody_need_be_told(there, carer_elsewhere, manager):
    incident = submitted(there, carer_elsewhere)

    actions.sign(incident=incident, by=manager, at=NOON + HOUR)

    assert Incident.objects.get().state == IncidentState.SIGNED


def test_taken_back_it_is_rewritten_and_says_why(there, carer_elsewhere):
    incident = submitted(there, carer_elsewhere)

    back = actions.reopen(
        incident=incident, reason="時刻が違う", by=carer_elsewhere, at=NOON + HOUR
    )
    write(back, carer_elsewhere, NOON + 2 * HOUR, place="保育室", submits=True)

    incident.refresh_from_db()
    assert (incident.place, incident.awaits_signature) == ("保育室", True)
    entry = IncidentEntry.objects.get()
    assert (entry.kind, entry.text) == (EntryKind.RETURNED, "時刻が違う")


def test_what_was_begun_by_mistake_keeps_its_number_and_reason(there, carer_elsewhere):
    incident = begun(there, carer_elsewhere)

    actions.withdraw(incident=incident, reason="押し間違い", by=carer_elsewhere, at=NOON + MINUTE)

    assert Incident.objects.get().is_withdrawn
    assert IncidentEntry.objects.get().text == "押し間違い"
    assert begun(there, StaffUserFactory.create()).number == incident.number + 1


# What is added


def test_entries_are_added_to_what_is_signed(there, carer_elsewhere, manager):
    incident = submitted(there, carer_elsewhere)
    actions.sign(incident=incident, by=manager, at=NOON + HOUR)

    entry = actions.add(
        incident=incident, kind=EntryKind.FOLLOW_UP, happened_at=NOON + ONE_DAY,
        by=carer_elsewhere, at=NOON + ONE_DAY, text="登園し、変わりない。",
    )  # fmt: skip

    assert list(incident.entries.all()) == [entry]


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"kind": EntryKind.TOLD, "whom": "母"}, "incident_entry_told_whole"),
        ({"kind": EntryKind.SERIOUS}, "incident_entry_serious_whole"),
        ({"kind": EntryKind.REPORT, "stage": "first"}, "incident_entry_report_whole"),
        ({"text": None}, "incident_entry_says_something"),
        ({"whom": "母"}, "incident_entry_told_whole"),
        ({"happened_at": NOON + ONE_DAY, "written_at": NOON}, "incident_entry_has_happened"),
    ],
    ids=[
        "told whom alone",
        "serious without why",
        "reported to nobody",
        "nothing",
        "mixed",
        "ahead",
    ],
)
def test_half_an_entry_is_none(there, changes, constraint):
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        IncidentEntryFactory.create(**changes)

    assert constraint_of(error.value) == constraint


def test_a_family_is_told_of_its_own_child_alone(there, carer_elsewhere):
    incident, other = (
        submitted(there, carer_elsewhere, here(carer_elsewhere)),
        here(carer_elsewhere, name="桃"),
    )

    with pytest.raises(IntegrityError) as error, transaction.atomic():
        told(incident, other, carer_elsewhere)

    assert constraint_of(error.value) == "incident_entry_of_its_child"


# The clocks of a serious accident


@pytest.mark.parametrize(
    ("known", "stage", "due"),
    [
        ("2026-11-24 10:00", ReportStage.FIRST, dt.date(2026, 11, 25)),
        ("2026-11-24 23:59", ReportStage.FIRST, dt.date(2026, 11, 25)),
        ("2026-11-24 10:00", ReportStage.SECOND, dt.date(2026, 12, 25)),
        ("2027-01-31 10:00", ReportStage.SECOND, dt.date(2027, 3, 1)),
        ("2028-01-31 10:00", ReportStage.SECOND, dt.date(2028, 3, 1)),
        ("2010-01-01 10:00", ReportStage.FIRST, dt.date(2010, 1, 2)),
    ],
    ids=["same day", "late at night", "a month", "short month", "leap year", "before any rule"],
)
def test_a_report_is_due_until_the_end_of_its_day(known, stage, due):
    known = dt.datetime.fromisoformat(known).replace(tzinfo=clock.TOKYO)

    assert serious_reports.due_at(stage, known) == clock.at(due, dt.time.min)


def row_of(incident, at):
    return incidents.row(incidents.with_log(Incident.objects.filter(pk=incident.pk)).get(), at)


def test_each_stage_goes_to_each_recipient(there, carer_elsewhere):
    incident = submitted(there, carer_elsewhere)
    with pytest.raises(NotSerious):
        reported(incident, ReportStage.FIRST, Recipient.WARD, carer_elsewhere, NOON)
    judged(incident, Seriousness.LONG_TREATMENT, carer_elsewhere)
    reported(incident, ReportStage.FIRST, Recipient.WARD, carer_elsewhere, NOON + 2 * HOUR)

    row = row_of(incident, NOON + 3 * HOUR)

    assert [(r.stage, r.recipient) for r in row.missing] == [
        ("first", "prefecture"), ("first", "agency"), ("second", "ward"),
        ("second", "prefecture"), ("second", "agency"),
    ]  # fmt: skip
    assert (row.is_overdue, row.days_left, row.time_left) == (False, 0, (9, 0))
    late = row_of(incident, NOON + ONE_DAY)
    assert (late.is_overdue, late.time_left) == (True, (12, 0))


def test_worse_news_moves_no_deadline_and_none_ends_them(there, carer_elsewhere):
    incident = submitted(there, carer_elsewhere)
    judged(incident, Seriousness.LONG_TREATMENT, carer_elsewhere, NOON + HOUR)
    judged(incident, Seriousness.UNCONSCIOUS, carer_elsewhere, NOON + 3 * ONE_DAY)
    worse = row_of(incident, NOON + 3 * ONE_DAY)
    judged(incident, Seriousness.NONE, carer_elsewhere, NOON + 4 * ONE_DAY)
    none = row_of(incident, NOON + 4 * ONE_DAY)

    assert worse.next_report.due_at == clock.at(DAY + ONE_DAY, dt.time.min)
    assert worse.serious.seriousness == Seriousness.UNCONSCIOUS
    assert (none.serious, none.reports) == (None, ())


def test_the_overdue_is_on_top_and_what_is_done_at_the_bottom(there, carer_elsewhere, manager):
    done = submitted(there, carer_elsewhere)
    actions.sign(incident=done, by=manager, at=NOON + HOUR)
    draft = begun(there, StaffUserFactory.create(), at=NOON + HOUR)
    unknown = submitted(there, carer_elsewhere, here(carer_elsewhere))
    ahead = submitted(there, carer_elsewhere)
    judged(ahead, Seriousness.DEATH, carer_elsewhere, NOON + ONE_DAY + HOUR)
    overdue = submitted(there, carer_elsewhere)
    judged(overdue, Seriousness.DEATH, carer_elsewhere)
    begun(facility("nerima"), carer_elsewhere)

    at = NOON + ONE_DAY + 2 * HOUR
    found = incidents.rows(user=at_work_user(there), facility_id=there.pk, at=at)

    assert [row.incident for row in found] == [overdue, ahead, unknown, draft, done]


def at_work_user(there):
    user = StaffUserFactory.create()
    user.duty = Duty(role=Role.CARER, facility=there.pk, facilities=(there.pk,))
    return user


def test_statements_do_not_grow_with_the_reports(there, carer_elsewhere, django_assert_num_queries):
    user = at_work_user(there)
    for number in (1, 3):
        for _each in range(number):
            submitted(there, carer_elsewhere, here(carer_elsewhere, name=f"花{number}"))
        with django_assert_num_queries(3):
            incidents.rows(user=user, facility_id=there.pk, at=NOON + ONE_DAY)
