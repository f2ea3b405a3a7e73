"""A sample without an extract: the lead brings a list, draws from it, and readers cite what they saw."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from assay.access.audit.models import Entry
from assay.core.errors import Refused
from assay.inspection.assessments import actions as assessments
from assay.inspection.assessments.models import CitedEvidence, Reading
from assay.inspection.programmes.models import Inspection
from assay.inspection.samples import actions, holdings, store
from assay.inspection.samples.models import Draw, SampledCase
from assay.inspection.samples.queries import drawn
from tests.factories import inspections as make
from tests.factories.long_lists import HEADINGS, LISTED_ON, content, many, row
from tests.functional.oversight.asking import lines

pytestmark = pytest.mark.django_db


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def text(response: Any) -> str:
    return str(response.content.decode())


@pytest.fixture
def inspection(cast: Any, inspectorate: str) -> Inspection:
    return make.inspection(cast)


def brought(
    client: Client, inspection: Inspection, made: io.BytesIO, *, name: str = "list.xlsx", day: int = 27
) -> Any:
    given = {"as_at_day": day, "as_at_month": 2, "as_at_year": 2026}
    file = SimpleUploadedFile(name, made.getvalue(), content_type="text/plain")
    return client.post(reverse("long-list", args=[inspection.uuid]), {**given, "file": file})


def sealed(cast: Any, inspection: Inspection, made: io.BytesIO, *, size: int = 4) -> Draw:
    lead = signed_in(cast.lead_inspector)
    assert brought(lead, inspection, made).status_code == 302
    given = {"size": size, "min_per_pdu": 2, "seed": "tea"}
    assert lead.post(reverse("sample", args=[inspection.uuid]), given).status_code == 302
    return Draw.objects.get()


def test_the_lead_brings_a_list_looks_at_the_frame_draws_and_keeps_the_receipt(
    cast: Any, inspection: Inspection
) -> None:
    lead = signed_in(cast.lead_inspector)
    for page in ("sample", "frame"):
        assert "Or draw from a long list" in text(lead.get(reverse(page, args=[inspection.uuid])))
    made = content(
        *(row(number) for number in range(1, 21)),
        row(1, startDate=make.STARTED.replace(day=20)),
        row(30, familyName="***"),
        row(31, crn="?"),
        row(32, sentenceType="UPW"),
    )
    with_limit = {"ASSAY_QUARANTINE_LIMIT": "1/20"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(*next(iter(with_limit.items())))
        assert brought(lead, inspection, made).status_code == 302
    sha256 = hashlib.sha256(made.getvalue()).hexdigest()

    page = lines(text(lead.get(reverse("long-list", args=[inspection.uuid]))))
    for said in ("24", "22", "1", sha256):
        assert said in page
    assert page[page.index("Why") + 1 : page.index("Why") + 4] == [
        "Long list",
        "24",
        "The row holds no case reference number: a letter and six digits.",
    ]
    frame = " ".join(lines(text(lead.get(reverse("frame", args=[inspection.uuid])))))
    assert "20 of 22 orders and licences considered are eligible" in frame
    assert "From a long list of 24 rows, of which 1 could not be read and are not in the frame" in frame
    assert "1 more people are not listed, because access to their records is limited." in frame
    assert "It has no requirement under which a practitioner supervises the person." in frame
    assert "The same person has an earlier order or licence in the frame." in frame

    given = {"size": 6, "min_per_pdu": 2, "seed": "tea"}
    assert lead.post(reverse("sample", args=[inspection.uuid]), given).status_code == 302
    page_text = text(lead.get(reverse("sample", args=[inspection.uuid])))
    assert "Drawn again just now: the same cases" in page_text
    assert sha256 in page_text
    receipt = json.loads(lead.get(reverse("receipt", args=[inspection.uuid])).content)
    assert receipt["origin"] == {"kind": "long_list", "sha256": sha256, "rows": 24, "refused": 1}
    assert (receipt["frame"]["eligible"], receipt["frame"]["not_listed"], receipt["size"]) == (20, 1, 6)
    draw = Draw.objects.get()
    assert draw.has_records is False
    cases = drawn(draw)
    assert len({each.crn for each in cases}) == 6
    assert {each.assignment for each in cases} <= {f"row-{number:05}" for number in range(2, 22)}
    assert all(each.crn == f"X9{int(each.assignment[4:]) - 1:05}" for each in cases)


def test_the_reasons_are_kept_beside_the_list_and_the_file_is_not(cast: Any, inspection: Inspection) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ASSAY_QUARANTINE_LIMIT", "0.5")
        brought(signed_in(cast.lead_inspector), inspection, content(row(1), row(2, startDate="?")))
    home = store.home_of(inspection.uuid)
    files = sorted(each.name for each in home.rglob("*") if each.is_file())
    assert files == ["list.json", "long_list.json", "quarantine.csv"]
    (written,) = home.rglob("quarantine.csv")
    with written.open(encoding="utf-8", newline="") as opened:
        assert [each["rule"] for each in csv.DictReader(opened)] == ["no-day"]
    kept = "".join(each.read_text("utf-8") for each in home.rglob("*") if each.is_file())
    assert "Invented" not in kept
    assert "Secret" not in kept


def test_a_file_that_is_no_workbook_is_refused_on_the_page_and_nothing_is_kept(
    cast: Any, inspection: Inspection
) -> None:
    lead = signed_in(cast.lead_inspector)
    with make.nothing_written(Draw):
        answer = brought(lead, inspection, io.BytesIO(b"crn,startDate\nX900001,2025-08-18\n"))
        assert answer.status_code == 422
        assert "This is no Excel workbook (.xlsx), whatever it is called." in text(answer)
        bad = brought(lead, inspection, content(row(1), row(2, crn="")))
        assert bad.status_code == 422
        assert "1 of 2 rows are bad; the limit is 2%." in text(bad)
        assert "There is a problem" in text(bad)
        none = lead.post(reverse("long-list", args=[inspection.uuid]), {})
        assert none.status_code == 422
        assert "Choose the workbook" in text(none)
    assert not store.home_of(inspection.uuid).exists()


def test_an_unfit_list_leaves_the_one_before(cast: Any, inspection: Inspection) -> None:
    lead = signed_in(cast.lead_inspector)
    brought(lead, inspection, many(8))
    before = store.kept_long_list(inspection.uuid)
    assert brought(lead, inspection, content(row(1, crn="?"))).status_code == 422
    assert store.kept_long_list(inspection.uuid) == before
    brought(lead, inspection, many(9))
    after = store.kept_long_list(inspection.uuid)
    assert after is not None
    assert len(after.cases) == 9
    assert len(list((store.home_of(inspection.uuid) / "long_lists").iterdir())) == 1


def test_a_list_of_a_day_after_the_announcement_is_refused(cast: Any, inspection: Inspection) -> None:
    lead = signed_in(cast.lead_inspector)
    given = {"as_at_day": 3, "as_at_month": 3, "as_at_year": 2026}
    file = SimpleUploadedFile("list.xlsx", many(8).getvalue())
    answer = lead.post(reverse("long-list", args=[inspection.uuid]), {**given, "file": file})
    assert answer.status_code == 422
    assert "The list must speak for no day after the announcement, 2 March 2026." in text(answer)
    assert store.kept_long_list(inspection.uuid) is None


def test_real_people_do_not_come_into_a_demonstration(cast: Any, inspection: Inspection) -> None:
    lead = signed_in(cast.lead_inspector)
    answer = brought(lead, inspection, content(row(1), row(2, crn="A123456")))
    assert answer.status_code == 422
    assert "This list is real, and the installation holds synthetic records." in text(answer)
    assert store.kept_long_list(inspection.uuid) is None


def test_only_the_lead_brings_a_list_and_takes_it_back_until_the_draw(
    cast: Any, inspection: Inspection
) -> None:
    path = reverse("long-list", args=[inspection.uuid])
    assert Client().get(path).status_code == 302
    for person in (cast.inspector, cast.publisher, cast.spo, cast.stranger):
        assert signed_in(person).get(path).status_code == 403
        assert brought(signed_in(person), inspection, many(8)).status_code == 403
    assert store.kept_long_list(inspection.uuid) is None
    lead = signed_in(cast.lead_inspector)
    brought(lead, inspection, many(8))
    lead.post(path, {"deed": "take back"})
    assert store.kept_long_list(inspection.uuid) is None
    assert not (store.home_of(inspection.uuid) / "long_lists").exists()
    assert Entry.objects.latest("pk").what == "A long list was taken back before the draw"
    sealed(cast, inspection, many(8))
    page = text(lead.get(path))
    assert "Take this list" not in page
    assert "Take the list back" not in page
    for act in (
        lambda: actions.take_long_list(inspection, content=many(9), as_at=LISTED_ON, by=cast.lead_inspector),
        lambda: actions.take_back_long_list(inspection, by=cast.lead_inspector),
    ):
        with make.nothing_written(Draw, SampledCase), pytest.raises(Refused, match="drawn and sealed"):
            act()
    assert store.kept_long_list(inspection.uuid) is not None


def test_a_list_stands_before_records_that_are_loaded(cast: Any, inspection: Inspection) -> None:
    make.load_records(settings.HOME, make.CRNS)
    lead = signed_in(cast.lead_inspector)
    frame = reverse("frame", args=[inspection.uuid])
    assert "Draw from a long list instead" in text(lead.get(frame))
    draw = sealed(cast, inspection, many(12))
    assert draw.has_records is False
    assert json.loads(draw.receipt)["frame"]["considered"] == 12
    assert not (store.home_of(inspection.uuid) / "snapshots").exists()


@pytest.fixture
def reading(cast: Any, inspection: Inspection) -> Reading:
    draw = sealed(cast, inspection, many(8))
    actions.allocate(inspection, by=cast.lead_inspector)
    return assessments.open_reading(drawn(draw)[0], by=cast.inspector)


def cited(client: Client, reading: Reading, **more: Any) -> Any:
    given = {
        "question": "C1a",
        "q": "C1a",
        "on_day": 20,
        "on_month": 8,
        "on_year": 2025,
        "kind": "Contact",
        "note": "The council was asked about the household.",
        **more,
    }
    return client.post(reverse("reading-cite-noted", args=[reading.uuid]), given)


def test_a_reader_cites_what_was_seen_elsewhere_by_day_kind_and_note(cast: Any, reading: Reading) -> None:
    client = signed_in(cast.inspector)
    page = text(client.get(reverse("reading", args=[reading.uuid])))
    assert "No record was brought in with this case." in page
    assert "Cite what you saw elsewhere by its day, kind and a note." in page
    assert cited(client, reading).status_code == 302
    late = cited(client, reading, on_day=5, on_month=3, on_year=2026, kind="Visit", note="Written later.")
    assert late.status_code == 302
    found = [
        (each.question, each.source, each.label, each.happened_on, each.after_announcement)
        for each in CitedEvidence.objects.all()
    ]
    assert found == [
        ("C1a", "noted", "Contact · The council was asked about the household.", date(2025, 8, 20), False),
        ("C1a", "noted", "Visit · Written later.", date(2026, 3, 5), True),
    ]
    shown = " ".join(lines(text(client.get(reverse("reading", args=[reading.uuid]), {"q": "C1a"}))))
    assert "20 August 2025 Contact · The council was asked about the household. (seen elsewhere)" in shown
    assert "written after the announcement" in shown
    taken = {"evidence": CitedEvidence.objects.first().uuid, "question": "C1a", "q": "C1a"}
    assert client.post(reverse("reading-take-back", args=[reading.uuid]), taken).status_code == 302
    assert CitedEvidence.objects.count() == 1


def test_a_citation_without_day_kind_or_note_says_what_is_missing(cast: Any, reading: Reading) -> None:
    client = signed_in(cast.inspector)
    for missing, said in (
        ("on_day", "Enter a real date"),
        ("kind", "What kind of entry"),
        ("note", "What it says"),
    ):
        answer = cited(client, reading, **{missing: ""})
        assert answer.status_code == 422
        summary = text(answer).split("There is a problem")[1][:400]
        assert said in summary
    assert not CitedEvidence.objects.exists()


def test_another_reader_and_a_case_with_its_record_are_refused(cast: Any, reading: Reading) -> None:
    with make.nothing_written(CitedEvidence):
        assert cited(signed_in(cast.stranger), reading).status_code == 403
        assert cited(signed_in(cast.lead_inspector), reading).status_code == 403


def test_where_there_is_a_record_the_record_is_cited(cast: Any, inspectorate: str) -> None:
    draw = make.with_records(cast, settings.HOME)
    reading = assessments.open_reading(drawn(draw)[0], by=cast.inspector)
    with make.nothing_written(CitedEvidence), pytest.raises(Refused, match="has its record here"):
        assessments.cite_noted(
            reading, question="C1a", on=date(2025, 8, 20), kind="Contact", note="Seen.", by=cast.inspector
        )
    page = text(signed_in(cast.inspector).get(reverse("reading", args=[reading.uuid])))
    assert "Cite what you saw under" not in page


def test_a_reading_without_a_record_can_be_signed(cast: Any, reading: Reading) -> None:
    """The risk the assessor gave is asked of the reader, since no record says it."""
    client = signed_in(cast.inspector)
    facts = text(client.get(reverse("reading-facts", args=[reading.uuid])))
    assert 'name="rosh_assessor"' in facts
    assessments.establish(reading, facts=make.FACTS, by=cast.inspector)
    for code, each in make.answers().items():
        assessments.answer(reading, question=code, value=each.value, note="", seen=0, by=cast.inspector)
    assessments.record_interview(reading, not_because="Away.", by=cast.inspector)
    assert client.post(reverse("reading-sign", args=[reading.uuid])).status_code == 302
    assert Reading.objects.get(pk=reading.pk).signed_at is not None


def test_what_is_held_about_a_person_counts_the_lists_too(cast: Any, inspection: Inspection) -> None:
    brought(signed_in(cast.lead_inspector), inspection, content(row(1), row(2), row(2)))
    found = {each.kind.worded(): each.count for each in holdings.held("X900002")}
    assert found == {"Rows of long lists": 2}
    assert holdings.held("X900009") == ()


def test_the_columns_of_a_list_are_those_of_the_published_sampler() -> None:
    from assay.inspection.samples.long_lists import COLUMNS

    assert set(COLUMNS) - {"pdu"} <= set(HEADINGS)
