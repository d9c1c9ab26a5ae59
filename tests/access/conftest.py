"""One of everything: a family of 練馬 whose child was cared for at 光が丘."""

import dataclasses
import datetime as dt
from typing import Any

import pytest

from booking.actions import attendances, payments
from booking.day.models import NapRule
from booking.models import OpeningPattern, Slot, Tariff, UseRule
from history import clock
from history.enums import Act, AlertKind
from history.models import Alert, Entry
from records.enums import RegistrationState
from records.models import (
    AccessLease,
    ConsentText,
    FacilityMembership,
    Operator,
    RegistrationRule,
    SignIn,
    WatchRule,
)
from tests.entries import EntryClient
from tests.factories.booking import (
    BookingFactory,
    CallFactory,
    ClosureFactory,
    ReleaseFactory,
    TicketFactory,
    UseHoldFactory,
    WaitingFactory,
)
from tests.factories.day import (
    CashCountFactory,
    IncidentFactory,
    LateNoticeFactory,
    MealCheckFactory,
    NapWatchFactory,
    PickUpChangeFactory,
    RollCallFactory,
)
from tests.factories.records import (
    ConsentFactory,
    EmergencyOpeningFactory,
    HandoverNoteFactory,
    InterviewFactory,
    InterviewPlaceFactory,
    OpeningFactory,
    PickUpPersonFactory,
    ProposalFactory,
    ServiceStopFactory,
    StaffNoteFactory,
    StaffUserFactory,
    facility,
)
from tests.factories.terminals import (
    AdministratorOpeningFactory,
    TerminalFactory,
    TerminalLinkFactory,
)
from tests.people import child_of


@dataclasses.dataclass
class Ward:
    """Rows by model label, and what the pages are asked for."""

    rows: dict[str, Any]
    booking: Any
    payment: Any
    interview: Any
    child: Any
    person: Any
    terminal: Any
    link: Any
    proposal: Any
    ticket: Any
    alert: Any
    call: Any
    closure: Any
    use_hold: Any
    meal_check: Any
    nap_watch: Any
    cash_count: Any
    incident: Any
    roll_call: Any


@pytest.fixture
def ward(parent: Any) -> Ward:
    child = child_of(parent)
    household = child.household
    place = InterviewPlaceFactory.create()
    interview = InterviewFactory.create(household=household, place=place)
    child.registration.interview = interview
    child.registration.state = RegistrationState.ACTIVE
    child.registration.save()
    booking = BookingFactory.create(child=child, by=parent)
    writer = StaffUserFactory.create(username="W0001")
    attendance = attendances.arrive(booking=booking, by=writer, at=booking.starts_at)
    attendances.leave(booking=booking, by=writer, at=booking.ends_at)
    payment = payments.take(
        fee=booking.fee, amount=100, by=writer, at=booking.ends_at + dt.timedelta(minutes=1)
    )
    LateNoticeFactory.create(booking=booking, sent_by=parent)
    PickUpChangeFactory.create(booking=booking, sent_by=parent)
    there = facility("hikarigaoka")
    membership = FacilityMembership.objects.create(
        user=writer, facility=there, role="carer", starts_on=dt.date(2020, 4, 1)
    )
    rows = [
        child, household, child.registration, interview, InterviewPlaceFactory.create(),
        ConsentFactory.create(household=household), HandoverNoteFactory.create(child=child),
        StaffNoteFactory.create(child=child), booking, attendance, booking.fee, payment,
        Slot.objects.filter(facility=there).first(), AccessLease.objects.get(),
        Entry.objects.create(act=Act.VIEW, actor="1", facility=there.pk), there,
        Operator.objects.first(), RegistrationRule.objects.first(), ConsentText.objects.first(),
        WatchRule.objects.first(), NapRule.objects.first(),
        OpeningPattern.objects.first(), UseRule.objects.first(), Tariff.objects.first(), writer,
        membership, ServiceStopFactory.create(coming=True),
        OpeningFactory.create(), ReleaseFactory.create(),
        EmergencyOpeningFactory.create(child=child),
        AdministratorOpeningFactory.create(sign_in__user=writer),
        WaitingFactory.create(child=child, joined_by=parent),
    ]  # fmt: skip
    return Ward(
        rows={row._meta.label_lower: row for row in rows},
        booking=booking,
        payment=payment,
        interview=interview,
        child=child,
        person=PickUpPersonFactory.create(child=child),
        terminal=TerminalFactory.create(),
        link=TerminalLinkFactory.create(),
        proposal=ProposalFactory.create(child=child),
        ticket=TicketFactory.create(child=child, release__first_day=dt.date(2010, 4, 1)),
        call=CallFactory.create(booking=booking),
        closure=ClosureFactory.create(),
        alert=Alert.objects.create(
            kind=AlertKind.UNUSUAL_READING, cause="1", at=clock.now(), facility=there.pk
        ),
        use_hold=UseHoldFactory.create(booking=booking),
        meal_check=MealCheckFactory.create(),
        nap_watch=NapWatchFactory.create(booking=booking),
        cash_count=CashCountFactory.create(),
        incident=IncidentFactory.create(booking=booking),
        roll_call=RollCallFactory.create(),
    )


@pytest.fixture
def named(request: pytest.FixtureRequest) -> Any:
    """A person by name; `stranger` is nobody."""
    return request.getfixturevalue


@pytest.fixture
def client_of(named: Any) -> Any:
    def open_at(entry: str, person: str) -> EntryClient:
        client = EntryClient(entry)
        user = named(person)
        if user is not None:
            client.log_in(user)
            if person == "opener":
                AdministratorOpeningFactory.create(sign_in=SignIn.objects.get(user=user))
            return client
        # Nobody at all; at the staff entry in front of a terminal, or there would be no door.
        return client.at_terminal() if entry == "staff" else client

    return open_at
