from __future__ import annotations

import logging
import re
from typing import Any

import pytest
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from assay.access.accounts.permissions import NOT_YOUR_ROLE, check_public, check_signed_in, for_roles
from assay.access.accounts.roles import Role
from assay.core.errors import Problem, Refused, Unfit
from assay.core.messages import message
from assay.web.routes import permission_of, route

pytestmark = pytest.mark.django_db


def fine(request: HttpRequest) -> HttpResponse:
    return HttpResponse("reached")


def refuses(request: HttpRequest) -> HttpResponse:
    raise Refused(message("Only the {who} may do this.", who="<head> of the PDU"))


def unfit(request: HttpRequest) -> HttpResponse:
    raise Unfit(
        [Problem(file="a.csv", rule="r", row=3, message=message("It is late."), remedy=message("Send it."))]
    )


def breaks(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("Synthetic Person X100001 was not where we looked")


def barred(request: HttpRequest) -> HttpResponse:
    raise Http404("X100001 is barred")


@pytest.fixture
def doors(service: str, settings: Any) -> None:
    """A few routes of our own among the side's."""
    import types

    from assay.config import urls_service

    conf = types.ModuleType("planted_urls")
    conf.__dict__.update(
        {name: getattr(urls_service, name) for name in dir(urls_service) if "handler" in name}
    )
    conf.__dict__["urlpatterns"] = [
        *urls_service.urlpatterns,
        route("planted/public/", fine, permission=check_public, name="planted-public"),
        route("planted/signed-in/", fine, permission=check_signed_in, name="planted-signed-in"),
        route("planted/spo/", fine, permission=for_roles(Role.SPO), name="planted-spo"),
        route("planted/refuses/", refuses, permission=check_public, name="planted-refuses"),
        route("planted/unfit/", unfit, permission=check_public, name="planted-unfit"),
        route("planted/breaks/", breaks, permission=check_public, name="planted-breaks"),
        route("planted/barred/", barred, permission=check_public, name="planted-barred"),
    ]
    settings.ROOT_URLCONF = conf


def test_a_route_carries_its_permission() -> None:
    made = route("x/", fine, permission=check_signed_in, name="x")
    assert permission_of(made.callback) is check_signed_in
    assert permission_of(fine) is None


def test_who_passes_which_door(client: Client, doors: None, cast: Any) -> None:
    assert client.get("/planted/public/").status_code == 200
    assert client.get("/planted/signed-in/")["Location"] == "/sign-in/?next=/planted/signed-in/"
    assert client.get("/planted/spo/")["Location"] == "/sign-in/?next=/planted/spo/"
    client.force_login(cast.stranger)
    assert client.get("/planted/signed-in/").status_code == 200
    answer = client.get("/planted/spo/")
    assert answer.status_code == 403
    assert NOT_YOUR_ROLE.id in answer.content.decode()
    client.force_login(cast.spo)
    assert client.get("/planted/spo/").content == b"reached"


def test_a_refusal_below_becomes_a_page_with_its_sentence(client: Client, doors: None) -> None:
    answer = client.get("/planted/refuses/")
    assert answer.status_code == 403
    assert "Only the &lt;head&gt; of the PDU may do this." in answer.content.decode()


def test_what_is_unfit_is_said_with_its_row_and_remedy(client: Client, doors: None) -> None:
    answer = client.get("/planted/unfit/")
    page = " ".join(re.sub(r"<[^>]*>", " ", answer.content.decode()).split())
    assert answer.status_code == 422
    assert "a.csv, row 3 : It is late. Send it." in page


def test_barred_and_absent_are_one_and_the_same_page(client: Client, doors: None, cast: Any) -> None:
    client.force_login(cast.spo)
    pages = []
    for path in ("/planted/barred/", "/planted/absent/"):
        answer = client.get(path)
        assert answer.status_code == 404
        page = re.sub(r'nonce="[^"]*"|value="[^"]*"', "", answer.content.decode())
        pages.append((page, sorted(answer.headers.keys()), len(page)))
    assert pages[0] == pages[1]
    assert "X100001" not in pages[0][0]


def test_gone_wrong_gives_a_reference_and_nothing_personal(
    doors: None, caplog: pytest.LogCaptureFixture
) -> None:
    client = Client(raise_request_exception=False)
    answer = client.get("/planted/breaks/")
    page = answer.content.decode()
    found = re.search(r"\b[0-9A-F]{4}-[0-9A-F]{4}\b", page)
    assert answer.status_code == 500
    assert found
    assert "X100001" not in page
    assert f"fault {found.group()}" in caplog.text


def test_the_log_has_the_kind_and_place_of_a_fault_but_not_its_words() -> None:
    import sys

    from assay.config.logs import BareFormatter

    try:
        breaks(RequestFactory().get("/"))
    except RuntimeError:
        record = logging.LogRecord("assay", logging.ERROR, "", 0, "fault %s", ("AB12",), sys.exc_info())
    record.exc_text = "RuntimeError: Synthetic Person X100001"
    written = BareFormatter("{message}", style="{").format(record)
    assert "X100001" not in written
    assert "RuntimeError" in written
    assert "in breaks" in written
    assert "AB12" in written


def test_a_form_from_another_site_is_refused_and_nothing_changes(service: str, cast: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.spo)
    answer = client.post("/sign-out/")
    assert answer.status_code == 403
    assert "This form is too old" in answer.content.decode()
    assert client.get("/account/").status_code == 200


def test_headers(client: Client, service: str, cast: Any) -> None:
    answer = client.get("/sign-in/")
    policy = dict(
        each.strip().split(" ", 1) for each in answer["Content-Security-Policy"].split(";") if each.strip()
    )
    nonce = re.search(r'<script nonce="([^"]+)"', answer.content.decode())
    assert nonce
    assert policy["script-src"] == f"'self' 'nonce-{nonce.group(1)}'"
    assert policy["style-src"] == "'self'"
    assert policy["default-src"] == policy["object-src"] == policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    again = client.get("/sign-in/")
    assert nonce.group(1) not in again.content.decode()
    client.force_login(cast.spo)
    assert client.get("/account/")["Cache-Control"] == "no-store"


def test_errors_keep_the_security_policy(client: Client, doors: None) -> None:
    for path in ("/planted/refuses/", "/planted/absent/"):
        assert "script-src" in client.get(path)["Content-Security-Policy"]
    broken = Client(raise_request_exception=False).get("/planted/breaks/")
    assert "script-src" in broken["Content-Security-Policy"]


def test_the_language_is_kept_and_an_untranslated_page_says_so(client: Client, service: str) -> None:
    client.post("/language/", {"language": "cy", "next": "/sign-in/"})
    assert client.cookies["language"].value == "cy"
    page = client.get("/sign-in/").content.decode()
    if 'lang="en" class="govuk-template' in page:
        assert "This page is not in Welsh yet." in page
    client.post("/language/", {"language": "fr", "next": "/sign-in/"})
    assert client.cookies["language"].value == "cy"


def test_every_page_says_that_its_people_are_invented(client: Client, service: str, cast: Any) -> None:
    client.force_login(cast.spo)
    for path in ("/sign-in/", "/account/", "/no-such-page/"):
        assert "Synthetic data" in client.get(path, follow=True).content.decode(), path
