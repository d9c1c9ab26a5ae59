"""What a family says on the day: who answers, and who may fetch the child."""

import datetime as dt
import email
import email.policy
import re

import psycopg
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking import letters
from booking.actions import attendances
from booking.day.actions import messages
from booking.day.models import LateNotice, PickUpChange
from booking.day.refusals import NobodyToConfirm, SaidAnew, TooLateToSay, UnknownNumber
from history import context
from history.walls import PUBLIC, STAFF
from records.models import OutgoingMail, Parent
from tests.booking.day.test_day_sheet import TEN, sheet
from tests.booking.staff_at_work import on_duty
from tests.factories.booking import BookingFactory
from tests.factories.day import LateNoticeFactory, PickUpChangeFactory
from tests.factories.records import PickUpPersonFactory, facility
from tests.people import child_of
from tests.records.worker import as_worker

MINUTE = dt.timedelta(minutes=1)
NINE, ONE_DAY = TEN - 60 * MINUTE, dt.timedelta(days=1)
PHONE, GRANDMOTHER = "09033334444", "千川 とも子"


@pytest.fixture
def booking(parent):
    """Of a family of 練馬 at 光が丘, from ten to twelve or later."""
    Parent.objects.filter(user=parent).update(mobile_phone=PHONE)
    return BookingFactory.create(child=child_of(parent), by=parent)


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", response.content.decode()))


def changed(booking, parent, at=NINE, **said):
    values = {
        "person": GRANDMOTHER, "relation": "祖母", "chosen": None, "fetched_at": None,
        "words": "",
    }  # fmt: skip
    return messages.change_pick_up(booking=booking, by=parent, at=at, **values | said)


def confirmed(change, carer, number=PHONE, at=NINE + MINUTE):
    with on_duty(carer, at):
        messages.confirm_by_call(change=change, seen=change.seen, number=number, by=carer, at=at)


def people(carer):
    (row,) = sheet(carer).rows
    return row.people


# 遅れます


def test_a_parent_says_it_is_late_and_reads_the_answer(
    public_client, staff_client, parent, carer_elsewhere, booking
):
    with time_machine.travel(NINE, tick=False):
        family, there = public_client.log_in(parent), staff_client.log_in(carer_elsewhere)
        family.post(f"/day/{booking.pk}/late/", {"time": "10:30", "words": "熱はありません"})
        before = words(family.get(booking.get_absolute_url()))
        page = words(there.get("/today/"))
        asked = there.get(f"/today/{booking.pk}/messages/")
        seen = LateNotice.objects.get().seen
        sent = {"seen": seen, "choice": "わかりました。お気をつけてお越しください。"}
        there.post(f"/today/{booking.pk}/messages/late/", sent)
        after = words(family.get(booking.get_absolute_url()))
        list_after = words(there.get("/today/"))

    assert "施設のお返事を待っています" in before
    assert "保護者からの連絡 返事待ち 1件" in page
    assert "遅れます 10:30着 返事待ち" in page
    assert "熱はありません" in words(asked)
    assert "わかりました。お気をつけてお越しください。" in after
    assert "返事待ち" not in list_after
    assert LateNotice.objects.get().replied_by == carer_elsewhere


@pytest.mark.parametrize(
    ("time", "error"),
    [
        ("", "時刻を入力してください"),
        ("10:00", "予約の開始より後の時刻を入力してください。"),
        ("23:00", "予約の終わりより前の時刻を入力してください。"),
    ],
)
def test_a_time_outside_of_the_booking_is_refused(public_client, parent, booking, time, error):
    with time_machine.travel(NINE, tick=False):
        sent = {"time": time, "words": "電車が"}
        page = public_client.log_in(parent).post(f"/day/{booking.pk}/late/", sent)

    assert error in words(page)
    assert b"\xe9\x9b\xbb\xe8\xbb\x8a\xe3\x81\x8c" in page.content
    assert not LateNotice.objects.exists()


@pytest.mark.parametrize("days", [0, 1, 2])
def test_it_is_said_of_today_and_tomorrow(parent, booking, days):
    at = NINE - days * ONE_DAY
    said = {"booking": booking, "arrives_at": TEN + 30 * MINUTE, "words": "", "by": parent}
    if days < 2:
        messages.say_late(at=at, **said)
    else:
        with pytest.raises(TooLateToSay):
            messages.say_late(at=at, **said)

    assert LateNotice.objects.count() == (days < 2)


def test_nobody_is_late_who_is_here(parent, carer_elsewhere, booking):
    attendances.arrive(booking=booking, by=carer_elsewhere, at=TEN)
    booking.refresh_from_db()

    with pytest.raises(TooLateToSay):
        messages.say_late(
            booking=booking, arrives_at=TEN + 30 * MINUTE, words="", by=parent, at=TEN + MINUTE
        )


def test_an_answer_is_not_given_to_what_was_said_anew(parent, carer_elsewhere, booking):
    said = {"booking": booking, "words": "", "by": parent}
    first = messages.say_late(arrives_at=TEN + 30 * MINUTE, at=NINE, **said)
    answer = {"message": first, "words": "はい", "by": carer_elsewhere}
    messages.reply(seen=first.seen, at=NINE + MINUTE, **answer)

    again = messages.say_late(arrives_at=TEN + 50 * MINUTE, at=NINE + 2 * MINUTE, **said)
    with pytest.raises(SaidAnew):
        messages.reply(seen=first.seen, at=NINE + 3 * MINUTE, **answer)

    again.refresh_from_db()
    assert (again.pk, again.is_answered, again.reply) == (first.pk, False, "")
    # What was said first, and what was answered, can still be read.
    kept = LateNotice.history.filter(id=first.pk).order_by("history_id")
    assert [(each.arrives_at, each.reply) for each in kept] == [
        (TEN + 30 * MINUTE, ""), (TEN + 30 * MINUTE, "はい"), (TEN + 50 * MINUTE, ""),
    ]  # fmt: skip


def test_the_mail_about_an_answer_says_nothing_of_it(booking):
    OutgoingMail.objects.all().delete()
    with as_worker(), context.acting("system:mail"):
        letters.send(booking_id=booking.pk, event="day/email/replied", at=NINE)

    (mail,) = OutgoingMail.objects.all()
    body = email.message_from_bytes(mail.message.encode(), policy=email.policy.default)
    text = body.get_content()
    assert booking.get_absolute_url() in text
    assert booking.child_name not in text
    assert "わかりました" not in text


def test_to_stay_away_leads_to_cancelling_with_its_cost(public_client, parent, booking):
    with time_machine.travel(NINE, tick=False):
        page = public_client.log_in(parent).get(booking.get_absolute_url()).content.decode()

    assert re.findall(r'href="([^"]*)">休みます<', page) == [f"/booking/{booking.pk}/cancel/"]


# お迎え


def test_a_new_person_counts_only_after_a_call_back(parent, carer_elsewhere, booking):
    change = changed(booking, parent)
    assert GRANDMOTHER not in people(carer_elsewhere)

    with pytest.raises(UnknownNumber):
        confirmed(change, carer_elsewhere, number="09099998888")
    assert GRANDMOTHER not in people(carer_elsewhere)

    confirmed(change, carer_elsewhere)
    assert GRANDMOTHER in people(carer_elsewhere)
    change.refresh_from_db()
    assert (change.called_by, change.called_number) == (carer_elsewhere, PHONE)
    assert change.called_at == NINE + MINUTE
    assert change.is_answered


def test_whoever_is_named_next_is_to_be_confirmed_anew(parent, carer_elsewhere, booking):
    confirmed(changed(booking, parent), carer_elsewhere)
    change = changed(booking, parent, at=NINE + 2 * MINUTE, person="隣の人")

    found = people(carer_elsewhere)

    assert GRANDMOTHER not in found
    assert "隣の人" not in found
    assert change.awaits_call


def test_nobody_is_confirmed_who_was_named_meanwhile(parent, carer_elsewhere, booking):
    first = changed(booking, parent)
    seen = first.seen
    changed(booking, parent, at=NINE + MINUTE, person="隣の人")

    at = NINE + 2 * MINUTE
    with on_duty(carer_elsewhere, at), pytest.raises(SaidAnew):
        messages.confirm_by_call(change=first, seen=seen, number=PHONE, by=carer_elsewhere, at=at)

    assert PickUpChange.objects.get().called_at is None


def test_a_person_of_the_register_needs_no_call(parent, carer_elsewhere, booking):
    uncle = PickUpPersonFactory.create(child=booking.child, name="林 太郎")
    change = changed(booking, parent, person="", chosen=uncle.pk)

    assert (change.who, change.is_registered, change.awaits_call) == ("林 太郎", True, False)
    with pytest.raises(NobodyToConfirm):
        confirmed(change, carer_elsewhere)


def test_the_form_sends_whom_of_the_register_it_means(public_client, parent, booking):
    uncle = PickUpPersonFactory.create(child=booking.child, name="林 太郎")
    own = Parent.objects.get(household=booking.household)
    family = public_client.log_in(parent)
    found = []
    for person in (uncle, own):
        with time_machine.travel(NINE, tick=False):
            family.post(f"/day/{booking.pk}/pick-up/", {"person": str(person.pk)})
        found.append(PickUpChange.objects.get().who)

    assert found == ["林 太郎", own.full_name]


SAYS = """
    INSERT INTO day_pickupchange (id, booking_id, household_id, facility_id, person, relation,
        chosen, is_registered, registered_name, words, sent_by_id, sent_at, reply)
    VALUES (gen_random_uuid(), %s, %s, %s, %s, '', %s, %s, %s, '', %s, %s, '')
    RETURNING is_registered, registered_name
"""


def test_nobody_is_registered_because_the_public_entry_says_so(
    real_database, parent, other_parent, booking
):
    """The database looks the person up itself. The last one shows that it does find who is."""
    own = PickUpPersonFactory.create(child=booking.child, name="林 太郎")
    others = PickUpPersonFactory.create(child=child_of(other_parent), name="山田 隣")
    tries = {
        "said so": (b"x", None, True, "山田 隣"),
        "another family's": (b"x", others.pk, True, "山田 隣"),
        "own, by another name": (None, own.pk, True, "山田 隣"),
    }

    found = {}
    for name, (person, chosen, registered, called) in tries.items():
        with real_database.connect(PUBLIC, **family_of(booking)) as family:
            values = (
                booking.pk, booking.household_id, booking.facility_id, person, chosen, registered,
                called, parent.pk, NINE,
            )  # fmt: skip
            found[name] = family.execute(SAYS, values).fetchone()
            family.rollback()

    assert found == {
        "said so": (False, ""),
        "another family's": (False, ""),
        "own, by another name": (True, "林 太郎"),
    }
    PickUpChangeFactory.create(booking=booking)
    with real_database.connect(PUBLIC, **family_of(booking)) as family:
        assert refused(family, "UPDATE day_pickupchange SET is_registered = true")


def test_without_its_trigger_anybody_is_registered(real_database, parent, booking):
    """The negative control."""
    with real_database.connect(PUBLIC, **family_of(booking)) as family:
        values = (
            booking.pk, booking.household_id, booking.facility_id, None, booking.pk, True,
            "山田 隣", parent.pk, NINE,
        )  # fmt: skip
        with connection.cursor() as owner:
            owner.execute("ALTER TABLE day_pickupchange DISABLE TRIGGER day_know_person")
        try:
            assert family.execute(SAYS, values).fetchone() == (True, "山田 隣")
        finally:
            family.rollback()
            with connection.cursor() as owner:
                owner.execute("ALTER TABLE day_pickupchange ENABLE TRIGGER day_know_person")


def test_the_way_of_a_new_person_over_both_entries(
    public_client, staff_client, parent, carer_elsewhere, booking
):
    PickUpPersonFactory.create(child=booking.child, name="叔母 花子")
    with time_machine.travel(NINE, tick=False):
        family, there = public_client.log_in(parent), staff_client.log_in(carer_elsewhere)
        form = words(family.get(f"/day/{booking.pk}/pick-up/"))
        nobody = family.post(f"/day/{booking.pk}/pick-up/", {"person": "other"})
        family.post(
            f"/day/{booking.pk}/pick-up/",
            {"person": "other", "name": GRANDMOTHER, "relation": "祖母", "time": "11:30"},
        )
        waiting = words(family.get(booking.get_absolute_url()))
        page = words(there.get(f"/today/{booking.pk}/messages/"))
        seen = PickUpChange.objects.get().seen
        path = f"/today/{booking.pk}/messages/called/"
        unsaid = words(there.post(path, {"seen": seen}))
        there.post(path, {"seen": seen, "number": PHONE})
        row = there.get("/today/").content.decode()
        done = words(family.get(booking.get_absolute_url()))

    assert "叔母 花子" in form
    assert "お迎えに来る人のお名前を入力してください。" in words(nobody)
    assert "確認前" in waiting
    assert PHONE in page
    assert "確認前" in page
    assert "かけた番号を選んでください。" in unsaid
    assert "確認前" not in row
    assert "確認済" in done


# Walls


def family_of(booking):
    """What the public entry says of who acts."""
    parent = Parent.objects.filter(household=booking.household).first()
    return {
        "actor": parent.user_id, "household": booking.household_id, "at": NINE.isoformat(),
    }  # fmt: skip


def at_work(user, code):
    return {
        "actor": user.pk, "role": "carer", "facilities": f"{{{facility(code).pk}}}",
        "at": NINE.isoformat(),
    }  # fmt: skip


def refused(connection, statement, *values):
    """Whether the database refuses it, or finds no row for it."""
    try:
        # What is refused takes nothing else with it, not even who acts.
        with connection.transaction():
            return connection.execute(statement, values).rowcount == 0
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.CheckViolation):
        return True


@pytest.mark.parametrize("factory", [LateNoticeFactory, PickUpChangeFactory])
def test_messages_are_read_by_their_family_and_their_facility(
    real_database, parent, other_parent, carer, carer_elsewhere, factory
):
    booking = BookingFactory.create(child=child_of(parent), by=parent)
    stranger = BookingFactory.create(child=child_of(other_parent), by=other_parent)
    table = factory.create(booking=booking)._meta.db_table
    rows = f"SELECT id FROM {table}"

    with real_database.connect(PUBLIC, **family_of(booking)) as family:
        assert len(family.execute(rows).fetchall()) == 1
    with real_database.connect(PUBLIC, **family_of(stranger)) as other:
        assert other.execute(rows).fetchall() == []
        assert refused(other, f"UPDATE {table} SET sent_at = sent_at")
    with real_database.connect(STAFF, **at_work(carer_elsewhere, "hikarigaoka")) as there:
        assert len(there.execute(rows).fetchall()) == 1
        # What a family said only the family says.
        assert refused(there, f"UPDATE {table} SET words = words")
    with real_database.connect(STAFF, **at_work(carer, "nerima")) as elsewhere:
        assert elsewhere.execute(rows).fetchall() == []


def test_no_family_confirms_a_person_itself(real_database, parent, carer_elsewhere):
    booking = BookingFactory.create(child=child_of(parent), by=parent)
    change = PickUpChangeFactory.create(booking=booking)
    step = "UPDATE day_pickupchange SET called_by_id = %s, called_at = sent_at, called_number = %s"

    with real_database.connect(PUBLIC, **family_of(booking)) as family:
        assert refused(family, step, parent.pk, b"x")
        assert not refused(family, "UPDATE day_pickupchange SET sent_at = sent_at")
    with real_database.connect(STAFF, **at_work(carer_elsewhere, "hikarigaoka")) as there:
        # In nobody else's name.
        assert refused(there, step, parent.pk, b"x")
        assert not refused(there, step, carer_elsewhere.pk, b"x")
    change.refresh_from_db(fields=["called_at"])


def test_no_family_speaks_for_another(real_database, parent, other_parent):
    booking = BookingFactory.create(child=child_of(parent), by=parent)
    stranger = BookingFactory.create(child=child_of(other_parent), by=other_parent)
    insert = """
        INSERT INTO day_latenotice
            (id, booking_id, household_id, facility_id, words, sent_by_id, sent_at, reply,
             arrives_at)
        VALUES (gen_random_uuid(), %s, %s, %s, '', %s, now(), '', now())
    """

    with real_database.connect(PUBLIC, **family_of(stranger)) as other:
        sender = family_of(stranger)["actor"]
        place = [stranger.household_id, stranger.facility_id, sender]
        assert refused(other, insert, booking.pk, *place)
        assert not refused(other, insert, stranger.pk, *place)


def test_the_page_asks_the_database_no_more_for_more(public_client, parent, booking):
    with time_machine.travel(NINE, tick=False):
        family = public_client.log_in(parent)
        family.get(booking.get_absolute_url())
        counts = []
        for _ in range(2):
            with CaptureQueriesContext(connection) as statements:
                family.get(booking.get_absolute_url())
            counts.append(len(statements))
            if not counts[1:]:
                changed(booking, parent)
                LateNoticeFactory.create(booking=booking)

    assert counts[0] == counts[1]
