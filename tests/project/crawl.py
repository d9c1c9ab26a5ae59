"""Following every link of an entry, and looking at what that did to the database."""

import html
import re
from collections.abc import Iterator

from django.db import connection
from django.http import HttpResponse

from tests.entries import EntryClient

LINK = re.compile(r'href="(/[^"#]*)"')
# What requests leave behind on purpose: the ledger and its alerts, the log-in itself, how often
# forms were sent, that terminal and person are there, and in the page editor who has a page open
# and wants to hear of it.
WRITTEN_BY_LOOKING = {
    "history_entry", "history_alert", "records_ratecount", "records_publicsession",
    "records_staffsession",
    "history_unsealed", "records_terminal", "records_terminalsecret", "records_signin",
    "wagtailadmin_editingsession", "wagtailcore_pagesubscription",
}  # fmt: skip
FIRST, MOST = "/", 120


def crawl(client: EntryClient, start: str = FIRST) -> Iterator[tuple[str, HttpResponse]]:
    """Every page that can be reached by links, the first of each shape of query string."""
    waiting, known = [start], {start}
    for _ in range(MOST):
        if not waiting:
            return
        path = waiting.pop(0)
        response = client.get(path)
        yield path, response
        if response.headers.get("Location", "").startswith("/"):
            waiting += _new([response.headers["Location"]], known)
        if "text/html" not in response.headers.get("Content-Type", ""):
            continue
        links = [html.unescape(link) for link in LINK.findall(response.content.decode())]
        waiting += _new([link for link in links if not link.startswith("/static/")], known)


def _new(links: list[str], known: set[str]) -> list[str]:
    found = []
    for link in links:
        # Weeks go on for ever: one address with the same names in its query is enough.
        shape = re.sub(r"=[^&]*", "=", link)
        if shape not in known:
            known.add(shape)
            found.append(link)
    return found


def checksums() -> dict[str, str]:
    """A checksum of every table but those that looking writes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        names = sorted({name for (name,) in cursor.fetchall()} - WRITTEN_BY_LOOKING)
        found = {}
        for name in names:
            cursor.execute(
                f"SELECT md5(coalesce(string_agg(t::text, chr(10) ORDER BY t::text), ''))"
                f' FROM "{name}" t'
            )
            found[name] = cursor.fetchone()[0]
    return found
