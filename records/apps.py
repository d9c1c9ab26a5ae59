from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from records import drafts


class RecordsConfig(AppConfig):
    name = "records"
    verbose_name = _("台帳")

    def ready(self) -> None:
        # What other apps show on my page: the register itself knows none of them.
        autodiscover_modules("sections")
        # What they look through when a fact about a child is corrected.
        autodiscover_modules("corrections")
        user_logged_in.connect(drafts.claim, dispatch_uid="records.drafts")
