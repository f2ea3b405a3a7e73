"""An inspectorate's long list: read row by row, cleared of whom it is about, seen through for twins."""

from __future__ import annotations

import hashlib
import io
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from assay.core.errors import Unfit
from assay.inspection.samples import rules
from assay.inspection.samples.frames import frame_from_json, frame_json, frame_of_long_list
from assay.inspection.samples.long_lists import read_long_list
from assay.inspection.samples.types import LongList, SamplingFrame
from assay.records.codes import delivery_units
from assay.records.sources.quarantine import Quarantine
from tests.factories.inspections import ANNOUNCED, STARTED
from tests.factories.long_lists import HEADINGS, LISTED_ON, book, content, many, row

WINDOW = (STARTED - timedelta(days=14), STARTED + timedelta(days=14))


def read(
    found: io.BytesIO, limit: Fraction = Fraction(1, 2), region: str = "N52"
) -> tuple[LongList, Quarantine]:
    return read_long_list(found, file="long list", as_at=LISTED_ON, region_code=region, limit=limit)


def frame(found: io.BytesIO) -> SamplingFrame:
    taken, _ = read(found)
    return frame_of_long_list(taken, region_code="N52", started_between=WINDOW, announced_on=ANNOUNCED)


def reasons(found: SamplingFrame) -> dict[str, str]:
    return {each.assignment: each.reason for each in found.considered}


def test_a_row_becomes_an_order_known_by_its_place_in_the_file() -> None:
    made = content(row(1), row(2, sentenceType="Adult Licence", startDate="20/08/2025"))
    taken, quarantine = read(made)
    assert [
        (c.assignment, c.crn, c.pdu_code, c.pdu_name, c.kind, c.started_on, c.same_by) for c in taken.cases
    ] == [
        ("row-00002", "X900001", "L002", "Birch", "community_order", STARTED, ""),
        ("row-00003", "X900002", "L001", "Ash", "licence", date(2025, 8, 20), ""),
    ]
    assert quarantine.rows == ()
    assert taken.origin.sha256 == hashlib.sha256(made.getvalue()).hexdigest()
    assert (taken.origin.rows, taken.origin.refused, taken.not_listed, taken.synthetic) == (2, 0, 0, True)


def test_nothing_of_a_person_but_the_case_reference_is_kept() -> None:
    kept = frame_json(frame(content(row(1), row(2))))
    for word in ("Invented", "Sam", "Secret", "2004/", "1990", "RHRH"):
        assert word not in kept
    assert "X900001" in kept


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("ORA CO", "community_order"),
        ("YRO", "community_order"),
        ("ORA SSO", "suspended_sentence"),
        ("Suspended Sentence Order", "suspended_sentence"),
        ("ORA SDO", "licence"),
        ("adult licence", "licence"),
        ("post_sentence_supervision", "post_sentence_supervision"),
        ("UPW only", "unpaid_work_only"),
    ],
)
def test_kinds_of_sentence_as_lists_write_them(written: str, kind: str) -> None:
    taken, _ = read(content(row(1, sentenceType=written)))
    assert [each.kind for each in taken.cases] == [kind]


def test_the_published_code_of_a_pdu_is_used_where_the_name_is_one() -> None:
    known = next(each for each in delivery_units() if each.region_code == "N52")
    taken, _ = read(content(row(1, ldu=f" {known.pdu.upper()} "), row(2, ldu="Ash"), row(3, ldu="ASH ")))
    assert [(each.pdu_code, each.pdu_name) for each in taken.cases] == [
        (known.pdu_code, known.pdu.upper()),
        ("L001", "ASH"),
        ("L001", "ASH"),
    ]
    elsewhere, _ = read(content(row(1, ldu=known.pdu)), region="N57")
    assert [each.pdu_code for each in elsewhere.cases] == ["L001"]


def test_titles_blanks_and_totals_say_nothing_and_other_headings_are_understood() -> None:
    heads = [
        "Surname",
        "Forename",
        "Date of birth",
        "CRN",
        "Type of order",
        "Commencement date",
        "PDU",
        "Remarks",
    ]
    line = ["Invented", "Sam", date(1990, 1, 1), "X900001", "CO", STARTED, "Ash", "seen"]
    taken, quarantine = read(
        book(
            {
                "Cover": [["Inspection of an invented region"], ["Version 0.1"]],
                "Cases": [["Long list"], [], heads, line, [], heads, ["Total", 1], ["", 1], line[:3]],
            }
        ),
        Fraction(1),
    )
    assert [each.assignment for each in taken.cases] == ["row-00004"]
    assert [(each.file, each.row, each.rule) for each in quarantine.rows] == [("Cases", 9, "no-crn")]
    assert taken.origin.rows == 2


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ({"crn": ""}, "no-crn"),
        ({"crn": "Sam"}, "no-crn"),
        ({"startDate": ""}, "no-day"),
        ({"startDate": "31/02/2026"}, "no-day"),
        ({"endDate": "soon"}, "no-day"),
        ({"endDate": STARTED - timedelta(1)}, "dates"),
        ({"dob": "young"}, "no-day"),
        ({"sentenceType": "Absolute discharge"}, "sentence-type"),
        ({"sentenceType": ""}, "sentence-type"),
    ],
)
def test_a_bad_row_is_set_apart_with_its_row_and_rule(wrong: dict[str, Any], rule: str) -> None:
    taken, quarantine = read(content(row(1), row(2, **wrong)))
    assert [(each.file, each.row, each.rule) for each in quarantine.rows] == [("Long list", 3, rule)]
    assert "Sam" not in quarantine.rows[0].said.worded()
    assert [each.crn for each in taken.cases] == ["X900001"]
    assert (taken.origin.rows, taken.origin.refused) == (2, 1)


def test_with_too_many_bad_rows_the_list_is_refused() -> None:
    made = content(row(1), row(2), row(3), row(4, crn=""))
    read(made, Fraction(1, 4))
    with pytest.raises(Unfit) as found:
        read(made, Fraction(24, 100))
    assert [(each.rule, each.row) for each in found.value.problems] == [
        ("quarantine-limit", None),
        ("no-crn", 5),
    ]


def test_a_list_without_the_columns_or_without_a_row_is_refused() -> None:
    with pytest.raises(Unfit) as missing:
        read(content(row(1), heads=["" if each in ("crn", "startDate") else each for each in HEADINGS]))
    assert [(each.rule, each.column) for each in missing.value.problems] == [
        ("missing-column", "crn"),
        ("missing-column", "startDate"),
    ]
    with pytest.raises(Unfit) as unit:
        read(content(row(1), heads=["" if each in ("cluster", "ldu") else each for each in HEADINGS]))
    assert unit.value.problems[0].message.worded() == (
        "Sheet Long list has no column for the PDU, the LDU or the cluster."
    )
    with pytest.raises(Unfit) as empty:
        read(content())
    assert [each.rule for each in empty.value.problems] == ["no-row"]


def test_every_sheet_with_the_columns_is_read_and_one_with_some_of_them_refused() -> None:
    first, second = [list(HEADINGS), row(1)], [["Birch"], list(HEADINGS), row(2), row(3, crn="?")]
    taken, quarantine = read(book({"Cover": [["A title"]], "List": first, "li-st": second}))
    assert [(each.assignment, each.crn) for each in taken.cases] == [
        ("2-row-00002", "X900001"),
        ("3-row-00003", "X900002"),
    ]
    assert [(each.file, each.row) for each in quarantine.rows] == [("li-st", 4)]
    renamed = [["Reference" if each == "crn" else each for each in HEADINGS], row(2)]
    with pytest.raises(Unfit) as found:
        read(book({"List": first, "More": renamed}))
    assert [each.message.worded() for each in found.value.problems] == [
        "Sheet More has no column crn in its first rows."
    ]


def test_a_hidden_name_is_counted_and_never_listed() -> None:
    found = frame(content(row(1), row(2, familyName="*****"), row(3, firstName="S**")))
    assert (len(found.considered), found.not_listed) == (1, 2)
    assert found.origin is not None
    assert found.origin.rows == 3


def test_who_stands_in_the_list_twice_is_drawn_once_with_the_earliest_and_the_reason_said() -> None:
    later, earlier = STARTED + timedelta(3), STARTED - timedelta(3)
    found = frame(
        content(
            row(1),
            row(1, startDate=later),
            row(2, startDate=later),
            row(3, pnc="04/2H", startDate=earlier),
            row(4),
            row(5, firstName="SAM", familyName=" invented4", dob=date(1990, 1, 5), startDate=earlier),
            row(6),
            row(7, firstName="Sam", familyName="Invented6", dob=date(1990, 1, 8)),
        )
    )
    assert reasons(found) == {
        "row-00002": "",
        "row-00003": "same_person",
        "row-00004": "same_pnc",
        "row-00005": "",
        "row-00006": "same_name",
        "row-00007": "",
        "row-00008": "",
        "row-00009": "",
    }


def test_rows_joined_through_a_third_are_one_persons() -> None:
    found = frame(
        content(
            row(1),
            row(2, pnc=row(1)[HEADINGS.index("pnc")], startDate=STARTED + timedelta(1)),
            row(2, pnc="", startDate=STARTED + timedelta(2)),
        )
    )
    assert [each.reason for each in sorted(found.considered, key=lambda each: each.assignment)] == [
        "",
        "same_person",
        "same_person",
    ]


def test_an_ineligible_earlier_row_does_not_push_out_an_eligible_later_one() -> None:
    found = frame(content(row(1, startDate=WINDOW[0] - timedelta(1)), row(1)))
    assert reasons(found) == {"row-00002": "began_too_early", "row-00003": ""}


def test_the_other_reasons_are_those_of_any_frame() -> None:
    found = frame(
        content(
            row(1, startDate=date(2026, 12, 1)),
            row(2, sentenceType="UPW"),
            row(3, ldu="", cluster=""),
            row(4, ldu=""),
        )
    )
    assert reasons(found) == {
        "row-00002": "began_too_late",
        "row-00003": "unpaid_work_alone",
        "row-00004": "no_pdu",
        "row-00005": "",
    }
    assert [each.pdu_name for each in found.eligible] == ["Cluster A"]


def test_the_receipt_says_where_the_frame_came_from_and_repeats() -> None:
    made = many(20)
    found = frame(made)
    sample = rules.draw(found, size=8, seed="tea")
    receipt = rules.receipt(found, sample, inspection="i", framework="f")
    sha256 = hashlib.sha256(made.getvalue()).hexdigest()
    assert receipt["origin"] == {"kind": "long_list", "sha256": sha256, "rows": 20, "refused": 0}
    assert receipt["records"] == {"snapshot": sha256, "as_at": "2026-02-27"}
    assert {each["pdu"]: each["drawn"] for each in receipt["strata"]} == {"L001": 4, "L002": 4}
    again = frame_from_json(frame_json(found))
    assert again == found
    assert rules.verify(receipt, again) == ()
    other = frame(content(*(row(number) for number in range(1, 20))))
    assert rules.verify(receipt, other) == ("the frame is not the one that was drawn from",)


def test_a_receipt_whose_file_was_another_does_not_verify() -> None:
    found = frame(many(20))
    receipt = rules.receipt(found, rules.draw(found, size=8, seed="tea"), inspection="i", framework="f")
    changed = {**receipt, "origin": {**receipt["origin"], "sha256": "0" * 64}}
    assert rules.verify(changed, found) == ("origin differs",)


def test_a_list_of_real_people_is_not_taken_for_synthetic() -> None:
    assert read(content(row(1), row(2, crn="A123456")))[0].synthetic is False
