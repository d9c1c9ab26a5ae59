"""お子さんの情報を見た記録: every reading, no name, and nothing that is held back."""

import contextlib
import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction

from history import clock
from history.enums import Act, Purpose, ReleaseReason
from history.models import Entry
from records.enums import Role
from tests.database import run_as
from tests.entries import settings_of
from tests.factories.booking import BookingFactory
from tests.factories.records import facility
from tests.people import child_of, household_of

AT = dt.datetime(2026, 11, 5, 1, 0, tzinfo=dt.UTC)


def reading(child, *, minutes=0, actor="7", act=Act.VIEW, purpose=Purpose.REGISTER, **values):
    """An entry as the staff entry leaves one; 練馬 unless something else is said."""
    known = {"facility": facility("nerima").pk, "role": Role.CARER, "entry": "staff"} | values
    at = AT + dt.timedelta(minutes=minutes)
    return Entry.objects.create(
        at=at, actor=actor, act=act, purpose=purpose, child_ids=[child.pk], **known
    )


def released(child, minutes):
    return reading(
        child, minutes=minutes, act=Act.RELEASE, purpose=ReleaseReason.INFORMED, role=Role.CENTER,
        facility=None,
    )  # fmt: skip


def asked(user, child):
    """What the public entry's role gets for a family, as raw SQL."""
    household = str(household_of(user).pk)
    return as_public(household, f"SELECT * FROM records_readings_of('{child.pk}')")


def as_public(household, statement):
    """The rows of one statement at the public entry; none where it is not even allowed."""
    with contextlib.suppress(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE azukari_public")
        cursor.execute("SELECT set_config('app.household', %s, true)", [household])
        cursor.execute(statement)
        found = cursor.fetchall()
        cursor.execute("RESET ROLE")
        cursor.execute("SELECT set_config('app.household', '', true)")
        return found
    return []


def page_of(client, user, child, query=""):
    return client.log_in(user).get(f"/my/children/{child.pk}/readings/{query}")


# What parents learn


@pytest.mark.parametrize(
    "act", [Act.LIST, Act.VIEW, Act.SEARCH, Act.HISTORY, Act.EXPORT, Act.PRINT]
)
def test_every_kind_of_reading_is_told(parent, act):
    child = child_of(parent)
    reading(child, act=act)

    assert asked(parent, child) == [
        (dt.date(2026, 11, 5), facility("nerima").pk, "carer", "register")
    ]


@pytest.mark.parametrize("act", [Act.CHANGE, Act.LOGIN, Act.PURPOSE, Act.RELEASE, Act.REFUSED])
def test_what_is_no_reading_is_not(parent, act):
    reading(child_of(parent), act=act)

    assert asked(parent, child_of(parent)) == []


def test_one_person_purpose_and_ten_minutes_are_one_line(parent):
    child = child_of(parent)
    for minutes in (0, 3, 9):
        reading(child, minutes=minutes)
    reading(child, minutes=9, act=Act.PRINT)

    assert len(asked(parent, child)) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"actor": "8"}, {"purpose": Purpose.CARE}, {"minutes": 10}, {"role": Role.MANAGER},
        {"facility": None},
    ],
)  # fmt: skip
def test_another_person_purpose_or_time_is_another_line(parent, other):
    child = child_of(parent)
    reading(child)
    reading(child, **other)

    assert len(asked(parent, child)) == 2


def test_the_newest_comes_first_by_days_of_tokyo(parent):
    child = child_of(parent)
    reading(child)
    reading(child, minutes=14 * 60 - 1)
    reading(child, minutes=14 * 60)

    assert [day.day for day, *_rest in asked(parent, child)] == [6, 5, 5]


def test_the_page_names_facility_role_and_purpose(public_client, parent):
    child = child_of(parent)
    reading(child, purpose=Purpose.CARE)
    reading(child, purpose=Purpose.FEE, role=Role.CENTER, facility=None)

    page = page_of(public_client, parent, child).content.decode()

    for word in ("練馬ぴよぴよ", "職員", "お預かり", "センター", "料金", "2026年11月5日"):
        assert word in page


def test_what_staff_really_open_is_told(public_client, staff_client, parent, manager):
    """The day's list, a search, the child's page, its history: as the staff tool records them."""
    child = child_of(parent)
    booking = BookingFactory.create(child=child, facility=facility("nerima"))
    staff_client.log_in(manager)
    for path in (
        f"/today/?day={booking.day}", f"/records/child/?q={child.family_name}",
        f"/records/child/{child.pk}/change/", f"/records/child/{child.pk}/history/",
    ):  # fmt: skip
        assert staff_client.get(path).status_code == 200

    found = {(role, purpose) for _day, _place, role, purpose in asked(parent, child)}
    assert found == {("manager", "care"), ("manager", "register")}
    page = page_of(public_client, parent, child).content.decode()
    assert (manager.name in page, "施設責任者" in page) == (False, True)


# What they don't


def test_another_familys_readings_are_there_and_not_seen(public_client, parent, other_parent):
    theirs = child_of(other_parent)
    reading(theirs)

    assert len(asked(other_parent, theirs)) == 1
    assert asked(parent, theirs) == []
    assert page_of(public_client, parent, theirs).status_code == 404


def test_without_a_household_nothing_is_seen(parent):
    reading(child_of(parent))

    found = as_public("", f"SELECT * FROM records_readings_of('{child_of(parent).pk}')")

    assert found == []


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM history_entry",
        "SELECT actor FROM history_entry",
        "SELECT * FROM history_seal",
        "SELECT * FROM history_fingerprint",
        "SELECT * FROM history_unsealed",
    ],
)
def test_the_ledger_itself_shows_a_parent_nothing(parent, statement):
    reading(child_of(parent))

    assert as_public(str(household_of(parent).pk), statement) == []


@pytest.mark.parametrize("role", ["azukari_staff", "azukari_worker"])
def test_nobody_else_calls_the_function(parent, role):
    call = f"SELECT * FROM records_readings_of('{child_of(parent).pk}')"

    with pytest.raises(DatabaseError, match="permission denied"):
        run_as(role, call)


# Held back


def held_back(child, **values):
    known = {"purpose": Purpose.PROTECTION, "actor": "9", "role": Role.MANAGER}
    return reading(child, **(known | values))


def test_what_is_held_back_is_in_the_ledger_and_not_in_the_list(parent):
    child = child_of(parent)
    held_back(child)

    assert Entry.objects.filter(purpose=Purpose.PROTECTION).count() == 1
    assert asked(parent, child) == []


def test_no_page_count_or_order_tells_of_it(public_client, parent, other_parent):
    """Two families with the same readings; about one child somebody also looked secretly."""
    ours, theirs = child_of(parent), child_of(other_parent)
    for child in (ours, theirs):
        for number in range(60):
            reading(child, minutes=number * 20)
    for number in range(0, 60, 7):
        # Between the others, by somebody who also read openly, and by somebody else.
        held_back(ours, minutes=number * 20 + 1, actor="7", role=Role.CARER)
        held_back(ours, minutes=number * 20 + 12)
        held_back(ours, minutes=number * 20 + 13, act=Act.SEARCH)
        held_back(ours, minutes=number * 20 + 14, act=Act.PURPOSE)

    assert asked(parent, ours) == asked(other_parent, theirs)
    for query in ("", "?page=2", "?page=3"):
        pages = [
            without_names(page_of(public_client, user, child, query), child)
            for user, child in ((parent, ours), (other_parent, theirs))
        ]
        assert pages[0] == pages[1]


def without_names(response, child):
    page = response.content.decode()
    for word in (child.full_name, str(child.pk)):
        page = page.replace(word, "…")
    # The token of the form for logging out differs with every page.
    return "\n".join(line for line in page.splitlines() if "csrfmiddlewaretoken" not in line)


def test_what_the_center_releases_is_told(parent):
    child = child_of(parent)
    held_back(child)
    released(child, minutes=30)

    assert asked(parent, child) == [
        (dt.date(2026, 11, 5), facility("nerima").pk, "manager", "protection")
    ]


def test_what_is_held_back_afterwards_stays_so(parent):
    child = child_of(parent)
    released(child, minutes=30)
    held_back(child, minutes=31)

    assert asked(parent, child) == []


def test_a_release_for_one_child_releases_no_other(parent, other_parent):
    held_back(child_of(parent))
    released(child_of(other_parent), minutes=30)

    assert asked(parent, child_of(parent)) == []


# Choosing the purpose


def begin(client):
    return client.post("/purpose/", {"begin": "", "next": "/records/child/"})


def test_who_chose_the_purpose_reads_under_it(staff_client, parent, manager):
    child = child_of(parent)
    staff_client.log_in(manager)
    assert begin(staff_client)["Location"] == "/records/child/"

    staff_client.get(f"/records/child/{child.pk}/change/")
    staff_client.get(f"/records/child/?q={child.family_name}")

    found = Entry.objects.filter(entry="staff").order_by("at").values_list("act", "purpose")
    assert list(found) == [
        ("purpose", "protection"), ("view", "protection"), ("search", "protection"),
    ]  # fmt: skip
    assert asked(parent, child) == []


def test_the_days_list_keeps_its_own_purpose(staff_client, parent, manager):
    booking = BookingFactory.create(child=child_of(parent), facility=facility("nerima"))
    begin(staff_client.log_in(manager))

    staff_client.get(f"/today/?day={booking.day}")

    assert Entry.objects.get(act=Act.LIST).purpose == "care"


def test_it_ends_by_itself_and_by_hand(staff_client, parent, manager, monkeypatch, settings):
    # Longer than the purpose lasts, so that the lock does not end it.
    settings.IDLE_MINUTES = 60
    path = f"/records/child/{child_of(parent).pk}/change/"
    begin(staff_client.log_in(manager))
    staff_client.post("/purpose/", {"end": ""})
    staff_client.get(path)
    begin(staff_client)
    later = clock.now() + dt.timedelta(minutes=30)
    monkeypatch.setattr(clock, "now", lambda: later)
    staff_client.get(path)

    found = Entry.objects.filter(act=Act.VIEW).values_list("purpose", flat=True)
    assert list(found) == ["register", "register"]


@pytest.mark.parametrize(
    "strange", ["٣", "2147483648", "admin:index", "//evil.example", "https://evil.example/"]
)
def test_after_the_purpose_it_goes_on_to_addresses_of_ours_alone(staff_client, manager, strange):
    staff_client.log_in(manager)

    answers = [
        staff_client.post("/purpose/", {"begin": "", "next": following})
        for following in ("/today/", strange)
    ]

    assert [each.headers["Location"] for each in answers] == ["/today/", "/records/child/"]


def test_a_carer_may_not_choose_it(staff_client, parent, carer):
    assert begin(staff_client.log_in(carer)).status_code == 403

    staff_client.get(f"/records/child/{child_of(parent).pk}/change/")

    assert Entry.objects.get(act=Act.VIEW).purpose == "register"


def test_the_next_person_at_the_same_browser_has_not_chosen(staff_client, parent, manager, clerk):
    begin(staff_client.log_in(manager))
    with settings_of("staff"):
        chosen = staff_client.session["purpose"]
    staff_client.log_in(clerk)
    with settings_of("staff"):
        session = staff_client.session
        session["purpose"] = chosen
        session.save()

    staff_client.get(f"/records/child/{child_of(parent).pk}/change/")

    assert Entry.objects.get(act=Act.VIEW).purpose == "register"


def insert(role, purpose="register", act="view", actor="5", digest="", entry="staff"):
    run_as(
        "azukari_public" if entry == "public" else "azukari_staff",
        f"""SELECT set_config('app.actor', '5', true), set_config('app.role', '{role}', true);
        INSERT INTO history_entry (id, at, act, actor, role, entry, address, terminal, purpose,
            model, object_ids, child_ids, fields, path, digest)
        VALUES (gen_random_uuid(), now(), '{act}', '{actor}', '{role}', '{entry}', '', '',
            '{purpose}', '', '{{}}', '{{}}', '{{}}', '', '{digest}')""",
    )


@pytest.mark.parametrize(
    ("role", "values"),
    [
        ("carer", {"purpose": "protection"}),
        ("auditor", {"purpose": "protection"}),
        ("manager", {"act": "release"}),
        ("carer", {"act": "change"}),
        ("center", {"act": "erase"}),
        ("center", {"actor": "6"}),
        ("center", {"digest": "0"}),
        ("center", {"entry": "worker"}),
        ("parent", {"entry": "public", "act": "release"}),
    ],
)
def test_the_database_refuses_entries_beyond_ones_right(db, role, values):
    with pytest.raises(DatabaseError, match="row-level security"):
        insert(role, **values)


@pytest.mark.parametrize(
    ("role", "values"),
    [
        ("carer", {}),
        ("manager", {"purpose": "protection"}),
        ("center", {"purpose": "protection"}),
        ("center", {"act": "release"}),
        ("parent", {"entry": "public"}),
    ],
)
def test_and_takes_those_within_it(db, role, values):
    before = Entry.objects.count()

    insert(role, **values)

    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
    assert Entry.objects.count() == before + 1


# Releasing


def test_the_center_releases_with_a_reason(public_client, staff_client, parent, clerk):
    child = child_of(parent)
    held_back(child)
    staff_client.log_in(clerk)
    page = staff_client.get(f"/records/child/{child.pk}/change/").content.decode()
    assert "保護者に表示していない閲覧が1件あります。" in page

    staff_client.post(f"/purpose/{child.pk}/release/", {"reason": ReleaseReason.CLOSED})

    entry = Entry.objects.get(act=Act.RELEASE)
    assert (entry.purpose, entry.child_ids, entry.actor) == ("closed", [child.pk], str(clerk.pk))
    assert "児童相談・虐待対応" in page_of(public_client, parent, child).content.decode()


def test_without_a_reason_nothing_is_released(staff_client, parent, clerk):
    child = child_of(parent)
    held_back(child)

    staff_client.log_in(clerk).post(f"/purpose/{child.pk}/release/", {"reason": ""})

    assert asked(parent, child) == []


def test_a_manager_learns_not_that_somebody_else_looked(staff_client, parent, manager):
    child = child_of(parent)
    held_back(child, facility=None, role=Role.CENTER)

    page = staff_client.log_in(manager).get(f"/records/child/{child.pk}/change/").content.decode()

    assert "閲覧の目的を選ぶ" in page
    assert "表示していない閲覧" not in page
