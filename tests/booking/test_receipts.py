"""領収証: what the paper says, and who may print it."""

import datetime as dt
import io
import re

import psycopg
import pytest
import time_machine
from pypdf import PdfReader

from booking.actions import attendances, payments
from booking.models import Payment
from history import clock, context
from history.walls import STAFF
from records import dates
from records.models import Facility, User
from tests.booking.staff_at_work import on_duty
from tests.concurrency.parents import together
from tests.entries import EntryClient
from tests.factories.booking import BookingFactory, coming_monday
from tests.factories.records import ChildFactory, ParentFactory, facility

TEN = clock.at(coming_monday(), dt.time(10))


def paid(family_name="𠮷田", given_name=None, amount=None):
    """A receipt of 光が丘 for a child of 練馬."""
    child = ChildFactory.create(
        registered=True, family_name=family_name, given_name=given_name or "髙志"
    )
    ParentFactory.create(
        household=child.household,
        with_account=True,
        family_name=family_name,
        given_name=given_name or "髙子",
    )
    booking = BookingFactory.create(child=child, starts_at=TEN)
    by = booking.request.requested_by
    attendances.arrive(booking=booking, by=by, at=TEN)
    attendances.leave(booking=booking, by=by, at=booking.ends_at)
    booking.fee.refresh_from_db()
    return payments.take(
        fee=booking.fee, amount=amount or booking.fee.amount, by=by, at=booking.ends_at
    )


def printed(client, payment):
    """The button, and the paper that it leads to."""
    response = client.post(f"/payments/{payment.pk}/print/", follow=True)
    assert response.redirect_chain == [(f"/payments/{payment.pk}/receipt.pdf", 302)]
    assert response.status_code == 200
    return response, PdfReader(io.BytesIO(response.content))


def words(reader):
    """The text without its spaces, which a PDF sets as it likes."""
    return re.sub(r"\s+", "", "".join(page.extract_text() for page in reader.pages))


@pytest.fixture
def client(staff_client, carer_elsewhere):
    return staff_client.log_in(carer_elsewhere)


def test_the_names_are_printed_letter_for_letter(client):
    _response, reader = printed(client, paid())

    text = words(reader)
    assert {word: text.count(word) for word in ("𠮷田髙子", "𠮷田髙志", "様")} == {
        "𠮷田髙子": 1, "𠮷田髙志": 1, "様": 1,
    }  # fmt: skip


def test_amount_number_facility_and_operator_are_printed(client):
    payment = paid()

    _response, reader = printed(client, payment)

    text = words(reader)
    there = facility("hikarigaoka")
    for expected in (
        "領収証", "金1,500円", payment.receipt_label, there.name, there.operator.name,
        "一時預かり利用料として", "10:00～13:00", "現金",
    ):  # fmt: skip
        assert text.count(re.sub(r"\s+", "", expected)) == 1, expected


def test_a_part_payment_prints_what_was_taken(client):
    _response, reader = printed(client, paid(amount=700))

    text = words(reader)
    assert (text.count("金700円"), text.count("1,500")) == (1, 0)


def test_a_name_is_never_read_as_markup(client):
    _response, reader = printed(client, paid(family_name="#set_*_$x$\\"))

    assert words(reader).count("#set_*_$x$\\髙子") == 1


def test_the_paper_is_accessible(client):
    response, reader = printed(client, paid())

    assert response["Content-Type"] == "application/pdf"
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"].value is True
    assert reader.trailer["/Root"]["/Lang"] == "ja"
    assert len(reader.pages) == 1


def test_the_longest_name_stays_on_one_page(client):
    _response, reader = printed(client, paid(family_name="長" * 40, given_name="名" * 40))

    assert len(reader.pages) == 1
    assert words(reader).count("長" * 40 + "名" * 40) == 2


@pytest.mark.parametrize("person", ["carer", "manager", "carer_nukui", "carer_seki"])
def test_another_facility_finds_no_receipt(request, staff_client, person):
    """Not even the child's home."""
    payment = paid()
    client = staff_client.log_in(request.getfixturevalue(person))

    found = [
        client.get(f"/payments/{payment.pk}/receipt.pdf"),
        client.post(f"/payments/{payment.pk}/print/"),
    ]

    assert [response.status_code for response in found] == [404, 404]
    assert "application/pdf" not in {response["Content-Type"] for response in found}


def test_the_code_alone_keeps_them_apart(carer, carer_elsewhere):
    payment = paid()

    found = {}
    for user in (carer, carer_elsewhere):
        with on_duty(user, TEN, walls=False):
            found[user] = list(Payment.objects.visible_to(user))

    assert found == {carer: [], carer_elsewhere: [payment]}


def test_the_center_prints_it_too(staff_client, clerk):
    response, _reader = printed(staff_client.log_in(clerk), paid())

    assert {"no-store", "private"} - set(response["Cache-Control"].split(", ")) == set()


def test_receipts_of_a_facility_without_an_operator(client):
    Facility.objects.filter(code="hikarigaoka").update(operator=None)

    _response, reader = printed(client, paid())

    assert words(reader).count("運営事業者") == 0


# Printed again


def test_the_first_print_is_the_original_and_each_later_one_a_reissue(client):
    payment = paid()
    found = []
    for days in (0, 0, 3):
        with time_machine.travel(TEN + dt.timedelta(days=days, hours=4), tick=False):
            client = EntryClient("staff").log_in(User.objects.get(username="H5001"))
            found.append(words(printed(client, payment)[1]))

    reissued = [re.search(r"再発行(令和\d+年\d+月\d+日)", text) for text in found]
    days = [TEN.date(), TEN.date() + dt.timedelta(days=3)]
    assert [match and match[1] for match in reissued] == [None, *map(dates.era_date, days)]
    # Number and day of payment stay what they were.
    assert {text.count(payment.receipt_label) for text in found} == {1}


def test_the_history_tells_of_both_prints(client, request):
    payment = paid()
    for _ in range(3):
        printed(client, payment)
    clerk = request.getfixturevalue("clerk")

    page = EntryClient("staff").log_in(clerk).get(f"/booking/payment/{payment.pk}/history/")

    lines = [line.label for change in page.context["page"] for line in change.lines]
    assert [lines.count(label) for label in ("領収証の発行日時", "領収証の再発行日時")] == [1, 2]


def test_looking_without_printing_is_no_print(client):
    payment = paid()

    response = client.get(f"/payments/{payment.pk}/receipt.pdf")

    assert response["Location"] == f"/today/{payment.fee.booking_id}/payment/"
    assert client.get(f"/payments/{payment.pk}/print/").status_code == 405
    payment.refresh_from_db()
    assert payment.receipt_printed_at is None


@pytest.mark.parametrize("prints", [1, 2])
def test_a_reload_of_the_paper_is_no_further_issue(client, prints):
    payment = paid()
    for _ in range(prints):
        _response, first = printed(client, payment)
    payment.refresh_from_db()
    before = (payment.receipt_printed_at, payment.receipt_reissued_at)

    again = client.get(f"/payments/{payment.pk}/receipt.pdf")

    payment.refresh_from_db()
    assert (payment.receipt_printed_at, payment.receipt_reissued_at) == before
    assert words(PdfReader(io.BytesIO(again.content))) == words(first)
    assert ("再発行" in words(first)) == (prints == 2)


def test_another_facility_leaves_no_print(staff_client, carer):
    payment = paid()

    staff_client.log_in(carer).post(f"/payments/{payment.pk}/print/")

    payment.refresh_from_db()
    assert payment.receipt_printed_at is None


def test_two_prints_at_one_time_are_one_original(real_database):
    payment = paid()

    def print_at(at):
        with context.acting("system:test"):
            return payments.print_receipt(payment=payment, at=at)

    found = together(print_at, [TEN, TEN])

    assert sorted(each.receipt_reissued_at is None for each in found) == [False, True]


def test_staff_change_nothing_of_a_payment_but_its_prints(real_database):
    paid()
    values = {"actor": "1", "role": "carer", "facilities": f"{{{facility('hikarigaoka').pk}}}"}

    with real_database.connect(STAFF, **values) as staff:
        moved = staff.execute("UPDATE booking_payment SET receipt_printed_at = now()").rowcount
        assert moved == 1
    with (
        real_database.connect(STAFF, **values) as staff,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        staff.execute("UPDATE booking_payment SET amount = 1")
