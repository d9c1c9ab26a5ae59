"""An address that takes no mail any more: noted beside the parent until it is confirmed anew."""

import re
import smtplib

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.core.mail.backends.base import BaseEmailBackend
from django.test.utils import override_settings

from history import clock
from records.actions import addresses, households
from records.mail import notify_family
from records.models import OutgoingMail, Parent
from records.tasks import send_mail
from tests.factories.records import InterviewFactory, ParentFactory
from tests.people import child_of, household_of
from tests.records.logins import confirm
from tests.records.worker import as_worker

NOTE = "メールが届きません"


class RefusingBackend(BaseEmailBackend):
    """A mail server that refuses every recipient with the same words."""

    reply = (550, b"5.1.1 no such mailbox")

    def send_messages(self, email_messages):
        raise smtplib.SMTPRecipientsRefused(
            {address: self.reply for message in email_messages for address in message.to}
        )


def send(monkeypatch, reply):
    row = OutgoingMail.objects.get()
    monkeypatch.setattr(RefusingBackend, "reply", reply)
    with as_worker(), override_settings(EMAIL_BACKEND=f"{__name__}.RefusingBackend"):
        send_mail(mail_id=str(row.pk))


def bounced():
    """Every address that is known to be dead."""
    return sorted(Parent.objects.exclude(bounced_at=None).values_list("email", flat=True))


@pytest.fixture
def written(parent, other_parent):
    household = household_of(parent)
    interview = InterviewFactory.create(household=household)
    notify_family(household, "records/email/interview_booked", interview=interview)
    return OutgoingMail.objects.get()


def test_a_mailbox_that_does_not_exist_is_noted_and_the_mail_given_up(monkeypatch, written):
    send(monkeypatch, (550, b"5.1.1 no such mailbox"))

    written.refresh_from_db()
    assert bounced() == ["hayashi@example.jp"]
    assert (written.sent_at, written.refused_at is not None) == (None, True)
    assert (written.recipient, written.message) == ("", "")
    change = Parent.objects.get(email="hayashi@example.jp").history.first()
    assert change.history_actor == "system:mail"


def test_a_mail_given_up_is_not_sent_again(monkeypatch, written, mailoutbox):
    send(monkeypatch, (550, b"5.1.1 no such mailbox"))

    with as_worker():
        send_mail(mail_id=str(written.pk))

    assert mailoutbox == []


@pytest.mark.parametrize(
    "reply",
    [(450, b"4.2.0 try again later"), (550, b"5.7.1 relaying denied")],
    ids=["for now only", "our own fault"],
)
def test_what_is_not_the_address_is_tried_again(monkeypatch, written, reply):
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send(monkeypatch, reply)

    written.refresh_from_db()
    assert (bounced(), written.refused_at) == ([], None)
    assert written.message


def test_the_first_moment_stays(parent):
    first, later = clock.now(), clock.now()

    counts = [addresses.bounce(address="HAYASHI@example.jp", at=at) for at in (first, later)]

    assert counts == [1, 0]
    assert Parent.objects.get(user=parent).bounced_at == first


@pytest.mark.parametrize("is_bounced", [True, False])
def test_staff_and_the_family_read_it(staff_client, public_client, carer, parent, is_bounced):
    household = household_of(parent)
    interview = InterviewFactory.create(household=household)
    if is_bounced:
        addresses.bounce(address=parent.email, at=clock.now())

    staff, family = staff_client.log_in(carer), public_client.log_in(parent)

    sheet = staff.get(f"/interviews/{interview.pk}/").content.decode()
    form = staff.get(f"/records/household/{household.pk}/change/").content.decode()
    page = family.get("/my/").content.decode()
    assert (NOTE in sheet, "届いていません" in page) == (is_bounced, is_bounced)
    assert "メールが届かなかった日時" in form


def test_a_new_confirmed_address_clears_it(public_client, parent):
    addresses.bounce(address=parent.email, at=clock.now())
    # Only so many mails go to one address in a time.
    cache.clear()
    client = public_client.log_in(parent)
    confirm(client)
    client.post(client.url("account_email"), {"action_add": "", "email": "atarashii@example.jp"})
    assert bounced() == ["hayashi@example.jp"]
    mail = next(m for m in OutgoingMail.objects.all() if m.recipient == "atarashii@example.jp")
    link = re.search(r"http://public\.test(/account/confirm-email/\S+)", mail.message)

    public_client.post(link.group(1))

    me = Parent.objects.get(user=parent)
    assert (me.email, me.bounced_at) == ("atarashii@example.jp", None)


def test_the_same_address_confirmed_anew_clears_it(public_client, parent):
    """Its mailbox was full, or gone for a while: the link reached it."""
    addresses.bounce(address=parent.email, at=clock.now())
    cache.clear()
    known = EmailAddress.objects.get(user=parent)
    known.verified = False
    known.save()
    client = public_client.log_in(parent)
    confirm(client)
    client.post(client.url("account_email"), {"action_send": "", "email": parent.email})
    assert bounced() == ["hayashi@example.jp"]
    mail = OutgoingMail.objects.get()
    assert mail.recipient == "hayashi@example.jp"
    link = re.search(r"http://public\.test(/account/confirm-email/\S+)", mail.message)

    public_client.post(link.group(1))

    me = Parent.objects.get(user=parent)
    assert (me.email, me.bounced_at) == ("hayashi@example.jp", None)


@pytest.mark.parametrize(
    ("email", "expected"), [("", []), ("sobo@example.jp", ["sobo@example.jp"])]
)
def test_another_address_of_a_parent_without_account_clears_it(parent, email, expected):
    other = ParentFactory.create(
        household=child_of(parent).household, email="sobo@example.jp", is_first_contact=False
    )
    addresses.bounce(address=other.email, at=clock.now())
    other.refresh_from_db()

    other.email = email
    households.change_parent(other)

    assert bounced() == expected
