"""お子さんの情報を見た記録: what parents read of the ledger."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from history.enums import Purpose
from records.enums import Role
from records.models import Facility

OTHER = _("その他")
ROLES: dict[str, str | Promise] = {
    Role.CARER: _("職員"),
    Role.MANAGER: _("施設責任者"),
    Role.CENTER: _("センター"),
}


@dataclass(frozen=True)
class Reading:
    """One person of a facility, one purpose, ten minutes; never who it was."""

    day: dt.date
    facility: str | Promise
    role: str | Promise
    purpose: str | Promise


def readings_of(child_id: uuid.UUID) -> list[Reading]:
    """The readings of a child's data by staff, newest first; none of another family's child.

    Asks the one function through which parents see the ledger.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM records_readings_of(%s)", [child_id])
        rows = cursor.fetchall()
    places = dict(Facility.objects.values_list("pk", "name"))
    purposes = dict(Purpose.choices)
    return [
        Reading(
            day=day,
            # The center reads for all facilities at once.
            facility=places.get(facility, _("練馬子ども家庭支援センター")),
            role=ROLES.get(role, OTHER),
            purpose=purposes.get(purpose, OTHER),
        )
        for day, facility, role, purpose in rows
    ]
