"""Registrations become active, and later end."""

import datetime as dt

from django.db import transaction

from records import mail, terms
from records.enums import RegistrationState
from records.models import Registration, RegistrationRule, User
from records.refusals import AlreadyDone, NotConfirmed, NotInterviewed


@transaction.atomic
def activate(*, registration: Registration, by: User, on: dt.date) -> Registration:
    """Open the scheme to a child after its interview, for the term of the rule in force.

    The first day of registration is set once and never changes again. Raises NotInterviewed,
    NotConfirmed, AlreadyDone.
    """
    # Two taps wait for each other here.
    registration = (
        Registration.objects.select_for_update(of=["self"])
        .select_related("child__household")
        .get(pk=registration.pk)
    )
    if registration.state == RegistrationState.ACTIVE:
        raise AlreadyDone
    if registration.state != RegistrationState.INTERVIEWED:
        raise NotInterviewed
    child = registration.child
    if not child.has_confirmed_needs():
        raise NotConfirmed
    rule = RegistrationRule.objects.valid_on(on).get()
    term = terms.term_from(on, rule, born=child.date_of_birth)
    registration.state = RegistrationState.ACTIVE
    registration.activated_on = on
    registration.first_registered_on = registration.first_registered_on or on
    registration.expires_on = term.expires_on
    registration.renewal_opens_on = term.renewal_opens_on
    registration.renewal_closes_on = term.renewal_closes_on
    registration.usable_from = term.usable_from
    registration.bookable_from = term.bookable_from
    registration.is_home_only = rule.is_home_only
    registration.save(
        update_fields=[
            "state", "activated_on", "first_registered_on", "expires_on", "renewal_opens_on",
            "renewal_closes_on", "usable_from", "bookable_from", "is_home_only",
        ]
    )  # fmt: skip
    mail.notify_family(
        child.household, "records/email/registration_active", registration=registration
    )
    return registration
