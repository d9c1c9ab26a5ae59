"""抽選の申込み: a family's wishes for a draw, added and taken back until it closes."""

import datetime as dt
from collections.abc import Sequence

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext

from booking import releases
from booking.actions import bookings, promises
from booking.actions.bookings import Wish
from booking.enums import Accepts, Channel
from booking.models import Release, Ticket, TicketWish
from booking.refusals import BookingRefused, Reason
from booking.releases import Phase
from records import beginnings, mail
from records.models import User

# More is a slip: each is looked at in the draw while others wait for the places.
MOST_WISHES = 20
# What may have changed by the time of the draw, or be wished for in the place of another wish.
TOLERATED = (Reason.FULL, Reason.LIMIT_REACHED, Reason.ALREADY_BOOKED)


@transaction.atomic
def ask(
    *,
    release: Release,
    wishes: Sequence[Wish],
    accepts: Accepts | None,
    by: User,
    at: dt.datetime,
) -> Ticket:
    """Add what a household wishes to its ticket, after what stands there; the first makes it.

    What stands there already is not added again. `accepts` is None where the form asked for a
    single wish, which says nothing about the others. Raises BookingRefused where a wish breaks a
    rule that no draw can mend, where there are too many, and where the draw takes no requests; and
    ServiceStopped while the center has closed booking.
    """
    household = wishes[0].child.household
    _await_draw(release, at)
    promises.await_others(household.pk, [wish.child for wish in wishes])
    for wish in wishes:
        _check(wish, at)
    ticket, is_new = Ticket.objects.get_or_create(
        release=release,
        household=household,
        defaults={"asked_by": by, "asked_at": at, "is_hidden": household.is_protected},
    )
    if accepts is not None and ticket.accepts != accepts:
        ticket.accepts = accepts
        ticket.save(update_fields=["accepts"])
    _add(ticket, wishes)
    if is_new:
        mail.notify_family(household, "booking/email/ticket", ticket=ticket)
    return ticket


@transaction.atomic
def set_options(*, ticket: Ticket, accepts: Accepts, is_hidden: bool, at: dt.datetime) -> None:
    """What is to be booked where not everything can be had, and what of it is published.

    Of a family whose address is kept secret nothing is. Raises BookingRefused when it is too late.
    """
    _await_draw(ticket.release, at)
    ticket.accepts = accepts
    ticket.is_hidden = is_hidden or ticket.household.is_protected
    ticket.save(update_fields=["accepts", "is_hidden"])


@transaction.atomic
def take_back(*, wish: TicketWish, at: dt.datetime) -> None:
    """Take a wish back. A ticket without any has no part in the draw.

    Raises BookingRefused when it is too late.
    """
    _await_draw(wish.ticket.release, at)
    wish.delete()


def lock(release: Release, *, alone: bool) -> None:
    """Wait until nobody adds to a draw any more (`alone`), or until it is not being drawn."""
    function = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(hashtextextended(%s, 0))", [f"draw {release.pk}"])


def _await_draw(release: Release, at: dt.datetime) -> None:
    lock(release, alone=False)
    release.refresh_from_db()
    gate = releases.gate(release, at)
    if gate.phase == Phase.BEFORE:
        raise BookingRefused(Reason.NOT_OPEN_YET, beginnings.opens_from(release.opens_at))
    if gate.phase != Phase.COLLECTING:
        raise BookingRefused(Reason.DRAW_OVER)


def _check(wish: Wish, at: dt.datetime) -> None:
    try:
        bookings.check(wish, at=at, channel=Channel.DRAW)
    except BookingRefused as error:
        if error.kind not in TOLERATED:
            raise


def _add(ticket: Ticket, wishes: Sequence[Wish]) -> None:
    known = set(ticket.wishes.values_list("child", "facility", "starts_at", "ends_at"))
    new = [
        wish
        for wish in wishes
        if (wish.child.pk, wish.facility.pk, wish.starts_at, wish.ends_at) not in known
    ]
    if len(known) + len(new) > MOST_WISHES:
        detail = gettext("希望は%(most)d件までです。") % {"most": MOST_WISHES}
        raise BookingRefused(Reason.TOO_MANY_WISHES, detail)
    last = ticket.wishes.aggregate(last=Max("number"))["last"] or 0
    TicketWish.objects.bulk_create(
        TicketWish(
            ticket=ticket,
            number=number,
            child=wish.child,
            facility=wish.facility,
            starts_at=wish.starts_at,
            ends_at=wish.ends_at,
        )
        for number, wish in enumerate(new, start=last + 1)
    )
