"""Versions and the rows below them, read together."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, ClassVar, Self, TypeVar

from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from records.versions import VersionQuerySet


class Part(models.Model):
    """One row of a version; `below` is the field that names the version."""

    below = "rule"

    class Meta:
        abstract = True

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> Self:
        """The row that PostgreSQL wrote as an object."""
        fields = cls._meta.concrete_fields
        row = cls(**{field.attname: field.to_python(values[str(field.column)]) for field in fields})
        row._state.adding = False
        return row


PartT = TypeVar("PartT", bound=Part)


class BundleQuerySet(VersionQuerySet):
    """Versions of a line: the whole ward's, or a facility's own."""

    def with_parts(self) -> Self:
        """With the rows below each version, in the same statement."""
        sql = self.model.parts_sql()  # type: ignore[attr-defined]
        return self.annotate(rows=RawSQL(sql, [], output_field=models.JSONField()))  # noqa: S611  names of our own tables

    def of_facility(self, facility_id: int | None) -> Self:
        """The lines that can hold for a facility: its own and the ward's."""
        return self.filter(Q(facility=None) | Q(facility=facility_id))

    def announced(self, today: dt.date) -> Self:
        """Those whose announcement is out, the latest first."""
        out = self.exclude(announcement="").filter(announced_on__lte=today)
        return out.order_by("-announced_on", "-valid_from")


def announced_with_day(name: str) -> models.CheckConstraint:
    """What is announced has a day from which it is."""
    return models.CheckConstraint(
        condition=Q(announcement="") | Q(announced_on__isnull=False),
        name=name,
        violation_error_message=_("告知文を書いたときは、告知日を入れてください。"),
    )


class Bundle(models.Model):
    """A version with the rows below it; `PARTS` are their kinds by the names of the relations."""

    PARTS: ClassVar[dict[str, type[Part]]]

    announcement = models.TextField(
        _("告知文"), blank=True, max_length=1000,
        help_text=_("何がいつから変わるかを、保護者の方に伝わる言葉で書いてください。"
                    "告知日に「お知らせ」へ掲載されます。"),
    )  # fmt: skip
    announced_on = models.DateField(_("告知日"), null=True, blank=True)

    class Meta:
        abstract = True

    @classmethod
    def parts_sql(cls) -> str:
        """SQL for the rows below a version as one object, by the names of the relations."""
        table = cls._meta.db_table
        rows = ", ".join(
            f"'{name}', (SELECT jsonb_agg(p ORDER BY p.id) FROM {part._meta.db_table} p"  # noqa: S608
            f" WHERE p.{part.below}_id = {table}.id)"
            for name, part in cls.PARTS.items()
        )
        return f"jsonb_build_object({rows})"

    def rows_of(self, part: type[PartT], name: str) -> tuple[PartT, ...]:
        """Those read with the version (`with_parts`), or else a statement of their own."""
        if "rows" in self.__dict__:
            return tuple(part.read(row) for row in self.__dict__["rows"][name] or ())
        return tuple(getattr(self, name).order_by("pk")) if self.pk else ()
