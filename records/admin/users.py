"""職員アカウント."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.password_validation import validate_password
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from history import clock
from records import rules
from records.admin.bases import RegisterAdmin
from records.enums import Kind
from records.models import FacilityMembership, User
from records.models.account import staff_id_of


class StaffForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ("username", "name", "is_active")

    def clean_username(self) -> str:
        """Kept in one spelling, so that no two accounts differ by a capital letter alone."""
        return staff_id_of(self.cleaned_data["username"])


class NewStaffForm(StaffForm):
    """With a first password, which the person changes after the first log-in."""

    password = forms.CharField(
        label=_("初回のパスワード"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "class": "vTextField"}),
        help_text=_("12文字以上。本人に伝え、最初のログインのあとに変更してもらってください。"),
    )

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        validate_password(password)
        return password


@admin.register(User)
class UserAdmin(RegisterAdmin):
    # List
    list_display = ("username", "name", "places", "is_active", "last_login")
    list_filter = ("is_active",)
    search_fields = ("username", "name")
    search_help_text = _("職員ID・氏名")
    ordering = ("username",)
    sortable_by = ("username", "name", "last_login")

    # Form
    form = StaffForm

    # Rights
    may_view = staticmethod(rules.keeps_accounts)
    may_add = staticmethod(rules.keeps_accounts)
    may_change = staticmethod(rules.keeps_accounts)
    may_review = staticmethod(rules.keeps_accounts)
    purpose = "accounts"
    history_parts = ((FacilityMembership, "user_id"),)

    def within(self, queryset: QuerySet[User], user: object) -> QuerySet[User]:
        """Parents' accounts are not the staff's concern."""
        return queryset.filter(kind=Kind.STAFF).prefetch_related("memberships__facility")

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        kwargs["form"] = self.form if obj else NewStaffForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        if obj is None:
            return ("username", "name", "password")
        return ("username", "name", "is_active", "places", "created_at", "last_login")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A staff ID names the same person for ever."""
        return ("username", "places", "created_at", "last_login") if obj else ()

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The name that parents' accounts are given is no staff ID."""
        return {"username": ""}

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            obj.kind = Kind.STAFF
            obj.set_password(form.cleaned_data["password"])
        super().save_model(request, obj, form, change)

    @admin.display(description=_("所属"))
    def places(self, user: User) -> str:
        today = clock.today()
        return "、".join(
            f"{each.facility.short_name} {each.get_role_display()}"
            for each in user.memberships.all()
            if each.starts_on <= today and (each.ends_on is None or each.ends_on >= today)
        )
