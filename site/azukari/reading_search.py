"""閲覧記録 by child, by staff and by terminal, and as a file."""

import csv
import io
from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext as _

from azukari import reading_words
from history.differences import ENTRIES
from history.enums import Act
from history.models import Entry
from history.walls import history_model
from records import codes
from records.models import Child, Terminal, User
from records.models.account import staff_id_of

# What a spreadsheet would take for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def condition(term: str) -> Q:
    """Entries about the child of that 児童ID, by the staff member, or at the terminal.

    The staff member is found by the whole 職員ID or part of the name, the terminal by part of its
    name; the walls hide who and what the reader may not see. Nothing found is no entry at all.
    """
    term = term.strip()
    people = User.objects.filter(Q(username=staff_id_of(term)) | Q(name__icontains=term))
    terminals = Terminal.objects.filter(name__icontains=term)
    found = Q(actor__in=[str(key) for key in people.values_list("pk", flat=True)])
    found |= Q(terminal__in=[str(key) for key in terminals.values_list("pk", flat=True)])
    number = codes.normalised(term)
    if number.isdigit():
        # Out of the history, which auditors read while the register is closed to them.
        rows = history_model(Child)._default_manager.filter(code=number).order_by()
        keys = list(rows.values_list("id", flat=True).distinct())
        if keys:
            found |= Q(child_ids__overlap=keys)
    return found


def as_csv(entries: Iterable[Entry], terminals: dict[str, str]) -> bytes:
    """One line per entry, UTF-8 with a mark that spreadsheets look for; children by their count."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        [
            _("日時"), _("見た人"), _("役割"), _("操作"), _("記録の種類"), _("目的"), _("施設"),
            _("入口"), _("端末"), _("接続元"), _("児童の数"), _("リクエスト"),
        ]
    )  # fmt: skip
    acts = dict(Act.choices)
    for each in entries:
        writer.writerow(
            _plain(value)
            for value in (
                each.at.isoformat(), each.shown_person or each.actor, reading_words.role(each),
                acts.get(each.act, each.act), reading_words.kind(each.model),
                reading_words.purpose(each), each.shown_place or "",
                ENTRIES.get(each.entry, each.entry), terminals.get(each.terminal, each.terminal),
                each.address, len(each.child_ids), each.request or "",
            )
        )  # fmt: skip
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def terminal_names() -> dict[str, str]:
    return {str(each.pk): each.name for each in Terminal.objects.only("name")}


def _plain(value: object) -> str:
    """Nothing that a spreadsheet would run."""
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
