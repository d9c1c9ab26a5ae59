"""The outbox: mail is written with what it tells, sent once, and forgotten."""

import datetime as dt
import smtplib
import uuid

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.db import OperationalError, connection, transaction
from django.test.utils import override_settings
from procrastinate.contrib.django.models import ProcrastinateJob

from booking.actions import cancellations, requests
from history import clock
from records.actions import applications, care_needs, interviews, registrations
from records.actions.care_needs import Statement
from records.enums import Allergen, Answer, CareNeedKind, Severity
from records.mail import notify_family
from records.models import CareNeed, ConsentText, OutgoingMail, Registration
from records.tasks import send_mail
from tests.factories.booking import coming_monday, slots_of_day
from tests.factories.records import (
    ChildFactory,
    HouseholdFactory,
    InterviewFactory,
    OutgoingMailFactory,
    ParentFactory,
    facility,
)
from tests.records.families import NOW, account_of, place
from tests.records.worker import as_worker

TEXT = "𠮷田 髙子 様\n面接は10時から、豊玉北6－12－1です。～①㈱ﾊﾝｶｸ\n"


class DownBackend(BaseEmailBackend):
    """A mail server that does not answer."""

    def send_messages(self, email_messages):
        raise smtplib.SMTPServerDisconnected


def write(subject="【一時預かり】𠮷田様の面接", body=TEXT, html=""):
    message = EmailMultiAlternatives(subject, body, to=["yoshida@example.jp"])
    if html:
        message.attach_alternative(html, "text/html")
    message.send()
    return OutgoingMail.objects.get()


def send(row):
    with as_worker():
        send_mail(mail_id=str(row.pk))
    row.refresh_from_db()


def in_outbox(connected):
    """Mails and jobs, as another connection sees them."""
    tables = ("records_outgoingmail", "procrastinate_jobs")
    return tuple(connected.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in tables)


# Written down


def test_a_mail_lies_encrypted_until_it_is_sent(database):
    row = write(subject="subject-in-ascii", body="body-in-ascii")

    with connection.cursor() as cursor:
        cursor.execute("SELECT recipient, message FROM records_outgoingmail")
        stored = b"".join(bytes(part) for part in cursor.fetchone())
    words = [b"yoshida", b"subject-in-ascii", b"body-in-ascii", b"Subject"]
    assert [word for word in words if word in stored] == []
    assert [word for word in words[1:] if word in row.message.encode()] == words[1:]


def test_the_job_names_the_mail_and_nothing_else(database):
    row = write()

    assert ProcrastinateJob.objects.get().args == {"mail_id": str(row.pk)}


def test_what_rolls_back_leaves_no_mail_and_no_job(real_database):
    household = ParentFactory.create(email="yoshida@example.jp").household
    interview = InterviewFactory.create(household=household)
    seen = []

    def tell(*, fails):
        with transaction.atomic():
            notify_family(household, "records/email/interview_booked", interview=interview)
            seen.append(in_outbox(other))
            if fails:
                raise ZeroDivisionError

    with real_database.connect("azukari_owner") as other:
        with pytest.raises(ZeroDivisionError):
            tell(fails=True)
        seen.append(in_outbox(other))
        tell(fails=False)
        seen.append(in_outbox(other))

    assert seen == [(0, 0), (0, 0), (0, 0), (1, 1)]


# Sent


def test_a_mail_is_sent_once_and_forgotten(database, mailoutbox):
    row = write()

    send(row)
    first_sent_at = row.sent_at
    send(row)

    assert [message.to for message in mailoutbox] == [["yoshida@example.jp"]]
    assert (row.recipient, row.message) == ("", "")
    assert first_sent_at is not None
    assert row.sent_at == first_sent_at


def test_japanese_arrives_letter_for_letter(database, mailoutbox):
    html = "<p>𠮷田 髙子 様</p>\n"
    row = write(html=html)

    send(row)

    message = mailoutbox[0]
    assert message.subject == "【一時預かり】𠮷田様の面接"
    assert message.body == TEXT
    assert [(part.content, part.mimetype) for part in message.alternatives] == [(html, "text/html")]


def test_a_long_japanese_subject_arrives_whole(database, mailoutbox):
    subject = "【一時預かり】" + "髙𠮷" * 40

    send(write(subject=subject))

    assert mailoutbox[0].subject == subject


def test_a_mail_that_could_not_be_sent_waits(database, mailoutbox):
    row = write()
    waiting = row.message

    down = f"{__name__}.DownBackend"
    with (
        as_worker(),
        override_settings(EMAIL_BACKEND=down),
        pytest.raises(smtplib.SMTPServerDisconnected),
    ):
        send_mail(mail_id=str(row.pk))

    row.refresh_from_db()
    assert (row.message, row.sent_at) == (waiting, None)
    send(row)
    assert len(mailoutbox) == 1


def test_a_mail_that_is_gone_is_no_error(database, mailoutbox):
    with as_worker():
        send_mail(mail_id=str(uuid.uuid4()))

    assert mailoutbox == []


def test_two_workers_do_not_send_one_mail_twice(real_database):
    """The second leaves the one that the first has in its hands, and comes back for it."""
    row = write()
    mail.outbox = []

    with real_database.connect("azukari_worker") as first:
        first.execute("SELECT 1 FROM records_outgoingmail FOR UPDATE")
        with pytest.raises(OperationalError, match="could not obtain lock"):
            send(row)
        sent_meanwhile = list(mail.outbox)
    send(row)

    assert (len(sent_meanwhile), len(mail.outbox)) == (0, 1)


@pytest.mark.parametrize("role", ["azukari_public", "azukari_staff"])
def test_no_entry_reads_what_waits(real_database, role):
    OutgoingMailFactory.create()

    with real_database.connect(role, actor="1", role="center") as entry:
        assert entry.execute("SELECT count(*) FROM records_outgoingmail").fetchone() == (0,)
    with real_database.connect("azukari_worker") as worker:
        assert worker.execute("SELECT count(*) FROM records_outgoingmail").fetchone() == (1,)


# What mails tell


SECRETS = {
    "name": "秘密乃", "kana": "ヒミツノ", "illness": "てんかん", "detail": "ぜんそくの発作",
    "medicine": "エピペン", "disability": "聴覚", "note": "里親家庭です", "street": "秘密町",
}  # fmt: skip


def test_no_mail_of_the_whole_walk_tells_anything_sensitive(database, carer, mailoutbox):
    household, child = family_with_secrets()
    walk(household, child, account_of(household), carer)
    for row in OutgoingMail.objects.order_by("created_at"):
        send(row)

    told = [(message.subject, message.body) for message in mailoutbox]
    words = [*SECRETS.values(), *(str(each.label) for each in (*Allergen, *Severity))]
    # 「その他」 is no secret.
    words.remove(str(Allergen.OTHER.label))
    words += [child.code, child.date_of_birth.isoformat(), household.code]
    leaks = {(subject, word) for subject, body in told for word in words if word in subject + body}
    assert leaks == set()
    # They are the mails of that family, in the order of the walk.
    assert [subject.partition("】")[0] for subject, _body in told] == ["【一時預かり"] * 4
    assert [body.splitlines()[0] for _subject, body in told] == ["林 𠮷乃 様"] * 4


def family_with_secrets():
    household = HouseholdFactory.create(home_facility=None, street=SECRETS["street"])
    ParentFactory.create(household=household, with_account=True, family_name="林", email="h@x.jp")
    child = ChildFactory.create(
        household=household, family_name=SECRETS["name"], family_name_kana=SECRETS["kana"]
    )
    Registration.objects.create(child=child)
    allergy = {
        "allergen": Allergen.EGG, "severity": Severity.ANAPHYLAXIS, "detail": SECRETS["detail"],
        "medicine": SECRETS["medicine"],
    }  # fmt: skip
    statements = {
        CareNeedKind.ALLERGY: Statement(Answer.YES, allergies=(allergy,)),
        CareNeedKind.ILLNESS: Statement(Answer.YES, SECRETS["illness"]),
        CareNeedKind.DISABILITY: Statement(Answer.YES, SECRETS["disability"]),
    }
    for kind, statement in statements.items():
        care_needs.state(CareNeed(child=child, kind=kind), statement)
    return household, child


def walk(household, child, me, carer):
    """From the application to a cancelled booking."""
    interview = applications.hand_in(
        household=household, texts=ConsentText.objects.newest(), place=place(),
        note=SECRETS["note"], by=me, at=NOW,
    )  # fmt: skip
    interviews.hold(interview=interview, by=carer, at=NOW, note=SECRETS["note"])
    for need in child.care_needs.all():
        care_needs.confirm(need, by=carer, on=NOW.date())
    registrations.activate(registration=child.registration, by=carer, on=NOW.date())
    child.refresh_from_db()
    slots_of_day()
    ten = clock.at(coming_monday(), dt.time(10))
    booking = requests.book(
        child=child, facility=facility("hikarigaoka"), starts_at=ten,
        ends_at=ten + dt.timedelta(hours=2), by=me, at=ten - dt.timedelta(days=3),
        key=uuid.uuid4(),
    )  # fmt: skip
    cancellations.cancel(booking=booking, by=me, at=ten - dt.timedelta(days=2), reason="発熱")
