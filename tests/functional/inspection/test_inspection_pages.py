from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from assay.access.audit.models import Entry
from assay.inspection.assessments import actions
from assay.inspection.assessments.models import CitedEvidence, GivenAnswer, GivenFact, Reading
from assay.inspection.programmes.models import Inspection
from assay.inspection.samples.models import Conflict, Draw, SampledCase
from assay.inspection.samples.queries import drawn
from tests.factories import inspections as make

pytestmark = pytest.mark.django_db
JSON = {"HTTP_ACCEPT": "application/json"}


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def text(response: Any) -> str:
    return str(response.content.decode())


@pytest.fixture
def draw(cast: Any, inspectorate: str) -> Draw:
    return make.with_records(cast, settings.HOME)


@pytest.fixture
def reading(draw: Draw, cast: Any) -> Reading:
    return actions.open_reading(drawn(draw)[0], by=cast.inspector)


def post_answer(client: Client, reading: Reading, *, seen: int = 0, **given: Any) -> Any:
    fields = {"question": "C1a", "q": "C1a", "value": "no", "note": "", "seen": seen, **given}
    extra = {key: fields.pop(key) for key in list(fields) if key.startswith("HTTP_")}
    return client.post(reverse("reading-answer", args=[reading.uuid]), fields, **extra)


def test_the_lead_walks_from_the_list_to_the_allocated_sample(cast: Any, inspectorate: str) -> None:
    make.load_records(settings.HOME, make.CRNS)
    lead = signed_in(cast.lead_inspector)
    assert "No inspections yet" in text(lead.get(reverse("inspections")))
    dates = {
        f"{name}_{part}": value
        for name, day in (("announced_on", 2), ("fieldwork_on", 16), ("fieldwork_ends_on", 27))
        for part, value in (("day", day), ("month", 3), ("year", 2026))
    }
    given = {
        "name": "Invented Region 2026",
        "region": "N52",
        "framework": make.FRAMEWORK,
        "earliest": 32,
        "latest": 27,
        **dates,
    }
    wrong = lead.post(reverse("inspection-new"), {**given, "announced_on_day": 20})
    assert wrong.status_code == 422
    assert "Dates must come in order" in text(wrong)
    assert not Inspection.objects.exists()
    assert lead.post(reverse("inspection-new"), given).status_code == 302
    uuid = Inspection.objects.get().uuid

    people = {"inspectors": [str(cast.inspector.uuid)], "publishers": [str(cast.publisher.uuid)]}
    assert lead.post(reverse("inspection-people", args=[uuid]), people).status_code == 302
    assert "Announce the inspection first" in text(lead.get(reverse("sample", args=[uuid])))
    assert lead.post(reverse("inspection-announce", args=[uuid])).status_code == 302

    frame = text(lead.get(reverse("frame", args=[uuid])))
    assert "8 of 8 orders and licences considered are eligible" in frame
    assert "Ash PDU" in frame
    assert "s-X900002" in text(lead.get(reverse("frame", args=[uuid]), {"pdu": "N52A"}))

    too_many = lead.post(reverse("sample", args=[uuid]), {"size": 9, "min_per_pdu": 2, "seed": "tea"})
    assert too_many.status_code == 422
    assert "choose a number from 4 to 8" in text(too_many)
    assert not Draw.objects.exists()
    sealed = {"size": 4, "min_per_pdu": 2, "seed": "tea"}
    assert lead.post(reverse("sample", args=[uuid]), sealed).status_code == 302
    page = text(lead.get(reverse("sample", args=[uuid])))
    assert "Drawn again just now: the same cases" in page
    receipt = lead.get(reverse("receipt", args=[uuid]))
    assert receipt.content.decode() == Draw.objects.get().receipt
    assert "attachment" in receipt["Content-Disposition"]

    assert lead.post(reverse("allocation", args=[uuid])).status_code == 302
    assert SampledCase.objects.filter(reader=cast.inspector).count() == 4
    assert "Ivan Inspector" in text(lead.get(reverse("allocation", args=[uuid])))
    assert "0 of 4" in text(lead.get(reverse("inspection", args=[uuid])))


def test_a_reader_reads_cites_answers_and_signs_without_a_script(draw: Draw, cast: Any) -> None:
    client = signed_in(cast.inspector)
    assert text(client.get(reverse("readings"))).count("Begin reading") == 4
    case = drawn(draw)[0]
    begun = client.post(reverse("reading-begin", args=[case.uuid]))
    reading = Reading.objects.get()
    page = text(client.get(begun["Location"]))
    assert "Case 1 of 4" in page
    assert "Two children live there." in page
    assert "C1a" in page
    assert "Who may be harmed" in page

    where = {"q": "C1b", "tab": "timeline", "show": "enquiries", "pane": "record"}
    cite = {**where, "question": "C1b", "key": f"words:w1-{case.crn}:2"}
    back = client.post(reverse("reading-cite", args=[reading.uuid]), cite)
    assert back["Location"].endswith("?q=C1b&tab=timeline&pane=record&show=enquiries")
    after = text(client.get(back["Location"]))
    assert "SFGC · Safeguarding Check" in after
    assert "Management Oversight - General" not in after
    evidence = CitedEvidence.objects.get()
    client.post(reverse("reading-take-back", args=[reading.uuid]), {**where, "evidence": evidence.uuid})
    assert not CitedEvidence.objects.exists()

    following = post_answer(client, reading, go="next")
    assert "q=C1b" in following["Location"]
    assert "pane=questions" in following["Location"]

    facts = {
        "rosh_inspector": "very_high",
        **{k: _field(v) for k, v in make.FACTS.items() if k != "rosh_assessor"},
    }
    facts["rosh_inspector"] = "very_high"
    assert client.post(reverse("reading-facts", args=[reading.uuid]), facts).status_code == 302
    held = {"what": "interview", "held_on_day": 18, "held_on_month": 3, "held_on_year": 2026}
    assert client.post(reverse("reading-interview", args=[reading.uuid]), held).status_code == 302
    said = {"what": "remark", "said": "I had asked by telephone", "on_record": "no"}
    assert client.post(reverse("reading-interview", args=[reading.uuid]), said).status_code == 302
    assert "Said, but not on record" in text(client.get(reverse("reading-interview", args=[reading.uuid])))
    refused = client.post(reverse("reading-sign", args=[reading.uuid]))
    assert refused.status_code == 422
    assert "Not answered: C1b" in text(refused)
    for code, each in make.answers().items():
        if code != "C1a":
            post_answer(client, reading, question=code, value=each.value)
    assert client.post(reverse("reading-sign", args=[reading.uuid])).status_code == 302
    signed = text(client.get(reverse("reading", args=[reading.uuid])))
    assert "Signed" in signed
    assert "data-cite=" not in signed
    assert "Save and next" not in signed
    assert "What was signed does not change" in text(client.get(reverse("reading-sign", args=[reading.uuid])))


def _field(value: Any) -> Any:
    return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value


def test_the_script_saves_without_leaving_the_page(reading: Reading, cast: Any) -> None:
    client = signed_in(cast.inspector)
    told = post_answer(client, reading, note="thin", **JSON).json()
    assert (told["version"], told["answered"], told["asked"]) == (1, 1, 37)
    assert "Yes" not in told["map"]
    cited = client.post(
        reverse("reading-cite", args=[reading.uuid]),
        {"question": "C1a", "q": "C1a", "key": f"contact:c1-{reading.case.crn}:0"},
        **JSON,
    ).json()
    assert cited["cited"] == {f"contact:c1-{reading.case.crn}:0": ["C1a"]}
    assert "Take back" in cited["evidence"]


@pytest.mark.parametrize("headers", [{}, JSON])
def test_two_windows_with_two_answers_are_shown_side_by_side(
    reading: Reading, cast: Any, headers: dict[str, str]
) -> None:
    client = signed_in(cast.inspector)
    post_answer(client, reading, note="the first window")
    with make.nothing_written(GivenAnswer) if headers else _anything():
        clash = post_answer(client, reading, value="yes", note="the second window", **headers)
    assert clash.status_code == 409
    shown = clash.json()["conflict"] if headers else text(clash)
    assert "the first window" in shown
    assert "the second window" in shown
    assert 'name="seen" value="1"' in shown
    kept = GivenAnswer.objects.get()
    assert (kept.value, kept.note) == ("no", "the first window")


def _anything() -> Any:
    from contextlib import nullcontext

    return nullcontext()


def test_words_searched_for_never_stand_in_an_address(reading: Reading, cast: Any) -> None:
    client = signed_in(cast.inspector)
    found = client.post(reverse("reading-search", args=[reading.uuid]), {"words": "two CHILDREN", "q": "C1a"})
    assert "children" not in found["Location"].lower()
    page = text(client.get(found["Location"]))
    assert "Two children live there." in page
    assert "Management Oversight - General" not in page


def test_every_look_at_a_case_is_in_the_log(reading: Reading, cast: Any) -> None:
    before = Entry.objects.count()
    signed_in(cast.inspector).get(reverse("reading", args=[reading.uuid]))
    entry = Entry.objects.order_by("pk")[before]
    assert (entry.verb, entry.what) == ("consultation", "A case's record was read")
    assert reading.case.crn in {each.key for each in entry.subjects.all()}


@pytest.mark.parametrize("who", ["lead_inspector", "publisher", "stranger", "spo"])
def test_a_case_of_another_is_not_there(reading: Reading, cast: Any, who: str) -> None:
    client = signed_in(getattr(cast, who))
    address = reverse("reading", args=[reading.uuid])
    missing = reverse("reading", args=["00000000-0000-4000-8000-000000000000"])
    answers = client.get(address), client.get(missing)
    assert answers[0].status_code == answers[1].status_code
    assert answers[0].status_code in (403, 404)
    with make.nothing_written(GivenAnswer, CitedEvidence, GivenFact):
        for name in ("reading-answer", "reading-cite", "reading-take-back", "reading-remove", "reading-sign"):
            response = client.post(reverse(name, args=[reading.uuid]), {"question": "C1a", "value": "yes"})
            assert response.status_code in (403, 404)


def test_a_conflict_of_interest_is_declared_in_words_and_names_the_cases_to_move(
    draw: Draw, cast: Any
) -> None:
    lead = signed_in(cast.lead_inspector)
    page, post = (reverse(name, args=[draw.inspection.uuid]) for name in ("allocation", "conflict"))
    given = {"reader": str(cast.inspector.uuid), "pdu": "N52A"}
    refused = lead.post(post, given)
    assert refused.status_code == 422
    assert "There is a problem" in text(refused)
    assert '<option value="N52A" selected' in text(refused)
    assert '<details class="govuk-details" open>' in text(refused)
    assert not Conflict.objects.exists()
    assert lead.post(post, {**given, "reason": "Worked there"})["Location"] == page
    shown = text(lead.get(page))
    assert "The conflict of interest is declared." in shown
    held = [str(each.number) for each in drawn(draw) if each.pdu_code == "N52A"]
    assert f"{cast.inspector.name}, Ash PDU: Worked there" in shown
    assert f"Give these to somebody else: case {', '.join(held)}." in shown


@pytest.mark.parametrize("who", ["inspector", "publisher", "stranger", "spo"])
def test_only_the_lead_sees_frame_sample_and_allocation(draw: Draw, cast: Any, who: str) -> None:
    client = signed_in(getattr(cast, who))
    for name in ("frame", "sample", "receipt", "allocation", "inspection-people"):
        assert client.get(reverse(name, args=[draw.inspection.uuid])).status_code in (403, 404)
