from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    name = "records"
    verbose_name = _("台帳")

    def ready(self) -> None:
        # What other apps show on my page: the register itself knows none of them.
        autodiscover_modules("sections")
