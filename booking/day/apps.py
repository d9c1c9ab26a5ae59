from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DayConfig(AppConfig):
    name = "booking.day"
    label = "day"
    verbose_name = _("一日の記録")
