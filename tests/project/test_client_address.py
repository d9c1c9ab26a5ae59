"""Whose address counts: the connection's, or what the last of our own proxies has written."""

import pytest
from django.test import RequestFactory

from azukari import client_address


def address(proxies, settings, written=None, connected="10.0.0.9"):
    settings.TRUSTED_PROXIES = proxies
    headers = {} if written is None else {"HTTP_X_FORWARDED_FOR": written}
    return client_address.of(RequestFactory().get("/", REMOTE_ADDR=connected, **headers))


@pytest.mark.parametrize("written", [None, "203.0.113.7", "203.0.113.7, 198.51.100.1", "nonsense"])
def test_without_a_proxy_nobody_believes_the_header(settings, written):
    assert address(0, settings, written) == "10.0.0.9"


@pytest.mark.parametrize(
    ("proxies", "written", "expected"),
    [
        (1, "203.0.113.7", "203.0.113.7"),
        # What the caller wrote before the proxy added the address that it saw
        (1, "192.0.2.66, 203.0.113.7", "203.0.113.7"),
        (1, "127.0.0.1,::1,10.0.0.1, 203.0.113.7", "203.0.113.7"),
        (2, "192.0.2.66, 203.0.113.7, 10.0.0.2", "203.0.113.7"),
        (1, "203.0.113.7:51234", "203.0.113.7"),
        (1, "2001:db8::7", "2001:db8::7"),
        (1, "[2001:db8::7]:51234", "2001:db8::7"),
    ],
)
def test_behind_proxies_the_last_of_them_counts(settings, proxies, written, expected):
    assert address(proxies, settings, written) == expected


@pytest.mark.parametrize(
    ("proxies", "written"),
    [(1, None), (1, ""), (2, "203.0.113.7"), (1, "203.0.113.7, unknown"), (1, "<script>")],
)
def test_what_passed_no_proxy_or_says_no_address_is_the_connection(settings, proxies, written):
    assert address(proxies, settings, written) == "10.0.0.9"
