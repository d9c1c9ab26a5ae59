"""Reports of accidents over HTTP: one tap, nothing lost, who signs, and the record of reads."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from booking.actions import attendances
from booking.day.actions import incidents as actions
from booking.day.enums import EntryKind, IncidentState
from booking.day.models import Incident, IncidentEntry
from history import clock
from history.enums import Act
from history.models import Entry
from tests.factories.booking import BookingFactory, coming_monday
from tests.factories.day import IncidentFactory
from tests.factories.records import ChildFactory, facility

BEFORE = clock.now()
DAY = coming_monday()
NOON = clock.at(DAY, dt.time(12))
WHOLE = {"place": "園庭", "what_happened": "すべり台で転んだ。", "what_was_done": "冷やした。"}


@pytest.fixture
def noon(staff_client, carer_elsewhere):
    """The carer's open screen at 光が丘."""
    with time_machine.travel(NOON, tick=False):
        yield staff_client.log_in(carer_elsewhere)


def here(by, name="花"):
    with time_machine.travel(BEFORE, tick=False):
        child = ChildFactory.create(registered=True, given_name=name)
        booking = BookingFactory.create(child=child, facility=facility("hikarigaoka"))
    attendances.arrive(booking=booking, by=by, at=booking.starts_at)
    return booking


def page(client, path):
    return client.get(path).content.decode()


def fields(incident, **changes):
    """What the page's form sends."""
    happened = clock.local(incident.happened_at)
    return {
        "seen": incident.written_at.isoformat(), "kind": incident.kind,
        "day": happened.date().isoformat(), "time": f"{happened:%H:%M}",
        "bookings": [str(child.booking_id) for child in incident.children.all()],
        **changes,
    }  # fmt: skip


def test_a_tap_on_the_row_begins_a_report_of_that_child(noon, carer_elsewhere):
    booking = here(carer_elsewhere)
    tap = f'name="booking" value="{booking.pk}"'
    assert tap in page(noon, "/today/")
    assert tap in page(noon, f"/today/{booking.pk}/card/")
    assert tap not in page(noon, "/today/?reception=1")

    found = noon.post("/incidents/new/", {"booking": booking.pk}, follow=True).content.decode()

    incident = Incident.objects.get()
    assert incident.children.get().booking == booking
    assert "花" in found
    assert f'value="{DAY.isoformat()}"' in found


def test_half_a_report_is_kept_and_shown_again(noon, carer_elsewhere):
    booking = here(carer_elsewhere)
    incident = actions.start(
        facility=booking.facility, booking=booking, by=carer_elsewhere, at=NOON
    )
    there = f"/incidents/{incident.pk}/write/"

    noon.post(there, fields(incident, what_happened="転んだ。"))

    assert "転んだ。" in page(noon, there)
    assert "記入中" in page(noon, "/incidents/")


def test_what_lacks_is_named_and_nothing_typed_is_lost(noon, carer_elsewhere):
    incident = actions.start(facility=facility("hikarigaoka"), by=carer_elsewhere, at=NOON)
    there = f"/incidents/{incident.pk}/write/"

    typed = fields(incident, what_happened="転んだ。")
    short = noon.post(there, typed | {"submit": "1"}).content.decode()
    ahead = noon.post(there, typed | {"time": "23:59"}).content.decode()

    assert "まだそろっていません" in short
    assert "転んだ。" in short
    assert "これからの時刻は記録できません" in ahead
    assert "転んだ。" in ahead


def test_who_was_overtaken_sees_both_and_may_save(noon, carer_elsewhere):
    incident = actions.start(facility=facility("hikarigaoka"), by=carer_elsewhere, at=NOON)
    there, typed = f"/incidents/{incident.pk}/write/", fields(incident, place="私の園庭")
    Incident.objects.filter(pk=incident.pk).update(
        place="別の場所", written_at=NOON + dt.timedelta(seconds=1)
    )

    found = noon.post(there, typed).content.decode()
    assert "書き直しました" in found
    assert "別の場所" in found
    assert "私の園庭" in found

    seen = Incident.objects.get().written_at.isoformat()
    assert seen in found
    noon.post(there, typed | {"seen": seen})
    assert Incident.objects.get().place == "私の園庭"


def test_handed_in_it_is_read_and_no_longer_written(noon, carer_elsewhere):
    incident = actions.start(facility=facility("hikarigaoka"), by=carer_elsewhere, at=NOON)
    there = f"/incidents/{incident.pk}/"

    found = noon.post(there + "write/", fields(incident, submit="1", **WHOLE), follow=True)

    assert "施設責任者の確認待ち" in found.content.decode()
    assert noon.get(there + "write/").status_code == 302
    assert noon.post(there + "sign/").status_code == 403
    noon.post(there + "reopen/", {"reason": "時刻が違う"})
    assert Incident.objects.get().is_draft
    noon.post(there + "end/", {"reason": "押し間違い"})
    assert "押し間違い" in page(noon, there)


def test_a_parent_was_told_and_the_center_signs(noon, staff_client, carer_elsewhere, clerk):
    booking = here(carer_elsewhere)
    incident = IncidentFactory.create(
        booking=booking, started_by=carer_elsewhere, started_at=NOON, submitted=True
    )
    there = f"/incidents/{incident.pk}/"
    typed = {
        "kind": "told", "day": DAY.isoformat(), "time": "11:30", "booking": booking.pk,
        "whom": "母", "way": "phone", "teller": "光が丘 一人目", "text": "すぐ迎えに来る。",
    }  # fmt: skip
    assert "保護者への連絡がまだ" in page(noon, there)
    assert "光が丘" in page(noon, there + "add/?kind=told")
    assert (
        "連絡した相手を入力してください"
        in noon.post(there + "add/", typed | {"whom": ""}).content.decode()
    )

    noon.post(there + "add/", typed)

    entry = IncidentEntry.objects.get()
    assert (entry.kind, entry.whom, entry.booking) == (EntryKind.TOLD, "母", booking)
    assert entry.happened_at == clock.at(DAY, dt.time(11, 30))
    assert "保護者への連絡がまだ" not in page(noon, there)
    staff_client.log_in(clerk).post(there + "sign/")
    assert Incident.objects.get().state == IncidentState.SIGNED
    assert "続きを書く" not in page(staff_client, there)


def test_a_serious_accident_shows_its_stages_with_the_time_left(noon, carer_elsewhere):
    incident = IncidentFactory.create(started_by=carer_elsewhere, started_at=NOON)
    there = f"/incidents/{incident.pk}/"
    moment = {"day": DAY.isoformat(), "time": "12:00"}
    assert noon.get(there + "add/?kind=report").status_code == 404
    noon.post(there + "add/", moment | {"kind": "serious", "seriousness": "unconscious"})

    found = page(noon, there)
    assert "第1報（区）まで あと12時間0分" in found
    assert "仮設定" in found
    noon.post(there + "add/", moment | {"kind": "report", "stage": "first", "recipient": "ward"})

    assert "第1報（都）まで あと12時間0分" in page(noon, "/incidents/")


def test_the_overdue_says_so(staff_client, carer_elsewhere):
    incident = IncidentFactory.create(started_by=carer_elsewhere, started_at=NOON)
    actions.add(
        incident=incident, kind=EntryKind.SERIOUS, happened_at=NOON, by=carer_elsewhere, at=NOON,
        seriousness="death",
    )  # fmt: skip
    with time_machine.travel(NOON + dt.timedelta(days=1), tick=False):
        found = page(staff_client.log_in(carer_elsewhere), "/incidents/")

    assert "第1報（区）の期限を12時間0分過ぎています" in found


def test_what_was_read_is_in_the_ledger(noon, carer_elsewhere):
    booking = here(carer_elsewhere)
    incident = IncidentFactory.create(booking=booking, started_by=carer_elsewhere)
    there = f"/incidents/{incident.pk}/"

    for path in ("/incidents/", there, there + "write/", there + "add/"):
        assert noon.get(path).status_code == 200

    entries = Entry.objects.filter(model="day.incident")
    assert sorted((entry.path, entry.act) for entry in entries) == [
        ("/incidents/", Act.LIST), (there, Act.VIEW), (there + "add/", Act.VIEW),
        (there + "write/", Act.VIEW),
    ]  # fmt: skip
    assert {number for entry in entries for number in entry.child_ids} == {booking.child_id}


def test_another_facilitys_report_is_as_none(staff_client, carer, manager, carer_elsewhere):
    booking = here(carer_elsewhere)
    incident = IncidentFactory.create(booking=booking, started_by=carer_elsewhere, submitted=True)
    none = "00000000-0000-0000-0000-000000000000"
    found = {}
    for user in (carer, manager):
        client = staff_client.log_in(user)
        for number in (incident.pk, none):
            there = f"/incidents/{number}/"
            asked = [client.get(there), client.get(there + "write/"), client.get(there + "add/")]
            asked += [client.post(there + act) for act in ("reopen/", "end/")]
            asked.append(client.post("/incidents/new/", {"booking": booking.pk}))
            found[user.username, str(number)] = [each.status_code for each in asked]
        assert str(incident.pk) not in page(client, "/incidents/")
    assert staff_client.post(f"/incidents/{incident.pk}/sign/").status_code == 404

    assert set(map(tuple, found.values())) == {(404,) * 6}
    assert Incident.objects.count() == 1


def test_a_family_reads_no_report(public_client, carer_elsewhere):
    booking = here(carer_elsewhere)
    IncidentFactory.create(booking=booking, started_by=carer_elsewhere, submitted=True)
    client = public_client.log_in(booking.household.parents.first().user)

    there = reverse("booking:detail", args=[booking.pk], urlconf="azukari.urls_public")
    assert "すべり台" not in page(client, there)
