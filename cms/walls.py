"""Pages hold no personal data: the public entry reads them, the editors write them."""

from history.walls import EVERY_ROW, Wall, role, sees, writes

TABLES = (
    "cms_bookingpage", "cms_facilityindexpage", "cms_facilitypage", "cms_guidepage", "cms_homepage",
    "cms_newspage",
)  # fmt: skip
EDITORS = writes(EVERY_ROW, role("editor", "manager", "center"), ("insert", "update", "delete"))

WALLS = [Wall(table=table, public=sees(), staff=EDITORS) for table in TABLES]
