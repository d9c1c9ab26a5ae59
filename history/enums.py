from django.db import models
from django.utils.translation import gettext_lazy as _


class Act(models.TextChoices):
    """What was done or seen."""

    LIST = "list", _("一覧の閲覧")
    VIEW = "view", _("記録の閲覧")
    HISTORY = "history", _("履歴の閲覧")
    SEARCH = "search", _("検索")
    EXPORT = "export", _("出力")
    PRINT = "print", _("印刷")
    REFUSED = "refused", _("拒否された操作")
    LOGIN = "login", _("ログイン")
    PASSWORD = "password", _("パスワードの変更")
