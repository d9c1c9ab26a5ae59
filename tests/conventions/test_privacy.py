"""Every field of every model of ours says whether it is personal, and how long it is kept."""

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models

from records.enums import Retention
from records.fields import EncryptedTextField

APPS = ("records", "booking", "day")
# The text columns that are not encrypted, by why they may lie in clear. What a person may fill with
# words about a child or a family is in none of them.
IN_CLEAR = {
    "by which people are found, written to and called": """
        booking.Attendance.brought_by booking.Attendance.fetched_by booking.Booking.child_code
        booking.Booking.child_name booking.Booking.child_name_kana booking.Booking.payer_name
        booking.Booking.payer_phone booking.WaitingChild.child_code booking.WaitingChild.child_name
        records.Child.code records.Child.family_name records.Child.family_name_kana
        records.Child.given_name records.Child.given_name_kana records.Household.building
        records.Household.city records.Household.code records.Household.postal_code
        records.Household.prefecture records.Household.street records.Parent.email
        records.Parent.family_name records.Parent.family_name_kana records.Parent.given_name
        records.Parent.given_name_kana records.Parent.mobile_phone records.Parent.phone
        day.PickUpChange.registered_name
        records.PickUpPerson.name records.PickUpPerson.name_kana records.PickUpPerson.phone
        records.PickUpPerson.relation records.User.email records.User.name records.User.username
    """,
    "published": """
        booking.Closure.words booking.DrawList.content booking.DrawList.digest booking.Release.seed
        booking.Release.seed_digest booking.Tariff.announcement booking.Tariff.name
        booking.UseRule.announcement
        booking.UseRule.medicine_note records.ConsentText.text records.ConsentText.text_en
        records.Facility.access records.Facility.address records.Facility.code
        records.Facility.name records.Facility.phone records.Operator.name
        records.ServiceStop.notice_en records.ServiceStop.notice_ja
    """,
    "about companies, machines and networks": """
        records.ContractorAccess.company records.ContractorAccess.ticket records.DataKey.wrapped_by
        records.FacilityNetwork.network records.Terminal.name records.TerminalLink.name
    """,
    "made by the product": """
        booking.BookingRequest.digest booking.Ticket.pseudonym booking.TicketWish.detail
        booking.UnmetWish.detail records.Invitation.code_hash records.KnownDevice.name
        records.KnownDevice.secret_hash records.PublicSession.session_data
        records.PublicSession.session_key records.RateCount.key records.StaffSession.session_data
        records.StaffSession.session_key records.Terminal.certificate
        records.TerminalLink.code_digest records.TerminalLink.digest records.TerminalSecret.digest
        day.SheetPrint.care_digest day.SheetPrint.digest
    """,
}


def own_models() -> list[type[models.Model]]:
    return [
        model
        for app in APPS
        for model in apps.get_app_config(app).get_models()
        if not model.__name__.startswith("Historical")
    ]


def faults(model: type[models.Model]) -> list[str]:
    declared = getattr(model, "Privacy", None)
    if declared is None or "Privacy" not in vars(model):
        return ["has no Privacy"]
    found = []
    named = [*declared.open, *declared.personal]
    fields = {field.name for field in model._meta.get_fields() if _is_kept_here(field)}
    found += [f"{name} is not listed" for name in sorted(fields - set(named))]
    found += [f"{name} does not exist" for name in sorted(set(named) - fields)]
    found += [
        f"{name} is listed twice" for name in sorted({n for n in named if named.count(n) > 1})
    ]
    if not isinstance(getattr(declared, "retention", None), Retention):
        found.append("has no retention")
    secret = {f.name for f in model._meta.fields if isinstance(f, EncryptedTextField)}
    found += [
        f"{name} is encrypted, hence personal" for name in sorted(secret & set(declared.open))
    ]
    return found


def _is_kept_here(field: object) -> bool:
    return getattr(field, "concrete", False) and not getattr(field, "many_to_many", False)


@pytest.mark.parametrize("model", own_models(), ids=lambda m: m._meta.label)
def test_every_field_is_declared(model):
    assert faults(model) == []


def texts_in_clear(model: type[models.Model]) -> set[str]:
    """Its columns into which any words fit, as they are."""
    return {
        f"{model._meta.label}.{field.name}"
        for field in model._meta.concrete_fields
        if isinstance(_each(field), models.CharField | models.TextField | models.JSONField)
        and not _each(field).choices
    }


def _each(field: models.Field) -> models.Field:
    """What a list holds."""
    return getattr(field, "base_field", field)


def test_words_lie_in_clear_only_where_it_is_said_why():
    found = {text for model in own_models() for text in texts_in_clear(model)}

    assert found == {name for names in IN_CLEAR.values() for name in names.split()}


def test_texts_in_clear_are_found():
    listed = type(
        "Noted", (models.Model,),
        {
            "__module__": "tests", "Meta": type("Meta", (), {"app_label": "tests"}),
            "note": models.CharField(max_length=9), "more": models.TextField(),
            "words": ArrayField(models.CharField(max_length=9)), "secret": EncryptedTextField(),
            "kind": models.CharField(max_length=9, choices=[("a", "A")]),
            "number": models.IntegerField(),
        },
    )  # fmt: skip

    assert texts_in_clear(listed) == {"tests.Noted.note", "tests.Noted.more", "tests.Noted.words"}


def test_faults_are_found():
    class Meta:
        app_label = "tests"
        abstract = False

    listed = type(
        "Listed", (models.Model,),
        {
            "__module__": "tests", "Meta": Meta, "name": models.TextField(),
            "secret": EncryptedTextField(),
            "Privacy": type("Privacy", (), {"open": ("id", "secret", "gone"), "personal": ("id",)}),
        },
    )  # fmt: skip
    bare = type("Bare", (models.Model,), {"__module__": "tests", "Meta": Meta})

    assert faults(bare) == ["has no Privacy"]
    assert faults(listed) == [
        "name is not listed", "gone does not exist", "id is listed twice", "has no retention",
        "secret is encrypted, hence personal",
    ]  # fmt: skip
