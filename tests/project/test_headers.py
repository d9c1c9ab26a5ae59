"""What every answer of both entries carries: pages, errors, refusals; measured as a scan would."""

import pytest
from django.conf import settings
from django.test import Client

from azukari.page_editor import PREFIX
from tests.access.addresses import addresses
from tests.entries import EntryClient, as_entry, settings_of
from tests.project.observatory import policy_of, score

STATUSES = (400, 403, 404, 405, 429, 500, 503)
EXPECTED = {
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
CLOSED = {
    "default-src": ["'none'"], "object-src": ["'none'"], "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
}  # fmt: skip
PEOPLE = {"public": ("stranger", "parent"), "staff": ("stranger", "carer", "clerk")}


def over_https(entry, user=None):
    client = EntryClient(entry, https=True, raise_request_exception=False)
    if user:
        return client.log_in(user)
    return client.at_terminal() if entry == "staff" else client


def faults(response, entry, path):
    """What an answer lacks."""
    found = [
        f"{name}: {response.headers.get(name)}"
        for name, value in EXPECTED.items()
        if response.headers.get(name) != value
    ]
    if "camera=()" not in response.headers.get("Permissions-Policy", ""):
        found.append("Permissions-Policy")
    if entry == "staff" and path.startswith(PREFIX):
        return found
    policy = policy_of(response)
    found += [f"{name} {policy.get(name)}" for name, value in CLOSED.items()
              if policy.get(name) != value]  # fmt: skip
    if policy.get("form-action") not in (["'self'"], ["'none'"]):
        found.append(f"form-action {policy.get('form-action')}")
    found += [f"{name} unsafe" for name, sources in policy.items() if "unsafe" in str(sources)]
    if response.headers.get("X-Frame-Options") != "DENY":
        found.append("X-Frame-Options")
    return found


@pytest.mark.by_lot(2)
@pytest.mark.parametrize(
    ("entry", "person"), [(entry, person) for entry, names in PEOPLE.items() for person in names]
)
def test_every_address_is_answered_with_every_header(request, database, entry, person):
    client = over_https(entry, request.getfixturevalue(person))
    found, count = {}, 0
    for address in addresses(entry):
        path = address.path({})
        for method in ("get", "post"):
            response = getattr(client, method)(path)
            count += 1
            if wrong := faults(response, entry, path):
                found[f"{method} {path}"] = wrong

    assert found == {}
    assert count > 70


class FailingClient(EntryClient):
    """An entry whose chain stands before addresses that fail."""

    def request(self, **request):
        request |= {"wsgi.url_scheme": "https", "HTTP_X_FORWARDED_PROTO": "https"}
        with as_entry(self.entry, https=True):
            settings.ROOT_URLCONF = "tests.project.failing_urls"
            return Client.request(self, **request)


@pytest.mark.parametrize("entry", ["public", "staff"])
@pytest.mark.parametrize("status", STATUSES)
def test_every_refusal_carries_every_header(database, entry, status):
    client = FailingClient(entry, https=True, raise_request_exception=False)
    if entry == "staff":
        client.at_terminal()

    response = client.get(f"/{status}/")

    assert response.status_code == status
    assert faults(response, entry, "/") == []
    assert response.headers["Cache-Control"] == "no-store, private"
    assert "<h1>" in response.content.decode()
    assert not response.cookies


def test_a_busy_database_says_when_to_come_again(database):
    response = FailingClient("public", raise_request_exception=False).get("/503/")

    assert response.headers["Retry-After"] == "5"
    assert "数秒待って" in response.content.decode()


def test_an_address_of_another_host_is_refused_with_every_header(database):
    response = over_https("public").get("/", SERVER_NAME="evil.example")

    assert response.status_code == 400
    assert faults(response, "public", "/") == []


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "DEBUG"])
def test_methods_that_nobody_needs_are_refused(database, method):
    for entry in ("public", "staff"):
        response = over_https(entry).generic(method, "/")

        assert response.status_code == 405
        assert method not in response.headers["Allow"]
        assert faults(response, entry, "/") == []


@pytest.mark.parametrize("site", ["cross-site", "same-site", "nonsense"])
def test_a_form_sent_by_another_site_is_refused(public_client, parent, site):
    public_client.log_in(parent)
    data = {"language": "en", "next": "/"}
    path = public_client.url("language")
    assert public_client.post(path, data, headers={"Sec-Fetch-Site": "same-origin"}).url == "/"

    response = public_client.post(path, data, headers={"Sec-Fetch-Site": site})

    assert response.status_code == 403
    assert "ほかのサイトから" in response.content.decode()
    assert public_client.get("/", headers={"Sec-Fetch-Site": site}).status_code == 200


PAGES = {
    ("public", "stranger"): ("/", "/account/login/", "/account/signup/", "/account/password/reset/",
                             "/language/", "/booking/"),
    ("public", "parent"): ("/my/", "/my/household/", "/booking/availability/", "/booking/mine/",
                           "/account/2fa/", "/my/devices/", "/account/password/change/"),
    ("staff", "stranger"): ("/login/",),
    ("staff", "carer"): ("/today/", "/records/child/", "/booking/booking/", "/interviews/"),
    ("staff", "clerk"): ("/changes/", "/records/facility/", "/history/entry/"),
}  # fmt: skip


@pytest.mark.parametrize(("entry", "person"), PAGES)
def test_pages_score_more_than_a_hundred(request, database, entry, person):
    client = over_https(entry, request.getfixturevalue(person))

    answers = {path: client.get(path) for path in PAGES[entry, person]}

    assert {path: answer.status_code for path, answer in answers.items()} == dict.fromkeys(
        answers, 200
    )
    with settings_of(entry, https=True):
        session = settings.SESSION_COOKIE_NAME
    found = {path: score(answer, session) for path, answer in answers.items()}
    assert min(found.values()) >= 130, found


def test_the_page_editor_scores_what_inline_scripts_leave_of_it(database, clerk):
    response = over_https("staff", clerk).get("/cms/")

    assert response.status_code == 200
    assert score(response, "") == 80


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("Content-Security-Policy", None, 75),
        ("Content-Security-Policy", "script-src 'unsafe-inline'", 80),
        ("Strict-Transport-Security", None, 80),
        ("X-Content-Type-Options", None, 125),
        ("Cross-Origin-Resource-Policy", None, 120),
    ],
)
def test_a_missing_header_costs(database, name, value, expected):
    response = over_https("public").get("/")
    before = score(response, "")

    del response.headers[name]
    if value:
        response.headers[name] = value

    assert (before, score(response, "")) == (130, expected)
