"""Every way of asking at the staff entry, generated from the admin registry and the addresses: a
new model, filter, field or page has its doors without anybody thinking of it.

There is no import, and no export but that of readings; the receipt is a download. The addresses of
all others are asked for all the same.
"""

import dataclasses
import datetime as dt
import io
import json
import random
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pypdf
from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.http import HttpResponse

from history import clock
from tests.access import table
from tests.access.addresses import addresses
from tests.access.expected import kind_of
from tests.access.scene import CONTACT, HOUSEHOLD, NAME, NUMBER, SIGN, Scene
from tests.entries import settings_of
from tests.factories.booking import coming_monday

# Ways that are asked for by the hundred: of each model or page one by lot, all in `make slow`.
MANY = (
    "look-up", "filter", "order", "search", "export", "import", "history", "delete", "query",
)  # fmt: skip
# Autocompletes are one address, asked with the name of a field: as many of all together.
FIELDS = 10
ROW_VIEWS = ("change", "history", "delete")
LOOK_UPS = ("startswith", "contains", "exact")
# JSON, as an answer or inside a page, writes Japanese like this.
ESCAPED = re.compile(r"(?:\\u[0-9a-fA-F]{4})+")


@dataclasses.dataclass(frozen=True)
class Door:
    """`kind` is that of the page; `way` is how it is asked: list, search, row …"""

    kind: str
    way: str
    name: str
    path: str


def doors(scene: Scene) -> list[Door]:
    with settings_of("staff"):
        known = addresses("staff")
        registry = {model._meta.label_lower: each for model, each in admin.site._registry.items()}
    found = [door for label, each in registry.items() for door in _of_model(label, each, scene)]
    names = {address.name: address for address in known}
    for name in names.keys() & table.STAFF_PAGES.keys():
        found += _page(name, names[name], scene)
    found += _autocomplete(registry)
    once = {(door.name, door.path): door for door in found}
    return sorted(once.values(), key=lambda door: door.path)


def thinned(found: list[Door], seed: int) -> list[Door]:
    """Every model, page and row, and of the ways that are many one by lot."""
    lot = random.Random(seed)  # noqa: S311
    kept = [door for door in found if door.way not in (*MANY, "autocomplete")]
    fields = [door for door in found if door.way == "autocomplete"]
    kept += lot.sample(fields, min(FIELDS, len(fields)))
    groups: dict[tuple[str, str], list[Door]] = {}
    for door in found:
        if door.way in MANY:
            groups.setdefault((door.name, door.way), []).append(door)
    for group in groups.values():
        kept.append(lot.choice(group))
    return kept


def _of_model(label: str, model_admin: ModelAdmin[Any], scene: Scene) -> Iterator[Door]:
    base, kind = f"/{label.replace('.', '/')}/", kind_of(label)

    def door(way: str, query: str = "", tail: str = "") -> Door:
        return Door(kind, way, label, f"{base}{tail}{query}")

    yield door("list")
    for tail in ("add/", "export/", "import/"):
        yield door(tail.strip("/"), tail=tail)
    for query in ("?all=", "?_popup=1", "?_to_field=id"):
        yield door("query", query)
    for number in (*range(1, len(model_admin.list_display) + 1), 99, -1):
        yield door("order", f"?o={number}")
    for each in scene.families.values():
        for group in (NAME, NUMBER, CONTACT, HOUSEHOLD):
            yield door("search", "?" + urlencode({"q": each.words[group][0]}))
        row = each.rows.get(label)
        for view in ROW_VIEWS if row else ():
            yield door("row" if view == "change" else view, tail=f"{row.pk}/{view}/")
    yield from _look_ups(door, model_admin, scene)


def _look_ups(door: Any, model_admin: ModelAdmin[Any], scene: Scene) -> Iterator[Door]:
    """By each declared filter with each facility, and by each field there is."""
    numbers = [family.household.home_facility_id for family in scene.families.values()]
    for each in model_admin.list_filter:
        name = each[0] if isinstance(each, tuple) else getattr(each, "parameter_name", each)
        for value in (*numbers, "1", "0", "active"):
            yield door("filter", "?" + urlencode({f"{name}__id__exact": value}))
            yield door("filter", "?" + urlencode({name: value}))
    word = scene.families["seki"].words[NAME][0]
    for field in model_admin.model._meta.concrete_fields:
        for way in LOOK_UPS:
            yield door("look-up", "?" + urlencode({f"{field.name}__{way}": word}))
    for path in ("child__household__street", "household__parents__mobile_phone", "child__code"):
        yield door("look-up", "?" + urlencode({f"{path}__contains": "1"}))
    if model_admin.date_hierarchy:
        yield door("filter", f"?{model_admin.date_hierarchy}__year={clock.today().year}")


def _page(name: str, address: Any, scene: Scene) -> Iterator[Door]:
    queries, others = [""], set()
    if name == "admin:today":
        own = [family.booking for family in scene.families.values()]
        places = [booking.facility_id for booking in (*own, scene.coming, scene.past)]
        days = {booking.day for booking in (*own, scene.coming, scene.past)}
        queries = [f"?day={each.day}&facility={each.facility_id}" for each in own]
        queries += [f"?day={each.day}" for each in (scene.coming, scene.past)]
        others = {f"?day={day}" for day in (*days, clock.today(), coming_monday())}
        others |= {f"?day={day}&facility={place}" for day in days for place in places}
        others -= set(queries)
    elif name == "admin:changes":
        day = clock.today() - dt.timedelta(days=30)
        # Each shows fifty; the families were made one after the other.
        queries = [f"?person=everybody&page={page}" for page in range(1, 7)]
        others = {f"?person=everybody&kind={label}" for label in table.MODELS}
        others.add(f"?person=everybody&since={day}")
    queries += sorted(others)
    bookings = {
        booking: family
        for family in scene.families.values()
        for booking in (family.booking, scene.coming, scene.past)
    }
    for booking, family in bookings.items():
        number: Any = booking.pk
        if name == "admin:receipt":
            number = booking.fee.payments.values_list("pk", flat=True).first() or booking.pk
        elif name.startswith(("admin:interview", "admin:activate")):
            number = family.interview.pk
        arguments = {
            "number": number, "child_number": family.child.pk, "object_pk": 2, "user_id": 1,
            "group_id": 1,
        }  # fmt: skip
        for query in queries:
            way = "query" if query in others else "page"
            yield Door(kind_of(name), way, name, address.path(arguments) + query)


def _autocomplete(registry: dict[str, ModelAdmin[Any]]) -> Iterator[Door]:
    """Every foreign key of every registered model, declared as an autocomplete or not.

    Asked for what all families have in common: a whole word would be brought along, not told.
    """
    for label in registry:
        app, _, name = label.partition(".")
        for field in registry[label].model._meta.concrete_fields:
            if field.is_relation:
                query = {
                    "app_label": app, "model_name": name, "field_name": field.name,
                    "term": SIGN,
                }  # fmt: skip
                # It tells what the rows are called that the key points to.
                yield Door(
                    kind_of(field.related_model._meta.label_lower), "autocomplete", label,
                    "/autocomplete/?" + urlencode(query),
                )  # fmt: skip


def text_of(response: HttpResponse) -> str:
    """All that goes out: headers, cookies and body; of a PDF its text, of JSON what it means."""
    head = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    head += str(response.cookies)
    if response.headers.get("Content-Type", "").startswith("application/pdf"):
        pages = pypdf.PdfReader(io.BytesIO(response.content)).pages
        return head + "".join(page.extract_text() for page in pages)
    body = response.content.decode(errors="replace")
    return head + ESCAPED.sub(lambda escaped: json.loads(f'"{escaped[0]}"'), body)
