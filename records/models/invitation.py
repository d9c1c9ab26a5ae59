"""How a second parent comes to an account of their own."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from records.enums import Retention


class Invitation(models.Model):
    """One parent of a household asks another in: a link by mail, and a code told by mouth.

    Who holds only one of the two gets nothing. Neither is kept, only a hash of the code.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    household = models.ForeignKey(
        "records.Household", models.PROTECT, verbose_name=_("世帯"), related_name="invitations"
    )
    parent = models.ForeignKey(
        "records.Parent", models.PROTECT, verbose_name=_("招待された保護者"),
        related_name="invitations",
    )  # fmt: skip
    invited_by = models.ForeignKey(
        "records.User", models.PROTECT, verbose_name=_("招待した人"), related_name="+"
    )
    code_hash = models.CharField(_("確認コードのハッシュ値"), max_length=64)
    failures = models.PositiveSmallIntegerField(_("間違えた回数"), default=0)
    created_at = models.DateTimeField(_("招待した日時"))
    expires_at = models.DateTimeField(_("期限"))
    accepted_at = models.DateTimeField(_("受けた日時"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("取りやめた日時"), null=True, blank=True)

    class Meta:
        verbose_name = _("保護者の招待")
        verbose_name_plural = _("保護者の招待")
        constraints = [
            models.UniqueConstraint(
                fields=["parent"],
                condition=models.Q(accepted_at__isnull=True, cancelled_at__isnull=True),
                name="invitation_one_open_per_parent",
            )
        ]

    class Privacy:
        open = (
            "id", "household", "parent", "code_hash", "failures", "created_at", "expires_at",
            "accepted_at", "cancelled_at",
        )  # fmt: skip
        personal = ("invited_by",)
        retention = Retention.TRANSIENT

    def __str__(self) -> str:
        return f"{self.parent} {self.created_at:%Y-%m-%d}"
