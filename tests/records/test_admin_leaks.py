"""Staff of 貫井 and of 関 have one operator, and see nothing of each other by any way of asking."""

import pytest

from booking.models import Booking
from history.models import Entry
from records.enums import CareNeedKind
from records.models import Child, Household, Registration
from tests.access.doors import text_of
from tests.factories.booking import BookingFactory
from tests.factories.records import (
    CareNeedFactory,
    ChildFactory,
    HouseholdFactory,
    ParentFactory,
    RegistrationFactory,
    StaffNoteFactory,
    facility,
)

NAME, KANA, PHONE = "秘密乃", "ヒミツノ", "08011112222"
# Asked with a part of the name: what was brought along would not be looked for in the answer.
AUTOCOMPLETES = [
    f"/autocomplete/?app_label=records&model_name={model}&field_name=child&term={NAME[:2]}"
    for model in ("handovernote", "staffnote")
]


@pytest.fixture
def theirs(database):
    """A family of 関, with words that stand nowhere else."""
    household = HouseholdFactory.create(home_facility=facility("seki"), street=f"{NAME}町1-1")
    ParentFactory.create(
        household=household, with_account=True, family_name=NAME, family_name_kana=KANA,
        mobile_phone=PHONE,
    )  # fmt: skip
    child = ChildFactory.create(household=household, family_name=NAME, family_name_kana=KANA)
    RegistrationFactory.create(child=child, active=True)
    CareNeedFactory.create(child=child, with_allergy=True, confirmed=True)
    for kind in (CareNeedKind.ILLNESS, CareNeedKind.DISABILITY):
        CareNeedFactory.create(child=child, kind=kind, confirmed=True)
    StaffNoteFactory.create(child=child, text=NAME)
    return child


@pytest.fixture
def booking(theirs):
    return BookingFactory.create(child=theirs, facility=facility("seki"))


@pytest.fixture
def nukui(staff_client, carer_nukui):
    return staff_client.log_in(carer_nukui)


def pages(child, booking):
    """Every way of asking: list, look-up by the address, search, filter, order, autocomplete."""
    household, registration = child.household, child.registration
    return [
        "/records/child/", "/records/household/", "/records/registration/",
        "/records/staffnote/", "/records/handovernote/", "/booking/booking/", "/booking/fee/",
        f"/records/child/?q={NAME}", f"/records/child/?q={child.code}",
        f"/records/household/?q={PHONE}", f"/booking/booking/?q={NAME}",
        f"/records/child/?family_name__startswith={NAME[0]}",
        f"/records/child/?household__parents__mobile_phone__startswith={PHONE[:3]}",
        f"/records/child/?home_facility__id__exact={facility('seki').pk}",
        f"/records/household/?home_facility__id__exact={facility('seki').pk}",
        f"/booking/booking/?facility__id__exact={facility('seki').pk}",
        "/records/child/?o=-1", "/records/child/?o=99", "/records/child/?all=",
        f"/records/child/{child.pk}/change/", f"/records/child/{child.pk}/history/",
        f"/records/child/{child.pk}/delete/", f"/records/household/{household.pk}/change/",
        f"/records/household/{household.pk}/history/",
        f"/records/registration/{registration.pk}/change/",
        f"/booking/booking/{booking.pk}/change/", f"/booking/booking/{booking.pk}/history/",
        f"/today/{booking.pk}/card/", "/today/", "/interviews/", "/changes/",
        *AUTOCOMPLETES, "/records/child/export/", "/booking/booking/export/",
    ]  # fmt: skip


def test_the_data_exists_and_their_own_staff_find_it(theirs, booking, staff_client, carer_seki):
    client = staff_client.log_in(carer_seki)

    assert NAME in client.get(f"/records/child/?q={NAME}").content.decode()
    assert NAME in client.get(f"/records/child/{theirs.pk}/change/").content.decode()
    assert NAME in client.get("/booking/booking/").content.decode()
    for path in AUTOCOMPLETES:
        assert NAME in text_of(client.get(path)), path


def test_no_way_of_asking_shows_a_word(theirs, booking, nukui):
    told = {}
    for path in pages(theirs, booking):
        response = nukui.get(path)
        body = text_of(response).replace(f'value="{NAME}"', "")
        told[path] = [
            word for word in (NAME, KANA, PHONE, theirs.code) if word in body and word not in path
        ]

    assert {path: words for path, words in told.items() if words} == {}


def test_looking_up_by_an_undeclared_field_is_refused(theirs, nukui):
    for lookup in ("family_name__startswith", "household__street__contains", "date_of_birth__lt"):
        response = nukui.get(f"/records/child/?{lookup}=x")

        assert response.status_code in (302, 400, 403), lookup


@pytest.mark.parametrize(
    "model", [Child, Household, Registration, Booking], ids=lambda model: model.__name__
)
def test_a_form_sent_by_hand_changes_nothing(theirs, booking, nukui, model):
    row = model.objects.get()
    before = row.history.count()

    response = nukui.post(
        f"/{model._meta.app_label}/{model._meta.model_name}/{row.pk}/change/",
        {"family_name": "変更", "street": "変更"},
    )

    assert response.status_code in (302, 403, 404)
    assert row.history.count() == before


def test_a_reading_leaves_an_entry_and_a_refusal_too(theirs, nukui, carer_nukui):
    nukui.get("/records/child/")
    nukui.get(f"/records/child/{theirs.pk}/history/")

    found = Entry.objects.filter(actor=str(carer_nukui.pk)).values_list("act", "facility")
    assert set(found) == {("list", facility("nukui").pk), ("refused", facility("nukui").pk)}
