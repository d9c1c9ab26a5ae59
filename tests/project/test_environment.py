"""What a process is told by its environment: a mistake stops it, and the message names it."""

import base64

import pytest
from django.core.exceptions import ImproperlyConfigured

from azukari import environment
from records import keys


def test_an_unknown_name_is_refused_by_name(monkeypatch):
    monkeypatch.setenv("AZUKARI_PUBLIC_ORIGINS", "https://azukari.example.jp")

    with pytest.raises(ImproperlyConfigured, match="AZUKARI_PUBLIC_ORIGINS"):
        environment.refuse_unknown()


def test_names_of_other_programs_pass(monkeypatch):
    monkeypatch.setenv("PUBLIC_ORIGIN", "https://azukari.example.jp")

    environment.refuse_unknown()


@pytest.mark.parametrize("value", [None, ""], ids=["missing", "empty"])
@pytest.mark.parametrize("name", ["AZUKARI_DATA_KEYS", "AZUKARI_STAFF_SECRET_KEY"])
def test_what_is_required_is_refused_by_name_when_it_is_missing(monkeypatch, name, value):
    monkeypatch.delenv(name) if value is None else monkeypatch.setenv(name, value)

    with pytest.raises(ImproperlyConfigured, match=f"{name} is not set"):
        environment.required(name)


@pytest.mark.parametrize(
    "value", ["azukari.example.jp", "https://", "ftp://azukari.example.jp", "https://a.jp/path"]
)
def test_what_is_no_origin_is_refused_by_name(monkeypatch, value):
    monkeypatch.setenv("AZUKARI_PUBLIC_ORIGIN", value)

    with pytest.raises(ImproperlyConfigured, match="AZUKARI_PUBLIC_ORIGIN must be https://"):
        environment.origin("AZUKARI_PUBLIC_ORIGIN")


@pytest.mark.parametrize("value", ["https://azukari.example.jp/", "http://localhost:8000"])
def test_an_origin(monkeypatch, value):
    monkeypatch.setenv("AZUKARI_PUBLIC_ORIGIN", value)

    assert environment.origin("AZUKARI_PUBLIC_ORIGIN") == value.rstrip("/")


def test_a_short_secret_is_refused_by_name(monkeypatch):
    monkeypatch.setenv("AZUKARI_STAFF_SECRET_KEY", "s" * 49)

    with pytest.raises(ImproperlyConfigured, match="AZUKARI_STAFF_SECRET_KEY must be 50"):
        environment.secret("AZUKARI_STAFF_SECRET_KEY")


@pytest.mark.parametrize("value", ["maybe", "treu", "2"])
def test_what_is_neither_true_nor_false_is_refused_by_name(monkeypatch, value):
    monkeypatch.setenv("AZUKARI_HTTPS", value)

    with pytest.raises(ImproperlyConfigured, match="AZUKARI_HTTPS must be true or false"):
        environment.boolean("AZUKARI_HTTPS", default=True)


@pytest.mark.parametrize(
    ("value", "expected"), [("true", True), ("1", True), ("false", False), (None, True)]
)
def test_a_boolean(monkeypatch, value, expected):
    monkeypatch.delenv("AZUKARI_HTTPS") if value is None else monkeypatch.setenv(
        "AZUKARI_HTTPS", value
    )

    assert environment.boolean("AZUKARI_HTTPS", default=True) is expected


@pytest.mark.parametrize(("value", "least"), [("five", 0), ("-1", 0), ("0", 1), ("1.5", 0)])
def test_what_is_no_whole_number_is_refused_by_name(monkeypatch, value, least):
    monkeypatch.setenv("AZUKARI_IDLE_MINUTES", value)

    with pytest.raises(ImproperlyConfigured, match="AZUKARI_IDLE_MINUTES must be"):
        environment.whole_number("AZUKARI_IDLE_MINUTES", default=5, least=least)


@pytest.mark.parametrize("value", ["", "azukari", "ftp://localhost/azukari", "postgres://[::1/x"])
def test_what_is_no_database_address_is_refused_by_name(monkeypatch, value):
    monkeypatch.setenv("DATABASE_URL", value)

    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL"):
        environment.database()


KEY = base64.b64encode(b"k" * 32).decode()


@pytest.mark.parametrize(
    "value",
    [KEY, f":{KEY}", "k1:", "k1:not base64", f"k1:{KEY[:-8]}", f"k1:{KEY},k2"],
    ids=["no id", "empty id", "no key", "not base64", "too short", "the second"],
)
def test_what_are_no_data_keys_is_refused_by_name(settings, value):
    settings.DATA_KEYS = value
    keys.forget()

    try:
        with pytest.raises(ImproperlyConfigured, match="AZUKARI_DATA_KEYS"):
            keys.wrapping_keys()
    finally:
        keys.forget()
