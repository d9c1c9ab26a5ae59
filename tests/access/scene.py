"""Marked families: every word of theirs stands nowhere else, so that a page or a table that must
not show it can be searched for it.

Each facility has a family at home and has cared for its child. The child of 練馬 is booked at
光が丘 besides, which therefore reads its safety data; that of 大泉 was booked there once, and the
lease is over: 光が丘 keeps the booking and reads nothing more.
"""

import dataclasses
import datetime as dt
from typing import Any

from booking.actions import attendances, payments
from booking.models import Booking, Payment, Waiting
from history import clock
from history.enums import Act
from history.models import Entry
from records import codes
from records.enums import Answer, CareNeedKind
from records.models import (
    Child,
    Household,
    Interview,
    Invitation,
    KnownDevice,
    Parent,
    PickUpPerson,
    Proposal,
    StaffAccount,
    User,
)
from records.tasks import send_mail
from tests.database import at_moment
from tests.factories.booking import BookingFactory, CallFactory, WaitingFactory, coming_monday
from tests.factories.records import (
    AllergyFactory,
    CareNeedFactory,
    ChildFactory,
    ConsentFactory,
    HandoverNoteFactory,
    HouseholdFactory,
    InterviewFactory,
    InterviewPlaceFactory,
    OutgoingMailFactory,
    ParentFactory,
    PickUpPersonFactory,
    ProposalFactory,
    RegistrationFactory,
    StaffNoteFactory,
    facility,
)

HOMES = ("nerima", "nukui", "seki", "oizumi", "hikarigaoka")
KANA = {
    "nerima": "ネリマ", "nukui": "ヌクイ", "seki": "セキノ", "oizumi": "オオイズミ",
    "hikarigaoka": "ヒカリガオカ",
}  # fmt: skip
# In every word of every family, and in nothing else.
SIGN = "印"
NAME, NUMBER, CONTACT, SAFETY, PRIVATE, HOUSEHOLD, MEMO, ACCOUNT = (
    "name", "number", "contact", "safety", "private", "household", "memo", "account",
)  # fmt: skip


@dataclasses.dataclass(frozen=True, kw_only=True)
class Family:
    """A family at home in a facility, and its words by who may read them."""

    home: str
    household: Household
    child: Child
    parent: Parent
    interview: Interview
    person: PickUpPerson
    booking: Booking
    waiting: Waiting
    payment: Payment
    proposal: Proposal
    invitation: Invitation
    device: KnownDevice
    rows: dict[str, Any]
    words: dict[str, tuple[str, ...]]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Scene:
    families: dict[str, Family]
    # The bookings at 光が丘 of children at home elsewhere: to come, and long past.
    coming: Booking
    past: Booking

    def words(self, home: str, *groups: str) -> set[str]:
        words = self.families[home].words
        return {word for group in groups for word in words[group]}


def build(writer: User) -> Scene:
    """All of it; `writer` is a member of staff who is nobody's colleague."""
    StaffAccount.objects.create(user=writer)
    families = {home: _family(home, number, writer) for number, home in enumerate(HOMES, start=1)}
    coming = BookingFactory.create(
        child=families["nerima"].child, starts_at=clock.at(coming_monday(), dt.time(10))
    )
    day = clock.today() - dt.timedelta(days=21)
    with at_moment(clock.at(day, dt.time(13))):
        past = _cared_for(families["oizumi"].child, "hikarigaoka", day, writer).fee.booking
    return Scene(families=families, coming=coming, past=past)


def _family(home: str, number: int, writer: User) -> Family:
    sign, kana = f"{SIGN}{home}{SIGN}", f"シルシ{KANA[home]}"
    household = HouseholdFactory.create(home_facility=facility(home), street=f"町{sign}")
    parent = ParentFactory.create(
        household=household, with_account=True, family_name=f"親{sign}", family_name_kana=kana,
        given_name="", given_name_kana="", mobile_phone=f"0901111{str(number) * 4}",
        user__email=f"mark-{home}@example.jp", email=f"mark-{home}@example.jp",
    )  # fmt: skip
    child = ChildFactory.create(
        household=household, family_name=f"児{sign}", family_name_kana=kana, given_name="",
        given_name_kana="",
    )  # fmt: skip
    place = InterviewPlaceFactory.create(facility=facility(home))
    interview = InterviewFactory.create(
        household=household, place=place, held=True, note__text=f"面談{sign}"
    )
    registration = RegistrationFactory.create(
        child=child, active=True, interview=interview, application_note=f"申込{sign}"
    )
    needs = {
        kind: CareNeedFactory.create(
            child=child, kind=kind, confirmed=True, answer=Answer.YES, content=f"{kind}{sign}"
        )
        for kind in CareNeedKind
    }
    AllergyFactory.create(
        care_need=needs[CareNeedKind.ALLERGY], detail=f"発疹{sign}", medicine=f"薬{sign}"
    )
    person = PickUpPersonFactory.create(
        child=child, name=f"祖母{sign}", phone=f"0801111{str(number) * 4}"
    )
    notes = [
        HandoverNoteFactory.create(child=child, facility=facility(home), text=f"申送{sign}"),
        StaffNoteFactory.create(child=child, text=f"職員{sign}"),
    ]
    consent = ConsentFactory.create(household=household)
    proposal = ProposalFactory.create(child=child, family_name=f"改{sign}", proposed_by=parent.user)
    invitation = Invitation.objects.create(
        household=household, parent=parent, invited_by=parent.user, created_at=clock.now(),
        expires_at=clock.now() + dt.timedelta(days=1),
    )  # fmt: skip
    device = KnownDevice.objects.create(
        user=parent.user, secret_hash=home, name=f"電話{sign}", first_seen_at=clock.now(),
        last_seen_at=clock.now(),
    )  # fmt: skip
    day = coming_monday() - dt.timedelta(days=14)
    with at_moment(clock.at(day, dt.time(13))):
        payment = _cared_for(child, home, day, writer)
    Entry.objects.create(
        act=Act.VIEW, actor=str(writer.pk), facility=facility(home).pk, child_ids=[child.pk]
    )
    mail = OutgoingMailFactory.create(recipient=parent.email)
    send_mail.defer(mail_id=str(mail.pk))
    booking = payment.fee.booking
    CallFactory.create(booking=booking, due_at=clock.now() + dt.timedelta(hours=1))
    waiting = WaitingFactory.create(child=child, facility=facility(home), joined_by=parent.user)
    rows = [
        household, child, registration, interview, place, consent, *notes, booking,
        booking.attendance, booking.fee, payment, waiting,
    ]  # fmt: skip
    return Family(
        home=home, household=household, child=child, parent=parent, interview=interview,
        person=person, booking=booking, waiting=waiting, payment=payment, proposal=proposal,
        invitation=invitation,
        device=device,
        rows={row._meta.label_lower: row for row in rows},
        words={
            NAME: (child.family_name, kana),
            NUMBER: (child.code, codes.display(child.code)),
            CONTACT: (parent.family_name, parent.mobile_phone),
            SAFETY: (
                f"allergy{sign}", f"illness{sign}", f"disability{sign}", f"発疹{sign}",
                f"薬{sign}", f"祖母{sign}", person.phone, f"申送{sign}",
            ),
            PRIVATE: (f"町{sign}", f"改{sign}", f"面談{sign}", f"申込{sign}"),
            HOUSEHOLD: (household.code, codes.display(household.code)),
            MEMO: (f"職員{sign}",),
            ACCOUNT: (f"mark-{home}@example.jp", f"電話{sign}"),
        },
    )  # fmt: skip


def _cared_for(child: Child, code: str, day: dt.date, writer: User) -> Payment:
    """A use of three hours that is over and paid."""
    booking = BookingFactory.create(
        child=child, facility=facility(code), starts_at=clock.at(day, dt.time(10))
    )
    attendances.arrive(booking=booking, by=writer, at=booking.starts_at)
    attendances.leave(booking=booking, by=writer, at=booking.ends_at)
    return payments.take(
        fee=booking.fee, amount=booking.fee.amount, by=writer,
        at=booking.ends_at + dt.timedelta(minutes=5),
    )  # fmt: skip
