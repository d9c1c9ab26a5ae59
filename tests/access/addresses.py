"""Every address of an entry, walked from its table, with arguments filled in."""

import dataclasses
import re
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from tests.entries import settings_of

PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>|\((?:\?P<(\w+)>)?[^()]*(?:\([^()]*\)[^()]*)*\)")


@dataclasses.dataclass(frozen=True)
class Address:
    route: str
    name: str

    def path(self, arguments: Mapping[str, object]) -> str:
        """The address with arguments by name; the unnamed get a number of nothing."""

        def value(match: re.Match[str]) -> str:
            name = match[1] or match[2] or ""
            return str(arguments.get(name, uuid.UUID(int=0) if "id" in name else "1"))

        return "/" + re.sub(r"[\^$]|\\Z", "", PARAMETER.sub(value, self.route))


def addresses(entry: str) -> list[Address]:
    with settings_of(entry):
        return list(_walk(get_resolver()))


def _walk(resolver: URLResolver, prefix: str = "", namespace: str = "") -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield Address(route, ":".join(filter(None, [namespace, str(pattern.name)])))
        else:
            inner: Any = ":".join(filter(None, [namespace, pattern.namespace]))
            yield from _walk(pattern, route, inner)
