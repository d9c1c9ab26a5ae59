"""救急カード: one sheet for the crew of the ambulance, of what the care card shows."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from booking import typesetting
from booking.day.models import ArrivalCheck
from history import clock
from records import care_marks, contacts, dates
from records.care_marks import Mark, NeedOnDay
from records.models import Child, Facility


def pdf(
    *,
    child: Child,
    facility: Facility,
    by: str,
    at: dt.datetime,
    check: ArrivalCheck | None = None,
) -> bytes:
    """A4, one page unless a family has written very much. `child` comes with its care needs and
    pick-up people; `by` is who hands the sheet over, `check` what the family sent this morning."""
    return typesetting.pdf(
        "day/ambulance.typ", content(child=child, facility=facility, by=by, at=at, check=check)
    )


def content(
    *,
    child: Child,
    facility: Facility,
    by: str,
    at: dt.datetime,
    check: ArrivalCheck | None = None,
) -> dict[str, Any]:
    """The words of the sheet. One statement, for the telephone numbers."""
    today = clock.local(at).date()
    years, months = child.age_on(today)
    return {
        "title": _("救急カード"),
        "kana": child.full_name_kana,
        "name": child.full_name,
        "born": dates.era_date(child.date_of_birth),
        "born_western": child.date_of_birth.isoformat(),
        "age": _("%(years)s歳%(months)sか月") % {"years": years, "months": months},
        "sex": str(child.get_sex_display()),
        "marks": [_mark(mark) for mark in care_marks.marks_of(child, on=today)],
        "needs": [_need(each) for each in care_marks.needs_on(child, today)],
        "phones": _phones(child),
        "people": [f"{each.name}（{each.relation}）{each.phone}" for each in _people(child)],
        "morning": _morning(check),
        "facility": facility.name,
        "address": facility.address,
        "phone": facility.phone,
        "by": by,
        "printed": clock.written(at),
    }


def _mark(mark: Mark) -> dict[str, Any]:
    return {"word": str(mark.sign.label), "text": mark.text, "is_severe": mark.is_severe}


def _need(each: NeedOnDay) -> dict[str, Any]:
    need = each.need
    return {
        "kind": str(need.get_kind_display()),
        "answer": str(need.get_answer_display()),
        "is_confirmed": need.is_confirmed,
        "content": [text for text in (need.confirmed_content, need.content) if text],
        "foods": [
            {
                "food": f"{food.get_severity_display()}　{food.get_allergen_display()}",
                "detail": food.detail,
                "medicine": food.medicine,
            }
            for food in need.allergies.all()
        ],
    }


def _phones(child: Child) -> list[str]:
    found = []
    for parent in contacts.of_child(child):
        numbers = [number for number in (parent.mobile_phone, parent.phone) if number]
        found.append(f"{parent.full_name}（{parent.full_name_kana}）{'　'.join(numbers)}")
    return found


def _people(child: Child) -> list[Any]:
    return list(child.pick_up_people.all())


def _morning(check: ArrivalCheck | None) -> list[str]:
    """What the family sent before it came."""
    if check is None:
        return []
    said = [
        (_("朝の体温"), f"{check.temperature}℃" if check.temperature else ""),
        (_("最後の食事"), check.meal),
        (_("睡眠"), check.sleep),
        (_("薬"), check.medicine),
        (_("本日の連絡先"), check.phone),
    ]
    return [f"{label}：{words}" for label, words in said if words]
