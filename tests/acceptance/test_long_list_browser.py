"""A sample drawn from a long list, in a browser without JavaScript, at a phone's width and a desk's."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from assay.inspection.samples import actions
from tests.acceptance.conftest import Visit
from tests.factories import inspections as make
from tests.factories.long_lists import content, row

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PICTURES = os.environ.get("ASSAY_PICTURES", "")


def look(visit: Visit, name: str) -> None:
    with visit.scripts.on_for_axe():
        visit.check_at_both_widths()
    for size in ({"width": 320, "height": 700}, {"width": 1280, "height": 900}) if PICTURES else ():
        visit.page.set_viewport_size(size)
        visit.picture(Path(PICTURES) / f"{name}-{size['width']}.png")


def test_from_a_list_to_the_first_citation(
    inspectorate: str, cast: Any, tmp_path: Path, visit: Callable[..., Visit]
) -> None:
    inspection = make.inspection(cast)
    good, bad = tmp_path / "list.xlsx", tmp_path / "bad.xlsx"
    good.write_bytes(content(*(row(number) for number in range(1, 61)), row(61, crn="?")).getvalue())
    bad.write_bytes(content(row(1), row(2, startDate="?")).getvalue())
    browser = visit(javascript=False)
    browser.sign_in("ines.lead")
    browser.open(reverse("long-list", args=[inspection.uuid]))
    look(browser, "long-list")
    for file, name in ((bad, "long-list-unfit"), (good, "long-list-taken")):
        browser.page.get_by_label("The long list, an Excel workbook (.xlsx)").set_input_files(str(file))
        group = browser.page.get_by_role("group", name="Day the list speaks for")
        for part, number in (("Day", "27"), ("Month", "2"), ("Year", "2026")):
            group.get_by_label(part, exact=True).fill(number)
        browser.page.get_by_role("button", name="Take this list").click()
        look(browser, name)
    browser.open(reverse("frame", args=[inspection.uuid]))
    look(browser, "long-list-frame")
    browser.open(reverse("sample", args=[inspection.uuid]))
    browser.page.get_by_label("How many cases").fill("6")
    browser.page.get_by_role("button", name="Draw and seal").click()
    look(browser, "long-list-sample")
    actions.allocate(inspection, by=cast.lead_inspector)

    browser.page.context.clear_cookies()
    browser.sign_in("ivan.inspector")
    browser.open("/my-cases/")
    browser.page.get_by_role("button", name="Begin reading").first.click()
    look(browser, "long-list-reading")
    browser.page.get_by_role("button", name="Cite it").click()
    look(browser, "long-list-reading-error")
    group = browser.page.get_by_role("group", name="Day of the entry")
    for part, number in (("Day", "20"), ("Month", "8"), ("Year", "2025")):
        group.get_by_label(part, exact=True).fill(number)
    browser.page.get_by_label("What kind of entry it is").fill("Contact")
    browser.page.get_by_label("What it says, in a sentence").fill("The council was asked.")
    browser.page.get_by_role("button", name="Cite it").click()
    look(browser, "long-list-cited")
    assert "20 August 2025 Contact · The council was asked." in browser.page.locator("main").inner_text()
