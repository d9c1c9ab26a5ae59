"""The demonstration: invented staff and families, made through the same actions as real ones.

Days count from today, so that there is always something going on.
"""

import base64
import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.utils.translation import gettext as _

from booking.actions import (
    attendances,
    cancellations,
    capacities,
    closures,
    payments,
    requests,
    slots,
    waitings,
)
from booking.enums_closures import ClosureKind, ClosureReason
from booking.models import Booking, Closure
from history import clock, context
from history.context import Context
from records import dates, one_time_codes, rules, terminal_book
from records.actions import accounts as accounts_of_staff
from records.actions import (
    addresses,
    care_needs,
    children,
    consents,
    contractors,
    credentials,
    factors,
    households,
    interviews,
    memberships,
    registrations,
    terminals,
)
from records.actions.care_needs import Statement
from records.admin.views.terminals import address_of
from records.enums import Answer, CareNeedKind, DoctorForm, Role
from records.models import (
    CareNeed,
    Child,
    ConsentText,
    Facility,
    Household,
    InterviewPlace,
    Parent,
    PickUpPerson,
    Registration,
    User,
)
from records.models.contractor_access import LONGEST

FOLDER = settings.ROOT / "fixtures" / "demo"
PASSWORD = "piyopiyo-demo-2026"
PIN = "275903"
PAST_DAYS, COMING_DAYS = 14, 50
INTERVIEW_TIMES = (dt.time(10), dt.time(11), dt.time(14), dt.time(15))


def load() -> None:
    """Everything, on an empty register with the reference data."""
    today = clock.today()
    with context.acting("system:demonstration"):
        facilities = {facility.code: facility for facility in Facility.objects.all()}
        staff = {row["staff_id"]: _staff(row, facilities, today) for row in _read("staff.json")}
        for facility in facilities.values():
            slots.make(
                facility=facility,
                first=today - dt.timedelta(days=PAST_DAYS),
                last=today + dt.timedelta(days=COMING_DAYS),
                at=clock.now(),
            )
            if facility.capacity is not None:
                _interview_places(facility, today)
        carers = {row["facility"]: staff[row["staff_id"]] for row in reversed(_read("staff.json"))}
    for row in _read("families.json"):
        _family(row, facilities[row["home"]], carers[row["home"]], today)
    for row in _read("bookings.json"):
        _booking(row, facilities[row["facility"]], carers[row["facility"]], today)
    for row in _read("waitings.json"):
        _waiting(row, facilities[row["facility"]], today)
    clerk = next(staff[row["staff_id"]] for row in _read("staff.json") if row["role"] == "center")
    for row in _read("staff.json"):
        if row["role"] == Role.CONTRACTOR:
            _contractor(row, staff[row["staff_id"]], clerk)
    _closure(clerk, facilities["seki"], today)


def is_whole() -> bool:
    """Whether `load` came to its end: the closure is the last that it writes."""
    return Closure.objects.exists()


def accounts() -> Iterator[tuple[str, str, str, str]]:
    """Entry, role and facility, log-in name, password: one line per account worth trying."""
    for row in _read("staff.json"):
        facility = Facility.objects.get(code=row["facility"])
        yield "staff", f"{Role(row['role']).label} {facility.name}", row["staff_id"], PASSWORD
    for row in _read("families.json")[:2]:
        home = Facility.objects.get(code=row["home"])
        yield "public", f"保護者 {home.name}", row["email"], PASSWORD


def factor_secrets() -> Iterator[tuple[str, str]]:
    """Staff ID and secret of each account that gives a second factor."""
    for row in _read("staff.json"):
        if rules.needs_factor([row["role"]]):
            yield row["staff_id"], factor_secret(row["staff_id"])


def factor_secret(staff_id: str) -> str:
    """The same at every start: an app that has it keeps working."""
    digest = hashlib.sha256(f"azukari demonstration {staff_id}".encode()).digest()
    return base64.b32encode(digest[:20]).decode()


def terminal_links() -> Iterator[tuple[str, str]]:
    """Facility and a link that makes a browser one of its terminals; those of before go."""
    with context.acting("system:demonstration"):
        now = Context(actor="system:demonstration", entry="owner", at=clock.now())
        for link in terminal_book.live_links(now.at).filter(made_by=None):
            terminals.revoke_link(link=link, context=now)
        for facility in Facility.objects.all():
            _link, token = terminals.make_link(
                facility=facility, name=str(_("実演用の端末")), by=None, context=now
            )
            yield facility.name, address_of(token)


def _read(name: str) -> list[dict[str, Any]]:
    return json.loads((FOLDER / name).read_text())


@contextmanager
def _as(user: User, role: str, at: dt.datetime) -> Iterator[None]:
    """Act as a person, so that the history of the demonstration names people."""
    with context.acting(str(user.pk), role=role, at=at):
        yield


def _staff(row: dict[str, Any], facilities: dict[str, Facility], today: dt.date) -> User:
    user = User.objects.create_staff(staff_id=row["staff_id"], name=row["name"], password=PASSWORD)
    now = Context(actor="system:demonstration", entry="owner", at=clock.now())
    credentials.note_password(by=user, at=now.at)
    credentials.choose_pin(by=user, pin=PIN, context=now)
    if rules.needs_factor([row["role"]]):
        secret = factor_secret(row["staff_id"])
        # No code serves twice: that of the present half minute is left to whoever signs in first.
        code = one_time_codes.code_at(secret, now.at - dt.timedelta(seconds=one_time_codes.PERIOD))
        factors.enrol(user=user, secret=secret, code=code, context=now)
    accounts_of_staff.keep(
        user=user,
        employer=facilities[row["facility"]].operator,
        trained_on=today - dt.timedelta(days=120),
    )
    if row["role"] != Role.CONTRACTOR:
        memberships.grant(
            user=user,
            facility=facilities[row["facility"]],
            role=Role(row["role"]),
            starts_on=today - dt.timedelta(days=365),
            today=today,
        )
    return user


def _contractor(row: dict[str, Any], user: User, by: User) -> None:
    """Let in by the center, for as long as one ticket lets anybody in."""
    now = clock.now()
    with _as(by, Role.CENTER, now):
        contractors.admit(
            user=user, company=row["company"], ticket=row["ticket"], starts_at=now,
            ends_at=now + LONGEST, by=by, at=now,
        )  # fmt: skip


def _interview_places(facility: Facility, today: dt.date) -> None:
    for offset in range(-70, 30):
        day = today + dt.timedelta(days=offset)
        if day.weekday() < 5:
            for time in INTERVIEW_TIMES:
                InterviewPlace.objects.create(facility=facility, starts_at=clock.at(day, time))


def _family(row: dict[str, Any], home: Facility, carer: User, today: dt.date) -> None:
    first_day = today - dt.timedelta(days=row["registered_days_ago"])
    applied_at = clock.at(first_day - dt.timedelta(days=5), dt.time(20, 15))
    with context.acting("system:demonstration", at=applied_at):
        user = User.objects.create_parent(email=row["email"], password=PASSWORD)
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    with _as(user, "parent", applied_at):
        household = _household(row, user)
        for fields in row["children"]:
            _child(fields, household, row["pick_up"], today)
        consents.give(
            household=household, texts=ConsentText.objects.newest(), by=user, at=applied_at
        )
        if row["state"] == "active":
            place = _free_place(home, clock.at(first_day - dt.timedelta(days=2), dt.time.min))
        else:
            applied_at = clock.now()
            place = _free_place(home, applied_at)
        interview = interviews.book(household=household, place=place, by=user, at=applied_at)
    if row["state"] != "active":
        return
    with _as(carer, Role.CARER, interview.place.ends_at):
        interviews.hold(interview=interview, by=carer, at=interview.place.ends_at)
        for fields, child in zip(row["children"], _children(household), strict=True):
            _confirm(fields, child, carer, first_day, today)
            registration = Registration.objects.get(child=child)
            registrations.activate(registration=registration, by=carer, on=first_day)
    if row.get("mail_came_back"):
        with context.acting("system:demonstration"):
            addresses.bounce(address=row["email"], at=clock.now())


def _closure(clerk: User, facility: Facility, today: dt.date) -> None:
    """Prepared, and to be decided on the morning of its day."""
    day = _open_day(facility, today, 3)
    with _as(clerk, Role.CENTER, clock.now()):
        closures.prepare(
            facilities=[facility],
            day=day,
            kind=ClosureKind.OPENS_LATE,
            opens_at=dt.time(11),
            reason=ClosureReason.WEATHER,
            words="台風が近づいています。朝6時30分に、開くかどうかを決めます。",
            announce_at=clock.at(day, dt.time(6, 30)),
            by=clerk,
            at=clock.now(),
        )


def _household(row: dict[str, Any], user: User) -> Household:
    first, *others = row["parents"]
    household = households.open_for(
        user=user,
        address={
            "postal_code": row["postal_code"],
            "street": row["street"],
            "building": row["building"],
        },
        parent=first,
    )
    for other in others:
        Parent.objects.create(household=household, **other)
    return household


def _child(
    row: dict[str, Any], household: Household, pick_up: list[dict[str, str]], today: dt.date
) -> None:
    allergies = tuple(row["allergies"])
    unknown = Answer.UNKNOWN if row["unknown"] else Answer.NO
    child = children.add(
        household=household,
        fields={
            "family_name": row["family_name"],
            "given_name": row["given_name"],
            "family_name_kana": row["family_name_kana"],
            "given_name_kana": row["given_name_kana"],
            "sex": row["sex"],
            # A few days past the month, so that the age does not turn while one looks.
            "date_of_birth": dates.add_months(today, -row["months"]) - dt.timedelta(days=9),
            "needs_one_to_one": row["needs_one_to_one"],
        },
        statements={
            CareNeedKind.ALLERGY: Statement(
                Answer.YES if allergies else unknown, allergies=allergies
            ),
            CareNeedKind.ILLNESS: _text(row["illness"]),
            CareNeedKind.DISABILITY: _text(row["disability"]),
        },
    )
    for person in pick_up:
        PickUpPerson.objects.create(child=child, **person)


def _text(content: str) -> Statement:
    return Statement(Answer.YES if content else Answer.NO, content=content)


def _children(household: Household) -> list[Child]:
    return list(household.children.order_by("created_at"))


def _confirm(row: dict[str, Any], child: Child, carer: User, on: dt.date, today: dt.date) -> None:
    for need in CareNeed.objects.filter(child=child):
        has_form = need.kind == CareNeedKind.ALLERGY and row["form_days"] is not None
        care_needs.confirm(
            need,
            by=carer,
            on=on,
            form=DoctorForm.VALID if has_form else DoctorForm.NOT_NEEDED,
            form_valid_until=today + dt.timedelta(days=row["form_days"]) if has_form else None,
        )


def _free_place(facility: Facility, after: dt.datetime) -> InterviewPlace:
    place = InterviewPlace.objects.filter(facility=facility).free(after).first()
    if place is None:
        raise LookupError(f"no interview place at {facility} after {after}")
    return place


def _booking(row: dict[str, Any], facility: Facility, carer: User, today: dt.date) -> None:
    child = next(c for c in Child.objects.all() if c.full_name == row["child"])
    user = User.objects.get(parent__household=child.household)
    parent = Parent.objects.get(user=user)
    day = _open_day(facility, today, row["day"])
    starts_at = clock.at(day, dt.time.fromisoformat(row["starts"]))
    ends_at = clock.at(day, dt.time.fromisoformat(row["ends"]))
    asked_at = clock.at(min(day, today) - dt.timedelta(days=4), dt.time(21, 40))
    with _as(user, "parent", asked_at):
        booking = requests.book(
            child=child,
            facility=facility,
            starts_at=starts_at,
            ends_at=ends_at,
            by=user,
            at=asked_at,
            key=uuid.uuid4(),
        )
        if row["state"] == "cancelled":
            cancellations.cancel(booking=booking, by=user, at=asked_at)
    _live_through(booking, row["state"], carer, parent)


def _waiting(row: dict[str, Any], facility: Facility, today: dt.date) -> None:
    """A day with fewer places, all of them taken, and a family that waits for one."""
    day = _open_day(facility, today, row["day"])
    with context.acting("system:demonstration"):
        capacities.change(facility=facility, day=day, places=row["places"], reason=row["why_fewer"])
    child = next(c for c in Child.objects.all() if c.full_name == row["child"])
    user = User.objects.get(parent__household=child.household)
    joined_at = clock.at(today - dt.timedelta(days=1), dt.time(20, 15))
    with _as(user, "parent", joined_at):
        waitings.join(
            children=[child],
            facility=facility,
            starts_at=clock.at(day, dt.time.fromisoformat(row["starts"])),
            ends_at=clock.at(day, dt.time.fromisoformat(row["ends"])),
            by=user,
            at=joined_at,
        )


def _live_through(booking: Booking, state: str, carer: User, parent: Parent) -> None:
    arrived_at = booking.starts_at + dt.timedelta(minutes=2)
    left_at = booking.ends_at - dt.timedelta(minutes=4)
    if state in ("present", "fetched", "settled"):
        with _as(carer, Role.CARER, arrived_at):
            attendances.arrive(
                booking=booking, by=carer, at=arrived_at, brought_by=parent.full_name
            )
    if state in ("fetched", "settled"):
        with _as(carer, Role.CARER, left_at):
            attendances.leave(booking=booking, by=carer, at=left_at, fetched_by=parent.full_name)
            if state == "settled":
                fee = booking.fee
                payments.take(fee=fee, amount=fee.amount, by=carer, at=left_at)


def _open_day(facility: Facility, today: dt.date, offset: int) -> dt.date:
    """The n-th day from today on which the facility is open; today's is the next open one."""
    step = 1 if offset >= 0 else -1
    day = today
    remaining = abs(offset)
    while True:
        if facility.slots.on_day(day).exists():
            if remaining == 0:
                return day
            remaining -= 1
        day += dt.timedelta(days=step)
