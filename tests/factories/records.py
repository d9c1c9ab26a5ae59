"""One factory for each model of the register: the least that is valid, traits for its states."""

import datetime as dt
from typing import Any

import factory
from allauth.account.models import EmailAddress
from factory.django import DjangoModelFactory

from history import clock
from records import models, terms
from records.actions import memberships
from records.enums import (
    Allergen,
    Answer,
    Begun,
    CareNeedKind,
    Confirmation,
    ConsentKind,
    DoctorForm,
    Function,
    InterviewState,
    Kind,
    LeaseReason,
    RegistrationState,
    Role,
    Severity,
    Sex,
)

PASSWORD = "nerima-piyo-2026"
ONE_DAY = dt.timedelta(days=1)
LONG_AGO = dt.date(2020, 4, 1)


def facility(code: str) -> models.Facility:
    """A facility of the reference data."""
    return models.Facility.objects.get(code=code)


class OperatorFactory(DjangoModelFactory):
    class Meta:
        model = models.Operator

    name = factory.Sequence(lambda n: f"社会福祉法人 {n}")


class FacilityFactory(DjangoModelFactory):
    class Meta:
        model = models.Facility

    number = factory.Sequence(lambda n: 100 + n)
    code = factory.Sequence(lambda n: f"facility-{n}")
    name = factory.Sequence(lambda n: f"第{n}ぴよぴよ")
    address = "豊玉北6-12-1"
    capacity = 15
    operator = factory.SubFactory(OperatorFactory)


class ParentUserFactory(DjangoModelFactory):
    class Meta:
        model = models.User
        skip_postgeneration_save = True

    kind = Kind.PARENT
    email = factory.Sequence(lambda n: f"parent{n}@example.jp")
    password = factory.django.Password(PASSWORD)

    @factory.post_generation
    def verified(self: models.User, create: bool, extracted: Any, **kwargs: Any) -> None:
        EmailAddress.objects.create(user=self, email=self.email, verified=True, primary=True)


class StaffUserFactory(DjangoModelFactory):
    class Meta:
        model = models.User

    kind = Kind.STAFF
    username = factory.Sequence(lambda n: f"T{n:04d}")
    name = "職員 花子"
    password = factory.django.Password(PASSWORD)


class FacilityMembershipFactory(DjangoModelFactory):
    """With the group of facility and role, through the same action as a real one."""

    class Meta:
        model = models.FacilityMembership

    user = factory.SubFactory(StaffUserFactory)
    facility = factory.SubFactory(FacilityFactory)
    role = Role.CARER
    starts_on = LONG_AGO
    ends_on = None

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> models.FacilityMembership:
        return memberships.grant(**kwargs, today=clock.today())


class HouseholdFactory(DjangoModelFactory):
    class Meta:
        model = models.Household

    home_facility = factory.LazyFunction(lambda: facility("nerima"))
    postal_code = "1768501"
    street = "豊玉北6-12-1"


class ParentFactory(DjangoModelFactory):
    class Meta:
        model = models.Parent

    class Params:
        with_account = factory.Trait(user=factory.SubFactory(ParentUserFactory))

    household = factory.SubFactory(HouseholdFactory)
    family_name = "髙橋"
    given_name = "𠮷乃"
    family_name_kana = "タカハシ"
    given_name_kana = "ヨシノ"
    mobile_phone = "09012345678"
    is_first_contact = True


class ContractorAccessFactory(DjangoModelFactory):
    """From an hour ago until tomorrow."""

    class Meta:
        model = models.ContractorAccess

    membership = factory.SubFactory(
        "tests.factories.records.FacilityMembershipFactory",
        facility=factory.LazyFunction(lambda: facility("hq")), role=Role.CONTRACTOR,
    )  # fmt: skip
    company = "保守システム株式会社"
    ticket = factory.Sequence(lambda n: f"保守-2026-{n:03}")
    starts_at = factory.LazyFunction(lambda: clock.now() - dt.timedelta(hours=1))
    ends_at = factory.LazyFunction(lambda: clock.now() + ONE_DAY)
    granted_by = factory.SubFactory("tests.factories.records.StaffUserFactory")


class ChildFactory(DjangoModelFactory):
    """A child of a household; with `registered` it may be booked at once."""

    class Meta:
        model = models.Child
        skip_postgeneration_save = True

    class Params:
        registered = factory.Trait(
            registration=factory.RelatedFactory(
                "tests.factories.records.RegistrationFactory", "child", active=True
            ),
            needs=factory.RelatedFactoryList(
                "tests.factories.records.CareNeedFactory",
                "child",
                size=len(CareNeedKind),
                kind=factory.Iterator(CareNeedKind.values),
                confirmed=True,
            ),
        )

    household = factory.SubFactory(HouseholdFactory)
    family_name = "髙橋"
    given_name = factory.Sequence(lambda n: f"児童{n}")
    family_name_kana = "タカハシ"
    given_name_kana = "ジドウ"
    sex = Sex.FEMALE
    date_of_birth = factory.LazyFunction(lambda: clock.today() - dt.timedelta(days=900))


class PickUpPersonFactory(DjangoModelFactory):
    class Meta:
        model = models.PickUpPerson

    child = factory.SubFactory(ChildFactory)
    name = "髙橋 祖母"
    name_kana = "タカハシ ソボ"
    relation = "祖母"
    phone = "0312345678"


class CareNeedFactory(DjangoModelFactory):
    class Meta:
        model = models.CareNeed
        skip_postgeneration_save = True

    class Params:
        confirmed = factory.Trait(
            confirmation=Confirmation.CONFIRMED,
            confirmed_by=factory.SubFactory(StaffUserFactory),
            confirmed_on=LONG_AGO,
        )
        with_allergy = factory.Trait(
            kind=CareNeedKind.ALLERGY,
            answer=Answer.YES,
            form=DoctorForm.VALID,
            form_valid_until=factory.LazyFunction(lambda: clock.today() + dt.timedelta(days=90)),
            allergy=factory.RelatedFactory("tests.factories.records.AllergyFactory", "care_need"),
        )

    child = factory.SubFactory(ChildFactory)
    kind = CareNeedKind.ILLNESS
    answer = Answer.NO


class AllergyFactory(DjangoModelFactory):
    class Meta:
        model = models.Allergy

    care_need = factory.SubFactory(CareNeedFactory, kind=CareNeedKind.ALLERGY, answer=Answer.YES)
    allergen = Allergen.EGG
    severity = Severity.ANAPHYLAXIS
    detail = "全身のじんましん"
    medicine = "エピペン0.15 mg"


class RegistrationRuleFactory(DjangoModelFactory):
    """The reference data holds one from 2020 on: this one lies before it."""

    class Meta:
        model = models.RegistrationRule

    valid_from = dt.date(2010, 4, 1)
    valid_to = dt.date(2011, 3, 31)
    months = 12
    renewal_opens_months_before = 3


class ServiceStopFactory(DjangoModelFactory):
    """In force since an hour ago, until further notice."""

    class Meta:
        model = models.ServiceStop

    class Params:
        coming = factory.Trait(starts_at=factory.LazyFunction(lambda: clock.now() + ONE_DAY))
        over = factory.Trait(ends_at=factory.LazyFunction(clock.now))

    function = Function.BOOKING
    starts_at = factory.LazyFunction(lambda: clock.now() - dt.timedelta(hours=1))
    notice_ja = "感染症のため、受付を休んでいます。12月1日に再開します。"
    notice_en = "Closed because of an infection. We reopen on December 1."


class OpeningFactory(DjangoModelFactory):
    """Open since yesterday."""

    class Meta:
        model = models.Opening

    function = Begun.BOOKING
    opens_at = factory.LazyFunction(lambda: clock.now() - ONE_DAY)


class RegistrationFactory(DjangoModelFactory):
    class Meta:
        model = models.Registration

    class Params:
        active = factory.Trait(
            state=RegistrationState.ACTIVE,
            activated_on=factory.LazyFunction(lambda: clock.today() - dt.timedelta(days=30)),
            first_registered_on=factory.SelfAttribute("activated_on"),
            expires_on=factory.LazyAttribute(lambda o: _term(o).expires_on),
            renewal_opens_on=factory.LazyAttribute(lambda o: _term(o).renewal_opens_on),
            renewal_closes_on=factory.LazyAttribute(lambda o: _term(o).renewal_closes_on),
            usable_from=factory.SelfAttribute("activated_on"),
            bookable_from=factory.SelfAttribute("activated_on"),
        )

    child = factory.SubFactory(ChildFactory)


def _term(row: Any) -> Any:
    rule = models.RegistrationRule(months=12, renewal_opens_months_before=3)
    return terms.term_from(row.activated_on, rule, born=row.child.date_of_birth)


class InterviewPlaceFactory(DjangoModelFactory):
    class Meta:
        model = models.InterviewPlace

    facility = factory.LazyFunction(lambda: facility("nerima"))
    starts_at = factory.Sequence(
        lambda n: clock.at(clock.today() + dt.timedelta(days=n % 60 + 1), dt.time(9 + n // 60))
    )


class InterviewFactory(DjangoModelFactory):
    class Meta:
        model = models.Interview
        skip_postgeneration_save = True

    class Params:
        held = factory.Trait(
            state=InterviewState.HELD,
            held_by=factory.SubFactory(StaffUserFactory),
            held_at=factory.LazyFunction(clock.now),
            note=factory.RelatedFactory(
                "tests.factories.records.InterviewNoteFactory", "interview"
            ),
        )

    place = factory.SubFactory(InterviewPlaceFactory)
    household = factory.SubFactory(HouseholdFactory)


class InterviewNoteFactory(DjangoModelFactory):
    class Meta:
        model = models.InterviewNote

    interview = factory.SubFactory(InterviewFactory)
    text = "よく話しました"
    written_by = factory.SubFactory(StaffUserFactory)


class ConsentTextFactory(DjangoModelFactory):
    class Meta:
        model = models.ConsentText

    kind = ConsentKind.REGISTER
    version = factory.Sequence(lambda n: 100 + n)
    text = "同意の本文"


class ConsentFactory(DjangoModelFactory):
    class Meta:
        model = models.Consent

    household = factory.SubFactory(HouseholdFactory)
    text = factory.SubFactory(ConsentTextFactory)
    given_by = factory.SubFactory(ParentUserFactory)


class ProposalFactory(DjangoModelFactory):
    """A family's proposal about its child, waiting; `of_parent` about a parent."""

    class Meta:
        model = models.Proposal

    class Params:
        of_parent = factory.Trait(
            child=None,
            parent=factory.SubFactory(ParentFactory),
            household=factory.SelfAttribute("parent.household"),
        )

    child = factory.SubFactory(ChildFactory)
    household = factory.SelfAttribute("child.household")
    family_name = "森"
    proposed_by = factory.SubFactory(ParentUserFactory)


class HandoverNoteFactory(DjangoModelFactory):
    class Meta:
        model = models.HandoverNote

    child = factory.SubFactory(ChildFactory)
    facility = factory.LazyFunction(lambda: facility("nerima"))
    text = "午睡の前に絵本を読む"
    written_by = factory.SubFactory(StaffUserFactory)


class StaffNoteFactory(DjangoModelFactory):
    class Meta:
        model = models.StaffNote

    child = factory.SubFactory(ChildFactory)
    text = "面談の希望あり"
    written_by = factory.SubFactory(StaffUserFactory)


class AccessLeaseFactory(DjangoModelFactory):
    class Meta:
        model = models.AccessLease

    child = factory.SubFactory(ChildFactory)
    household = factory.SelfAttribute("child.household")
    facility = factory.LazyFunction(lambda: facility("hikarigaoka"))
    starts_at = factory.LazyFunction(clock.now)
    ends_at = factory.LazyFunction(lambda: clock.now() + dt.timedelta(hours=2))
    reason = LeaseReason.EMERGENCY
    cause = factory.Faker("uuid4", cast_to=None)


class EmergencyOpeningFactory(DjangoModelFactory):
    """The opening alone; its lease is a database function's to write."""

    class Meta:
        model = models.EmergencyOpening

    child = factory.SubFactory(ChildFactory)
    home_facility = factory.SelfAttribute("child.home_facility")
    facility = factory.LazyFunction(lambda: facility("hikarigaoka"))
    opened_by = factory.SubFactory(StaffUserFactory)
    opened_at = factory.LazyFunction(clock.now)
    ends_at = factory.LazyFunction(lambda: clock.now() + dt.timedelta(hours=2))
    reason = "公園で迷子になっていました"


class OutgoingMailFactory(DjangoModelFactory):
    class Meta:
        model = models.OutgoingMail

    recipient = "parent@example.jp"
    message = "Subject: test\n\ntest"
