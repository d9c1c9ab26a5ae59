"""allauth's pages of the account; changing the address asks for the password once more."""

from allauth.account import views
from allauth.account.decorators import reauthentication_required
from django.urls import include, path

urlpatterns = [
    path(
        "email/",
        reauthentication_required(app="allauth.account")(views.email),
        name="account_email",
    ),
    path("", include("allauth.account.urls")),
]
