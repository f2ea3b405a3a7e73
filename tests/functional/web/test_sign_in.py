from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assay.access.accounts import actions, demonstration
from assay.access.accounts.models import User
from assay.access.audit.models import Entry
from assay.access.audit.types import SYSTEM
from assay.web.accounts.urls import urlpatterns

pytestmark = pytest.mark.django_db
# The pages of the sign-in package that need something first: a pending sign-in, an app, a key.
NAMES = [str(each.name) for each in urlpatterns if str(each.name).startswith(("account_", "mfa_"))]


def sign_in(client: Client, username: str, password: str = demonstration.PASSWORD, **more: str) -> Any:
    return client.post("/sign-in/", {"login": username, "password": password, **more})


def confirm(client: Client, password: str = demonstration.PASSWORD) -> Any:
    return client.post("/account/confirm/", {"password": password})


def test_a_demonstration_person_signs_in_and_it_is_logged(client: Client, service: str, cast: Any) -> None:
    answer = sign_in(client, "huw.example")
    assert (answer.status_code, answer["Location"]) == (302, "/home/")
    entry = Entry.objects.order_by("-pk")[0]
    assert (entry.what, entry.actor_key, entry.retention) == ("Signed in", str(cast.spo.uuid), "security")
    assert client.get("/account/").status_code == 200


def test_people_come_back_to_the_page_they_wanted(client: Client, service: str, cast: Any) -> None:
    answer = client.get("/account/password/")
    assert answer["Location"] == "/sign-in/?next=/account/password/"
    answer = sign_in(client, "huw.example", next="/account/password/")
    assert answer["Location"] == "/account/password/"


def test_nobody_is_sent_to_another_site(client: Client, service: str, cast: Any) -> None:
    answer = sign_in(client, "huw.example", next="https://elsewhere.invalid/")
    assert "elsewhere" not in answer["Location"]
    answer = client.post("/language/", {"language": "cy", "next": "https://elsewhere.invalid/"})
    assert answer["Location"] == "/"


def test_a_wrong_password_says_neither_which_was_wrong(client: Client, service: str, cast: Any) -> None:
    known = sign_in(client, "huw.example", "wrong").content.decode()
    unknown = sign_in(client, "nobody.atall", "wrong").content.decode()
    for page in (known, unknown):
        assert "The user name and password do not fit together" in page
    assert "_auth_user_id" not in client.session


def test_too_many_wrong_passwords_close_the_door_for_a_while(client: Client, service: str, cast: Any) -> None:
    for _ in range(5):
        sign_in(client, "huw.example", "wrong")
    page = sign_in(client, "huw.example").content.decode()
    assert "There were too many attempts" in page
    assert "_auth_user_id" not in client.session


def test_a_closed_account_does_not_open(client: Client, service: str, cast: Any) -> None:
    actions.deactivate(cast.spo, by=SYSTEM)
    sign_in(client, "huw.example")
    assert "_auth_user_id" not in client.session


def test_there_is_no_sign_up_and_no_reset_by_mail(client: Client, service: str) -> None:
    for path in ("/signup/", "/accounts/signup/", "/password/reset/", "/accounts/login/", "/email/"):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize("side", ["service", "inspectorate"])
def test_the_demonstration_lists_its_people_by_side(
    side: str, client: Client, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue(side)
    page = client.get("/sign-in/").content.decode()
    other = "inspectorate" if side == "service" else "service"
    assert all(each.name in page for each in demonstration.CAST[side])
    assert not any(each.name in page for each in demonstration.CAST[other])
    assert demonstration.PASSWORD in page


def test_a_real_installation_lists_nobody(client: Client, service: str, settings: Any) -> None:
    settings.DEMONSTRATION = False
    page = client.get("/sign-in/").content.decode()
    assert "Huw Example" not in page
    assert demonstration.PASSWORD not in page
    assert "Synthetic data" not in page


def test_home_leads_to_the_first_page_a_person_may_open(client: Client, service: str, cast: Any) -> None:
    assert client.get("/home/")["Location"] == "/sign-in/"
    client.force_login(cast.stranger)
    assert client.get("/home/")["Location"] == "/account/"


def test_changing_a_password(client: Client, service: str, cast: Any) -> None:
    client.force_login(cast.spo)
    data = {"oldpassword": demonstration.PASSWORD, "password1": "three odd words here"}
    answer = client.post("/account/password/", {**data, "password2": "three odd words"})
    assert answer.status_code == 200
    assert User.objects.get(pk=cast.spo.pk).check_password(demonstration.PASSWORD)
    answer = client.post("/account/password/", {**data, "password2": "three odd words here"}, follow=True)
    assert "Your password has been changed" in answer.content.decode()
    assert User.objects.get(pk=cast.spo.pk).check_password("three odd words here")


@pytest.mark.parametrize("name", NAMES)
def test_every_sign_in_route_uses_a_template_of_ours(name: str) -> None:
    view = next(each.callback for each in urlpatterns if each.name == name)
    view_class = getattr(view, "view_class", None)
    assert view_class is not None, name
    template_name = getattr(view_class, "template_name", None)
    if template_name is None:
        return
    from django.template.loader import get_template

    template = get_template(template_name)
    origin = str(template.origin.name)
    assert "/assay/web/accounts/" in origin, f"{name} would be drawn by {origin}"


@pytest.mark.parametrize("side", ["service", "inspectorate"])
def test_no_other_sign_in_route_can_be_reached(side: str) -> None:
    conf = import_module(f"assay.config.urls_{side}")
    foreign = [
        each.name
        for each in conf.urlpatterns
        if getattr(each.callback, "__module__", "").startswith("allauth") and each.name not in NAMES
    ]
    assert foreign == []


def test_pages_of_the_second_step_are_drawn(client: Client, service: str, cast: Any) -> None:
    sign_in(client, "huw.example")
    confirm(client)
    for name in NAMES:
        if name in ("mfa_remove_webauthn", "mfa_edit_webauthn"):
            continue
        answer = client.get(reverse(name))
        assert answer.status_code in (200, 302, 404), name
        assert b"allauth" not in answer.content.replace(b"allauth.webauthn", b""), name


def test_an_app_is_added_used_and_removed(client: Client, service: str, cast: Any) -> None:
    from allauth.mfa.adapter import get_adapter
    from allauth.mfa.models import Authenticator
    from allauth.mfa.totp.internal import auth

    sign_in(client, "huw.example")
    assert client.get("/account/app/add/")["Location"].startswith("/account/confirm/")
    assert "This is not your password" in confirm(client, "wrong").content.decode()
    confirm(client)
    client.get("/account/app/add/")
    secret = client.session["mfa.totp.secret"]
    answer = client.post("/account/app/add/", {"code": "000000"})
    assert "This code is not right" in answer.content.decode()
    code = auth.format_hotp_value(auth.hotp_value(secret, next(auth.yield_hotp_counters_from_time())))
    answer = client.post("/account/app/add/", {"code": code}, follow=True)
    assert "Your recovery codes" in answer.content.decode()
    page = client.get("/account/second-step/").content.decode()
    assert page.count("In use") == 2
    kept = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in kept
    assert get_adapter().decrypt(kept) == secret
    assert client.get("/account/recovery-codes/download/")["Content-Type"].startswith("text/plain")

    other = Client()
    answer = sign_in(other, "huw.example")
    assert answer["Location"] == "/sign-in/second-step/"
    assert other.get("/account/")["Location"].startswith("/sign-in/")
    assert "Second step" in other.get("/sign-in/second-step/").content.decode()
    recovery = client.get("/account/recovery-codes/download/").content.decode().split()
    assert len(recovery) == 10
    other.post("/sign-in/second-step/", {"code": recovery[0]})
    assert other.get("/account/").status_code == 200

    client.post("/account/app/remove/")
    assert "In use" not in client.get("/account/second-step/").content.decode()
