"""The staffing pages in a browser without JavaScript, at a phone's width and a desk's."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from assay.access.accounts import demonstration as people
from assay.access.accounts.demonstration import Place
from assay.jobs.workbook import take_in
from assay.records.synthetic import demonstration
from assay.records.synthetic.workload_workbook import write_workbook
from tests.acceptance.conftest import Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PICTURES = os.environ.get("ASSAY_PICTURES", "")
TEAM = f"/staffing/teams/{demonstration.TEAM_CODE}/"


def look(visit: Visit, name: str) -> None:
    with visit.scripts.on_for_axe():
        visit.check_at_both_widths()
    for size in ({"width": 320, "height": 700}, {"width": 1280, "height": 900}) if PICTURES else ():
        visit.page.set_viewport_size(size)
        visit.picture(Path(PICTURES) / f"{name}-{size['width']}.png")


def test_staffing_by_role(
    service: str, cast: Any, settings: Any, tmp_path: Path, visit: Callable[..., Visit]
) -> None:
    people.create(
        side="service",
        places={
            "huw.example": Place(unit_code=demonstration.TEAM_CODE),
            "helen.placeholder": Place(unit_code=demonstration.PDU_CODE),
            "rhys.region": Place(unit_code=demonstration.REGION_CODE),
        },
    )
    browser = visit(javascript=False)
    browser.sign_in("rhys.region")
    browser.open("/staffing/")
    look(browser, "staffing-none")

    made = tmp_path / "made.xlsx"
    write_workbook(made, as_at=date(2026, 2, 26), teams_per_pdu=2, officers_per_team=6)
    take_in(made, home=settings.HOME / "records")
    for username, path, heading, name in (
        ("rhys.region", "/staffing/", "Synthetic region", "staffing-region"),
        ("rhys.region", f"/staffing/?pdu={demonstration.PDU_CODE}", "Ashbrook", "staffing-pdu"),
        ("rhys.region", "/staffing/workbooks/", "The workbooks taken in", "staffing-workbooks"),
        ("helen.placeholder", "/staffing/", "Ashbrook", "staffing-head"),
        ("huw.example", "/staffing/", "Ashbrook Sentence Management 2", "staffing-spo"),
        ("huw.example", TEAM, "Ashbrook Sentence Management 2", "staffing-team"),
    ):
        browser.page.context.clear_cookies()
        browser.sign_in(username)
        assert browser.open(path).status == 200, path
        assert browser.page.get_by_role("heading", level=1).inner_text() == heading
        look(browser, name)
    holders = browser.page.locator("#holders").inner_text()
    assert "Priya Sample" in holders
