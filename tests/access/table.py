"""Who may open what, written by hand from domain.md 4.1 and 4.2; never copied from a run.

The child, its family and its interview are at home at 練馬. It is booked at 光が丘, where it was
cared for. `carer` and `manager` work at 練馬, `carer_elsewhere` at 光が丘.
"""

import dataclasses

NOBODY: frozenset[str] = frozenset()


def people(*names: str) -> frozenset[str]:
    return frozenset(names)


CARERS = people("carer", "carer_elsewhere", "carer_nukui", "carer_seki")
MANAGER, CENTER = people("manager"), people("clerk")
AUDITOR, EDITOR = people("auditor"), people("editor")
# The second has an operation open (緊急管理者操作); the first has not.
ADMINISTRATOR, OPENER = people("administrator", "opener"), people("opener")
CARE = CARERS | MANAGER | CENTER
CONTRACTOR = people("contractor")
STAFF = CARE | AUDITOR | EDITOR | ADMINISTRATOR | CONTRACTOR
REVIEW = MANAGER | CENTER | AUDITOR
# See accounts and terminals, and take away; keep them, which also means giving.
OFFICE, ACCOUNTS = CENTER | ADMINISTRATOR, CENTER | OPENER
# Who sees the record of the child; who sees what its booking left behind.
HOME = people("carer") | MANAGER | CENTER
THERE = people("carer_elsewhere") | CENTER
PAGES = EDITOR | MANAGER | CENTER


@dataclasses.dataclass(frozen=True)
class Lists:
    """The admin's views of one model: its list, one row to read, to edit, to add, to delete, and
    the history of that row. Auditors read changes on a page of their own (`admin:changes`)."""

    list: frozenset[str]
    row: frozenset[str]
    edit: frozenset[str] = NOBODY
    add: frozenset[str] = NOBODY
    delete: frozenset[str] = NOBODY
    history: frozenset[str] = NOBODY


SETTINGS = Lists(
    list=MANAGER | CENTER, row=MANAGER | CENTER, edit=CENTER, add=CENTER, history=MANAGER | CENTER
)

MODELS = {
    # The register: home facility and center; other facilities see a child on the day's list only
    "records.child": Lists(CARE, HOME, edit=HOME, history=MANAGER | CENTER),
    "records.household": Lists(CARE, HOME, edit=HOME, history=MANAGER | CENTER),
    "records.registration": Lists(CARE, HOME, history=MANAGER | CENTER),
    "records.interview": Lists(CARE, HOME, history=MANAGER | CENTER),
    "records.interviewplace": Lists(
        CARE, HOME, edit=HOME, add=CARE, delete=HOME, history=MANAGER | CENTER
    ),
    "records.consent": Lists(CARE, HOME, history=MANAGER | CENTER),
    "records.handovernote": Lists(
        CARE, HOME, edit=people("carer") | MANAGER, add=CARERS | MANAGER,
        history=MANAGER | CENTER,
    ),
    "records.staffnote": Lists(
        CARE, HOME, edit=HOME, add=CARE, history=MANAGER | CENTER
    ),
    # A facility's own business: that of 光が丘
    "booking.booking": Lists(CARE, THERE, history=CENTER),
    "booking.attendance": Lists(CARE, THERE, history=CENTER),
    "booking.fee": Lists(CARE, THERE, history=CENTER),
    "booking.payment": Lists(CARE, THERE, history=CENTER),
    "booking.slot": Lists(CARE, THERE),
    # The order is the managers' to change: of 光が丘, where none of these works, the center's.
    "booking.waiting": Lists(CARE, THERE, edit=CENTER, history=CENTER),
    # Reviewing
    "records.accesslease": Lists(MANAGER | CENTER, CENTER, history=CENTER),
    "records.emergencyopening": Lists(MANAGER | CENTER, MANAGER | CENTER),
    "records.administratoropening": Lists(CENTER | AUDITOR, CENTER | AUDITOR),
    "history.entry": Lists(REVIEW, CENTER | AUDITOR),
    # What the center decides
    "records.facility": SETTINGS,
    "records.operator": SETTINGS,
    "records.registrationrule": SETTINGS,
    "records.watchrule": SETTINGS,
    "day.naprule": SETTINGS,
    "records.consenttext": dataclasses.replace(SETTINGS, edit=NOBODY),
    "records.opening": SETTINGS,
    "records.servicestop": SETTINGS,
    "booking.openingpattern": SETTINGS,
    "booking.userule": SETTINGS,
    "booking.release": SETTINGS,
    "booking.tariff": SETTINGS,
    "records.user": Lists(OFFICE, OFFICE, edit=ACCOUNTS, add=ACCOUNTS, history=OFFICE),
    "records.facilitymembership": Lists(
        OFFICE, OFFICE, edit=ACCOUNTS, add=ACCOUNTS, history=OFFICE
    ),
}  # fmt: skip

# The other pages of the staff entry, by name: (how it is asked for, who may).
STAFF_PAGES = {
    "admin:index": ("get", STAFF),
    "admin:facility": ("post", STAFF),
    "admin:password_change": ("get", STAFF),
    "admin:password_change_done": ("get", STAFF),
    "admin:jsi18n": ("get", STAFF),
    "admin:today": ("get", CARE),
    # The center may reopen a closed day (a later page), not receive children (4.2, item 21)
    "admin:arrive": ("post", people("carer_elsewhere")),
    "admin:leave": ("post", people("carer_elsewhere")),
    "admin:undo_arrival": ("post", people("carer_elsewhere")),
    "admin:undo_departure": ("post", people("carer_elsewhere")),
    "admin:meal_check": ("get", CARERS | MANAGER),
    "admin:meal_paper": ("get", CARERS | MANAGER),
    "admin:meal_check_second": ("post", people("carer_elsewhere")),
    "admin:takeover": ("get", CARERS | MANAGER),
    # Those who are beside the beds; the nap asked for is of 光が丘
    "admin:naps": ("get", CARERS | MANAGER),
    "admin:nap_check": ("post", CARERS | MANAGER),
    "admin:nap_begin": ("post", people("carer_elsewhere")),
    "admin:nap_end": ("post", people("carer_elsewhere")),
    "admin:read": ("post", people("carer_elsewhere")),
    # What ends a booking without care: its own facility, and the center (4.2, item 19)
    "admin:call_off": ("get", THERE),
    "admin:take_back": ("post", THERE),
    "admin:approvals": ("get", CARE),
    "admin:approve": ("post", THERE),
    "admin:decline": ("post", THERE),
    # An exception from the rule is a manager's: of 光が丘, or the center's
    "admin:waive": ("post", CENTER),
    # A hold is read at home, and where it came about
    "admin:use_holds": ("get", CARE),
    "admin:use_hold": ("get", HOME | people("carer_elsewhere")),
    # Only who is there rings a family on the day, and writes it down
    "admin:day_call": ("post", people("carer_elsewhere")),
    # Of the own facility alone; the center receives no children
    "admin:find_row": ("post", CARERS | MANAGER),
    # Whoever may be asked where everybody is reads it, also the center; who is there counts. The
    # roll call that was kept is of 光が丘
    "admin:roll_call": ("get", CARE),
    "admin:roll_call_sheet": ("get", CARE),
    "admin:roll_call_mark": ("post", CARERS | MANAGER),
    "admin:roll_call_new": ("post", CARERS | MANAGER),
    "admin:roll_call_end": ("post", CARERS | MANAGER),
    "admin:roll_call_kept": ("get", THERE),
    "admin:care_card": ("get", THERE),
    "admin:ambulance": ("get", THERE),
    # What the family said on the day; only who is there answers it, or calls back
    "admin:messages": ("get", THERE),
    "admin:reply_late": ("post", people("carer_elsewhere")),
    "admin:reply_pick_up": ("post", people("carer_elsewhere")),
    # Whoever cared for the child writes how its day was
    "admin:day_report": ("get", people("carer_elsewhere")),
    "admin:call_back": ("post", people("carer_elsewhere")),
    # By telephone and at the counter, for any facility. Each only with a look-up of the own half
    # hour: without it one begins again, as with the number that is asked for here
    "admin:phone": ("get", CARE),
    "admin:phone_places": ("get", CARE),
    "admin:phone_confirm": ("get", CARE),
    "admin:phone_done": ("get", CARE),
    "admin:phone_booking": ("get", CARE),
    "admin:phone_waiting": ("post", CARE),
    "admin:phone_join": ("post", CARE),
    "admin:phone_regular": ("get", CARE),
    # The center receives no children
    "admin:walk_in": ("get", CARERS | MANAGER),
    "admin:walk_in_child": ("get", CARERS | MANAGER),
    # The own facility's staff and places; whom to call when they don't suffice (4.1: T, M, H)
    "admin:attention": ("get", CARE),
    # The booking is of 光が丘, whose family only a manager may put off
    "admin:settle": ("get", THERE),
    "admin:settle_call": ("post", THERE),
    "admin:retract": ("post", CENTER),
    # Closing: decided by a manager for the own facility, by the center for all; that asked for is
    # of 光が丘
    "admin:closures": ("get", CARE),
    "admin:closure_new": ("get", MANAGER | CENTER),
    "admin:closure": ("get", THERE),
    "admin:closure_confirm": ("post", CENTER),
    "admin:closure_drop": ("post", CENTER),
    "admin:closure_lift": ("post", CENTER),
    # Whom a facility telephones is its own; the call asked for is of 光が丘
    "admin:calls": ("get", CARE),
    "admin:call_result": ("post", THERE),
    "admin:call_reopen": ("post", THERE),
    # What lies in the box is counted and confirmed by those before it; the count asked for is of
    # 光が丘
    "admin:help": ("get", STAFF),
    "admin:help_picture": ("get", STAFF),
    # Where the families are real there is nothing to practise with.
    "admin:practice": ("get", NOBODY),
    "admin:sheets": ("get", CARE),
    "admin:sheet_print": ("post", CARE),
    # What is closed a manager alone puts right; the booking is of 光が丘
    "admin:attendance_correct": ("get", CENTER),
    "admin:cash": ("get", CARE),
    "admin:cash_new": ("get", CARERS | MANAGER),
    "admin:cash_count": ("get", THERE),
    "admin:cash_paper": ("get", THERE),
    "admin:cash_confirm": ("post", people("carer_elsewhere")),
    # A facility's own reports, which the center reads, signs and reports on; whoever was there
    # writes. The one asked for is of 光が丘
    "admin:incidents": ("get", CARE),
    "admin:incident": ("get", THERE),
    "admin:incident_new": ("post", CARERS | MANAGER),
    "admin:incident_write": ("get", people("carer_elsewhere")),
    "admin:incident_entry": ("get", THERE),
    "admin:incident_print": ("get", THERE),
    "admin:incident_reopen": ("post", people("carer_elsewhere")),
    "admin:incident_withdraw": ("post", people("carer_elsewhere")),
    "admin:incident_sign": ("post", CENTER),
    "admin:roster": ("get", CARE),
    "admin:roster_save": ("post", CARE),
    "admin:roster_fill": ("post", CARE),
    "admin:roster_copy": ("post", CARE),
    "admin:roster_clear": ("post", CARE),
    "admin:capacity_change": ("post", MANAGER | CENTER),
    "admin:capacity_restore": ("post", MANAGER | CENTER),
    # A facility's own people, not the center, which sees all
    "admin:look_up": ("get", CARERS | MANAGER),
    "admin:emergency": ("get", CARERS | MANAGER),
    "admin:emergency_card": ("get", people("carer_elsewhere")),
    "admin:emergency_ambulance": ("get", people("carer_elsewhere")),
    "admin:payment": ("get", THERE),
    "admin:receipt_print": ("post", THERE),
    "admin:receipt": ("get", THERE),
    "admin:interviews": ("get", CARE),
    "admin:interview_sheet": ("get", HOME),
    "admin:interview_child": ("get", HOME),
    "admin:activate": ("post", HOME),
    # What a family proposes of its names and birth dates (4.2, items 2, 3, 4, 9)
    "admin:proposal": ("get", HOME),
    "admin:changes": ("get", REVIEW),
    # A manager sees the own facility's; the account asked for is of 光が丘
    "admin:staff": ("get", MANAGER | OFFICE),
    "admin:staff_member": ("get", OFFICE),
    "admin:staff_help": ("get", MANAGER),
    "admin:staff_confirm": ("post", ACCOUNTS),
    "admin:staff_end": ("post", OFFICE),
    "admin:staff_close": ("post", OFFICE),
    "admin:staff_reopen": ("post", ACCOUNTS),
    # The operation asked for is somebody else's: the center ends it
    "admin:administration": ("get", ADMINISTRATOR),
    "admin:administration_close": ("post", CENTER),
    "admin:staff_reset": ("post", ACCOUNTS),
    "admin:staff_factor": ("post", ACCOUNTS),
    # Who of a contractor was let in, for what, and when they were there (5.2, N-08)
    "admin:contractors": ("get", OFFICE | AUDITOR),
    "admin:contractor_new": ("get", ACCOUNTS),
    "admin:backups": ("get", OFFICE | AUDITOR | CONTRACTOR),
    "admin:backup_now": ("post", OFFICE),
    # 児童相談・虐待対応 holds a reading back from parents; the center alone releases it
    "admin:history_entry_export": ("get", REVIEW),
    # Managers see and mark what is their facility's; the row asked for is 光が丘's
    "admin:watch": ("get", REVIEW),
    "admin:alert_seen": ("post", CENTER),
    "admin:review": ("post", MANAGER | CENTER),
    "admin:purpose": ("post", MANAGER | CENTER),
    "admin:release": ("post", CENTER),
    "admin:change_pin": ("get", STAFF),
    # A manager sees those of the facility
    "admin:terminals": ("get", MANAGER | OFFICE),
    "admin:terminal_new": ("get", ACCOUNTS),
    "admin:terminal_networks": ("get", ACCOUNTS),
    "admin:terminal_revoke": ("post", OFFICE),
    "admin:link_revoke": ("post", OFFICE),
    "admin:records_facility_permissions": ("get", CENTER),
    # Object permissions follow memberships; nobody sets them by hand.
    "admin:records_facility_permissions_manage_user": ("get", NOBODY),
    "admin:records_facility_permissions_manage_group": ("get", NOBODY),
    "wagtailadmin_home": ("get", PAGES),
}

# Names that show nothing of their own: log-in and -out, and what leads nowhere.
STAFF_EMPTY = {
    "admin:login", "admin:logout", "admin:autocomplete", "admin:view_on_site", "admin:app_list",
    "picture",
    # The door, which whoever is at a terminal comes to (tests/project/test_door.py)
    "admin:resume", "admin:choose", "admin:lock", "admin:present", "terminal_register",
    # The second factor (tests/project/test_factors.py)
    "admin:factor", "admin:factor_again", "admin:recovery_codes",
}  # fmt: skip

# Addresses of the staff entry without a name, by their route: beside these only the one of each
# model that leads to a row's form.
STAFF_UNNAMED = {
    # To the one log-in and the one account of the entry, and what leads nowhere
    "cms/login/", "^cms/password_reset/", "^cms/account/", "cms/failwhale/", "cms/test404/",
    "cms/^.*/$", "(?P<url>.*)$",
}  # fmt: skip

# The page editor, by namespace, and by name where it has none: (an address of it, who opens it).
# Who may edit a page opens what editing needs; accounts, groups, sites, files and who approves what
# are for nobody to change there.
EDITING = {
    "wagtailadmin_api": ("cms/api/main/^pages/", PAGES),
    "wagtailadmin_choose_page": ("cms/choose-page/", PAGES),
    "wagtailadmin_choose_page_anchor_link": ("cms/choose-anchor-link/", PAGES),
    "wagtailadmin_choose_page_child": ("cms/choose-page/<int:parent_page_id>/", PAGES),
    "wagtailadmin_choose_page_chosen_multiple": ("cms/choose-page/chosen-multiple/", PAGES),
    "wagtailadmin_choose_page_email_link": ("cms/choose-email-link/", PAGES),
    "wagtailadmin_choose_page_external_link": ("cms/choose-external-link/", PAGES),
    "wagtailadmin_choose_page_phone_link": ("cms/choose-phone-link/", PAGES),
    "wagtailadmin_choose_page_search": ("cms/choose-page/search/", PAGES),
    "wagtailadmin_collections": ("cms/collections/", NOBODY),
    "wagtailadmin_explore": ("cms/pages/<int:parent_page_id>/", PAGES),
    "wagtailadmin_explore_results": ("cms/pages/<int:parent_page_id>/results/", PAGES),
    "wagtailadmin_pages": ("cms/pages/<int:page_id>/edit/", PAGES),
    "wagtailadmin_reports": ("cms/reports/aging-pages/", PAGES),
    "wagtailadmin_tag_autocomplete": ("cms/tag-autocomplete/", PAGES),
    "wagtailadmin_tag_model_autocomplete": (
        "cms/tag-autocomplete/<slug:app_name>/<slug:model_name>/", PAGES,
    ),
    "wagtailadmin_workflows": ("cms/workflows/list/", NOBODY),
    "wagtaildocs": ("cms/documents/", NOBODY),
    # Of which a page may link to one; there are none, and nobody adds any
    "wagtaildocs_chooser": ("cms/documents/chooser/", PAGES),
    "wagtailembeds": ("cms/embeds/chooser/", PAGES),
    "wagtailimages": ("cms/images/", PAGES),
    "wagtailimages_chooser": ("cms/images/chooser/", PAGES),
    "wagtailsites": ("cms/sites/", NOBODY),
    "wagtailsnippets": ("cms/snippets/", NOBODY),
    "wagtailusers_groups": ("cms/groups/", NOBODY),
    "wagtailusers_users": ("cms/users/", NOBODY),
}  # fmt: skip

# Of the editor what shows nothing of its own, or is not asked for by opening it.
EDITING_EMPTY = {
    "wagtail_bulk_action", "wagtail_serve", "wagtailadmin_account", "wagtailadmin_block_preview",
    "wagtailadmin_dismissibles", "wagtailadmin_editing_sessions", "wagtailadmin_error_test",
    # Leads on to the part of the pages that one may edit
    "wagtailadmin_explore_root",
    "wagtailadmin_javascript_catalog", "wagtailadmin_login", "wagtailadmin_logout",
    "wagtailadmin_password_reset", "wagtailadmin_password_reset_complete",
    "wagtailadmin_password_reset_confirm", "wagtailadmin_password_reset_done",
    "wagtailadmin_sprite", "wagtaildocs_authenticate_with_password", "wagtaildocs_serve",
    "wagtailsettings",
}  # fmt: skip

# Names that stand for two addresses; all others for one, and so for one row.
TWICE = {"wagtailadmin_workflows:remove", "wagtailsettings:edit"}

# The public entry: anybody; a parent with an account; the family alone.
ANYBODY = people("stranger", "parent", "other_parent")
PARENTS = people("parent", "other_parent")
FAMILY = people("parent")

PUBLIC_PAGES = {
    "health": ("get", ANYBODY),
    "language": ("post", ANYBODY),
    "availability": ("get", ANYBODY),
    "records:my_page": ("get", PARENTS),
    "records:household": ("get", PARENTS),
    "records:parent_new": ("get", PARENTS),
    # Both parents of that family have accounts or none to be asked in: nobody is left to invite.
    "records:invite": ("get", NOBODY),
    "records:invited": ("get", NOBODY),
    "records:invitation_accept": ("get", PARENTS),
    "records:parent_edit": ("get", FAMILY),
    "records:child_new": ("get", PARENTS),
    "records:child": ("get", FAMILY),
    "records:child_edit": ("get", FAMILY),
    "records:readings": ("get", FAMILY),
    "records:child_withdraw": ("get", FAMILY),
    "records:child_proposal": ("get", FAMILY),
    "records:parent_proposal": ("get", FAMILY),
    "records:proposal_withdraw": ("post", FAMILY),
    "records:pick_up_new": ("get", FAMILY),
    "records:pick_up_remove": ("post", FAMILY),
    "records:application": ("get", PARENTS),
    "records:devices": ("get", PARENTS),
    "records:devices_forget_others": ("post", PARENTS),
    # One's own only, and nobody in that test has logged in from any.
    "records:device_forget": ("post", NOBODY),
    "records:interview_cancel": ("get", FAMILY),
    "booking:start": ("get", ANYBODY),
    "booking:availability": ("get", PARENTS),
    "booking:release": ("get", ANYBODY),
    # Nothing is drawn there yet.
    "booking:draw_list": ("get", NOBODY),
    "booking:ticket": ("get", FAMILY),
    "booking:ticket_options": ("post", FAMILY),
    "booking:ticket_take_back": ("post", FAMILY),
    "booking:index": ("get", PARENTS),
    "booking:detail": ("get", FAMILY),
    "booking:cancel": ("get", FAMILY),
    "booking:undo": ("post", FAMILY),
    "booking:withdraw": ("post", FAMILY),
    "booking:use_hold": ("get", FAMILY),
    "booking:new": ("get", PARENTS),
    "booking:change": ("get", FAMILY),
    "booking:request": ("get", FAMILY),
    "booking:confirm": ("post", FAMILY),
    "booking:extend": ("post", FAMILY),
    "booking:let_go": ("post", FAMILY),
    "booking:wait": ("get", PARENTS),
    "booking:waiting": ("get", FAMILY),
    "booking:accept": ("post", FAMILY),
    "booking:leave_line": ("post", FAMILY),
    "day:late": ("get", FAMILY),
    "day:pick_up": ("get", FAMILY),
    "day:check": ("get", FAMILY),
    "day:all_well": ("post", FAMILY),
}

# allauth's own pages: what a log-in needs must be open to whoever has none.
ACCOUNT_OPEN = {
    "mfa_authenticate", "mfa_login_webauthn",
    "account_login", "account_signup", "account_reset_password", "account_reset_password_done",
    "account_reset_password_from_key", "account_reset_password_from_key_done",
    "account_confirm_email", "account_email_verification_sent", "account_inactive",
    "account_logout", "account_confirm_login_code",
}  # fmt: skip
ACCOUNT_CLOSED = {
    "account_email", "account_change_password", "account_set_password", "account_reauthenticate",
    "mfa_index", "mfa_reauthenticate", "mfa_activate_totp", "mfa_deactivate_totp",
    "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_add_webauthn",
    "mfa_remove_webauthn", "mfa_reauthenticate_webauthn",
}  # fmt: skip
PUBLIC_EMPTY = {"picture", "wagtail_serve"}
