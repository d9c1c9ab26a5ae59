"""Pages beside the lists. The staff site wraps each in its own log-in check."""

from django.urls import URLPattern, path

from records.admin.views import (
    administration,
    contractors,
    door,
    factors,
    interviews,
    proposals,
    staff,
    terminals,
)

urlpatterns: list[URLPattern] = [
    path("interviews/", interviews.interviews, name="interviews"),
    path("interviews/<uuid:number>/", interviews.sheet, name="interview_sheet"),
    path(
        "interviews/<uuid:number>/children/<uuid:child_number>/",
        interviews.child_review,
        name="interview_child",
    ),
    path(
        "interviews/<uuid:number>/children/<uuid:child_number>/activate/",
        interviews.activate,
        name="activate",
    ),
    path("proposals/<uuid:number>/", proposals.proposal, name="proposal"),
    path("terminals/", terminals.listed, name="terminals"),
    path("terminals/new/", terminals.new, name="terminal_new"),
    path("terminals/<uuid:number>/revoke/", terminals.revoke, name="terminal_revoke"),
    path("terminals/networks/<int:number>/", terminals.networks, name="terminal_networks"),
    path("terminals/links/<uuid:number>/revoke/", terminals.revoke_link, name="link_revoke"),
    path("lock/", door.lock, name="lock"),
    path("present/", door.present, name="present"),
    path("pin/", door.change_pin, name="change_pin"),
    path("factor/", factors.again, name="factor_again"),
    path("factor/recovery-codes/", factors.recovery_codes, name="recovery_codes"),
    path("administration/", administration.administration, name="administration"),
    path("administration/<uuid:number>/close/", administration.close, name="administration_close"),
    path("staff/", staff.listed, name="staff"),
    path("contractors/", contractors.listed, name="contractors"),
    path("contractors/new/", contractors.new, name="contractor_new"),
    path("staff/help/", staff.help_out, name="staff_help"),
    path("staff/<int:number>/", staff.detail, name="staff_member"),
    path("staff/<int:number>/confirm/", staff.confirm, name="staff_confirm"),
    path("staff/<int:number>/end/", staff.end, name="staff_end"),
    path("staff/<int:number>/close/", staff.close, name="staff_close"),
    path("staff/<int:number>/reopen/", staff.reopen, name="staff_reopen"),
    path("staff/<int:number>/reset/", staff.reset, name="staff_reset"),
    path("staff/<int:number>/factor/", staff.take_factor_away, name="staff_factor"),
]
