"""What every history row carries besides its columns."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords


class Trace(models.Model):
    """Who, from where and in which request: added to each history table, filled by the trigger."""

    history_actor = models.CharField(_("操作した人"), max_length=60)
    history_role = models.CharField(_("役割"), max_length=20, blank=True)
    history_entry = models.CharField(_("入口"), max_length=10, blank=True)
    history_address = models.CharField(_("接続元"), max_length=60, blank=True)
    history_terminal = models.CharField(_("端末"), max_length=60, blank=True)
    history_request = models.UUIDField(_("リクエスト"), null=True)

    class Meta:
        abstract = True


def tracked(**options: object) -> HistoricalRecords:
    """The history of a model, in simple-history's own table and written by the database."""
    return HistoricalRecords(
        bases=[Trace],
        user_db_constraint=False,
        history_user_id_field=models.IntegerField(null=True),
        history_user_getter=_user_of,
        history_user_setter=_leave_user,
        **options,
    )


def _user_of(row: models.Model) -> object:
    return None


def _leave_user(row: models.Model, user: object) -> None:
    """The trigger names the actor; nothing is to be set here."""
