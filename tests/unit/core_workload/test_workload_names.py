"""What work counts for, and how an entry says that nobody holds the cases under it."""

from __future__ import annotations

from datetime import date

import pytest

from assay.core import policy, workload


@pytest.mark.parametrize(
    ("kind", "tier", "suspended", "transition", "points"),
    [
        ("community", "A3", False, False, 206),
        ("custody", "A0", False, False, 0),
        ("licence", "B2", False, False, 132),
        ("licence", "B2", False, True, 48),
        ("community", "D0", False, True, 0),
        ("licence", "B2", True, False, 0),
        ("community", "0", False, False, None),
        ("community", "E", True, False, None),
    ],
)
def test_a_case_counts_by_kind_and_tier(
    kind: str, tier: str, suspended: bool, transition: bool, points: int | None
) -> None:
    found = workload.load().points(kind, tier, suspended=suspended, transition=transition)  # type: ignore[arg-type]
    assert found == points


def test_over_is_above_a_hundred_and_ten_percent_of_a_full_week() -> None:
    known = workload.load()
    assert (known.full_week, known.over_percent, known.over) == (2176, 110, 2393)
    assert 2393 * 100 <= 110 * known.full_week < 2394 * 100


@pytest.mark.parametrize(
    ("code", "grade"),
    [
        ("PSM", "po"),
        (" psq ", "pso"),
        ("PSO", "po"),
        ("PSP", "pqip"),
        ("NPSC", "spo"),
        ("DMY", "other"),
        ("", "other"),
    ],
)
def test_grades_are_known_by_their_code(code: str, grade: str) -> None:
    assert workload.load().grade(code) == grade


@pytest.mark.parametrize(
    ("key", "surname", "forename", "standing"),
    [
        ("N52A01", "Sample", "Pat", ""),
        ("N52T01U", "Staff", "", "unallocated"),
        ("N52A02", "Unallocated", "Staff", "unallocated"),
        ("N52A03", "zzSample", "Pat", "left"),
        ("N52A04", "Sample (Left Jan 25)", "Pat", "left"),
        ("N52A05", "Sample", "Pat - LTS", "away"),
        ("N52A06", "Sample (Maternity leave)", "Pat", "away"),
        # A name is not a mark: these are people's names.
        ("N52A07", "Leftwich", "Pat", ""),
        ("N52A08", "Leftley", "Maternus", ""),
        ("N52A09", "Lts", "Pat", ""),
    ],
)
def test_an_entry_says_whether_anybody_is_there(key: str, surname: str, forename: str, standing: str) -> None:
    assert workload.load().standing(key=key, surname=surname, forename=forename) == standing


def test_over_is_the_limit_that_the_duty_of_sustained_overload_counts_from() -> None:
    limit = policy.load().window("workload_limit", on=date(2026, 2, 26))
    assert limit.value == workload.load().over_percent
