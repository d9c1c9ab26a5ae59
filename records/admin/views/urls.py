"""Interviews. The staff site wraps each of these in its own log-in check."""

from django.urls import URLPattern, path

from records.admin.views import interviews

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
]
