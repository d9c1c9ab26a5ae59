"""Pages: every type opens, and what the ward decides is read from the tables."""

import datetime as dt
import re

from bs4 import BeautifulSoup
from django.apps import apps
from wagtail.models import Page

from booking.models import CancelStage, OpeningPattern, Price, Tariff, UseRule
from cms.models import FacilityPage, SitePage
from records.models import Facility, Operator

# 250円, ¥250, 1,500 円
MONEY = re.compile(r"[¥￥]\s*\d|\d[\d,]*\s*円")
COMING = "準備中"
COMING_MARK = "準備中（変更になることがあります）"
NERIMA, GUIDE = "/facilities/nerima/", "/guide/"


def page(client, path):
    response = client.get(path)
    assert response.status_code == 200, path
    return BeautifulSoup(response.content.decode(), "html.parser")


def words(found):
    """The text of a part of a page, its spaces made even."""
    return re.sub(r"\s+", " ", found.get_text()).strip()


def facts(client, path):
    """What stands beside each label of a page."""
    return {
        words(row.dt): words(row.dd) for row in page(client, path).select("dl.facts > div")
    }  # fmt: skip


def addresses():
    """Of every published page of ours."""
    return {each.url_path.removeprefix("/top"): each.specific for each in Page.objects.live()
            if isinstance(each.specific, SitePage)}  # fmt: skip


def test_every_type_of_page_opens(public_client):
    known = addresses()
    types = {model for model in apps.get_models() if issubclass(model, SitePage)}

    titles = {path: words(page(public_client, path).h1) for path in known}

    assert {type(each) for each in known.values()} == types
    assert titles == {
        path: getattr(each, "headline", each.title) for path, each in known.items()
    }  # fmt: skip


def test_every_facility_has_its_page_and_stands_on_the_list(public_client):
    names = [facility.name for facility in Facility.objects.bookable()]

    for path in ("/", "/facilities/"):
        cards = page(public_client, path).select("ul.card-list > li")
        assert [
            name for card, name in zip(cards, names, strict=True) if name in words(card)
        ] == names
    assert [
        each.facility.name for each in FacilityPage.objects.order_by("facility__number")
    ] == names


def test_a_page_that_is_not_published_is_not_found(public_client):
    FacilityPage.objects.get(slug="nerima").unpublish()

    assert public_client.get(NERIMA).status_code == 404
    assert len(page(public_client, "/facilities/").select("ul.card-list > li")) == 4


# From the tables


def test_the_facts_of_a_facility_are_its_rows(public_client):
    Facility.objects.filter(code="nerima").update(
        capacity=11, address="桜台1-2-3", phone="03-1234-5678", access="練馬駅から3分",
        operator=Operator.objects.create(name="社会福祉法人 新しい"),
    )  # fmt: skip

    found = facts(public_client, NERIMA)

    expected = {
        "定員": "11人", "住所": "練馬区桜台1-2-3", "電話番号": "03-1234-5678",
        "交通案内": "練馬駅から3分", "運営": "社会福祉法人 新しい",
    }  # fmt: skip
    assert {label: found[label] for label in expected} == expected


def test_what_the_source_does_not_give_is_said_to_come(public_client):
    Facility.objects.update(phone="", access="")

    found = facts(public_client, NERIMA)

    assert (found["電話番号"], found["交通案内"]) == (COMING, COMING)


def test_the_hours_are_those_of_the_patterns(public_client):
    nerima = OpeningPattern.objects.filter(facility__code="nerima")
    nerima.filter(weekday__in=(5, 6)).delete()
    nerima.update(opens_at=dt.time(8, 30), closes_at=dt.time(18), is_provisional=False)

    hours = facts(public_client, NERIMA)["利用できる時間"]

    assert hours.startswith("月曜日～金曜日 8:30～18:00")
    assert "土曜日～日曜日はお休みです。" in hours
    assert COMING not in hours


def test_a_change_of_one_facility_changes_no_other_page(public_client):
    before = facts(public_client, "/facilities/seki/")

    OpeningPattern.objects.filter(facility__code="nerima").update(opens_at=dt.time(7))
    Facility.objects.filter(code="nerima").update(capacity=1)

    assert facts(public_client, "/facilities/seki/") == before


def test_the_guide_reads_the_rules(public_client):
    UseRule.objects.update(
        is_provisional=False, min_age=8, window_count=2, cut_off_days=2, cut_off_at=dt.time(16)
    )
    CancelStage.objects.update(days_before=3, at=dt.time(12), percent=50)

    found = facts(public_client, GUIDE)

    expected = {
        "対象": "生後8か月から小学校入学前まで",
        "予約できる期間": "ご利用日の2か月前の9:00から",
        "予約の締切": "ご利用日の2日前の16:00まで",
        "キャンセル": "ご利用日の3日前の12:00まで無料。その後は利用料の50％",
    }
    assert {label: found[label] for label in expected} == expected


def test_only_the_version_in_force_is_shown(public_client):
    UseRule.objects.update(is_provisional=False, valid_to=dt.date(2021, 3, 31))
    assert facts(public_client, GUIDE)["対象"] == COMING


# Provisional


def test_what_the_ward_has_not_confirmed_says_so(public_client):
    found, guide = facts(public_client, NERIMA), facts(public_client, GUIDE)

    assert found["利用料"] == guide["利用料"] == COMING
    assert (guide["予約の締切"], guide["キャンセル"]) == (COMING, COMING)
    for text in (found["利用できる時間"], found["対象"], guide["対象"], guide["予約できる期間"]):
        assert text.endswith(COMING_MARK)


def test_no_page_shows_an_amount_while_the_tariff_is_provisional(public_client):
    paths = [*addresses(), "/booking/"]

    told = {path: MONEY.findall(page(public_client, path).get_text()) for path in paths}

    assert Price.objects.get().unit_amount == 250
    assert {path: amounts for path, amounts in told.items() if amounts} == {}


def test_a_confirmed_tariff_is_shown(public_client):
    Tariff.objects.update(is_provisional=False)
    Price.objects.update(unit_minutes=60, unit_amount=1200)

    shown = {path: facts(public_client, path).get("利用料") for path in (NERIMA, GUIDE)}

    words = "60分ごとに1,200円料金は、ご予約の時間で計算します。"
    assert shown == dict.fromkeys((NERIMA, GUIDE), words)


def test_a_confirmed_rule_carries_no_mark(public_client):
    UseRule.objects.update(is_provisional=False)
    OpeningPattern.objects.update(is_provisional=False)

    found = facts(public_client, NERIMA) | facts(public_client, GUIDE)

    labels = ("利用できる時間", "対象", "予約できる期間", "予約の締切", "キャンセル")
    assert [label for label in labels if COMING in found[label]] == []
