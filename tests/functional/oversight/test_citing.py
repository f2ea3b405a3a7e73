"""The upper rungs of the ladder: the practitioner cites the paragraph, the SPO agrees (promise 4)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest

from assay.assurance.oversight.models import RecordText, RungClaim
from tests.factories.oversight import Lapse, World
from tests.functional.oversight.asking import client, lines, page, person

CRN, AGENCY = "X900001", "childrens_services"
REPLY = "Child 1 is subject to a child protection plan.\n\nPlease tell us when he visits."
BEFORE = "He has not said who lives there."
FIRST, SECOND = "Child 1 is at most risk when he drinks at home.", "The school is to ring us the same day."


def written(words_id: str, body: str, on: date, **more: Any) -> dict[str, Any]:
    at = datetime(on.year, on.month, on.day, 12, 0, tzinfo=UTC)
    return {"words_id": words_id, "crn": CRN, "body": body, "written_at": at, **more}


@pytest.fixture
def answered(world: World) -> World:
    """Children's services answered on 12 February; an assessment of two paragraphs on the 20th."""
    world.rows["contact"] = [{"contact_id": "contact-1", "crn": CRN, "happened_on": date(2026, 2, 5)}]
    world.rows["enquiry"] = [
        {
            "enquiry_id": "enquiry-1",
            "crn": CRN,
            "agency": AGENCY,
            "kind": "child_safeguarding",
            "asked_on": date(2026, 2, 3),
            "answered_on": date(2026, 2, 12),
            "reply": "known",
        }
    ]
    world.rows["assessment"] = [
        {
            "assessment_id": "assessment-1",
            "crn": CRN,
            "started_on": date(2026, 2, 16),
            "signed_on": date(2026, 2, 20),
            "completed_on": date(2026, 2, 20),
        }
    ]
    about = {"subject": "assessment", "subject_id": "assessment-1", "section": "who_is_at_risk"}
    world.rows["words"] = [
        written("words-0", BEFORE, date(2026, 2, 5), subject_id="contact-1"),
        written(
            "words-1", REPLY, date(2026, 2, 12), subject="enquiry", subject_id="enquiry-1", section="reply"
        ),
        written("words-2", f"{FIRST}\n\n{SECOND}", date(2026, 2, 20), **about),
    ]
    world.attach([Lapse()], ladder=[LADDER])
    return world


LADDER = {
    "case_id": CRN,
    "agency": AGENCY,
    "enquiry_id": "enquiry-1",
    "needed_on": date(2026, 1, 5),
    "asked_on": date(2026, 2, 3),
    "answered_on": date(2026, 2, 12),
    "reply": "known",
}


def rungs(user: Any) -> list[str]:
    """The lines of the ladder for children's services."""
    found = lines(page(user, person(CRN)))
    start = found.index("Needed since 5 January 2026")
    return found[start + 1 : found.index("Duties in force")]


def cite(user: Any, rung: str, paragraph: str) -> Any:
    return client(user).post(f"{person(CRN)}ladder/{AGENCY}/{rung}/", {"paragraph": paragraph})


def agree(user: Any, claim: RungClaim, *, agrees: str) -> Any:
    return client(user).post(f"/paragraphs/{claim.uuid}/", {"agrees": agrees})


SINCE = (
    "An assessment was completed since the answer, on 20 February 2026. Nobody has said what it made of it."
)


def test_records_alone_say_that_an_assessment_came_after_the_answer_and_no_more(
    answered: World, cast: Any
) -> None:
    assert rungs(cast.spo) == [
        "✓",
        "Asked 3 February 2026 (29 days later)",
        "✓",
        "Answered 12 February 2026 (9 days later)",
        "Known",
        "?",
        "Analysed",
        SINCE,
        "?",
        "Used in the plan",
        SINCE,
    ]
    assert [each for each in rungs(cast.practitioner) if each.startswith("Cite")] == [
        "Cite the paragraph: Children's services, Analysed",
        "Cite the paragraph: Children's services, Used in the plan",
    ]


def test_only_paragraphs_written_since_the_answer_are_offered_beside_it(answered: World, cast: Any) -> None:
    body = page(cast.practitioner, f"{person(CRN)}ladder/{AGENCY}/analysed/")
    assert re.findall(r'name="paragraph"[^>]*value="([^"]+)"', body) == ["words-2:1", "words-2:2"]
    found = lines(body)
    assert "Sam Invented1 X900001 · Children's services, answered 12 February 2026" in found
    assert "Child 1 is subject to a child protection plan." in found
    assert f"Who is at risk (R10.1), 20 February 2026: {FIRST}" in found
    assert f"Who is at risk (R10.1), 20 February 2026: {SECOND}" in found
    assert BEFORE not in body


def test_a_paragraph_cited_waits_for_the_spo_and_is_quoted(answered: World, cast: Any) -> None:
    response = cite(cast.practitioner, "analysed", "words-2:1")
    assert (response.status_code, response["Location"]) == (302, person(CRN))
    claim = RungClaim.objects.get()
    assert (claim.crn, claim.enquiry_id, claim.rung) == (CRN, "enquiry-1", "analysed")
    assert (claim.words_id, claim.paragraph, claim.agreed) == ("words-2", 1, None)
    assert RecordText.objects.count() == 0
    own = rungs(cast.practitioner)
    assert own[own.index("…") : own.index("?")] == [
        "…",
        "Analysed 26 February 2026 (14 days later)",
        "Priya Sample says so",
        FIRST,
        "Who is at risk (R10.1), 20 February 2026, paragraph 1",
    ]
    assert "I agree" in rungs(cast.spo)
    assert "I agree" not in own


def test_the_spo_agrees_and_the_rung_says_who_said_so(answered: World, cast: Any) -> None:
    cite(cast.practitioner, "used", "words-2:2")
    response = agree(cast.spo, RungClaim.objects.get(), agrees="yes")
    claim = RungClaim.objects.get()
    assert response["Location"] == f"/texts/{claim.text.uuid}/"
    assert (claim.agreed, claim.second_by) == (True, cast.spo)
    assert claim.text.words == (
        "The answer of 12 February 2026 from Children's services was used in the plan.\n\n"
        "Where: Who is at risk (R10.1), 20 February 2026, paragraph 2\n\n"
        "Cited by Priya Sample; Huw Example agrees."
    )
    assert rungs(cast.spo)[-5:] == [
        "✓",
        "Used in the plan 26 February 2026 (14 days later)",
        "Priya Sample says so; Huw Example agrees",
        SECOND,
        "Who is at risk (R10.1), 20 February 2026, paragraph 2",
    ]


def test_where_the_spo_does_not_agree_another_paragraph_can_be_cited(answered: World, cast: Any) -> None:
    cite(cast.practitioner, "analysed", "words-2:2")
    response = agree(cast.spo, RungClaim.objects.get(), agrees="no")
    assert (response.status_code, response["Location"]) == (302, person(CRN))
    assert RecordText.objects.count() == 0
    assert SINCE in rungs(cast.spo)
    assert cite(cast.practitioner, "analysed", "words-2:1").status_code == 302
    said = RungClaim.objects.order_by("pk").values_list("paragraph", "agreed")
    assert list(said) == [(2, False), (1, None)]


@pytest.mark.parametrize("paragraph", ["words-0:1", "words-1:1", "words-2:3", ""])
def test_what_was_written_before_the_answer_or_is_not_there_cannot_be_cited(
    answered: World, cast: Any, paragraph: str
) -> None:
    assert cite(cast.practitioner, "analysed", paragraph).status_code == 422
    assert not RungClaim.objects.exists()


def test_only_the_holder_cites_and_only_a_manager_of_theirs_agrees(answered: World, cast: Any) -> None:
    assert cite(cast.spo, "analysed", "words-2:1").status_code == 403
    assert cite(cast.practitioner_elsewhere, "analysed", "words-2:1").status_code == 404
    assert not RungClaim.objects.exists()
    cite(cast.practitioner, "analysed", "words-2:1")
    claim = RungClaim.objects.get()
    assert agree(cast.practitioner, claim, agrees="yes").status_code == 403
    assert agree(cast.stranger, claim, agrees="yes").status_code == 403
    claim.refresh_from_db()
    assert (claim.agreed, claim.text) == (None, None)


def test_nothing_can_be_cited_for_a_rung_the_records_show(answered: World, cast: Any) -> None:
    assert cite(cast.practitioner, "asked", "words-2:1").status_code == 404
    assert not RungClaim.objects.exists()
