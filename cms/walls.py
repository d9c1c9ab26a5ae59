"""Pages hold no personal data: the public entry reads them, the editors write them."""

from history.walls import EVERY_ROW, Wall, sees, writes

TABLES: tuple[str, ...] = ()
EDITORS = writes(EVERY_ROW, verbs=("insert", "update", "delete"))

WALLS = [Wall(table=table, public=sees(), staff=EDITORS, worker=sees()) for table in TABLES]
