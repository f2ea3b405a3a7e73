from __future__ import annotations

import json
import time
from datetime import date
from typing import Any

import pytest
from django.conf import settings

from assay.access.audit.models import Entry, EntrySubject
from assay.core.errors import Refused
from assay.core.estimation.verifying import faults, sample_as_it_stands
from assay.inspection.assessments import actions, queries
from assay.inspection.assessments.models import CitedEvidence, GivenAnswer, GivenFact, Reading
from assay.inspection.assessments.rules import Changed
from assay.inspection.findings.queries import gathered
from assay.inspection.programmes import actions as programmes
from assay.inspection.programmes.models import Inspection, Membership, StateChange
from assay.inspection.samples import actions as samples
from assay.inspection.samples import rules as sample_rules
from assay.inspection.samples import store
from assay.inspection.samples.models import Draw, SampledCase
from assay.inspection.samples.queries import checked, drawn, receipt_text, sealed
from tests.factories import inspections as make

pytestmark = pytest.mark.django_db
EVERYTHING = (
    Inspection,
    StateChange,
    Membership,
    Draw,
    SampledCase,
    Reading,
    GivenAnswer,
    GivenFact,
    CitedEvidence,
)


@pytest.fixture
def draw(cast: Any, inspectorate: str) -> Draw:
    return make.with_records(cast, settings.HOME)


@pytest.fixture
def reading(draw: Draw, cast: Any) -> Reading:
    return actions.open_reading(drawn(draw)[0], by=cast.inspector)


def fill(reading: Reading, cast: Any, **changed: str) -> None:
    """Everything a signature needs."""
    actions.establish(reading, facts={"rosh_inspector": "high"}, by=cast.inspector)
    for code, each in make.answers(**changed).items():
        actions.answer(reading, question=code, value=each.value, seen=0, by=cast.inspector)
    actions.record_interview(reading, held_on=date(2026, 3, 18), by=cast.inspector)


# Programmes


def test_every_state_is_reached_in_order_and_logged(cast: Any, inspectorate: str) -> None:
    made = make.inspection(cast)
    assert made.state == "announced"
    assert [each.state for each in made.changes.all()] == ["draft", "announced"]
    assert Entry.objects.filter(what="An inspection came into another state").count() == 1


@pytest.mark.parametrize(
    "event", ["seal", "begin_reading", "finish_reading", "moderate", "report", "publish"]
)
def test_a_state_cannot_be_jumped_to(cast: Any, inspectorate: str, event: str) -> None:
    made = make.inspection(cast, announced=False)
    with make.nothing_written(*EVERYTHING), pytest.raises(Refused, match="cannot be done now"):
        programmes.move(made, event, by=cast.lead_inspector)


def test_only_a_lead_makes_an_inspection_and_only_its_lead_announces_it(cast: Any, inspectorate: str) -> None:
    made = make.inspection(cast, announced=False)
    for person in (cast.inspector, cast.publisher, cast.stranger, cast.spo):
        with make.nothing_written(*EVERYTHING):
            with pytest.raises(Refused):
                programmes.announce(made, by=person)
            with pytest.raises(Refused):
                programmes.make_programme("Another", framework_id=make.FRAMEWORK, by=person)


def test_the_lead_is_never_the_publisher(cast: Any, inspectorate: str) -> None:
    from assay.access.accounts import actions as accounts
    from assay.access.accounts.roles import Role
    from assay.access.audit.types import SYSTEM

    made = make.inspection(cast, announced=False)
    accounts.grant(cast.lead_inspector, role=Role.PUBLISHER, by=SYSTEM, on=date(2026, 1, 1))
    with make.nothing_written(*EVERYTHING), pytest.raises(Refused, match="second person"):
        programmes.add_people(made, people=[(cast.lead_inspector, "publisher")], by=cast.lead_inspector)


def test_dates_out_of_order_and_a_framework_not_yet_in_force_are_refused(
    cast: Any, inspectorate: str
) -> None:
    programmes.make_programme("Dynamic inspection", framework_id=make.FRAMEWORK, by=cast.lead_inspector)
    for wrong in (
        {"announced_on": date(2026, 3, 17)},
        {"fieldwork_ends_on": date(2026, 3, 1)},
        {"weeks_before": (20, 27)},
        {"announced_on": date(2025, 10, 1)},
    ):
        with make.nothing_written(Inspection, Membership), pytest.raises(Refused):
            make.inspection(cast, **wrong)


# Samples


def test_a_sealed_draw_repeats_from_its_receipt_and_copies_the_records(draw: Draw, cast: Any) -> None:
    assert checked(draw.inspection, user=cast.lead_inspector) == ()
    receipt = json.loads(draw.receipt)
    assert sample_rules.receipt_hash(receipt) == draw.receipt_hash
    cases = drawn(draw)
    assert [each.number for each in cases] == [1, 2, 3, 4]
    assert [each["assignment"] for each in receipt["cases"]] == [each.assignment for each in cases]
    copied = set(draw.cases.values_list("crn", flat=True))
    with store.open_records(draw.inspection.uuid) as reader:
        assert reader is not None
        assert {each["crn"] for each in reader.rows("SELECT crn FROM r.person")} == copied
        assert len(reader.words(cases[0].crn)) == 2
        assert copied < set(make.CRNS)


def test_the_copy_outlives_the_records_it_was_made_from(draw: Draw, cast: Any, reading: Reading) -> None:
    make.load_records(settings.HOME, ["X900099"])
    found = queries.case_record(reading, user=cast.inspector)
    assert found is not None
    assert found.person.crn == reading.case.crn


def test_a_sample_cannot_be_drawn_twice(draw: Draw, cast: Any) -> None:
    inspection = Inspection.objects.get()
    with make.nothing_written(*EVERYTHING), pytest.raises(Refused, match="cannot be done now"):
        samples.seal(inspection, frame=make.frame({"N52A": 9}), size=4, seed="again", by=cast.lead_inspector)


def test_records_of_a_later_day_than_the_announcement_are_refused(cast: Any, inspectorate: str) -> None:
    made = make.inspection(cast)
    late = make.frame({"N52A": 9}, as_at=date(2026, 3, 3))
    with make.nothing_written(*EVERYTHING), pytest.raises(Refused, match="after the announcement"):
        samples.seal(made, frame=late, size=4, seed="x", by=cast.lead_inspector)


@pytest.mark.parametrize("size", [1, 17])
def test_a_draw_that_cannot_be_made_leaves_the_inspection_as_it_was(
    cast: Any, inspectorate: str, size: int
) -> None:
    made = make.inspection(cast)
    drawn_from = make.frame({"N52A": 6, "N52B": 10})
    with make.nothing_written(*EVERYTHING), pytest.raises(Refused, match="cannot be drawn"):
        samples.seal(made, frame=drawn_from, size=size, seed="x", by=cast.lead_inspector)
    assert store.kept_frame(made.uuid) is None


def test_a_draw_too_small_for_every_pdu_still_names_them_all_and_can_be_counted(
    cast: Any, inspectorate: str
) -> None:
    made = make.inspection(cast)
    frame = make.frame({"N52A": 9, "N52B": 8, "N52C": 2})
    draw = samples.seal(made, frame=frame, size=2, min_per_pdu=0, seed="seed", by=cast.lead_inspector)
    made.refresh_from_db()
    found = sealed(made, user=cast.lead_inspector)
    assert found is not None
    assert [(each.pdu_name, each.drawn, each.eligible) for each in found.strata] == [
        ("Ash PDU", 1, 9),
        ("Birch PDU", 1, 8),
        ("N52C PDU", 0, 2),
    ]
    assert checked(made, user=cast.lead_inspector) == ()
    samples.allocate(made, by=cast.lead_inspector)
    made.refresh_from_db()
    brought = [make.brought(case) for case in drawn(draw)]
    actions.import_readings(made, readings=brought, by=cast.lead_inspector)
    effective = gathered(made, user=cast.lead_inspector).finding("effective-work")
    assert effective is not None
    assert effective.estimate is not None
    assert (effective.count.numerator, effective.count.denominator, effective.weighted) == (2, 2, None)
    assert effective.estimate.lower == 4 / 19


def test_only_the_lead_draws_allocates_or_replaces(draw: Draw, cast: Any) -> None:
    case = drawn(draw)[0]
    for person in (cast.inspector, cast.publisher, cast.stranger):
        with make.nothing_written(*EVERYTHING):
            with pytest.raises(Refused):
                samples.allocate(draw.inspection, by=person)
            with pytest.raises(Refused):
                samples.allocate_case(case, to=cast.inspector, by=person)
            with pytest.raises(Refused):
                actions.replace_case(case, reason="because", by=person)


def test_a_replacement_is_the_next_in_order_with_its_reason(cast: Any, inspectorate: str) -> None:
    draw = make.sealed(cast)
    samples.allocate(draw.inspection, by=cast.lead_inspector)
    case = drawn(draw)[0]
    following = draw.cases.filter(pdu_code=case.pdu_code, standing="reserve").order_by("position").first()
    assert following is not None
    put_in = actions.replace_case(case, reason="The person’s record is restricted", by=cast.lead_inspector)
    assert (put_in.assignment, put_in.number, put_in.reader) == (following.assignment, 1, cast.inspector)
    assert drawn(draw)[0].assignment == following.assignment
    found = sealed(Inspection.objects.get(), user=cast.lead_inspector)
    assert found is not None
    assert found.cases[0].replaces == "The person’s record is restricted"
    assert draw.receipt == Draw.objects.get().receipt
    with make.nothing_written(*EVERYTHING):
        with pytest.raises(Refused, match="not in the sample"):
            actions.replace_case(SampledCase.objects.get(pk=case.pk), reason="again", by=cast.lead_inspector)
        with pytest.raises(Refused, match="No case stands by"):
            actions.replace_case(put_in, reason="again", by=cast.lead_inspector)
        with pytest.raises(Refused, match="Say why"):
            actions.replace_case(drawn(draw)[3], reason=" ", by=cast.lead_inspector)


def test_the_receipt_that_is_downloaded_has_the_replacements_and_still_fits(
    cast: Any, inspectorate: str
) -> None:
    draw = make.sealed(cast, sizes={"N52A": 30, "N52B": 40}, size=20)
    assert receipt_text(draw) == draw.receipt
    samples.allocate(draw.inspection, by=cast.lead_inspector)
    for number in (12, 1, 2, 15):
        actions.replace_case(drawn(draw)[number - 1], reason=f"number {number}", by=cast.lead_inspector)
    given = json.loads(receipt_text(draw))
    assert [each["reason"] for each in given["replacements"]] == [
        "number 1",
        "number 2",
        "number 12",
        "number 15",
    ]
    assert faults(given) == ()
    assert set(sample_as_it_stands(given).ids) == {each.assignment for each in drawn(draw)}
    assert given["seal"] == draw.receipt_hash
    # A receipt of the first version stays as it was sealed.
    draw.receipt = draw.receipt.replace('"receipt_version": 2', '"receipt_version": 1')
    assert receipt_text(draw) == draw.receipt


def test_a_conflict_of_interest_keeps_cases_away(cast: Any, inspectorate: str) -> None:
    draw = make.sealed(cast)
    inspection = draw.inspection
    samples.declare_conflict(
        inspection, user=cast.inspector, pdu_code="N52A", reason="Worked there", by=cast.inspector
    )
    samples.allocate(inspection, by=cast.lead_inspector)
    assert {each.pdu_code for each in drawn(draw) if each.reader} == {"N52B"}
    left = next(each for each in drawn(draw) if each.pdu_code == "N52A")
    with make.nothing_written(*EVERYTHING), pytest.raises(Refused, match="conflict of interest"):
        samples.allocate_case(left, to=cast.inspector, by=cast.lead_inspector)


# Readings


def test_the_record_s_facts_are_noted_once_and_kept_apart_from_the_reader_s(
    reading: Reading, cast: Any
) -> None:
    assert reading.facts_of_record["rosh_assessor"] == "high"
    assert reading.facts_of_record["child_safeguarding"] is True
    assert "rosh_inspector" not in reading.facts_of_record
    actions.establish(
        reading, facts={"rosh_inspector": "medium", "child_safeguarding": False}, by=cast.inspector
    )
    facts = queries.in_hand(reading, user=cast.inspector).facts
    assert (facts["rosh_assessor"].value, facts["rosh_inspector"].value) == ("high", "medium")
    assert (facts["child_safeguarding"].from_record, facts["child_safeguarding"].value) == (True, False)
    with make.nothing_written(*EVERYTHING), pytest.raises(Refused, match="choose one"):
        actions.establish(reading, facts={"rosh_inspector": "enormous"}, by=cast.inspector)


def test_an_answer_is_kept_as_given_and_every_change_is_in_the_log(reading: Reading, cast: Any) -> None:
    assert actions.answer(reading, question="C1a", value="no", note="thin", seen=0, by=cast.inspector) == 1
    assert actions.answer(reading, question="C1a", value="yes", seen=1, by=cast.inspector) == 2
    kept = GivenAnswer.objects.get()
    assert (kept.value, kept.note, kept.version) == ("yes", "", 2)
    last = Entry.objects.filter(what="An answer was given").last()
    assert last is not None
    assert json.loads(last.payload.content)["before"] == {"value": "no", "note": "thin", "reason": ""}


@pytest.mark.parametrize("seen", [0, 1])
def test_the_same_answer_again_writes_nothing(reading: Reading, cast: Any, seen: int) -> None:
    actions.answer(reading, question="C1a", value="no", seen=0, by=cast.inspector)
    with make.nothing_written(*EVERYTHING):
        assert actions.answer(reading, question="C1a", value="no", seen=seen, by=cast.inspector) == 1


@pytest.mark.parametrize("seen", [0, 2])
def test_an_answer_over_another_version_is_a_conflict_and_never_merged(
    reading: Reading, cast: Any, seen: int
) -> None:
    actions.answer(reading, question="C1a", value="no", note="first", seen=0, by=cast.inspector)
    with make.nothing_written(*EVERYTHING), pytest.raises(Changed) as conflict:
        actions.answer(reading, question="C1a", value="yes", note="second", seen=seen, by=cast.inspector)
    assert (conflict.value.theirs.value, conflict.value.theirs.note, conflict.value.version) == (
        "no",
        "first",
        1,
    )


@pytest.mark.parametrize(
    ("question", "value", "reason", "says"),
    [
        ("C9", "yes", "", "no question C9"),
        ("C1a", "perhaps", "", "not answered that way"),
        ("C1a", "does_not_apply", " ", "Say why"),
        ("C1", "does_not_apply", "no", "not answered that way"),
        ("I1a", "does_not_apply", "no", "not answered that way"),
    ],
)
def test_an_answer_off_the_scale_is_refused(
    reading: Reading, cast: Any, question: str, value: str, reason: str, says: str
) -> None:
    with make.nothing_written(*EVERYTHING), pytest.raises(Refused) as refused:
        actions.answer(reading, question=question, value=value, reason=reason, seen=0, by=cast.inspector)
    assert says in refused.value.message.worded()


def test_an_entry_and_a_paragraph_are_cited_and_taken_back(reading: Reading, cast: Any) -> None:
    crn = reading.case.crn
    entry = actions.cite(reading, question="C1b", key=f"contact:c1-{crn}:0", by=cast.inspector)
    words = actions.cite(reading, question="C1b", key=f"words:w1-{crn}:2", by=cast.inspector)
    assert (entry.label, words.paragraph) == ("SFGC · Safeguarding Check", 2)
    with make.nothing_written(*EVERYTHING):
        actions.cite(reading, question="C1b", key=f"words:w1-{crn}:2", by=cast.inspector)
        other = next(each for each in make.CRNS if each != crn)
        for key in (f"words:w1-{crn}:3", f"contact:c1-{other}:0", "contact:nonsense:0", "nonsense"):
            with pytest.raises(Refused, match="not in the case's record"):
                actions.cite(reading, question="C1b", key=key, by=cast.inspector)
    actions.take_back(entry, by=cast.inspector)
    assert [each.pk for each in CitedEvidence.objects.all()] == [words.pk]
    assert Entry.objects.filter(what="Evidence was taken back").count() == 1


def test_an_unfinished_reading_is_not_signed_and_the_refusal_names_what_is_missing(
    reading: Reading, cast: Any
) -> None:
    with make.nothing_written(*EVERYTHING), pytest.raises(Refused) as refused:
        actions.sign(reading, by=cast.inspector)
    sentence = refused.value.message.worded()
    assert "Risk of serious harm in your own judgement" in sentence
    assert "Not answered: C1a, C1b, C1c, C1, C2a" in sentence
    assert "interview" in sentence


def test_one_missing_answer_is_enough_to_refuse(reading: Reading, cast: Any) -> None:
    fill(reading, cast)
    actions.answer(reading, question="O1c", value="", note="still thinking", seen=1, by=cast.inspector)
    with make.nothing_written(*EVERYTHING), pytest.raises(Refused, match="cannot be signed") as refused:
        actions.sign(reading, by=cast.inspector)
    assert refused.value.message.worded() == "This reading cannot be signed yet. Not answered: O1c."


def test_signed_is_frozen_for_every_write_there_is(reading: Reading, cast: Any) -> None:
    fill(reading, cast)
    evidence = actions.cite(
        reading, question="C1a", key=f"contact:c1-{reading.case.crn}:0", by=cast.inspector
    )
    remark = actions.add_remark(reading, said="We talked", on_record=False, by=cast.inspector)
    actions.sign(reading, by=cast.inspector)
    by = {"by": cast.inspector}
    writes = {
        "answer": lambda: actions.answer(reading, question="C1a", value="no", seen=1, **by),
        "establish": lambda: actions.establish(reading, facts={"sex": "female"}, **by),
        "cite": lambda: actions.cite(reading, question="C1a", key="contact:c2:0", **by),
        "cite_noted": lambda: actions.cite_noted(
            reading, question="C1a", on=date(2026, 1, 1), kind="x", note="y", **by
        ),
        "take_back": lambda: actions.take_back(evidence, **by),
        "record_interview": lambda: actions.record_interview(reading, not_because="ill", **by),
        "add_remark": lambda: actions.add_remark(reading, said="more", on_record=True, **by),
        "mark_missed": lambda: actions.mark_missed(
            reading, happened_on=date(2026, 1, 1), who="x", known="y", **by
        ),
        "raise_flag": lambda: actions.raise_flag(reading, kind="risk", note="x", **by),
        "remove": lambda: actions.remove(remark, **by),
        "sign": lambda: actions.sign(reading, **by),
        "replace_case": lambda: actions.replace_case(reading.case, reason="x", by=cast.lead_inspector),
    }
    not_writes = {"import_readings", "note_opened", "open_reading"}
    assert set(writes) | not_writes == set(actions.__all__)
    for write in writes.values():
        with make.nothing_written(*EVERYTHING), pytest.raises(Refused):
            write()


def test_a_signed_reading_says_all_a_finding_needs(reading: Reading, cast: Any) -> None:
    fill(reading, cast, I1a="no", O1b="no", E1="no")
    actions.sign(reading, by=cast.inspector)
    (found,) = queries.signed_readings(Inspection.objects.get(), user=cast.lead_inspector)
    assert found.instrument == "core"
    assert len(found.answers) == 37
    assert found.answers["E1"].value == "no"
    assert (found.answers["I1f"].value, found.answers["I1f"].reason) == (
        "does_not_apply",
        "information from the police was not necessary in this case",
    )
    assert found.answers["O1c"].reason == "there is no oversight on the record"
    assert found.facts["rosh_inspector"] == "high"
    assert found.pdu in make.PDUS


def test_a_corrected_fact_routes_the_case_to_the_other_questions(reading: Reading, cast: Any) -> None:
    assert queries.in_hand(reading, user=cast.inspector).instrument == "core"
    actions.establish(reading, facts={"contact_suspended": True, "days_to_suspension": 30}, by=cast.inspector)
    now = queries.in_hand(Reading.objects.get(), user=cast.inspector)
    assert now.instrument == "adjusted"
    assert "8 weeks or less" in now.because.worded()
    assert now.place("A1a") is not None
    assert now.place("C1a") is None


def test_nobody_writes_in_another_s_reading(reading: Reading, cast: Any) -> None:
    for person in (cast.lead_inspector, cast.publisher, cast.stranger, cast.spo):
        with make.nothing_written(*EVERYTHING), pytest.raises(Refused):
            actions.answer(reading, question="C1a", value="yes", seen=0, by=person)
        assert queries.reading(reading.uuid, user=person) is None
        assert queries.case_record(reading, user=person) is None


def test_the_lead_opens_a_case_once_it_is_signed_and_not_before(reading: Reading, cast: Any) -> None:
    assert queries.reading(reading.uuid, user=cast.lead_inspector) is None
    fill(reading, cast)
    actions.sign(reading, by=cast.inspector)
    found = queries.reading(reading.uuid, user=cast.lead_inspector)
    assert found is not None
    assert not found.may_write


def test_a_limit_of_access_is_kept_whoever_the_case_is_allocated_to(cast: Any, inspectorate: str) -> None:
    from assay.access.accounts import actions as accounts
    from assay.access.audit.types import SYSTEM

    draw = make.with_records(cast, settings.HOME)
    reading = actions.open_reading(drawn(draw)[0], by=cast.inspector)
    assert queries.case_record(reading, user=cast.inspector) is not None
    accounts.identify(cast.inspector, staff_code="", delius_username="IvanI", by=SYSTEM)
    cast.inspector.refresh_from_db()
    limit = {"crn": reading.case.crn, "username": "IvanI", "kind": "excluded", "opened_on": date(2026, 1, 1)}
    make.brought_up_to_date(draw, cast, settings.HOME, access_limitation=[limit])
    assert queries.case_record(reading, user=cast.inspector) is None


def test_the_last_signature_moves_the_inspection_on(draw: Draw, cast: Any) -> None:
    for case in drawn(draw):
        reading = actions.open_reading(case, by=cast.inspector)
        assert Inspection.objects.get().state == "reading"
        fill(reading, cast)
        actions.sign(reading, by=cast.inspector)
    assert Inspection.objects.get().state == "signed"
    programmes.moderate(Inspection.objects.get(), by=cast.lead_inspector)
    assert Inspection.objects.get().state == "moderated"


def test_eighty_four_readings_are_brought_in_quickly_and_the_inspection_moves_on(
    cast: Any, inspectorate: str
) -> None:
    draw = make.sealed(cast, sizes={f"N52{n:02}": 100 + n for n in range(11)}, size=84)
    samples.allocate(draw.inspection, by=cast.lead_inspector)
    inspection = Inspection.objects.get()
    brought = [make.brought(each) for each in drawn(draw)]
    begun = time.process_time()
    assert actions.import_readings(inspection, readings=brought, by=cast.lead_inspector) == 84
    assert time.process_time() - begun < 10
    inspection.refresh_from_db()
    assert inspection.state == "signed"
    found = queries.signed_readings(inspection, user=cast.lead_inspector)
    assert len(found) == 84
    assert {len(each.answers) for each in found} == {37}
    assert queries.signed_readings(inspection, user=cast.stranger) == ()


def test_one_bad_reading_brings_in_none(cast: Any, inspectorate: str) -> None:
    draw = make.sealed(cast)
    samples.allocate(draw.inspection, by=cast.lead_inspector)
    inspection = Inspection.objects.get()
    brought = [make.brought(each) for each in drawn(draw)]
    short = make.Brought(
        assignment_ref=brought[-1].assignment_ref,
        facts=make.FACTS,
        answers={code: each for code, each in brought[-1].answers.items() if code != "E1"},
    )
    with make.nothing_written(*EVERYTHING), pytest.raises(Refused, match="cannot be signed") as refused:
        actions.import_readings(inspection, readings=[*brought[:-1], short], by=cast.lead_inspector)
    assert "Not answered: E1" in refused.value.message.worded()
    with make.nothing_written(*EVERYTHING), pytest.raises(Refused):
        actions.import_readings(inspection, readings=brought, by=cast.inspector)


def test_every_write_is_in_the_log_with_its_case(reading: Reading, cast: Any) -> None:
    before = Entry.objects.count()
    actions.answer(reading, question="C1a", value="yes", seen=0, by=cast.inspector)
    actions.mark_missed(
        reading, happened_on=date(2025, 11, 3), who="The practitioner", known="A call-out", by=cast.inspector
    )
    actions.raise_flag(reading, kind="good_practice", note="Clear plan", by=cast.inspector)
    entries = Entry.objects.order_by("pk")[before:]
    assert len(entries) == 3
    for each in entries:
        assert each.actor_key == str(cast.inspector.uuid)
        assert EntrySubject.objects.filter(entry=each, kind="case", key=reading.case.crn).exists()
