"""Promise 7, as rules alone: who is kept from which record, and over which cases a figure is counted."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from assay.records.cases.rules import SOME_NOT_LISTED, Limit, barred, figure_base, limited

TODAY = date(2026, 3, 31)


def limit(crn: str, username: str, kind: str = "excluded", closed_on: date | None = None) -> Limit:
    return Limit(crn=crn, username=username, kind=kind, closed_on=closed_on)


def test_an_excluded_user_is_kept_out_and_nobody_else() -> None:
    limits = [limit("X900001", "HuwExample")]
    assert barred(limits, ["HuwExample"], on=TODAY) == {"X900001"}
    assert barred(limits, ["Priya"], on=TODAY) == set()
    assert barred(limits, [], on=TODAY) == set()


def test_a_restricted_record_is_kept_from_all_but_those_named() -> None:
    limits = [limit("X900001", "Huw", "restricted"), limit("X900001", "Priya", "restricted")]
    assert barred(limits, ["Huw"], on=TODAY) == set()
    assert barred(limits, ["Tom"], on=TODAY) == {"X900001"}
    assert barred(limits, [""], on=TODAY) == {"X900001"}
    assert barred(limits, [], on=TODAY) == {"X900001"}


def test_exclusion_wins_over_being_allowed() -> None:
    limits = [limit("X900001", "Huw", "restricted"), limit("X900001", "Huw")]
    assert barred(limits, ["Huw"], on=TODAY) == {"X900001"}


def test_user_names_are_compared_without_regard_to_case_or_blanks() -> None:
    assert barred([limit("X900001", " huwEXAMPLE ")], ["HuwExample"], on=TODAY) == {"X900001"}


def test_any_of_a_persons_user_names_counts() -> None:
    assert barred([limit("X900001", "Old")], ["New", "old"], on=TODAY) == {"X900001"}


def test_a_limit_holds_until_the_day_it_is_closed() -> None:
    ended = [limit("X900001", "Huw", closed_on=TODAY)]
    assert barred(ended, ["Huw"], on=TODAY) == set()
    assert barred(ended, ["Huw"], on=date(2026, 3, 30)) == {"X900001"}
    assert limited(ended, on=TODAY) == set()


def test_a_restriction_that_lost_its_last_name_is_none() -> None:
    """With nobody alone allowed any more there is no list, and the record is open as the source has it."""
    assert barred([limit("X900001", "Huw", "restricted", TODAY)], ["Tom"], on=TODAY) == set()


def test_twenty_cases_are_one_number_for_everybody() -> None:
    cases = [f"X9{number:05}" for number in range(20)]
    base = figure_base(cases, ["X900000"])
    assert base.counted == set(cases)
    assert base.listed == set(cases) - {"X900000"}
    assert base.note == SOME_NOT_LISTED


def test_nineteen_cases_leave_out_those_kept_from_the_reader() -> None:
    cases = [f"X9{number:05}" for number in range(19)]
    base = figure_base(cases, ["X900000"])
    assert base.counted == base.listed == set(cases) - {"X900000"}


crns = st.frozensets(st.integers(0, 40).map(lambda number: f"X9{number:05}"), max_size=40)


@given(crns, crns)
def test_no_case_kept_from_a_person_is_ever_listed_and_the_sentence_is_the_same_for_all(
    cases: frozenset[str], kept: frozenset[str]
) -> None:
    mine, everybodys = figure_base(cases, kept), figure_base(cases, [])
    assert not mine.listed & kept
    assert mine.note == everybodys.note
    assert (mine.counted == everybodys.counted) or len(cases) < 20
