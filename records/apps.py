from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from records import drafts, login_moment


class RecordsConfig(AppConfig):
    name = "records"
    verbose_name = _("台帳")

    def ready(self) -> None:
        # What other apps show on my page: the register itself knows none of them.
        autodiscover_modules("sections")
        # What they look through when a fact about a child is corrected.
        autodiscover_modules("corrections")
        user_logged_in.connect(drafts.claim, dispatch_uid="records.drafts")
        # Under the name of Django's own, which then stays away.
        user_logged_in.disconnect(dispatch_uid="update_last_login")
        user_logged_in.connect(login_moment.note, dispatch_uid="update_last_login")
