from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assay.access.accounts.demonstration import PASSWORD
from tests.acceptance.conftest import Visit, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PICTURES = os.environ.get("ASSAY_PICTURES", "")


def look(visit: Visit, name: str) -> None:
    """Keep a picture where one is asked for, to be looked at by a person."""
    visit.check_at_both_widths()
    if PICTURES:
        visit.picture(Path(PICTURES) / f"{name}-wide.png")
        visit.page.set_viewport_size({"width": 320, "height": 700})
        visit.picture(Path(PICTURES) / f"{name}-narrow.png")
        visit.page.set_viewport_size({"width": 1280, "height": 900})


@pytest.mark.parametrize("side", ["service", "inspectorate"])
def test_sign_in_and_account_pages(
    side: str, request: pytest.FixtureRequest, visit: Callable[..., Visit]
) -> None:
    request.getfixturevalue(side)
    request.getfixturevalue("cast")
    browser = visit()
    browser.open("/sign-in/")
    look(browser, f"{side}-sign-in")
    browser.page.locator("main form").first.get_by_role("button", name="Sign in").click()
    assert browser.page.title() == "Error: Sign in - Assay"
    look(browser, f"{side}-sign-in-error")
    browser.page.locator(".govuk-error-summary a").first.click()
    assert browser.page.evaluate("() => document.activeElement.id") == "id_login"
    browser.sign_in("huw.example" if side == "service" else "ines.lead")
    browser.open("/account/")
    look(browser, f"{side}-account")


def test_pages_of_the_second_step(service: str, cast: Any, visit: Callable[..., Visit]) -> None:
    browser = visit()
    browser.sign_in("huw.example")
    browser.open("/account/app/add/")
    look(browser, "confirm")
    browser.page.get_by_label("Password", exact=True).fill(PASSWORD)
    browser.page.get_by_role("button", name="Confirm").click()
    for name, path in (
        ("second-step", "/account/second-step/"),
        ("app", "/account/app/add/"),
        ("keys", "/account/keys/"),
        ("add-key", "/account/keys/add/"),
        ("password", "/account/password/"),
        ("sign-out", "/sign-out/"),
    ):
        answer = browser.open(path)
        assert answer.status == 200, path
        look(browser, name)


def test_not_found_and_refused(service: str, cast: Any, visit: Callable[..., Visit]) -> None:
    browser = visit()
    browser.sign_in("huw.example")
    assert browser.open("/no-such-page/").status == 404
    look(browser, "not-found")
    browser.open("/account/")
    answer = browser.page.request.post(browser.address + "/language/", data={})
    assert answer.status == 403


def test_signing_in_with_one_press_and_without_javascript(
    inspectorate: str, cast: Any, visit: Callable[..., Visit]
) -> None:
    browser = visit(javascript=False)
    browser.open("/sign-in/")
    browser.page.get_by_role("button", name="Ines Lead").click()
    browser.open("/account/")
    assert browser.page.get_by_role("heading", level=1).inner_text() == "Ines Lead"


def test_axe_catches_a_planted_fault(service: str, cast: Any, visit: Callable[..., Visit]) -> None:
    browser = visit()
    browser.open("/sign-in/")
    browser.page.evaluate("() => document.querySelector('label').remove()")
    browser.page.evaluate("() => document.querySelector('h1').className = 'planted'")
    found = violations(browser.page)
    assert any(each.startswith("label:") for each in found)


def test_a_page_too_wide_is_caught(service: str, visit: Callable[..., Visit]) -> None:
    browser = visit(size={"width": 320, "height": 700})
    browser.open("/sign-in/")
    browser.page.evaluate("() => { document.querySelector('h1').style.width = '3000px' }")
    with pytest.raises(AssertionError, match="scrolls sideways"):
        browser.check()
