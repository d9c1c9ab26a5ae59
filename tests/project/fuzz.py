"""Hostile requests for every address of an entry, drawn from a seed."""

import dataclasses
import random
import re
import urllib.parse
from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse

from tests.access.addresses import Address, addresses
from tests.entries import EntryClient

FIELD = re.compile(r'<(?:input|select|textarea)\b[^>]*\bname="([^"]+)"')
# As they stand in an address or a form: percent-encoded bytes, some of them no UTF-8.
BYTES = (
    "%00", "a%00b", "%ED%A0%80", "%ED%B0%80", "%C0%AF", "%C0%80", "%F8%88%80%80%80", "%FF%FE",
    "%E2%80%AE%E2%81%A6", "%EF%BF%BF", "%F0%9F%91%A8%E2%80%8D%F0%9F%91%A9", "%CC%81" * 200,
    "..%2f..%2fetc%2fpasswd", "%250d%250aSet-Cookie:x", "%0d%0aX: y", "%E3%81%82" * 3000,
)  # fmt: skip
TEXTS = (
    "", " ", "0", "-1", "1e309", "NaN", "9" * 400, "2147483648", "9223372036854775808", "٣", "²",
    "½", "'", '"><script>alert(1)</script>', "{{7*7}}", "${7*7}", "%s%n",
    "'; DROP TABLE records_child--", "true", "null", "[]", "{}", "[" * 3000, '{"a":' * 3000,
    "0001-01-01", "9999-12-31", "2026-02-30", "令和9999年99月99日", "24:00",
    "2026-11-05T10:00:00+99:99", "javascript:alert(1)", "//evil.example",
    "00000000-0000-0000-0000-000000000000", "__class__", "a@b", "=1+1", "\u202e\u2066x",
    "ﷺ" * 50,
)  # fmt: skip
NAMES = (
    "q", "p", "o", "e", "day", "week", "month", "year", "page", "group", "child", "facility",
    "next", "start", "end", "key", "code", "id", "id__in", "email", "password", "login", "_popup",
    "_to_field", "action", "_selected_action", "csrfmiddlewaretoken", "name__startswith",
    "password__regex", "ids", "form-TOTAL_FORMS", "form-0-id", "kind", "person", "reception",
    "format", "lang",
)  # fmt: skip
TYPES = (
    "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "multipart/form-data",
    "application/json", "text/plain; charset=utf-16",
    "application/x-www-form-urlencoded; charset=ü", "", "application/xml",
)  # fmt: skip
HEADERS: tuple[dict[str, str], ...] = (
    {}, {}, {"Accept-Language": "x" * 5000}, {"Accept": "application/json"},
    {"Referer": "http://[x"}, {"X-Forwarded-For": "'; --, ::1%eth0"},
    {"User-Agent": "\x80\xff" * 400}, {"Range": "bytes=9-1"},
    {"If-None-Match": '"' * 900}, {"Cookie": "azukari=\xff; azukari-device=x; a"},
    {"If-Modified-Since": "Thu, 99 Foo 99999 99:99:99 GMT"}, {"X-Requested-With": "XMLHttpRequest"},
)  # fmt: skip
MEGABYTE = "あ" * 350_000


@dataclasses.dataclass
class Fuzzer:
    """A browser that means no good."""

    client: EntryClient
    seed: int

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)  # noqa: S311  # to be drawn again
        # By the first part of the address, so that the many of the page editor are not all.
        self.groups: dict[str, list[Address]] = {}
        for address in addresses(self.client.entry):
            if "logout" not in address.route:
                part = address.route.lstrip("^").partition("/")[0]
                self.groups.setdefault(part, []).append(address)
        self.fields: dict[str, list[str]] = {}

    def requests(self, count: int) -> Iterator[tuple[str, HttpResponse]]:
        """So many requests, each with words for it."""
        for _ in range(count):
            group = self.random.choice(sorted(self.groups))
            path = self._path(self.random.choice(self.groups[group]))
            if self.random.random() < 0.5:
                yield self._get(path)
            else:
                yield self._post(path)

    def _get(self, path: str) -> tuple[str, HttpResponse]:
        query = "&".join(f"{self._name()}={self._raw()}" for _ in range(self.random.randint(0, 4)))
        response = self.client.generic(
            self.random.choice(("GET", "GET", "GET", "HEAD")), path, QUERY_STRING=query,
            headers=self.random.choice(HEADERS),
        )  # fmt: skip
        if "text/html" in response.headers.get("Content-Type", ""):
            known = FIELD.findall(response.content.decode(errors="replace"))
            self.fields[path] = [name for name in known if name != "csrfmiddlewaretoken"]
        return f"GET {path[:120]}?{query[:200]}", response

    def _post(self, path: str) -> tuple[str, HttpResponse]:
        names = self.fields.get(path) or [self._name() for _ in range(3)]
        pairs = [(name, self._raw()) for name in names if self.random.random() < 0.9]
        kind = self.random.random()
        if kind < 0.03:
            pairs.append((self._name(), urllib.parse.quote(MEGABYTE)))
        elif kind < 0.05:
            pairs += [(f"x{number}", "1") for number in range(2000)]
        body = "&".join(f"{urllib.parse.quote(name)}={value}" for name, value in pairs)
        content_type = TYPES[0] if self.random.random() < 0.8 else self.random.choice(TYPES)
        if content_type.startswith("multipart"):
            body = self._parts(pairs)
        response = self.client.generic(
            "POST", path, body.encode(), content_type, headers=self.random.choice(HEADERS)
        )
        return f"POST {path[:120]} {content_type} {body[:300]}", response

    def _parts(self, pairs: list[tuple[str, str]]) -> str:
        parts = [
            f'--x\r\nContent-Disposition: form-data; name="{name}"; filename="{value[:80]}"\r\n'
            f"Content-Type: image/png\r\n\r\n\x89PNG{value[:200]}\r\n"
            for name, value in pairs
        ]
        return "".join(parts) + ("--x--\r\n" if self.random.random() < 0.7 else "")

    def _path(self, address: Address) -> str:
        draw = self.random

        class Drawn(dict[str, Any]):
            def get(self, name: str, default: Any = None) -> Any:
                if draw.random() < 0.4:
                    return default
                return draw.choice((*BYTES, "0", "-1", "9" * 30, "x", "today", "2026-11-05", "²"))

        return address.path(Drawn())

    def _name(self) -> str:
        return self.random.choice(NAMES)

    def _raw(self) -> str:
        if self.random.random() < 0.35:
            return self.random.choice(BYTES)
        return urllib.parse.quote(self.random.choice(TEXTS))
