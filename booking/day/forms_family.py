"""Forms of what families say on the day, and of the facility's answers."""

import datetime as dt
import re
import unicodedata
import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.day.models import arrival_check, day_message
from booking.models import Booking
from history import clock
from records.forms.fields import PhoneField
from records.validators import validate_no_my_number, validate_phone

OTHER = "other"
# What a thermometer for children shows.
LOWEST, HIGHEST = Decimal("34.0"), Decimal("42.5")
REPLIES = (
    gettext_lazy("わかりました。お気をつけてお越しください。"),
    gettext_lazy("わかりました。時間をお伝えいただき、ありがとうございます。"),
    gettext_lazy("お電話で確認します。少しお待ちください。"),
    gettext_lazy("お電話をください。"),
)


def _text(label: Any, longest: int, **kwargs: Any) -> forms.CharField:
    kwargs.setdefault("required", False)
    return forms.CharField(
        label=label, max_length=longest, validators=[validate_no_my_number], **kwargs
    )


def _time(label: Any, **kwargs: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={
            "required": gettext_lazy("時刻を入力してください。例：10:30"),
            "invalid": gettext_lazy("時刻を読み取れません。例：10:30"),
        },
        **kwargs,
    )


class LateForm(forms.Form):
    """「遅れます」."""

    time = _time(gettext_lazy("着く予定の時刻"))
    words = _text(gettext_lazy("ひとこと"), day_message.LONGEST)

    def __init__(self, *args: Any, booking: Booking, at: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.booking, self.at = booking, at

    def clean_time(self) -> dt.time:
        time: dt.time = self.cleaned_data["time"]
        moment = clock.at(self.booking.day, time)
        if moment <= self.booking.starts_at:
            raise ValidationError(_("予約の開始より後の時刻を入力してください。"))
        if moment >= self.booking.ends_at:
            raise ValidationError(
                _("予約の終わりより前の時刻を入力してください。来られないときは「休みます」へ。")
            )
        return time

    @property
    def arrives_at(self) -> dt.datetime:
        return clock.at(self.booking.day, self.cleaned_data["time"])


class PickUpForm(forms.Form):
    """「お迎えの人・時間が変わります」: somebody of the register or not, or the time alone."""

    person = forms.ChoiceField(
        label=gettext_lazy("お迎えに来る人"), required=False, widget=forms.RadioSelect
    )
    name = _text(
        gettext_lazy("登録のない人のお名前"),
        60,
        help_text=gettext_lazy(
            "施設から登録の電話番号に折り返して確認します。確認が済むまで、お引き渡しできません。"
        ),
    )
    relation = _text(
        gettext_lazy("お子さんとの関係"), 30, help_text=gettext_lazy("例：祖母、近所の友人")
    )
    time = _time(gettext_lazy("お迎えの時刻（変わるとき）"), required=False)
    words = _text(gettext_lazy("ひとこと"), day_message.LONGEST)

    def __init__(
        self, *args: Any, booking: Booking, people: Mapping[uuid.UUID, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.booking = booking
        self.fields["person"].choices = [  # type: ignore[attr-defined]
            ("", _("変わりません（時間だけ変わります）")),
            *((str(number), name) for number, name in people.items()),
            (OTHER, _("登録のない人")),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        person = cleaned.get("person")
        if person == OTHER and not cleaned.get("name") and "name" not in self.errors:
            self.add_error("name", _("お迎えに来る人のお名前を入力してください。"))
        if person != OTHER and cleaned.get("name"):
            self.add_error(
                "person", _("登録のない人が来るときは「登録のない人」を選んでください。")
            )
        time = cleaned.get("time")
        if not person and not time and not self.errors:
            raise ValidationError(_("お迎えの人か時刻の、どちらかを入力してください。"))
        if time and clock.at(self.booking.day, time) <= self.booking.starts_at:
            self.add_error("time", _("予約の開始より後の時刻を入力してください。"))
        return cleaned

    @property
    def said(self) -> dict[str, Any]:
        """As the action takes it."""
        cleaned = self.cleaned_data
        person, time = cleaned["person"], cleaned["time"]
        is_other = person == OTHER
        return {
            "person": cleaned["name"] if is_other else "",
            "relation": cleaned["relation"] if is_other else "",
            "chosen": uuid.UUID(person) if person and not is_other else None,
            "fetched_at": clock.at(self.booking.day, time) if time else None,
            "words": cleaned["words"],
        }


class CheckForm(forms.Form):
    """来所前チェック."""

    temperature = forms.CharField(
        label=gettext_lazy("けさの体温（℃）"),
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text=gettext_lazy("例：36.8"),
        error_messages={"required": gettext_lazy("体温を入力してください。例：36.8")},
    )
    meal = _text(
        gettext_lazy("最後の食事"), arrival_check.LONGEST,
        help_text=gettext_lazy("例：7時にパンと牛乳、いつもの半分"),
    )  # fmt: skip
    sleep = _text(
        gettext_lazy("睡眠"), arrival_check.LONGEST,
        help_text=gettext_lazy("例：21時から6時、夜中に1回起きた"),
    )  # fmt: skip
    medicine = _text(
        gettext_lazy("飲んだ薬・ぬった薬"), arrival_check.LONGEST,
        help_text=gettext_lazy("薬の名前と時刻。ないときは空けておいてください。"),
    )  # fmt: skip
    phone = PhoneField(
        label=gettext_lazy("今日つながる電話番号"), required=False, max_length=11,
        validators=[validate_phone],
        help_text=gettext_lazy("登録の番号と違うときだけ入力してください。"),
    )  # fmt: skip

    def clean_temperature(self) -> str:
        text = unicodedata.normalize("NFKC", self.cleaned_data["temperature"]).strip(" °C度")
        if not re.fullmatch(r"\d{2}(\.\d)?", text):
            raise ValidationError(_("体温を読み取れません。例：36.8"))
        if not LOWEST <= Decimal(text) <= HIGHEST:
            raise ValidationError(_("34.0から42.5までの体温を入力してください。"))
        return text if "." in text else f"{text}.0"


class ReplyForm(forms.Form):
    """A reply from the list, or one's own words."""

    seen = forms.CharField(widget=forms.HiddenInput)
    choice = forms.ChoiceField(label=gettext_lazy("返事を選ぶ"), required=False)
    words = _text(gettext_lazy("または、自分の言葉で書く"), day_message.LONGEST)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["choice"].choices = [  # type: ignore[attr-defined]
            ("", _("選んでください")), *((str(each), str(each)) for each in REPLIES)
        ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not (cleaned.get("choice") or cleaned.get("words")):
            raise ValidationError(_("返事を選ぶか、書いてください。保護者が読みます。"))
        return cleaned

    @property
    def reply(self) -> str:
        return self.cleaned_data["words"] or self.cleaned_data["choice"]


class CallBackForm(forms.Form):
    """Which of the register's numbers was called back. The new person is never asked for one."""

    seen = forms.CharField(widget=forms.HiddenInput)
    number = forms.ChoiceField(
        label=gettext_lazy("かけた番号（台帳の番号）"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("かけた番号を選んでください。")},
    )

    def __init__(self, *args: Any, numbers: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"].choices = [  # type: ignore[attr-defined]
            (number, f"{number}　{name}") for number, name in numbers.items()
        ]
