"""Bad rows are set apart with their reason; past the limit, nothing is loaded."""

from __future__ import annotations

import csv
from fractions import Fraction
from pathlib import Path

import pytest

from assay.core.errors import Unfit
from assay.core.messages import message
from assay.records.sources.quarantine import LIMIT, Quarantine, default_limit

CODE = message("{column} has a code that is not known: {code}.", column="type", code="ZZ, Z")


def filled(*, refused: int, taken: int, limit: Fraction = Fraction(1, 10)) -> Quarantine:
    quarantine = Quarantine(limit)
    for row in range(1, refused + 1):
        quarantine.refuse("risks.json" if row % 2 else "needs.json", row, "unknown-code", CODE)
    for _ in range(taken):
        quarantine.take()
    return quarantine


def test_a_door_that_saw_nothing_has_no_share() -> None:
    quarantine = filled(refused=0, taken=0)

    quarantine.check()

    assert (quarantine.share, quarantine.rows) == (Fraction(0), ())


def test_a_share_at_the_limit_passes_and_one_row_more_does_not() -> None:
    at_limit, over = filled(refused=1, taken=9), filled(refused=1, taken=8)

    at_limit.check()
    with pytest.raises(Unfit) as found:
        over.check()

    assert (at_limit.share, over.share) == (Fraction(1, 10), Fraction(1, 9))
    assert [(each.file, each.row, each.rule) for each in found.value.problems] == [
        ("quarantine.csv", None, "quarantine-limit"),
        ("risks.json", 1, "unknown-code"),
    ]
    assert found.value.problems[0].message.worded() == "1 of 9 rows are bad; the limit is 10%."


def test_only_the_first_twenty_are_listed_and_the_rest_counted_by_file_and_rule() -> None:
    with pytest.raises(Unfit) as found:
        filled(refused=31, taken=0).check()

    problems = found.value.problems
    assert [each.row for each in problems] == [None, *range(1, 21), None, None]
    assert [(each.file, each.message.worded()) for each in problems[-2:]] == [
        ("needs.json", "15 rows in all."),
        ("risks.json", "16 rows in all."),
    ]


def test_the_file_says_place_rule_and_sentence(tmp_path: Path) -> None:
    path = filled(refused=2, taken=98).write(tmp_path)

    with path.open(encoding="utf-8", newline="") as opened:
        assert list(csv.reader(opened)) == [
            ["file", "row", "rule", "sentence"],
            ["risks.json", "1", "unknown-code", "type has a code that is not known: ZZ, Z."],
            ["needs.json", "2", "unknown-code", "type has a code that is not known: ZZ, Z."],
        ]
    assert path == tmp_path / "quarantine.csv"


def test_a_door_without_bad_rows_replaces_the_file_of_the_one_before(tmp_path: Path) -> None:
    filled(refused=2, taken=98).write(tmp_path)
    filled(refused=0, taken=98).write(tmp_path)

    assert (tmp_path / "quarantine.csv").read_bytes() == b"file,row,rule,sentence\r\n"
    assert [each.name for each in tmp_path.iterdir()] == ["quarantine.csv"]


@pytest.mark.parametrize(
    ("said", "limit"),
    [("", LIMIT), ("0.05", Fraction(1, 20)), ("1/50", Fraction(1, 50)), ("2%", LIMIT), ("0", Fraction(0))],
)
def test_the_limit_is_one_setting(monkeypatch: pytest.MonkeyPatch, said: str, limit: Fraction) -> None:
    monkeypatch.setenv("ASSAY_QUARANTINE_LIMIT", said)

    assert default_limit() == limit


@pytest.mark.parametrize("said", ["many", "-0.1", "1.5", "1/0", "nan"])
def test_a_setting_that_is_no_share_is_refused_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    monkeypatch.setenv("ASSAY_QUARANTINE_LIMIT", said)

    with pytest.raises(Unfit) as found:
        default_limit()

    assert [(each.file, each.value) for each in found.value.problems] == [("ASSAY_QUARANTINE_LIMIT", said)]
