"""Inspections for tests, made through the actions a lead would use."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from assay.core.standards import load
from assay.core.standards.routing import asked, route
from assay.inspection.assessments.types import Answer, Brought
from assay.inspection.programmes import actions as programmes
from assay.inspection.programmes.models import Inspection
from assay.inspection.samples import actions as samples
from assay.inspection.samples.frames import frame_of_latest
from assay.inspection.samples.models import Draw, SampledCase
from assay.inspection.samples.types import Considered, SamplingFrame
from assay.records.store import build_snapshot, latest_snapshot, open_snapshot

FRAMEWORK = "dynamic-public-protection-2025"
REGION = "N52"
ANNOUNCED = date(2026, 3, 2)
FIELDWORK = date(2026, 3, 16)
STARTED = date(2025, 8, 18)
AS_AT = date(2026, 2, 27)

FACTS: Mapping[str, Any] = {
    "sentence_kind": "community_order",
    "contact_suspended": False,
    "rosh_assessor": "medium",
    "rosh_inspector": "high",
    "sex": "male",
    "age_band": "36-55",
    "ethnicity": "white",
    "offence_type": "violence",
    "domestic_abuse": True,
    "child_safeguarding": True,
    "practitioner_inexperienced": False,
}

PDUS = {"N52A": "Ash PDU", "N52B": "Birch PDU"}


def inspection(cast: Any, *, announced: bool = True, **more: Any) -> Inspection:
    """An inspection led by the cast's lead, with the inspector and the publisher in it."""
    lead = cast.lead_inspector
    programme = programmes.make_programme("Dynamic inspection", framework_id=FRAMEWORK, by=lead)
    given = {
        "name": "Invented Region 2026",
        "region_code": REGION,
        "region_name": "Invented Region",
        "announced_on": ANNOUNCED,
        "fieldwork_on": FIELDWORK,
        "fieldwork_ends_on": FIELDWORK + timedelta(days=11),
        **more,
    }
    made = programmes.make_inspection(programme, by=lead, **given)
    programmes.add_people(
        made, people=[(cast.inspector, "inspector"), (cast.publisher, "publisher")], by=lead
    )
    if announced:
        programmes.announce(made, by=lead)
        made.refresh_from_db()
    return made


def frame(sizes: Mapping[str, int], **more: Any) -> SamplingFrame:
    """A frame of invented assignments, so many in each PDU; "N52A-001" and so on."""
    considered = tuple(
        Considered(
            assignment=f"{pdu}-{number:03}",
            case=f"X9{place}{number:04}",
            pdu_code=pdu,
            pdu_name=PDUS.get(pdu, f"{pdu} PDU"),
            kind="community_order",
            started_on=STARTED,
        )
        for place, (pdu, size) in enumerate(sorted(sizes.items()))
        for number in range(1, size + 1)
    )
    given = {"not_listed": 0, "snapshot": "s", "as_at": AS_AT, "started_between": (STARTED, STARTED), **more}
    return SamplingFrame(considered=considered, **given)


def sealed(cast: Any, *, sizes: Mapping[str, int] | None = None, size: int = 4, seed: str = "seed") -> Draw:
    """A sealed draw of invented assignments, without records."""
    made = inspection(cast)
    drawn_from = frame(sizes or {"N52A": 6, "N52B": 10})
    return samples.seal(made, frame=drawn_from, size=size, seed=seed, by=cast.lead_inspector)


def rows_of(crns: list[str], *, later: bool = False) -> dict[str, list[dict[str, Any]]]:
    """Rows for a small region of two PDUs: even CRNs in Ash, odd in Birch; each with enquiry, words, plan.
    With ``later``, also a visit of 10 January that was written up on 5 March, after the announcement."""
    units = [
        {"unit_code": "N52", "kind": "region", "name": "Invented Region"},
        *(
            {"unit_code": code, "kind": "pdu", "name": name, "parent_code": "N52"}
            for code, name in PDUS.items()
        ),
        *(
            {"unit_code": f"{code}1", "kind": "lau", "name": f"{code} town", "parent_code": code}
            for code in PDUS
        ),
        *(
            {"unit_code": f"{code}1T1", "kind": "team", "name": f"{code} team", "parent_code": f"{code}1"}
            for code in PDUS
        ),
    ]
    staff = [
        {
            "staff_code": f"P{code}",
            "username": f"Po{code}",
            "forename": "Pat",
            "surname": code,
            "team_code": f"{code}1T1",
            "started_on": date(2015, 1, 1),
            "qualified_on": date(2017, 1, 1),
        }
        for code in PDUS
    ]
    home = {crn: list(PDUS)[int(crn[-1]) % 2] for crn in crns}
    late = datetime(2026, 3, 5, 9, tzinfo=UTC)
    then = datetime(2025, 8, 20, 9, tzinfo=UTC)
    return {
        "organisation": units,
        "practitioner": staff,
        "person": [{"crn": crn, "forename": "S.", "surname": f"Invented {crn[-3:]}"} for crn in crns],
        "sentence": [
            {
                "sentence_id": f"s-{crn}",
                "crn": crn,
                "sentenced_on": STARTED,
                "started_on": STARTED,
                "expected_end_on": date(2026, 8, 18),
            }
            for crn in crns
        ],
        "allocation": [
            {
                "allocation_id": f"a-{crn}",
                "crn": crn,
                "staff_code": f"P{home[crn]}",
                "team_code": f"{home[crn]}1T1",
                "opened_on": STARTED,
            }
            for crn in crns
        ],
        "offence": [
            {"offence_id": f"o-{crn}", "crn": crn, "sentence_id": f"s-{crn}", "main": True} for crn in crns
        ],
        "rosh": [{"rosh_id": f"r-{crn}", "crn": crn, "level": "high", "opened_on": STARTED} for crn in crns],
        "registration": [
            {"registration_id": f"g-{crn}", "crn": crn, "type": "RCCO", "opened_on": STARTED} for crn in crns
        ],
        "contact": [
            row
            for crn in crns
            for row in [
                {
                    "contact_id": f"c1-{crn}",
                    "crn": crn,
                    "type": "SFGC",
                    "happened_on": date(2025, 8, 20),
                    "recorded_at": then,
                },
                {
                    "contact_id": f"c2-{crn}",
                    "crn": crn,
                    "type": "MO1",
                    "happened_on": date(2025, 9, 1),
                    "recorded_at": datetime(2025, 9, 1, 9, tzinfo=UTC),
                },
                {
                    "contact_id": f"c3-{crn}",
                    "crn": crn,
                    "type": "COHV",
                    "happened_on": date(2026, 1, 10),
                    "recorded_at": late,
                },
            ][: 3 if later else 2]
        ],
        "assessment": [
            {
                "assessment_id": f"as-{crn}",
                "crn": crn,
                "started_on": date(2025, 8, 25),
                "completed_on": date(2025, 9, 5),
                "staff_code": f"P{home[crn]}",
            }
            for crn in crns
        ],
        "plan_row": [{"plan_row_id": f"p-{crn}", "crn": crn, "assessment_id": f"as-{crn}"} for crn in crns],
        "words": [
            row
            for crn in crns
            for row in (
                {
                    "words_id": f"w1-{crn}",
                    "crn": crn,
                    "subject_id": f"c1-{crn}",
                    "body": "Asked the council about the household.\n\nTwo children live there.",
                    "written_at": then,
                    "author": f"P{home[crn]}",
                },
                {
                    "words_id": f"w2-{crn}",
                    "crn": crn,
                    "subject": "assessment",
                    "subject_id": f"as-{crn}",
                    "section": "who_is_at_risk",
                    "kind": "judgement",
                    "body": "His partner and her children.",
                    "written_at": then,
                    "author": f"P{home[crn]}",
                },
            )
        ],
    }


def load_records(
    home: Path, crns: list[str], *, as_at: date = AS_AT, later: bool = False, **rows: Any
) -> None:
    """Records of these people, loaded into an installation's home."""
    from tests.factories.records import tables

    build_snapshot(
        tables(**{**rows_of(crns, later=later), **rows}),
        home=home / "records",
        as_at=as_at,
        provider=REGION,
        synthetic=True,
    )


CRNS = [f"X90000{n}" for n in range(1, 9)]


def with_records(cast: Any, home: Path, *, size: int = 4, allocate: bool = True) -> Draw:
    """An inspection whose cases have records to read; by default allocated to the cast's inspector."""
    from tests.factories.records import load_once

    load_once(home / "records", key="inspections", load=lambda records: load_records(records.parent, CRNS))
    made = inspection(cast)
    drawn_from = frame_of_latest(
        home / "records",
        region_code=REGION,
        started_between=(date(2025, 8, 4), date(2025, 9, 8)),
        announced_on=ANNOUNCED,
    )
    assert drawn_from is not None
    snapshot = latest_snapshot(home / "records")
    assert snapshot is not None
    with open_snapshot(snapshot) as reader:
        draw = samples.seal(
            made, frame=drawn_from, size=size, seed="seed", by=cast.lead_inspector, records=reader
        )
    if allocate:
        samples.allocate(made, by=cast.lead_inspector)
        made.refresh_from_db()
    return draw


def brought_up_to_date(draw: Draw, cast: Any, home: Path, crns: list[str] = CRNS, **rows: Any) -> None:
    """A later load, with what was written after the announcement, brought into the inspection's copy."""
    load_records(home, crns, as_at=date(2026, 3, 6), later=True, **rows)
    snapshot = latest_snapshot(home / "records")
    assert snapshot is not None
    with open_snapshot(snapshot) as records:
        samples.bring_records_up_to_date(draw.inspection, records=records, by=cast.lead_inspector)


def answers(facts: Mapping[str, Any] = FACTS, **changed: str) -> dict[str, Answer]:
    """An answer for every question that applies: yes, but for those named."""
    framework = load(FRAMEWORK)
    instrument = route(framework, facts).instrument
    given = {question.code: changed.get(question.code, "yes") for _, question in framework.asked(instrument)}
    return {
        each.question.code: Answer(question=each.question.code, value=given[each.question.code], note="")
        for each in asked(framework, instrument, facts=facts, answers=given)
        if each.applies
    }


def brought(case: SampledCase, facts: Mapping[str, Any] = FACTS, **changed: str) -> Brought:
    """A whole reading of a drawn case, ready to be brought in."""
    return Brought(assignment_ref=case.assignment, facts=facts, answers=answers(facts, **changed))


@contextmanager
def nothing_written(*models: Any) -> Any:
    """No row of these tables, nor of the log, is added, changed or taken away inside."""
    from assay.access.audit.models import Entry

    def content() -> list[Any]:
        return [list(model.objects.order_by("pk").values()) for model in (*models, Entry)]

    before = content()
    yield
    assert content() == before
