"""Rules of other towns (domain.md 1.2) in rows alone: what each accepts, refuses and charges.

Town names stand in `profiles/` and nowhere else. A case changes the usual one: who asks when, for
which day and time, beside which other uses; it is accepted unless it names the refusal it expects.
A bill is such a case with its yen, worked out by hand; of several children there `beside` each
other it names the yen of each. A town whose prices aren't known says so, and has no bills.
"""

import datetime as dt
import re
import tomllib
import uuid
from pathlib import Path

import pytest

from booking import cancelling, limits, pricing, rules
from booking.enums import ReliefKind
from booking.enums_rules import CancelReason
from booking.limits import Stay
from booking.models import Price, Relief, Tariff, UseRule
from booking.pricing import Use
from history import clock
from records import dates
from tests.factories.booking import TariffFactory, UseRuleFactory

FOLDER = Path(__file__).parent / "profiles"
PROFILES = {path.stem: tomllib.loads(path.read_text()) for path in sorted(FOLDER.glob("*.toml"))}
ROWS = {
    "blocks": "block_rows", "release_days": "release_rows", "limits": "limit_rows",
    "quotas": "quota_rows", "reserves": "reserve_rows", "stages": "stage_rows",
}  # fmt: skip
TARIFF_ROWS = {"prices": Price, "reliefs": Relief}
HERE, THERE = 2, 3
CHILD, SIBLING = uuid.UUID(int=1), uuid.UUID(int=2)
APPLICANT = {
    "date_of_birth": "born", "is_resident": "is_resident", "visits_until": "visits_until",
    "enrolment": "enrolment", "only_facility": "only_facility", "usable_from": "usable_from",
    "bookable_from": "bookable_from", "expires_on": "expires_on",
}  # fmt: skip
USE = re.compile(r"^(?P<day>\S+?)(\*(?P<days>\d+))?( (?P<hours>\d+)h)?(?P<who> sibling)?"
                 r"(?P<where> there)?$")  # fmt: skip
FEE = 1000
LEAST_CASES, LEAST_TOWNS = 12, 10


def rule_of(profile):
    """The version with its rows, as values: nothing of it is in a database."""
    rule = UseRuleFactory.build(**profile["rule"])
    for name, rows in ROWS.items():
        model = UseRule.PARTS[rows]
        setattr(rule, name, tuple(model(**row) for row in profile.get(name, ())))
    return rule


def tariff_of(profile):
    """The fee table with its rows, as values."""
    fields = {name: each for name, each in profile["tariff"].items() if name not in TARIFF_ROWS}
    tariff = TariffFactory.build(**fields)
    for name, model in TARIFF_ROWS.items():
        setattr(tariff, name, tuple(model(**row) for row in profile["tariff"].get(name, ())))
    return tariff


def moment(when):
    return when.replace(tzinfo=clock.TOKYO)


def uses_of(texts):
    for text in texts:
        found = USE.match(text)
        for offset in range(int(found["days"] or 1)):
            day = dt.date.fromisoformat(found["day"]) + dt.timedelta(days=offset)
            start = clock.at(day, dt.time(8))
            yield Stay(
                child=SIBLING if found["who"] else CHILD,
                facility=THERE if found["where"] else HERE,
                starts_at=start,
                ends_at=start + dt.timedelta(hours=int(found["hours"] or 3)),
            )


def answer(profile, case):
    """The reason for which a case is refused, or nothing."""
    rule, values = rule_of(profile), profile["usual"] | case
    starts_at, ends_at = (clock.at(values["on"], values[name]) for name in ("start", "end"))
    at = moment(values["at"])
    known = {field: values[name] for field, name in APPLICANT.items() if name in values}
    applicant = rules.Applicant(
        **{"expires_on": values["on"], "needs_confirmed": True} | known  # type: ignore[arg-type]
    )
    weekdays = profile.get("open_weekdays", range(7))
    refusal = rules.refusal(
        applicant, rule, starts_at=starts_at, ends_at=ends_at, at=at, facility_id=HERE,
        by_staff=values.get("by_phone", False), is_open=lambda day: day.weekday() in weekdays,
    )  # fmt: skip
    if refusal:
        return refusal[0]
    wish = Stay(child=CHILD, facility=HERE, starts_at=starts_at, ends_at=ends_at)
    others = list(uses_of(values.get("uses", ())))
    if "above" in values:
        assert limits.minutes_above(rule.limits, wish, others, at) == values["above"]
    limit = limits.broken(rule.limits, wish, others, at)
    return rules.refusal_of_limit(limit)[0] if limit else ""


def bill(profile, case):
    """The yen of each child of a household, the one who asks first."""
    rule, tariff = rule_of(profile), tariff_of(profile)
    usual = profile["usual"] | case
    wanted = []
    for number, child in enumerate([{}, *case.get("beside", ())], start=1):
        values = usual | child
        starts_at, ends_at = (clock.at(values["on"], values[name]) for name in ("start", "end"))
        wish = Stay(child=CHILD, facility=HERE, starts_at=starts_at, ends_at=ends_at)
        others = list(uses_of(values.get("uses", ())))
        use = Use(
            child=uuid.UUID(int=number), born=values["born"], starts_at=starts_at, ends_at=ends_at,
            age_years=dates.age_on(values["born"], values["on"]),
            is_resident=values.get("is_resident", True),
            minutes_beyond=limits.minutes_above(rule.limits, wish, others, moment(values["at"])),
        )  # fmt: skip
        wanted.append((use, tariff))
    held = [ReliefKind(kind) for kind in case.get("held", ())]
    late = pricing.overrun_amount(case.get("late_minutes", 0), tariff)
    return [quote.amount + late for quote in pricing.quotes(wanted, held=held)]


def kept(version, part, rows):
    """What was read of the rows that were entered."""
    return [
        {field: getattr(row, field) for field in values}
        for row, values in zip(getattr(version, part), rows, strict=True)
    ]


def every(kind):
    return [
        pytest.param(profile, case, id=f"{name}: {case.get('name', case.get('at', number))}")
        for name, profile in PROFILES.items()
        for number, case in enumerate(profile.get(kind, ()))
    ]


@pytest.mark.parametrize(("profile", "case"), every("cases"))
def test_a_town_accepts_and_refuses(profile, case):
    assert answer(profile, case) == case.get("expect", "")


@pytest.mark.parametrize(("profile", "case"), every("cancels"))
def test_a_town_charges_for_cancelling(profile, case):
    reason = CancelReason(case["reason"]) if "reason" in case else None
    day = profile["usual"]["on"]

    stage = cancelling.stage(rule_of(profile), day, moment(case["at"]), reason)

    assert cancelling.amount(stage, FEE) == case["yen"]


@pytest.mark.parametrize(("profile", "case"), every("bills"))
def test_a_town_charges_for_care(profile, case):
    yen = case["yen"]

    assert bill(profile, case) == (yen if isinstance(yen, list) else [yen])
    assert answer(profile, case) == ""


@pytest.mark.parametrize("name", PROFILES)
def test_a_town_has_prices_or_says_that_they_are_not_known(name):
    profile = PROFILES[name]

    assert bool(profile.get("bills")) is ("tariff" in profile)
    assert ("tariff" in profile) is not bool(profile.get("no_prices"))


@pytest.mark.parametrize(("profile", "case"), every("ceilings"))
def test_a_town_keeps_places_for_ages(profile, case):
    quotas = {quota.group: quota for quota in rule_of(profile).quotas}

    assert quotas[case["group"]].most_of(case["places"]) == case["most"]


@pytest.mark.parametrize("name", PROFILES)
def test_a_town_confirms_at_once_or_later(name):
    profile = PROFILES[name]
    usual = profile["usual"]

    found = rules.needs_approval(rule_of(profile), usual["born"], usual["on"], one_to_one=False)

    assert found is profile.get("needs_approval", False)


def test_there_are_towns_enough_with_cases_enough():
    enough = [
        name
        for name, each in PROFILES.items()
        if len(each["cases"]) >= LEAST_CASES and each.get("bills")
    ]

    assert len(enough) >= LEAST_TOWNS
    assert all(
        {"", *(case.get("expect", "") for case in PROFILES[name]["cases"])} > {""}
        for name in enough
    )


@pytest.mark.parametrize("name", PROFILES)
def test_a_town_is_kept_as_the_center_would_enter_it(database, name):
    """Through every check of form and database, and read back equal."""
    profile = PROFILES[name]
    rule = UseRuleFactory.build(valid_from=dt.date(2000, 1, 1), valid_to=dt.date(2000, 1, 2))
    for field, value in profile["rule"].items():
        setattr(rule, field, value)
    rule.full_clean()
    rule.save()
    for part, rows in ROWS.items():
        for values in profile.get(part, ()):
            row = UseRule.PARTS[rows](rule=rule, **values)
            row.full_clean()
            row.save()

    read = UseRule.objects.with_parts().get(pk=rule.pk)

    asked = {field: getattr(read, field) for field in profile["rule"]}
    assert asked == profile["rule"]
    for part in ROWS:
        assert kept(read, part, profile.get(part, ())) == list(profile.get(part, ()))


@pytest.mark.parametrize("name", [name for name, each in PROFILES.items() if "tariff" in each])
def test_its_fee_table_is_kept_as_the_center_would_enter_it(database, name):
    wanted = PROFILES[name]["tariff"]
    fields = {field: value for field, value in wanted.items() if field not in TARIFF_ROWS}
    tariff = TariffFactory.build(**fields)
    tariff.full_clean()
    tariff.save()
    for part, model in TARIFF_ROWS.items():
        for values in wanted.get(part, ()):
            row = model(tariff=tariff, **values)
            row.full_clean()
            row.save()

    read = Tariff.objects.with_parts().get(pk=tariff.pk)

    assert {field: getattr(read, field) for field in fields} == fields
    for part in TARIFF_ROWS:
        assert kept(read, part, wanted.get(part, ())) == list(wanted.get(part, ()))
