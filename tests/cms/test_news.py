"""お知らせ: what a version of rules or fees announces, from its day."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup

from booking.models import Tariff, UseRule
from history import clock
from tests.factories.booking import TariffFactory, UseRuleFactory
from tests.factories.records import facility

NEWS = "/news/"
OUT = dt.date(2027, 3, 1)
EVE = OUT - dt.timedelta(days=1)
FROM = {"valid_from": dt.date(2027, 4, 1), "valid_to": None}
RULES_TOO = "4月から、前の日の16時までにお申し込みください。\n電話も同じです。"
FEES_TOO = "4月から、1時間600円になります。"


@pytest.fixture
def news(public_client, time_machine):
    """What the page says on a day: day, facility, heading, words of each announcement."""

    def read(day, language="ja"):
        time_machine.move_to(clock.at(day, dt.time(0, 0)))
        response = public_client.get(NEWS, headers={"accept-language": language})
        assert response.status_code == 200
        found = BeautifulSoup(response.content.decode(), "html.parser").select("article.card")
        return [
            (each.time["datetime"], each.p.get_text().split("　")[1:], each.h2.get_text(),
             each.select("p")[-1].get_text("\n", strip=True))
            for each in found
        ]  # fmt: skip

    return read


@pytest.fixture
def last_year(database):
    """The versions in force end before the new ones begin."""
    for model in (UseRule, Tariff):
        model.objects.update(valid_to=dt.date(2027, 3, 31))


@pytest.mark.parametrize(
    ("factory", "fields", "heading", "words"),
    [
        (UseRuleFactory, {}, "2027年4月1日（木）のご利用から、決まりが変わります", RULES_TOO),
        (
            UseRuleFactory, {"applies_by": "booking"},
            "2027年4月1日（木）のお申し込みから、決まりが変わります", RULES_TOO,
        ),
        (
            TariffFactory, {"is_provisional": False},
            "2027年4月1日（木）のご利用から、料金が変わります", FEES_TOO,
        ),
        (
            TariffFactory, {"is_provisional": False, "applies_by": "booking"},
            "2027年4月1日（木）のお申し込みから、料金が変わります", FEES_TOO,
        ),
    ],
    ids=["rules by use", "rules by booking", "fees by use", "fees by booking"],
)  # fmt: skip
def test_a_version_is_announced_from_its_day(news, last_year, factory, fields, heading, words):
    factory.create(**FROM, **fields, announcement=words, announced_on=OUT)

    assert news(EVE) == []
    assert news(OUT) == [("2027-03-01", [], heading, words)]


def test_a_fee_table_that_is_provisional_announces_nothing(news, last_year):
    """Families read no price of it, so none in its announcement either."""
    tariff = TariffFactory.create(**FROM, announcement=FEES_TOO, announced_on=OUT)
    before = news(OUT)

    Tariff.objects.filter(pk=tariff.pk).update(is_provisional=False)

    assert before == []
    assert [words for *_rest, words in news(OUT)] == [FEES_TOO]


def test_the_latest_stands_first_whatever_it_changes(news, last_year):
    UseRuleFactory.create(**FROM, announcement="決まり", announced_on=OUT)
    TariffFactory.create(
        **FROM, is_provisional=False, facility=facility("seki"), announcement="関の料金",
        announced_on=OUT + dt.timedelta(days=2),
    )  # fmt: skip
    TariffFactory.create(**FROM, is_provisional=False, announcement="料金", announced_on=EVE)

    found = news(OUT + dt.timedelta(days=2))

    assert [(day, where, words) for day, where, _heading, words in found] == [
        ("2027-03-03", [facility("seki").name], "関の料金"),
        ("2027-03-01", [], "決まり"),
        ("2027-02-28", [], "料金"),
    ]
