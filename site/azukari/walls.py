"""The tables of third parties, each with what its role has use for."""

from history.walls import (
    ACTOR,
    EVERY_ROW,
    NO_ROW,
    SIGN_UP,
    Access,
    Wall,
    all_of,
    any_of,
    role,
    sees,
    writes,
)
from records.office import CONTRACTOR, KEEPS_ACCOUNTS

ALL = ("insert", "update", "delete")
EDITORS = writes(EVERY_ROW, role("editor", "manager", "center"), ALL)
# Of an account that the public entry knows at all.
OF_AN_ADDRESS = (
    "EXISTS (SELECT 1 FROM account_emailaddress address WHERE address.id = email_address_id)"
)


def belongs_to(kind: str) -> str:
    """Rows of accounts of one kind; each entry meets only those that log in there."""
    return f"EXISTS (SELECT 1 FROM records_user u WHERE u.id = user_id AND u.kind = '{kind}')"


OWN = f"user_id::text = {ACTOR}"

# What pages are made of: the public entry reads, the editors write.
PAGE_TABLES = (
    "taggit_tag", "taggit_taggeditem", "wagtailcore_collection", "wagtailcore_locale",
    "wagtailcore_page", "wagtailcore_pageviewrestriction", "wagtailcore_site",
    "wagtaildocs_document", "wagtailimages_image",
)  # fmt: skip

# What editing leaves behind: nobody outside has use for it.
EDITING_TABLES = (
    "wagtailadmin_admin", "wagtailadmin_editingsession", "wagtailadmin_formstate",
    "wagtailcore_collectionviewrestriction",
    "wagtailcore_collectionviewrestriction_groups", "wagtailcore_comment",
    "wagtailcore_commentreply", "wagtailcore_groupapprovaltask",
    "wagtailcore_groupapprovaltask_groups", "wagtailcore_groupcollectionpermission",
    "wagtailcore_grouppagepermission", "wagtailcore_groupsitepermission",
    "wagtailcore_modellogentry", "wagtailcore_pagelogentry",
    "wagtailcore_pagesubscription", "wagtailcore_pageviewrestriction_groups",
    "wagtailcore_referenceindex", "wagtailcore_revision", "wagtailcore_task",
    "wagtailcore_taskstate", "wagtailcore_uploadedfile", "wagtailcore_workflow",
    "wagtailcore_workflowcontenttype", "wagtailcore_workflowpage", "wagtailcore_workflowstate",
    "wagtailcore_workflowtask", "wagtailembeds_embed", "wagtailsearch_indexentry",
    "wagtailusers_userprofile",
)  # fmt: skip

WALLS = [
    *(Wall(table=table, public=sees(), staff=EDITORS) for table in PAGE_TABLES),
    *(Wall(table=table, staff=EDITORS) for table in EDITING_TABLES),
    # A rendition is made when a page first shows it.
    Wall(
        table="wagtailimages_rendition",
        public=writes(EVERY_ROW, verbs=("insert",)),
        staff=EDITORS,
    ),
    # Off: no tokens are given out, and the history has no second book beside it.
    Wall(table="wagtailcore_apitoken"),
    Wall(table="django_admin_log"),
    # Rights: groups follow memberships, which who keeps accounts sets.
    Wall(
        table="auth_group",
        staff=writes(EVERY_ROW, KEEPS_ACCOUNTS),
        worker=writes(EVERY_ROW, verbs=("insert",)),
    ),
    Wall(table="auth_group_permissions", staff=sees()),
    Wall(table="auth_permission", staff=sees(), worker=sees()),
    Wall(table="django_content_type", public=sees(), staff=sees(), worker=sees()),
    Wall(
        table="guardian_groupobjectpermission",
        staff=writes(EVERY_ROW, KEEPS_ACCOUNTS, ("insert", "delete")),
        worker=writes(EVERY_ROW, verbs=("insert",)),
    ),
    Wall(table="guardian_userobjectpermission", staff=sees()),
    # The worker writes down how its backups went; those who answer for them read it, and a
    # contractor within the minutes of the ticket.
    Wall(
        table="history_backuprun",
        staff=sees(any_of(role("center", "administrator", "auditor"), CONTRACTOR)),
        worker=writes(EVERY_ROW),
    ),
    # The owner's alone
    Wall(table="django_migrations"),
    # Parents' addresses
    Wall(
        table="account_emailaddress",
        public=writes(
            belongs_to("parent"),
            OWN,
            ALL,
            leave=all_of(any_of(OWN, SIGN_UP), belongs_to("parent")),
        ),
    ),
    Wall(table="account_emailconfirmation", public=writes(OF_AN_ADDRESS, verbs=ALL)),
    # Second factors: each person's own, who has at the least given the password. A lost one of
    # staff is taken away unread (`records_take_factors`).
    Wall(
        table="mfa_authenticator",
        public=writes(all_of(OWN, belongs_to("parent")), verbs=ALL),
        staff=writes(all_of(OWN, belongs_to("staff")), verbs=ALL),
    ),
    # Off: failures are counted per account and per terminal (records_failurecount).
    Wall(table="axes_accessattempt"),
    Wall(table="axes_accessattemptexpiration"),
    Wall(table="axes_accessfailurelog"),
    Wall(table="axes_accesslog"),
    # Jobs: the entries add, the worker does. Their arguments are ids.
    Wall(
        table="procrastinate_jobs",
        # Who defers a job is answered with its number; whether a backup is being made staff ask.
        public=Access(EVERY_ROW, ("select (id)", "insert")),
        staff=Access(EVERY_ROW, ("select (id, task_name, status)", "insert")),
        worker=writes(EVERY_ROW, verbs=ALL),
    ),
    Wall(
        table="procrastinate_events",
        public=writes(NO_ROW, EVERY_ROW, verbs=("insert",)),
        staff=writes(NO_ROW, EVERY_ROW, verbs=("insert",)),
        worker=writes(EVERY_ROW, verbs=ALL),
    ),
    Wall(table="procrastinate_periodic_defers", worker=writes(EVERY_ROW, verbs=ALL)),
    Wall(table="procrastinate_workers", worker=writes(EVERY_ROW, verbs=ALL)),
]
