"""What was typed while the log-in ran out: shown again to the same person, and to nobody else."""

import datetime as dt
import inspect
from importlib import import_module

import pytest
from django.conf import settings
from django.urls import URLPattern, get_resolver

from history import clock
from records import drafts
from records.models import PublicSession, StaffSession
from tests.door import enrol
from tests.entries import settings_of
from tests.factories.booking import BookingFactory
from tests.factories.records import (
    PASSWORD,
    ChildFactory,
    InterviewFactory,
    PickUpPersonFactory,
    facility,
)
from tests.people import child_of, household_of

TYPED = "帽子を忘れずにかぶせてください"


@pytest.fixture
def terminal(staff_client, carer):
    """A shared terminal at which the carer's log-in has run out."""
    staff_client.log_in(carer)
    expire(StaffSession)
    return staff_client


def expire(model):
    model.objects.update(expire_date=clock.now() - dt.timedelta(minutes=1))


def sessions(entry):
    """What each session holds, the oldest log-in first."""
    with settings_of(entry):
        store = import_module(settings.SESSION_ENGINE).SessionStore()
        rows = store.get_model_class().objects.order_by("expire_date")
        return [(row, store.read(row)) for row in rows]


def waiting_fields(entry):
    return next(held[drafts.KEY]["fields"] for _row, held in sessions(entry) if drafts.KEY in held)


def log_in(client, user):
    if client.entry == "staff":
        data = {"username": user.username, "password": PASSWORD}
        return client.post("/login/", data)
    return client.post(client.url("account_login"), {"login": user.email, "password": PASSWORD})


def card():
    booking = BookingFactory.create(
        child=ChildFactory.create(registered=True), facility=facility("nerima")
    )
    return f"/today/{booking.pk}/card/"


def test_a_note_waits_for_the_same_person(terminal, carer):
    path = card()

    asked = terminal.post(path, {"text": TYPED, "scope": "standing"})
    told = terminal.get(asked.url).content.decode()
    log_in(terminal, carer)
    page = terminal.get(path)

    assert asked.status_code == 302
    assert "入力した内容は、ログインのあとに表示します" in told
    assert TYPED in page.content.decode()
    assert "まだ保存していません" in page.content.decode()


def test_a_note_is_not_shown_to_another(terminal, carer, manager):
    path = card()
    terminal.post(path, {"text": TYPED, "scope": "standing"})

    log_in(terminal, manager)
    theirs = terminal.get(path)
    terminal.post("/logout/")
    log_in(terminal, carer)
    again = terminal.get(path)

    assert theirs.status_code == again.status_code == 200
    assert TYPED not in theirs.content.decode()
    assert TYPED not in again.content.decode()


def test_another_log_in_makes_the_draft_vanish(terminal, manager):
    terminal.post(card(), {"text": TYPED, "scope": "standing"})
    before = [drafts.KEY in held for _row, held in sessions("staff")]

    log_in(terminal, manager)

    after = [drafts.KEY in held for _row, held in sessions("staff")]
    assert (before, after) == ([False, True], [False, False])


def test_of_somebody_unknown_nothing_is_kept_at_a_terminal(staff_client, carer):
    path = card()

    asked = staff_client.post(path, {"text": TYPED, "scope": "standing"})
    told = staff_client.get(asked.url).content.decode()
    log_in(staff_client, carer)

    assert "ログインして、もう一度操作してください" in told
    assert TYPED not in staff_client.get(path).content.decode()


def test_sent_twice_it_still_waits(terminal, carer):
    path = card()
    terminal.post(path, {"text": "一度目", "scope": "standing"})
    terminal.post(path, {"text": TYPED, "scope": "standing"})

    log_in(terminal, carer)

    assert TYPED in terminal.get(path).content.decode()


def test_the_log_in_after_a_draft_lasts_a_working_day(terminal, carer):
    terminal.post(card(), {"text": TYPED, "scope": "standing"})

    log_in(terminal, carer)

    row, held = sessions("staff")[-1]
    assert row.expire_date > clock.now() + dt.timedelta(hours=9)
    assert (drafts.KEY in held, "_session_expiry" in held) == (True, False)


def test_a_draft_lasts_half_an_hour(terminal, carer, monkeypatch):
    path = card()
    terminal.post(path, {"text": TYPED, "scope": "standing"})
    log_in(terminal, carer)
    later = clock.now() + dt.timedelta(minutes=31)

    monkeypatch.setattr(drafts.clock, "now", lambda: later)

    assert TYPED not in terminal.get(path).content.decode()


def test_a_draft_goes_when_the_form_is_sent(terminal, carer):
    path = card()
    terminal.post(path, {"text": TYPED, "scope": "standing"})
    log_in(terminal, carer)
    terminal.get(path)

    terminal.post(path, {"text": "", "scope": "standing"})

    assert TYPED not in terminal.get(path).content.decode()


def test_the_outcome_of_an_interview_waits(terminal, carer, parent):
    interview = InterviewFactory.create(household=household_of(parent))
    path = f"/interviews/{interview.pk}/"

    terminal.post(path, {"outcome": "held", "note": TYPED})
    log_in(terminal, carer)

    assert TYPED in terminal.get(path).content.decode()
    interview.refresh_from_db()
    assert interview.state == "booked"


def test_the_confirmation_of_a_child_waits(terminal, carer, parent):
    interview = InterviewFactory.create(household=household_of(parent))
    path = f"/interviews/{interview.pk}/children/{child_of(parent).pk}/"

    terminal.post(path, {"illness-answer": "yes", "illness-content": TYPED})
    log_in(terminal, carer)

    assert TYPED in terminal.get(path).content.decode()


def test_a_record_of_the_register_waits_with_its_rows(terminal, carer, parent):
    child = child_of(parent)
    person = PickUpPersonFactory.create(child=child)
    path = f"/records/child/{child.pk}/change/"
    rows = "pick_up_people"
    typed = {
        "family_name": "改姓", "given_name": "一花", "family_name_kana": "カイセイ",
        "given_name_kana": "イチカ", "sex": "female", "date_of_birth": "2025-10-20",
        "needs_one_to_one": "on",
        f"{rows}-TOTAL_FORMS": "2", f"{rows}-INITIAL_FORMS": "1", f"{rows}-MIN_NUM_FORMS": "0",
        f"{rows}-MAX_NUM_FORMS": "1000",
        f"{rows}-0-id": str(person.pk), f"{rows}-0-child": str(child.pk),
        f"{rows}-0-name": "改めた名", f"{rows}-0-name_kana": "アラタ", f"{rows}-0-relation": "叔母",
        f"{rows}-0-phone": "0311112222",
        f"{rows}-1-id": "", f"{rows}-1-child": str(child.pk),
        f"{rows}-1-name": "新しい人", f"{rows}-1-name_kana": "アタラシイ",
        f"{rows}-1-relation": "祖父", f"{rows}-1-phone": "0333334444",
    }  # fmt: skip

    terminal.post(path, typed)
    log_in(terminal, carer)
    page = terminal.get(path)

    form = page.context["adminform"].form
    people = page.context["inline_admin_formsets"][0].formset
    assert [form[name].value() for name in ("family_name", "date_of_birth")] == [
        "改姓", "2025-10-20",
    ]  # fmt: skip
    assert form["needs_one_to_one"].value() is True
    assert [row["name"].value() for row in people.forms] == ["改めた名", "新しい人"]
    child.refresh_from_db()
    assert (child.family_name, child.pick_up_people.count()) == ("林", 1)
    assert terminal.post(path, typed).status_code == 302
    child.refresh_from_db()
    assert (child.family_name, child.pick_up_people.count()) == ("改姓", 2)


def test_a_new_account_waits_without_its_password(staff_client, clerk):
    staff_client.log_in(clerk)
    expire(StaffSession)
    path = "/records/user/add/"

    staff_client.post(path, {"username": "N7777", "name": "新任", "password": "himitsu-no-kotoba"})
    fields = waiting_fields("staff")
    log_in(staff_client, clerk)
    enrol(staff_client)
    page = staff_client.get(path).content.decode()

    assert "himitsu" not in fields
    assert "N7777" in page
    assert "himitsu" not in page


@pytest.mark.parametrize("entry", ["public", "staff"])
def test_a_password_is_never_kept(request, entry):
    client = request.getfixturevalue(f"{entry}_client")
    user = request.getfixturevalue("parent" if entry == "public" else "carer")
    model = PublicSession if entry == "public" else StaffSession
    client.log_in(user)
    expire(model)
    path = client.url("account_change_password") if entry == "public" else "/password_change/"

    client.post(path, {"oldpassword": "himitsu", "new_password1": "himitsu"})

    assert [drafts.KEY in held for _row, held in sessions(entry)] == [False, False]


def test_a_parent_finds_what_was_typed_and_another_does_not(public_client, parent, other_parent):
    path = "/my/children/new/"
    public_client.log_in(parent)
    expire(PublicSession)

    public_client.post(path, {"family_name": TYPED})
    log_in(public_client, parent)
    own = public_client.get(path).content.decode()
    expire(PublicSession)
    public_client.post(path, {"family_name": TYPED})
    log_in(public_client, other_parent)
    others = public_client.get(path).content.decode()

    assert TYPED in own
    assert TYPED not in others


def test_on_a_phone_that_forgot_the_log_in_it_waits(public_client, parent):
    path = "/my/children/new/"

    public_client.post(path, {"family_name": TYPED})
    log_in(public_client, parent)

    assert TYPED in public_client.get(path).content.decode()


def views(patterns):
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield pattern.callback
        else:
            yield from views(pattern.url_patterns)


@pytest.mark.parametrize("entry", ["public", "staff"])
def test_a_view_that_fills_its_form_from_a_draft_is_marked(entry):
    found = {
        inspect.unwrap(view)
        for view in views(get_resolver(f"azukari.urls_{entry}").url_patterns)
        if not getattr(view, "shows_draft", False)
    }

    assert [view for view in found if "drafts.posted(" in source(view)] == []


def source(view):
    try:
        return inspect.getsource(view)
    except (OSError, TypeError):
        return ""
