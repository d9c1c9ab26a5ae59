"""What a family says on the day, and the facility's answer."""

import datetime as dt
import uuid

from django.db import transaction
from django.utils.translation import gettext

from booking import letters
from booking.day import family_rules
from booking.day.models import LateNotice, PickUpChange
from booking.day.refusals import NobodyToConfirm, SaidAnew, TooLateToSay, UnknownNumber
from booking.models import Booking
from records import contacts
from records.models import User

NO_REPLY = {"reply": "", "replied_by": None, "replied_at": None}
NO_CALL = {"called_by": None, "called_at": None, "called_number": None}


@transaction.atomic
def say_late(
    *, booking: Booking, arrives_at: dt.datetime, words: str, by: User, at: dt.datetime
) -> LateNotice:
    """「遅れます」, in place of what was said before. TooLateToSay once the child is here."""
    if not family_rules.may_say_late(booking, at):
        raise TooLateToSay
    said = {"arrives_at": arrives_at, "words": words, "sent_by": by, "sent_at": at}
    notice, _new = LateNotice.objects.update_or_create(
        booking=booking, defaults=said | NO_REPLY, create_defaults=said | _of(booking)
    )
    return notice


@transaction.atomic
def change_pick_up(
    *,
    booking: Booking,
    person: str,
    relation: str,
    chosen: uuid.UUID | None,
    fetched_at: dt.datetime | None,
    words: str,
    by: User,
    at: dt.datetime,
) -> PickUpChange:
    """Who comes, or when, in place of what was said before; `person` is empty where that stays.

    `chosen` is the id of a parent or pick-up person of the register, whose name the database knows.
    Whoever was confirmed before is so no longer. Raises TooLateToSay once the child was fetched.
    """
    if not family_rules.may_change_pick_up(booking, at):
        raise TooLateToSay
    said = {
        "person": person or None, "relation": relation, "chosen": chosen,
        "fetched_at": fetched_at, "words": words, "sent_by": by, "sent_at": at,
    }  # fmt: skip
    change, _new = PickUpChange.objects.update_or_create(
        booking=booking,
        defaults=said | NO_REPLY | NO_CALL,
        create_defaults=said | _of(booking),
    )
    # Whether the register knows the person, the database has just written.
    change.refresh_from_db(fields=["is_registered", "registered_name"])
    return change


@transaction.atomic
def reply(
    *, message: LateNotice | PickUpChange, seen: str, words: str, by: User, at: dt.datetime
) -> None:
    """The answer, told to the family by mail. `seen` is what was answered (`message.seen`).

    Raises SaidAnew where the family has said something else meanwhile.
    """
    locked = _locked(message, seen)
    locked.reply, locked.replied_by, locked.replied_at = words, by, at
    locked.save(update_fields=["reply", "replied_by", "replied_at"])
    letters.tell(locked.booking, "day/email/replied", by=by)


@transaction.atomic
def confirm_by_call(
    *, change: PickUpChange, seen: str, number: str, by: User, at: dt.datetime
) -> None:
    """折り返し電話で確認しました: from now on the new person may fetch the child of this booking.

    `number` is one that the register knows of a parent, else UnknownNumber. It is an answer as
    well. Raises SaidAnew where the family has said something else meanwhile, NobodyToConfirm
    without a person to confirm.
    """
    locked = _locked(change, seen)
    if not isinstance(locked, PickUpChange) or not locked.awaits_call:
        raise NobodyToConfirm
    if number not in known_numbers(locked.booking):
        raise UnknownNumber
    locked.called_by, locked.called_at, locked.called_number = by, at, number
    locked.reply = locked.reply or gettext("お電話で、お迎えの方を確認しました。")
    locked.replied_by, locked.replied_at = by, at
    locked.save(
        update_fields=[
            "called_by", "called_at", "called_number", "reply", "replied_by", "replied_at",
        ]
    )  # fmt: skip
    letters.tell(locked.booking, "day/email/replied", by=by)


def known_numbers(booking: Booking) -> dict[str, str]:
    """The parents' numbers in the register and whose each is, the first contact's first.

    One statement.
    """
    found: dict[str, str] = {}
    for parent in contacts.of([booking.household_id])[booking.household_id]:
        for number in (parent.mobile_phone, parent.phone):
            if number:
                found.setdefault(number, parent.full_name)
    return found


def _of(booking: Booking) -> dict[str, object]:
    return {"household_id": booking.household_id, "facility_id": booking.facility_id}


def _locked(message: LateNotice | PickUpChange, seen: str) -> LateNotice | PickUpChange:
    """As it stands now. What a family says meanwhile waits here, or came first."""
    model = type(message)
    locked = model.objects.select_for_update(of=["self"]).get(pk=message.pk)
    if locked.seen != seen:
        raise SaidAnew
    return locked
