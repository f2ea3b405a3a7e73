"""The whole way in a browser, on both sides as they run: from records to a published report.

Each side is its own process with its own home, filled by ``assay demonstrate``; see ``installations.py``. One
of the 84 cases is read and signed here by hand. The other readings are brought in by the ordinary
``import_readings`` in a process with the inspectorate's settings (``bring_readings.py``), because nobody
learns more from pressing "Yes" two thousand times.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.conftest import NARROW, WIDE, new_visit
from tests.acceptance.installations import Installations, running
from tests.acceptance.walking import Walker, Way

# Minutes, not seconds: every page of both sides is looked at twice.
pytestmark = [pytest.mark.browser, pytest.mark.timeout(1200)]

HERE = Path(__file__).parent
AS_AT = date(2026, 2, 26)
PROMISED = AS_AT + timedelta(weeks=2)


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installations]:
    with running(tmp_path_factory.mktemp("demonstration")) as both:
        yield both


def test_the_whole_way(sides: Installations, chromium: Any) -> None:
    _walk(Way(new_visit(chromium, sides.service), "with", sizes=(NARROW, WIDE)), sides)


def test_the_whole_way_without_javascript(sides: Installations, chromium: Any) -> None:
    _walk(Way(new_visit(chromium, sides.service, javascript=False), "without", sizes=(NARROW,)), sides)


def _walk(way: Way, sides: Installations) -> None:
    way.visit.page.set_default_timeout(15_000)
    _service(way, sides)
    _inspectorate(way, sides)
    way.visit.page.context.close()
    way.finish()


# The service's side


def _service(way: Way, sides: Installations) -> None:
    with way.person("", sides.service) as stranger:
        stranger.visit.open("/")
        assert stranger.heading() == "Sign in"
        stranger.look("service-sign-in")
    with way.person("huw.example", sides.service) as manager:
        _todays_people(manager)
        if way.javascript:
            _by_keyboard(manager)
        _one_person(manager)
        _a_discussion(manager)
        asked = _a_question(manager)
        _decided_not_now(manager)
        disputed = _said_to_be_wrong(manager)
        _lists_of_the_manager(manager)
    with way.person("priya.sample", sides.service) as practitioner:
        _a_reply(practitioner, asked)
    with way.person("helen.placeholder", sides.service) as head:
        _a_second_person(head, disputed)
    with way.person("huw.example", sides.service) as manager:
        manager.open("/second-opinions/")
        assert disputed not in manager.main.inner_text()
    for username, path, name, words in (
        ("rhys.region", "/policy-values/", "policy-values", "Starting values"),
        ("lara.limited", "/limited-access/", "limited-access", "Limited cases"),
        ("rekha.records", "/account/", "records-officer", "Rekha Records"),
    ):
        with way.person(username, sides.service) as each:
            assert each.page.url.endswith(path), f"{username} begins at {each.page.url}"
            each.see(words)
            each.look(name)
            each.visit.open("/")
            assert each.page.url.endswith(path), f"{username} is led to {each.page.url}"


def _todays_people(manager: Walker) -> None:
    assert manager.heading().startswith("Today, ")
    assert manager.page.locator("[data-assay-person]").count() == 6
    manager.see("people with something open.", "could not be checked", "Record a discussion", "Seen:")
    manager.look("today")


def _by_keyboard(manager: Walker) -> None:
    """Skip link, then the keys of Today: each does what its button does."""
    page = manager.page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent.trim()") == "Skip to main content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main-content"
    first, second = (page.locator("[data-assay-open]").nth(place).inner_text() for place in (0, 1))
    for key, expected in (("j", first), ("j", second), ("k", first)):
        page.keyboard.press(key)
        assert page.evaluate("document.activeElement.textContent.trim()") == expected
    shown = page.locator("[data-assay-keys]")
    before = shown.is_visible()
    page.keyboard.press("?")
    assert shown.is_visible() is not before
    page.keyboard.press("d")
    page.wait_for_url("**/discussion/")
    assert manager.heading() == "Record a discussion"
    page.go_back()
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url("**/people/*/")
    assert first in manager.heading()
    manager.open("/")


def _one_person(manager: Walker) -> None:
    """The ladder, each duty with why and its rows, the history, the timeline."""
    link = manager.page.locator("[data-assay-open]").first
    name = link.inner_text()
    link.click()
    manager.page.wait_for_load_state()
    assert name in manager.heading()
    manager.see(
        "Police",
        "Children's services",
        "Duties",
        "Risk of serious harm",
        "Who held the case when",
        "Timeline",
    )
    assert manager.page.locator(".moj-timeline__item").count() > 5
    closed = manager.main.locator("details:not([open]) > summary")
    while closed.count():
        closed.first.click()
    manager.see("Why it counts as not seen")
    manager.look("person")
    manager.fill("Search in the record", "police")
    manager.press("Search")
    manager.see("“police” in")


def _of_today(manager: Walker, action: str, *, held_by: str = "") -> str:
    """From Today to a form about its first person, or the first in this practitioner's hands; returns who."""
    manager.open("/")
    people = manager.page.locator("[data-assay-person]").filter(has_text=f"Held by: {held_by}")
    name = str(people.first.locator("[data-assay-open]").inner_text())
    manager.press(action, about=name)
    return name


def _a_discussion(manager: Walker) -> None:
    name = _of_today(manager, "Record a discussion")
    manager.look("discussion")
    manager.press("Save and make the text")
    assert manager.page.title().startswith("Error: ")
    manager.look("discussion-refused")
    for question, words in (
        ("What is the risk?", "Harm to a former partner and the children in the home."),
        ("What do we not know?", "Whether the police were called since the last answer."),
        ("Who else should know?", "Children's services."),
        ("What will be different?", "The practitioner asks again this week and updates the plan."),
    ):
        manager.fill(question, words)
    manager.fill_day("By when?", PROMISED)
    manager.press("Save and make the text")
    assert manager.heading() == "Copy this into nDelius"
    manager.see("Waiting for nDelius", name, "Contact type", "Date")
    words = manager.page.get_by_label("Words").input_value()
    assert "The practitioner asks again this week" in words
    if manager.way.javascript:
        manager.press("Copy the words")
        manager.see("Copied")
    manager.look("record-text")
    manager.open("/open-work/")
    manager.see(name, "Not yet in nDelius")


def _a_question(manager: Walker) -> str:
    name = _of_today(manager, "Ask the practitioner", held_by="Priya Sample")
    manager.look("ask")
    manager.fill("What do you want to know?", "Which of the children did the answer name?")
    manager.press("Ask")
    manager.see("Sent.")
    return name


def _decided_not_now(manager: Walker) -> None:
    name = _of_today(manager, "Not now, because")
    manager.look("not-now")
    manager.choose("Decided not to, for now")
    manager.fill("Because", "In custody until the review; the visit waits for release.")
    manager.fill_day("Look at it again on", PROMISED)
    manager.press("Save and make the text")
    manager.see("Waiting for nDelius", name)


def _said_to_be_wrong(manager: Walker) -> str:
    name = _of_today(manager, "This is wrong")
    if not manager.main.get_by_role("radio", checked=True).count():
        manager.main.get_by_role("radio").first.check()
    manager.look("wrong")
    manager.fill("Why is it wrong?", "The visit took place; it was recorded on another person's file.")
    manager.press("Save")
    manager.see("It counts as open until a second person agrees.")
    manager.open("/second-opinions/")
    manager.see(name, "A colleague has to agree")
    manager.look("second-opinions")
    return name


def _lists_of_the_manager(manager: Walker) -> None:
    for path, name in (
        ("/open-work/", "open-work"),
        ("/people/", "people"),
        ("/supervision/", "supervision"),
    ):
        manager.open(path)
        manager.look(name)
    manager.main.get_by_label("Practitioner").select_option(label="Priya Sample")
    manager.press("Make the sheet")
    manager.see("Since we last spoke: Priya Sample")
    manager.look("supervision-sheet")
    manager.open("/")
    manager.press("Say what you found")
    manager.look("short-read")
    manager.choose("No")
    manager.press("Save and make the text")
    manager.see("Waiting for nDelius")


def _a_reply(practitioner: Walker, asked: str) -> None:
    assert practitioner.heading() == "Your people"
    practitioner.see("Questions to you", asked, "Which of the children did the answer name?")
    practitioner.look("own-people")
    practitioner.press("Reply", about=asked)
    practitioner.look("reply")
    practitioner.fill("Your reply", "Both. The younger one's school was told on the same day.")
    practitioner.press("Reply and make the text")
    practitioner.see("Waiting for nDelius", asked)


def _a_second_person(head: Walker, disputed: str) -> None:
    head.see("By team", "With something open")
    head.look("head-of-pdu")
    head.open("/second-opinions/")
    head.press("Look at it", about=disputed)
    head.look("second-opinion")
    head.choose("Yes, it does not apply")
    head.press("Save")
    head.open("/second-opinions/")
    assert disputed not in head.main.inner_text()


# The inspectorate's side


def _inspectorate(way: Way, sides: Installations) -> None:
    name = f"Dynamic inspection, {way.name} JavaScript"
    with way.person("", sides.inspectorate) as visitor:
        visitor.open("/")
        visitor.look("public-home-before")
        visitor.page.get_by_role("link", name="Sign in").first.click()
        visitor.page.wait_for_load_state()
        assert visitor.heading() == "Sign in"
        visitor.look("inspectorate-sign-in")
        visitor.page.get_by_role("link", name="Published reports").click()
        visitor.page.wait_for_load_state()
        assert visitor.page.url == sides.inspectorate + "/"
    with way.person("ines.lead", sides.inspectorate) as lead:
        inspection = _an_inspection(lead, name)
        _the_frame(lead)
        _the_sample(lead, inspection)
        _who_reads(lead, inspection)
    with way.person("ivan.inspector", sides.inspectorate) as reader:
        _one_reading(reader)
    brought = sides.run(HERE / "bring_readings.py", name, side="inspectorate")
    assert brought.strip() == "83"
    with way.person("ines.lead", sides.inspectorate) as lead:
        lead.open(inspection)
        lead.see("84 of 84", "Every case is signed")
        lead.look("inspection-signed")
        lead.press("Finish moderation")
        _the_findings(lead, inspection)
        _the_report(lead, inspection, name)
    with way.person("peter.publisher", sides.inspectorate) as publisher:
        public = _the_release(publisher, inspection, name)
    with way.person("", sides.inspectorate) as visitor:
        _the_public_page(visitor, public, name)
        _the_outcomes(visitor)


def _an_inspection(lead: Walker, name: str) -> str:
    assert lead.heading() == "Inspections"
    lead.look("inspections")
    lead.press("Make an inspection")
    lead.press("Make the inspection")
    lead.see("There is a problem")
    lead.look("new-inspection-refused")
    lead.fill("Name of the inspection", name)
    lead.main.get_by_label("Region").select_option(label="West Midlands (synthetic)")
    lead.fill_day("Day of the announcement", AS_AT)
    lead.fill_day("First day of fieldwork", AS_AT + timedelta(weeks=2))
    lead.fill_day("Last day of fieldwork", AS_AT + timedelta(weeks=4))
    lead.press("Make the inspection")
    assert lead.heading() == "People of the inspection"
    for each in ("Ivan Inspector", "Isla Inspector", "Peter Publisher"):
        lead.choose(each)
    lead.look("inspection-people")
    lead.press("Save")
    assert lead.heading() == name
    lead.look("inspection-draft")
    lead.press("The region has been told")
    lead.see("The inspection is announced.")
    return lead.path()


def _the_frame(lead: Walker) -> None:
    lead.press("The frame")
    lead.see("eligible", "Not eligible, and why", "Would be drawn")
    lead.look("frame")
    lead.main.get_by_label("Or not eligible because").select_option(index=1)
    lead.press("Show")
    assert lead.page.locator("#listed tbody tr").count() > 0
    lead.look("frame-listed")


def _the_sample(lead: Walker, inspection: str) -> None:
    lead.open(inspection + "sample/")
    assert lead.main.get_by_label("How many cases").input_value() == "84"
    lead.fill("Seed", "a seed everybody saw")
    lead.look("sample-draw")
    lead.press("Draw and seal")
    lead.see("84 cases", "drawn and sealed on", "Ines Lead", "Drawn again just now: the same cases")
    lead.look("sample-sealed")
    receipt = json.loads(lead.download("Download the receipt"))
    assert receipt["seed"] == "a seed everybody saw"
    assert lead.page.locator("#strata tbody tr").count() == 11


def _who_reads(lead: Walker, inspection: str) -> None:
    lead.open(inspection + "allocation/")
    lead.press("Share them out")
    lead.see("84 cases were shared out", "Ivan Inspector", "Isla Inspector")
    lead.look("allocation")
    lead.open(inspection)
    lead.look("inspection-reading")


def _one_reading(reader: Walker) -> None:
    assert reader.heading() == "My cases"
    reader.look("my-cases")
    reader.press("Begin reading")
    assert reader.heading().startswith("Case ")
    reading = reader.page.url
    reader.look("reading")
    _evidence(reader)
    reader.press("Look over and sign")
    reader.see("Before you can sign")
    reader.press("Sign the reading")
    reader.see("There is a problem")
    reader.look("sign-refused")
    _beside_the_questions(reader, reading)
    _two_windows(reader, reading)
    _every_question(reader, reading)
    reader.press("Look over and sign")
    assert "Before you can sign" not in reader.main.inner_text(), reader.main.inner_text()[:1500]
    reader.press("Sign the reading")
    reader.see("The reading is signed.", "What was signed does not change.")
    reader.look("signed")


def _evidence(reader: Walker) -> None:
    """Filter the record, cite with one press; where there are keys, with the key too; take one back."""
    reader.main.locator(".assay-chips a").first.click()
    reader.page.wait_for_load_state()
    assert reader.main.locator(".reading-entry [data-cite]").count() > 1
    reader.main.locator("[data-cite]").first.click()
    reader.page.wait_for_load_state()
    evidence = reader.page.locator("#evidence li")
    evidence.first.wait_for()
    assert evidence.count() == 1
    if reader.way.javascript:
        reader.page.locator("#record").focus()
        reader.page.keyboard.press("j")
        reader.page.keyboard.press("j")
        reader.page.keyboard.press("c")
        evidence.nth(1).wait_for()
        _nothing_covers_the_focus(reader)
    reader.main.get_by_role("button", name="Take back").first.click()
    reader.page.wait_for_load_state()
    evidence.nth(1 if reader.way.javascript else 0).wait_for(state="detached")
    reader.main.locator("[data-cite]").first.click()
    evidence.first.wait_for()
    reader.look("reading-cited")


def _nothing_covers_the_focus(reader: Walker) -> None:
    """What has the focus is what lies on top where it stands (WCAG 2.2, 2.4.11)."""
    assert reader.page.evaluate(
        """() => {
          const here = document.activeElement, box = here.getBoundingClientRect();
          const top = document.elementFromPoint(box.left + 8, Math.max(box.top, 0) + 4);
          return here.contains(top);
        }"""
    )


def _beside_the_questions(reader: Walker, reading: str) -> None:
    reader.page.goto(reading)
    reader.press("About the case")
    reader.look("facts")
    _every_fact(reader)
    reader.press("Practitioner’s interview")
    reader.fill_day("Day of the interview", AS_AT + timedelta(weeks=2, days=1))
    reader.press("Save")
    reader.fill("What the practitioner said", "The police answer was read out in supervision.")
    reader.choose("Said, but not on record")
    reader.press("Note it")
    reader.see("Said, but not on record")
    reader.look("interview")
    reader.page.goto(reading)
    reader.press("Good practice")
    reader.choose("Good practice worth telling")
    reader.fill("In a sentence or two", "The practitioner rang the school the same day.")
    reader.press("Raise it")
    reader.fill_day("When it was", AS_AT - timedelta(weeks=3))
    reader.fill("Who could have acted", "Practitioner")
    reader.fill("What was known then", "The answer named two children.")
    reader.press("Mark it")
    reader.see("The answer named two children.")
    reader.look("marks")


def _every_fact(reader: Walker) -> None:
    """What the record could not say, the reader says: the first choice of each group left open."""
    for group in reader.main.get_by_role("group").all():
        if not group.get_by_role("radio", checked=True).count() and group.get_by_role("radio").count():
            group.get_by_role("radio").first.check()
    reader.press("Save")
    assert reader.heading().startswith("Case "), reader.main.inner_text()[:1500]


def _two_windows(reader: Walker, reading: str) -> None:
    """An answer changed elsewhere meanwhile is not overwritten: both are shown, side by side."""
    other = reader.visit.new_window()
    other.goto(reading)
    reader.page.goto(reading)
    for page, answer in ((other, "No"), (reader.page, "Yes")):
        page.locator("#answer-form").get_by_label(answer, exact=True).check()
        with page.expect_navigation():
            page.locator("#question .govuk-button[form=answer-form]").last.click()
    reader.page.get_by_role("heading", name="Two answers to").wait_for()
    reader.look("conflict")
    other.close()
    reader.press("Save mine in its place")


def _every_question(reader: Walker, reading: str) -> None:
    """Answer every question that applies, each by its own form, until no next one is left."""
    reader.page.goto(reading)
    question = reader.page.locator("#question")
    for _ in range(80):
        choices = question.locator("#answer-form [type=radio]")
        if choices.count():
            choices.first.check()
        onwards = question.get_by_role("button", name="next")
        is_last = not onwards.count()
        with reader.page.expect_navigation():
            (question.get_by_role("button", name="Save", exact=True) if is_last else onwards).click()
        assert not reader.page.url.endswith("/answer/"), "an answer is in conflict with itself"
        if is_last:
            return
    raise AssertionError("the questions have no end")


def _the_findings(lead: Walker, inspection: str) -> None:
    lead.open(inspection + "findings/")
    lead.see("Counted now from 84 signed readings in 11 delivery units", "of 84", "%", " to ")
    lead.look("findings")
    lead.main.locator(".assay-findings a").first.click()
    lead.page.wait_for_load_state()
    lead.see("How it is counted", "The cases behind it", "95% interval", "Case 1")
    lead.look("finding")


def _the_report(lead: Walker, inspection: str, name: str) -> None:
    lead.open(inspection + "report/")
    lead.press("Begin the report")
    lead.fill("Title", f"Report of the {name}")
    lead.fill(
        "The Chief Inspector's judgement",
        "Half of what was read keeps people safe.\n\nThe other half does not yet.",
    )
    lead.look("report-write")
    lead.press("Save and look at it")
    for addressee, theme in (("region", "Asking and using"), ("HM", "Sharing data")):
        lead.open(inspection + "report/")
        lead.main.get_by_text("Add a recommendation").first.click()
        lead.main.get_by_role("radio", name=addressee).first.check()
        lead.fill("Theme, in a few words", theme)
        lead.fill("What should be done", "Make sure that each answer is read, weighed and used in the plan.")
        lead.press("Add")
    lead.see("The recommendation is added.", "Asking and using", "Sharing data")
    lead.look("report")
    lead.press("1: Report of the")
    lead.see("Asking and using", "Half of what was read keeps people safe.", "of 84")
    lead.look("report-preview")
    assert lead.download("As a PDF").startswith(b"%PDF-")
    lead.press("Send to the second person")
    lead.press("1: Report of the")
    assert not lead.main.get_by_role("button", name="Release to everybody").count(), "an author released"


def _the_release(publisher: Walker, inspection: str, name: str) -> str:
    publisher.open(inspection)
    publisher.press("The report and its release")
    publisher.press("1: Report of the")
    publisher.look("release")
    publisher.press("Release to everybody")
    publisher.see("Tick to say that you have read")
    publisher.main.get_by_label("I have read this report").check()
    publisher.press("Release to everybody")
    publisher.see("The report is released.", f"Report of the {name}")
    return publisher.path()


def _the_public_page(visitor: Walker, public: str, name: str) -> None:
    visitor.open("/")
    visitor.see(f"Report of the {name}", "Synthetic: no real case was read")
    visitor.look("public-home")
    visitor.press(f"Report of the {name}")
    assert visitor.page.url.endswith(public)
    visitor.see("of 84", "Asking and using", "interval")
    visitor.look("public-report")
    assert visitor.download("PDF").startswith(b"%PDF-")
    csv = visitor.download("CSV").decode("utf-8")
    assert ",84," in csv
    visitor.main.get_by_role("link", name="How it is counted").first.click()
    visitor.page.wait_for_load_state()
    visitor.look("public-definition")
    visitor.open("/")
    visitor.press("Dynamic Inspection of Public Protection, West Midlands region, 2026")
    visitor.see("Synthetic", "41 of 84")
    visitor.look("public-replay")


def _the_outcomes(visitor: Walker) -> None:
    visitor.open("/outcomes/")
    visitor.see("118 of 118 outcomes", "Over time")
    visitor.look("outcomes")
    visitor.fill("Name contains", "West Midlands")
    visitor.press("Show")
    rows = visitor.page.locator(".assay-outcomes tbody tr")
    assert 0 < rows.count() < 118
    visitor.main.locator(".assay-outcomes th a").nth(1).click()
    visitor.page.wait_for_load_state()
    assert visitor.page.locator("th[aria-sort=ascending], th[aria-sort=descending]").count() == 1
    visitor.see("West Midlands")
    visitor.look("outcomes-chosen")
    assert "West Midlands" in visitor.download("All that were chosen, as CSV").decode("utf-8")
