"""Since we last spoke: people and promises on one sheet, for the practitioner and the SPO alone."""

from __future__ import annotations

import re
from typing import Any

import pytest

from assay.assurance.oversight.models import Matter
from tests.factories.oversight import OTHER_TEAM, Lapse, World
from tests.functional.oversight.asking import client, discussed, lines, page, person

SPOKEN, ASKED, DECIDED, ELSEWHERE = (f"X90000{number}" for number in range(1, 5))


@pytest.fixture
def spoken(world: World, cast: Any) -> World:
    """Three people of Priya's with something open: one discussed, one asked about, one decided on; and one
    of another team's."""
    world.cases = {SPOKEN: "P1", ASKED: "P1", DECIDED: "P1", ELSEWHERE: "P2"}
    world.attach(
        [
            Lapse(crn=SPOKEN),
            Lapse(crn=ASKED, duty="S15", severity=2),
            Lapse(crn=DECIDED, duty="S16", severity=2),
            Lapse(crn=ELSEWHERE, practitioner="P2", team=OTHER_TEAM),
        ]
    )
    assert discussed(cast.spo, SPOKEN).status_code == 302
    spo = client(cast.spo)
    question = {"matters": [matter(ASKED)], "question": "Who lives there?"}
    assert spo.post(person(ASKED) + "ask/", question).status_code == 302
    decision = {
        "matters": [matter(DECIDED)],
        "kind": "decided_not_to",
        "reason": "He is in hospital.",
        "owner": "Huw Example",
        "review_on_day": "12",
        "review_on_month": "3",
        "review_on_year": "2026",
    }
    assert spo.post(person(DECIDED) + "not-now/", decision).status_code == 302
    return world


def matter(crn: str) -> str:
    return str(Matter.objects.get(crn=crn).uuid)


def sheet(user: Any, practitioner: str) -> Any:
    return client(user).post("/supervision/", {"practitioner": practitioner})


def test_the_spo_chooses_whose_sheet_it_is(spoken: World, cast: Any) -> None:
    body = page(cast.spo, "/supervision/")
    assert re.findall(r'<option value="([^"]*)"[^>]*>([^<]*)<', body) == [("P1", "text One")]


def test_the_sheet_begins_with_what_waits_for_an_answer_and_what_to_look_at_again(
    spoken: World, cast: Any
) -> None:
    found = lines(sheet(cast.spo, "P1").content.decode())
    assert found[:6] == [
        "Since we last spoke: text One",
        "Records to Thursday 26 February 2026. Last discussion recorded here: 26 February 2026.",
        "Questions without a reply",
        "Sam Invented2, 26 February 2026: Who lives there?",
        "To look at again",
        "Sam Invented3, 12 March 2026",
    ]


def test_each_person_has_what_is_open_its_state_and_what_was_said_since(spoken: World, cast: Any) -> None:
    found = lines(sheet(cast.spo, "P1").content.decode())
    names = [each for each in found if each in {"Sam Invented1", "Sam Invented2", "Sam Invented3"}]
    assert names == ["Sam Invented1", "Sam Invented2", "Sam Invented3"]
    first = found[found.index("Sam Invented1") : found.index("Sam Invented2")]
    assert first[1] == "X900001 · RoSH not recorded · last discussed 26 February 2026"
    assert first[2] == "No enquiry to police about domestic abuse has been seen since 5 January 2026."
    assert "Waiting for nDelius" in first
    assert "Ask police today." in first
    second = found[found.index("Sam Invented2") : found.index("Sam Invented3")]
    assert "With the practitioner" in second
    third = found[found.index("Sam Invented3") :]
    assert (
        third[3] == "Expected: an appointment kept face to face, within 5 working days, by 19 January 2026."
    )
    assert [each for each in third if each.startswith("Decided")] == [
        "Decided not to, for now · Huw Example · 26 February 2026"
    ]
    assert "He is in hospital." in third


def test_the_practitioner_has_the_same_sheet_and_nobody_elses(spoken: World, cast: Any) -> None:
    own = lines(page(cast.practitioner, "/supervision/"))
    assert own == lines(sheet(cast.spo, "P1").content.decode())
    theirs = page(cast.practitioner_elsewhere, "/supervision/")
    assert "Sam Invented4" in theirs
    assert "Sam Invented1" not in theirs
    for user, asked in ((cast.spo, "P2"), (cast.practitioner, "P2"), (cast.practitioner_elsewhere, "P1")):
        refused = sheet(user, asked)
        assert "Since we last spoke: " not in refused.content.decode()
        assert not re.search(r"Sam Invented\d", refused.content.decode())


def test_the_sheet_has_no_rate_and_nobody_but_the_two_may_ask_for_it(spoken: World, cast: Any) -> None:
    from assay.access.accounts.models import User

    said = " ".join(lines(sheet(cast.spo, "P1").content.decode()))
    assert not re.search(r"\d+ of \d+|%|per cent", said)
    for username in ("helen.placeholder", "rhys.region", "lara.limited", "sam.stranger"):
        assert client(User.objects.get(username=username)).get("/supervision/").status_code == 403


def test_a_case_kept_from_the_spo_is_not_on_the_sheet_they_see(spoken: World, cast: Any) -> None:
    spoken.rows["access_limitation"] = [{"crn": SPOKEN, "username": "SpoOne", "kind": "excluded"}]
    spoken.night([Lapse(crn=SPOKEN), Lapse(crn=ASKED, duty="S15", severity=2)])
    assert "Sam Invented1" not in sheet(cast.spo, "P1").content.decode()
    assert "Sam Invented1" in page(cast.practitioner, "/supervision/")
