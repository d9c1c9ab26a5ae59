"""Accounts. Staff sign in with a staff ID, parents with an e-mail address, never crosswise."""

import unicodedata
import uuid
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Func, Value
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from history import clock
from history.models import tracked
from history.prepared import Later, prepared
from records.enums import Kind, Retention
from records.fields import OwnSecretField
from records.rules import Duty


def staff_id_of(text: str) -> str:
    """A staff ID as it is kept, however it was typed: N1001 for n1001 or Ｎ１００１."""
    return unicodedata.normalize("NFKC", text).strip().upper()


def new_username() -> str:
    """A parent's own name for the system; it is never typed."""
    return f"parent-{uuid.uuid4().hex}"


class UserManager(BaseUserManager["User"]):
    def create_parent(self, *, email: str, password: str | None = None) -> "User":
        return self._create(kind=Kind.PARENT, email=email.lower(), password=password)

    def create_staff(
        self, *, staff_id: str, name: str, password: str | None = None, **fields: Any
    ) -> "User":
        return self._create(
            kind=Kind.STAFF, username=staff_id_of(staff_id), name=name, password=password, **fields
        )

    def acting(self, number: int) -> "User | None":
        """The account of that number, which acts from here on: so it is read with its password.

        One statement, which names who acts before it reads what only that one is shown.
        """
        found = _acting(number=number, written=str(number))
        return found[0] if found else None

    def _create(self, *, password: str | None, **fields: Any) -> "User":
        user = self.model(**fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


@prepared
def _acting(number: Later, written: Later) -> models.QuerySet["User"]:
    claim = Func(
        Value("app.actor"), written, Value(True), function="set_config",
        output_field=models.TextField(),
    )  # fmt: skip
    return User.objects.alias(claim=claim).filter(pk=number, claim=written)


class User(AbstractBaseUser, PermissionsMixin):
    """An account. Its rights come from memberships (staff) or the household (parents)."""

    kind = models.CharField(_("種別"), max_length=10, choices=Kind.choices, default=Kind.PARENT)
    username = models.CharField(
        _("職員ID"), max_length=60, unique=True, default=new_username,
        help_text=_("職員はこのIDでログインします。"),
    )  # fmt: skip
    email = models.EmailField(_("メールアドレス"), blank=True)
    name = models.CharField(_("氏名"), max_length=60, blank=True)
    # A hash under a key that the database does not hold: reading the row is no way to try words.
    password = OwnSecretField(_("パスワード"))
    is_active = models.BooleanField(_("利用中"), default=True)
    created_at = models.DateTimeField(_("作成日時"), default=clock.now)

    history = tracked(excluded_fields=["password", "last_login"])
    objects = UserManager()

    # What a member of staff works as in the request at hand; set by the middleware.
    duty: Duty | None = None

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        verbose_name = _("アカウント")
        verbose_name_plural = _("アカウント")
        constraints = [
            models.UniqueConstraint(
                Lower("email"), condition=models.Q(kind=Kind.PARENT), name="user_parent_email",
            ),
            models.CheckConstraint(
                condition=models.Q(kind=Kind.PARENT) & ~models.Q(email="")
                | models.Q(kind=Kind.STAFF, email=""),
                name="user_email_is_parents",
                violation_error_message=_("職員アカウントにメールアドレスは登録しません。"),
            ),
            # Everything hangs on memberships: no account stands above the walls.
            models.CheckConstraint(
                condition=models.Q(is_superuser=False), name="user_no_superuser"
            ),
        ]  # fmt: skip

    class Privacy:
        open = ("id", "kind", "is_superuser", "is_active", "created_at")
        personal = ("username", "email", "name", "password", "last_login")
        retention = Retention.ACCOUNT

    def __str__(self) -> str:
        return self.name or self.email or self.username

    @property
    def is_staff(self) -> bool:
        """Whether the staff entry is theirs; what they may see there depends on membership."""
        return self.kind == Kind.STAFF

    def get_session_auth_hash(self) -> str:
        self._read_password()
        return super().get_session_auth_hash()

    def check_password(self, raw_password: str | None) -> bool:
        self._read_password()
        return super().check_password(raw_password)

    def _read_password(self) -> None:
        """Who has just begun to act was read before that, and so without the password."""
        if self.pk and not self.password:
            self.refresh_from_db(fields=["password"])

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)


class PublicSession(AbstractBaseSession):
    """A parent's log-in. The staff entry has no right to this table."""

    device = models.ForeignKey(
        "records.KnownDevice", models.CASCADE, verbose_name=_("端末"), related_name="sessions",
        null=True,
    )  # fmt: skip

    class Meta:
        verbose_name = _("保護者のログイン")
        verbose_name_plural = _("保護者のログイン")

    class Privacy:
        open = ("expire_date", "device")
        personal = ("session_key", "session_data")
        retention = Retention.TRANSIENT


class StaffSession(AbstractBaseSession):
    """A staff member's log-in. The public entry has no right to this table."""

    class Meta:
        verbose_name = _("職員のログイン")
        verbose_name_plural = _("職員のログイン")

    class Privacy:
        open = ("expire_date",)
        personal = ("session_key", "session_data")
        retention = Retention.TRANSIENT
