"""Model fields of the register."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from records import keys


class Sealed(str):
    """A text read from the database that still knows its encrypted form."""

    __slots__ = ("value",)
    value: bytes


class Unread(Sealed):
    """Nothing was shown: '' to whoever looks, nothing to the database."""

    value = None  # type: ignore[assignment]


class KeepsSealed(DeferredAttribute):
    """Setting the same text again keeps the encrypted form, so that nothing seems changed."""

    def __set__(self, instance: models.Model, value: Any) -> None:
        held = instance.__dict__.get(self.field.attname)
        if not (isinstance(held, Sealed) and not isinstance(value, Sealed) and held == value):
            instance.__dict__[self.field.attname] = value


class EncryptedTextField(models.Field):
    """A text that the database holds only encrypted. It can be neither searched nor sorted."""

    descriptor_class = KeepsSealed
    empty_strings_allowed = True

    def get_internal_type(self) -> str:
        return "BinaryField"

    @property
    def place(self) -> str:
        """What the value is bound to. History shares the place of the living record."""
        name = self.model._meta.model_name or ""
        return f"{self.model._meta.app_label}.{name.removeprefix('historical')}.{self.name}"

    def from_db_value(self, value: Any, *_: Any) -> Sealed | None:
        if value is None:
            return None
        text = Sealed(keys.decrypt(bytes(value), self.place))
        text.value = bytes(value)
        return text

    def to_python(self, value: Any) -> Any:
        return value

    def get_prep_value(self, value: Any) -> bytes | None:
        if value is None or isinstance(value, bytes):
            return value
        return value.value if isinstance(value, Sealed) else keys.encrypt(str(value), self.place)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        value = super().get_db_prep_value(value, connection, prepared)
        return None if value is None else connection.Database.Binary(value)

    def get_lookup(self, lookup_name: str) -> Any:
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.value_from_object(obj))

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        defaults: dict[str, Any] = {"form_class": forms.CharField}
        if not self.choices:
            defaults |= {
                "max_length": self.max_length,
                "widget": forms.Textarea(attrs={"rows": 3}),
            }
            if self.null:
                defaults["empty_value"] = None
        return super().formfield(**(defaults | kwargs))


class OwnSecretField(EncryptedTextField):
    """Of the accounts that an entry finds, it reads this of the one that acts and of no other: the
    role has no right to the column, and a function of its name answers for the own row.

    Of another's it reads ''; saved again, that leaves what stands there (`records_keep_password`).
    """

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        """To a migration, which runs before there is the function, it is a text like others."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "records.fields.EncryptedTextField", args, kwargs

    def select_format(self, compiler: Any, sql: str, params: Any) -> tuple[str, Any]:
        row = sql.rpartition(".")[0]
        return f'records_{self.name}_of({row}."id")', params

    def from_db_value(self, value: Any, *_: Any) -> Sealed:
        if value is None:
            return Unread()
        return super().from_db_value(value) or Unread()


class CodesField(forms.MultipleChoiceField):
    """Any number of choices, as boxes; its value is the text that `EncryptedCodesField` keeps."""

    widget = forms.CheckboxSelectMultiple

    def prepare_value(self, value: Any) -> Any:
        return _codes(value)

    def clean(self, value: Any) -> Any:
        chosen = super().clean(value)
        known = cast("Iterable[tuple[str, object]]", self.choices)
        return ",".join(code for code, _label in known if code in chosen)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(_codes(initial), data)


class EncryptedCodesField(EncryptedTextField):
    """Several of its choices: their codes with commas, in the order of the choices."""

    def contribute_to_class(
        self, cls: type[models.Model], name: str, private_only: bool = False
    ) -> None:
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, f"get_{name}_display", lambda row: self.describe(getattr(row, name)))

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        if set(_codes(value)) - {code for code, _label in self.flatchoices}:
            raise ValidationError(self.error_messages["invalid_choice"], params={"value": value})

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        return CodesField(
            choices=self.flatchoices, label=self.verbose_name, help_text=self.help_text,
            required=False,
        )  # fmt: skip

    def describe(self, value: Any) -> str:
        """The choices in words."""
        words = dict(self.flatchoices)
        return "、".join(str(words.get(code, code)) for code in _codes(value))


def _codes(value: Any) -> list[str]:
    return value.split(",") if isinstance(value, str) and value else list(value or ())
