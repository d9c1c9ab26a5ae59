"""A draw from the first ticket to the list by which anybody recomputes it."""

import datetime as dt
import email
import email.policy
import hashlib
import json
import subprocess
import sys
import uuid

import psycopg
import pytest
import time_machine
from django.db import DatabaseError, connection, transaction

from booking import drawing, releases, tasks
from booking.actions import counters, draws, requests, tickets
from booking.actions.bookings import Wish
from booking.enums import Accepts, BookingState, Channel, Outcome, ReleaseMode
from booking.models import Booking, Call, DrawSeed, Slot, Ticket, TicketWish
from booking.refusals import WAYS_ON, BookingRefused, Reason
from booking.releases import Phase
from history import clock, context
from history.walls import OWNER, PUBLIC, STAFF, WORKER
from records.enums import Role
from records.models import OutgoingMail
from records.queries import duty_of
from tests.booking.test_drawing import REPLAY
from tests.factories.booking import ReleaseFactory, coming_monday, slots_of_day
from tests.factories.records import ChildFactory, HouseholdFactory, ParentFactory, facility
from tests.people import child_of, household_of
from tests.records.worker import as_worker

MINUTE = dt.timedelta(minutes=1)


def at_draw():
    return clock.at(coming_monday() - dt.timedelta(days=2), dt.time(9))


@pytest.fixture
def release(database):
    """Of one Monday with two places; its requests are collected from nine to half past."""
    slots_of_day(places=2)
    row = ReleaseFactory.create(mode=ReleaseMode.DRAW, opens_at=at_draw(), collects_minutes=30)
    with as_worker(), context.acting("system:draws"):
        draws.seal(release=row)
    return row


def family(number):
    household = HouseholdFactory.create()
    parent = ParentFactory.create(
        with_account=True, household=household, user__email=f"family{number}@example.jp",
        email=f"family{number}@example.jp",
    )  # fmt: skip
    ChildFactory.create(registered=True, household=household)
    return parent.user


def wish(user, hour=10, hours=2, child=None, place="hikarigaoka"):
    day = coming_monday()
    return Wish(
        child or child_of(user), facility(place), clock.at(day, dt.time(hour)),
        clock.at(day, dt.time(hour + hours)),
    )  # fmt: skip


def ask(release, user, *wishes, accepts=Accepts.WHAT_FITS, at=None):
    return tickets.ask(
        release=release, wishes=wishes or [wish(user)], accepts=accepts, by=user,
        at=at or at_draw() + MINUTE,
    )  # fmt: skip


def draw(release):
    """As the worker does it, every ten seconds."""
    with time_machine.travel(release.closes_at, tick=False), as_worker():
        tasks.draw()
    release.refresh_from_db()


def replayed(release, tmp_path):
    file = tmp_path / "list.json"
    file.write_text(release.list.content)
    done = subprocess.run(
        [sys.executable, "-I", "-S", REPLAY, file], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout.splitlines()


def outcomes(ticket):
    return list(ticket.wishes.values_list("outcome", flat=True))


def test_the_seed_is_chosen_beforehand_and_only_its_digest_is_told(release):
    seed = DrawSeed.objects.get().seed
    with connection.cursor() as cursor:
        cursor.execute("SELECT seed FROM booking_drawseed")
        (kept,) = cursor.fetchone()

    draws.seal(release=release)

    assert release.seed_digest == hashlib.sha256(seed.encode()).hexdigest()
    assert DrawSeed.objects.get().seed == seed
    assert seed.encode() not in bytes(kept)
    assert release.seed == ""


def test_every_seat_is_sold_in_the_order_of_the_seed_and_replay_says_so(release, tmp_path):
    users = [family(number) for number in range(5)]
    made = [ask(release, user) for user in users]
    draw(release)

    order = drawing.order(release.seed, [ticket.pseudonym for ticket in made])
    places = list(Ticket.objects.order_by("position").values_list("pseudonym", flat=True))
    assert places == order
    found = [outcomes(Ticket.objects.get(pseudonym=name))[0] for name in order]
    assert found == [Outcome.PLACED] * 2 + [Outcome.FULL] * 3
    assert Booking.objects.filter(state=BookingState.CONFIRMED).count() == 2
    hours = Slot.objects.filter(facility__code="hikarigaoka", starts_at__hour__in=(10, 11))
    assert set(hours.values_list("taken", flat=True)) == {2}
    assert replayed(release, tmp_path) == (0, ["5 requests, 5 wishes, 2 placed", "the same"])
    booked = Booking.objects.first()
    assert booked.child_name == booked.child.full_name
    assert booked.payer_name == booked.household.parents.get().full_name
    assert booked.request.channel == Channel.DRAW
    assert booked.fee.care_amount >= 0
    told = [mail.recipient for mail in OutgoingMail.objects.all()]
    assert sorted(told) == sorted(2 * [user.email for user in users])


def test_what_stands_on_paper_is_no_part_of_the_draw(release, carer_elsewhere):
    """One of two places is entered before it opens: families draw for the other one."""
    carer_elsewhere.memberships.update(role=Role.MANAGER)
    early = release.opens_at - MINUTE
    carer_elsewhere.duty = duty_of(carer_elsewhere, at=early)
    booked = requests.submit(
        wishes=[wish(family(9))], by=carer_elsewhere, at=early, key=uuid.uuid4(),
        channel=Channel.PAPER,
    )  # fmt: skip
    for number in range(2):
        ask(release, family(number))
    draw(release)

    assert [each.request.channel for each in booked.bookings] == [Channel.PAPER]
    found = list(TicketWish.objects.order_by("ticket__position").values_list("outcome", flat=True))
    assert found == [Outcome.PLACED, Outcome.FULL]


def test_whom_no_mail_reaches_hears_of_the_draw_by_telephone(release):
    """Where it is booked, or where the family is known; and who reads mail is not called."""
    users = [family(number) for number in range(4)]
    made = {ask(release, user).pseudonym: user for user in users}
    order = [made[name] for name in drawing.order(DrawSeed.objects.get().seed, made)]
    placed, read_it, left_out, _also_out = order
    for user in (placed, left_out):
        household_of(user).parents.update(email="")
    OutgoingMail.objects.all().delete()

    draw(release)

    calls = {each.household_id: each for each in Call.objects.all()}
    assert calls.keys() == {household_of(placed).pk, household_of(left_out).pk}
    assert read_it.email in [mail.recipient for mail in OutgoingMail.objects.all()]
    booked, known = calls[household_of(placed).pk], calls[household_of(left_out).pk]
    assert (booked.kind, booked.booking.household) == ("drawn", household_of(placed))
    assert booked.facility.code == "hikarigaoka"
    assert (known.kind, known.booking) == ("drawn", None)
    assert known.facility == household_of(left_out).home_facility
    assert known.due_at == release.closes_at + dt.timedelta(days=1)


def test_the_mail_says_why_a_wish_was_not_met(release):
    for number in range(3):
        ask(release, family(number))
    OutgoingMail.objects.all().delete()

    draw(release)

    lost = TicketWish.objects.get(outcome=Outcome.FULL)
    bodies = {
        mail.recipient: email.message_from_bytes(
            mail.message.encode(), policy=email.policy.default
        ).get_content()
        for mail in OutgoingMail.objects.all()
    }
    reached = {address: "キャンセル待ちに申し込む" in body for address, body in bodies.items()}
    own = lost.ticket.asked_by.email
    assert reached == {address: address == own for address in bodies}
    for words in (str(Reason.FULL.label), lost.detail, str(WAYS_ON[Reason.FULL])):
        assert words in bodies[own]


def test_drawn_again_it_comes_out_the_same_and_changes_nothing(release):
    for number in range(3):
        ask(release, family(number))
    with pytest.raises(KeyboardInterrupt), as_worker_killed_at(2):
        draw(release)
    assert Booking.objects.count() == 0
    assert counters.mismatches() == []

    draw(release)
    content = release.list.content
    draw(release)

    assert release.list.content == content
    assert Booking.objects.count() == 2
    order = drawing.order(release.seed, [each.pseudonym for each in Ticket.objects.all()])
    assert [each["pseudonym"] for each in json.loads(content)["tickets"]] == order


class as_worker_killed_at:
    """The worker, who dies while it writes down the ticket of that number."""

    def __init__(self, number):
        self.number = number

    def __enter__(self):
        def die(execute, sql, params, many, context):
            if sql.startswith('UPDATE "booking_ticket"'):
                self.number -= 1
                if self.number == 0:
                    raise KeyboardInterrupt
            return execute(sql, params, many, context)

        self.wrapper = connection.execute_wrapper(die)
        self.wrapper.__enter__()

    def __exit__(self, *found):
        self.wrapper.__exit__(*found)


def test_wishes_are_met_from_the_first_on_and_all_or_nothing_holds(release, parent, tmp_path):
    def of_two(user):
        child = child_of(user)
        sibling = ChildFactory.create(registered=True, household=child.household)
        return [wish(user, child=child), wish(user, child=sibling)]

    other = family(1)
    ticket = ask(release, parent, *of_two(parent))
    alone = ask(release, other, *of_two(other), accepts=Accepts.ALL)

    draw(release)

    first, second = sorted([ticket, alone], key=lambda each: drawing.order(
        release.seed, [ticket.pseudonym, alone.pseudonym]).index(each.pseudonym))  # fmt: skip
    assert outcomes(first) == [Outcome.PLACED] * 2
    assert outcomes(second) == [Outcome.FULL] * 2
    assert replayed(release, tmp_path)[0] == 0


def test_the_second_wish_may_stand_in_for_the_first(release, parent, tmp_path):
    ticket = ask(release, parent, wish(parent), wish(parent, 11))

    draw(release)

    assert outcomes(ticket) == [Outcome.PLACED, Outcome.EXCLUDED]
    assert ticket.wishes.last().reason == Reason.ALREADY_BOOKED
    assert replayed(release, tmp_path)[0] == 0


def test_who_hides_its_wishes_stands_in_the_list_by_its_turn_alone(
    release, parent, other_parent, tmp_path
):
    child = child_of(parent)
    child.needs_one_to_one = True
    child.save()
    ask(release, parent)
    hidden = ask(release, other_parent)
    tickets.set_options(ticket=hidden, accepts=Accepts.ALL, is_hidden=True, at=at_draw() + MINUTE)
    for number in range(3):
        ask(release, family(number))

    draw(release)

    listed = {each["pseudonym"]: each for each in json.loads(release.list.content)["tickets"]}
    for ticket in Ticket.objects.filter(household__in=[child.household, hidden.household]):
        assert listed[ticket.pseudonym] == {"pseudonym": ticket.pseudonym, "hidden": True}
    assert "one_to_one" not in release.list.content
    assert replayed(release, tmp_path)[0] == 0


def test_one_forged_line_is_found(release, tmp_path):
    for number in range(4):
        ask(release, family(number))
    draw(release)
    published = release.list
    content = json.loads(published.content)
    last = content["tickets"][-1]["wishes"][0]
    assert last["outcome"] == "full"
    last["outcome"] = "placed"
    published.content = json.dumps(content)

    code, said = replayed(release, tmp_path)

    assert (code, said[-1]) == (1, "NOT the same")


def test_who_has_left_the_household_is_passed_over(release, parent):
    ticket = ask(release, parent)
    child = child_of(parent)
    child.household = HouseholdFactory.create()
    child.save()

    draw(release)

    assert outcomes(ticket) == [Outcome.EXCLUDED]
    assert release.drawn_at is not None


def refused(call):
    with pytest.raises(BookingRefused) as error:
        call()
    return error.value.kind


def test_a_ticket_is_changed_until_it_closes(release, parent):
    early, late = release.opens_at - MINUTE, release.closes_at
    assert refused(lambda: ask(release, parent, at=early)) == Reason.NOT_OPEN_YET
    ticket = ask(release, parent)
    again = ask(release, parent, wish(parent), wish(parent, 13))
    assert again == ticket
    assert [each.number for each in ticket.wishes.all()] == [1, 2]

    first = ticket.wishes.first()
    assert refused(lambda: tickets.take_back(wish=first, at=late)) == Reason.DRAW_OVER
    assert refused(lambda: ask(release, parent, at=late)) == Reason.DRAW_OVER
    tickets.take_back(wish=first, at=late - MINUTE)

    assert [each.number for each in ticket.wishes.all()] == [2]
    days = [wish(parent, hour, 1) for hour in range(9, 17)]
    more = [wish(parent, hour, hours) for hours in (2, 3, 4) for hour in range(9, 14)]
    assert refused(lambda: ask(release, parent, *days, *more)) == Reason.TOO_MANY_WISHES


def test_what_no_draw_can_mend_is_refused_at_once(release, parent):
    child = ChildFactory.create(household=household_of(parent))

    assert refused(lambda: ask(release, parent, wish(parent, child=child))) == Reason.NOT_REGISTERED
    assert Ticket.objects.count() == 0


@pytest.mark.parametrize("channel", [Channel.WEB, Channel.PHONE])
def test_nobody_books_past_a_draw_and_then_the_first_comes(release, parent, channel):
    def book(at):
        asked = wish(parent)
        return requests.submit(
            wishes=[asked], by=parent, at=at, key=asked.child.pk, channel=channel
        )

    kinds = [
        book(at).refusals[0].error.kind
        for at in (release.opens_at - MINUTE, release.opens_at, release.closes_at)
    ]
    draw(release)

    assert kinds == [Reason.NOT_OPEN_YET, Reason.IN_DRAW, Reason.DRAWING]
    assert releases.gate(release, release.closes_at).phase == Phase.OPEN
    assert book(release.closes_at).bookings


def test_the_page_leads_from_the_free_places_to_ticket_list_and_program(
    release, parent, public_client
):
    client = public_client
    day = coming_monday().isoformat()
    asked = {"child": child_of(parent).pk, "day": day, "start": "10:00", "end": "12:00"}
    with time_machine.travel(release.opens_at + MINUTE, tick=False):
        client.log_in(parent)
        form = client.get("/booking/hikarigaoka/new/", {"day": day}).content.decode()
        sent = client.post("/booking/hikarigaoka/new/", asked)
        ticket = Ticket.objects.get()
        page = client.get(sent["Location"]).content.decode()
        wish_path = f"{sent['Location']}wishes/{ticket.wishes.get().pk}/take-back/"
        client.post(f"{sent['Location']}options/", {"accepts": "all", "is_hidden": "on"})
        client.post(wish_path)
        client.post("/booking/hikarigaoka/new/", asked)
    ticket.refresh_from_db()
    assert "抽選に申し込む" in form
    assert ticket.pseudonym in page
    assert ticket.is_hidden
    assert ticket.wishes.count() == 1

    draw(release)
    with time_machine.travel(release.closes_at + MINUTE, tick=False):
        client.log_in(parent)
        result = client.get(sent["Location"]).content.decode()
        listed = client.get(f"/booking/releases/{release.pk}/").content.decode()
        file = client.get(f"/booking/releases/{release.pk}/list.json").content

    assert "予約できました" in result
    assert ticket.pseudonym in listed
    assert child_of(parent).family_name not in listed
    assert hashlib.sha256(file).hexdigest() == release.list.digest


def told(user, household, at):
    return {"actor": str(user.pk), "role": "parent", "household": str(household.pk),
            "at": at.isoformat()}  # fmt: skip


TABLES = ("booking_ticket", "booking_ticketwish", "booking_drawseed")


def test_a_family_sees_its_own_ticket_and_nobody_the_seed(real_database, release_there):
    release, own, _ = release_there
    at = release.opens_at + MINUTE
    with real_database.connect(OWNER) as owner:
        counts = [owner.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES]
    assert counts == [2, 2, 1]
    with real_database.connect(PUBLIC, **told(own, household_of(own), at)) as family_there:
        for table in TABLES[:2]:
            assert family_there.execute(f"SELECT count(*) FROM {table}").fetchone() == (1,)
    for role in (PUBLIC, STAFF):
        values = told(own, household_of(own), at) | {"role": "center"}
        for table in TABLES if role == STAFF else TABLES[2:]:
            with (
                real_database.connect(role, **values) as nobody,
                pytest.raises(psycopg.errors.InsufficientPrivilege),
            ):
                nobody.execute(f"SELECT count(*) FROM {table}")
    for moment, changed in ((at, 1), (release.closes_at, 0)):
        values = told(own, household_of(own), moment)
        with real_database.connect(PUBLIC, **values) as family_there:
            row = family_there.execute("UPDATE booking_ticket SET accepts = 'all'")
            assert row.rowcount == changed
            gone = family_there.execute("DELETE FROM booking_ticketwish")
            assert gone.rowcount == changed


@pytest.fixture
def release_there(real_database, parent, other_parent):
    slots_of_day(places=2)
    row = ReleaseFactory.create(mode=ReleaseMode.DRAW, opens_at=at_draw())
    draws.seal(release=row)
    for user in (parent, other_parent):
        ask(row, user)
    return row, parent, other_parent


def test_the_worker_books_for_nobody_else(real_database, release_there):
    release, own, _ = release_there
    statement = "SELECT count(*) FROM booking_drawn_children(%s)"
    ticket = TicketWish.objects.first().ticket_id
    insert = (
        "INSERT INTO booking_booking (id, child_id, household_id, facility_id, starts_at, ends_at,"
        " state) VALUES (gen_random_uuid(), %s, %s, %s, now(), now() + interval '1 hour',"
        " 'confirmed')"
    )
    row = [child_of(own).pk, household_of(own).pk, facility("hikarigaoka").pk]
    # Past the wall stands what else a booking needs.
    refusals = {
        release.opens_at: (0, psycopg.errors.InsufficientPrivilege),
        release.closes_at: (1, psycopg.errors.NotNullViolation),
    }

    for at, (known, refusal) in refusals.items():
        with real_database.connect(WORKER, actor="system:draws", at=at.isoformat()) as worker:
            assert worker.execute(statement, [ticket]).fetchone() == (known,)
            with pytest.raises(refusal):
                worker.execute(insert, row)


def test_what_was_published_of_the_seed_stays(release):
    for change in ({"seed_digest": "0" * 64}, {"seed": "forged", "drawn_at": release.closes_at}):
        with pytest.raises(DatabaseError), transaction.atomic():
            type(release).objects.filter(pk=release.pk).update(**change)
