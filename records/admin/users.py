"""職員アカウント."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.password_validation import validate_password
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from history import clock
from records import account_book, rules
from records.actions import accounts
from records.admin.bases import RegisterAdmin
from records.admin.fresh import FreshFactorMixin
from records.enums import Kind
from records.models import FacilityMembership, Operator, StaffAccount, User
from records.models.account import staff_id_of


class StaffForm(forms.ModelForm):
    """The account, and what the center keeps of it."""

    employer: forms.ModelChoiceField[Operator] = forms.ModelChoiceField(
        label=_("雇用主"), queryset=None, required=False, empty_label=_("区"),
        help_text=_("この職員と雇用契約のある事業者です。"),
    )  # fmt: skip
    trained_on = forms.DateField(
        label=_("研修日"), required=False,
        help_text=_("個人情報の取扱いの研修を受けた日。年に1回です。"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip

    class Meta:
        model = User
        fields = ("username", "name")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["employer"].queryset = account_book.operators()  # type: ignore[attr-defined]
        account = getattr(self.instance, "staff_account", None)
        if account is not None:
            self.initial["employer"] = account.employer_id
            self.initial["trained_on"] = account.trained_on

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
class UserAdmin(FreshFactorMixin, RegisterAdmin):
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
    may_view = staticmethod(rules.is_office)
    may_add = staticmethod(rules.keeps_accounts)
    may_change = staticmethod(rules.keeps_accounts)
    may_review = staticmethod(rules.is_office)
    purpose = "accounts"
    history_parts = ((FacilityMembership, "user_id"), (StaffAccount, "user_id"))

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
            return ("username", "name", "employer", "trained_on", "password")
        return (
            "username", "name", "employer", "trained_on", "is_active", "places", "created_at",
            "last_login",
        )  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A staff ID names one person for ever. On a page of its own an account is closed."""
        return ("username", "is_active", "places", "created_at", "last_login") if obj else ()

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The name that parents' accounts are given is no staff ID."""
        return {"username": ""}

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            obj.kind = Kind.STAFF
            obj.set_password(form.cleaned_data["password"])
        super().save_model(request, obj, form, change)
        accounts.keep(
            user=obj,
            employer=form.cleaned_data["employer"],
            trained_on=form.cleaned_data["trained_on"],
        )

    @admin.display(description=_("所属"))
    def places(self, user: User) -> str:
        today = clock.today()
        return "、".join(
            f"{each.facility.short_name} {each.get_role_display()}"
            for each in user.memberships.all()
            if each.is_in_force(today)
        )
