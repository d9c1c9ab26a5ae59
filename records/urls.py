"""The parents' own pages."""

from django.urls import path

from records.views import (
    applications,
    children,
    devices,
    households,
    invitations,
    my_page,
    proposals,
    readings,
)

app_name = "records"
urlpatterns = [
    path("", my_page.my_page, name="my_page"),
    path("household/", households.household, name="household"),
    path("household/parents/new/", households.parent_new, name="parent_new"),
    path("household/parents/<uuid:parent_id>/invite/", invitations.invite, name="invite"),
    path("household/invitations/<uuid:number>/", invitations.invited, name="invited"),
    path("invitations/<str:token>/", invitations.accept, name="invitation_accept"),
    path("household/parents/<uuid:parent_id>/edit/", households.parent_edit, name="parent_edit"),
    path(
        "household/parents/<uuid:parent_id>/proposal/",
        proposals.parent_proposal,
        name="parent_proposal",
    ),
    path("children/new/", children.child_new, name="child_new"),
    path("children/<uuid:child_id>/", children.child_detail, name="child"),
    path("children/<uuid:child_id>/readings/", readings.readings, name="readings"),
    path("children/<uuid:child_id>/edit/", children.child_edit, name="child_edit"),
    path("children/<uuid:child_id>/proposal/", proposals.child_proposal, name="child_proposal"),
    path(
        "proposals/<uuid:proposal_id>/withdraw/",
        proposals.proposal_withdraw,
        name="proposal_withdraw",
    ),
    path("children/<uuid:child_id>/withdraw/", children.child_withdraw, name="child_withdraw"),
    path("children/<uuid:child_id>/pick-up/new/", children.pick_up_new, name="pick_up_new"),
    path(
        "children/<uuid:child_id>/pick-up/<uuid:person_id>/remove/",
        children.pick_up_remove,
        name="pick_up_remove",
    ),
    path("devices/", devices.device_list, name="devices"),
    path("devices/others/forget/", devices.devices_forget_others, name="devices_forget_others"),
    path("devices/<uuid:device_id>/forget/", devices.device_forget, name="device_forget"),
    path("application/", applications.application, name="application"),
    path(
        "interviews/<uuid:interview_id>/cancel/",
        applications.interview_cancel,
        name="interview_cancel",
    ),
]
