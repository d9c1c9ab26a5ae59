"""The rights as a page for people, from the table written by hand.

Write it anew with `PYTHONPATH=. .venv/bin/python -m tests.access.permissions`.
"""

from pathlib import Path

from tests.access import table

PATH = Path(__file__).resolve().parents[2] / "site/docs/permissions.md"
HEAD = """# Rights

Generated from `tests/access/table.py`, which is written by hand from the ward's data dictionary and
which every address and admin view is held against. In the table a child is at home at 練馬
(carer, manager) and was booked at 光が丘 (carer there); 貫井 and 関 have one operator and nothing
to do with it.
"""
PEOPLE = {
    "carer": "carer, home",
    "manager": "manager, home",
    "carer_elsewhere": "carer, booked",
    "carer_nukui": "carer 貫井",
    "carer_seki": "carer 関",
    "clerk": "center",
    "auditor": "auditor",
    "editor": "editor",
    "administrator": "administrator",
    "opener": "administrator, operation open",
    "contractor": "contractor",
}


def text(models: dict[str, table.Lists], pages: dict[str, tuple[str, frozenset[str]]]) -> str:
    rows = [HEAD, "## Records in the staff tool\n", *_head("record")]
    for label, lists in sorted(models.items()):
        rows.append(_row(f"`{label}`", {who: _letters(lists, who) for who in PEOPLE}))
    rows += [
        "\nl list, v one record, e edit, a add, d delete, h history; – nothing.\n",
        "## Pages of the staff tool\n",
        *_head("page"),
    ]
    for name, (_method, allowed) in sorted(pages.items()):
        rows.append(_row(f"`{name}`", {who: "yes" if who in allowed else "–" for who in PEOPLE}))
    return "\n".join(rows) + "\n"


def _letters(lists: table.Lists, who: str) -> str:
    rights = {
        "l": lists.list, "v": lists.row, "e": lists.edit, "a": lists.add, "d": lists.delete,
        "h": lists.history,
    }  # fmt: skip
    return "".join(letter for letter, allowed in rights.items() if who in allowed) or "–"


def _head(first: str) -> list[str]:
    return [_row(first, PEOPLE), "|---" * (len(PEOPLE) + 1) + "|"]


def _row(first: str, cells: dict[str, str]) -> str:
    return f"| {first} | " + " | ".join(cells.values()) + " |"


if __name__ == "__main__":
    PATH.write_text(text(table.MODELS, table.STAFF_PAGES))
