"""A person file is read if it is fit, and refused with file, row and rule if not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from assay.core.errors import Problem, Unfit
from assay.records.linkage.people import Source, check_pair, in_columns, read_people, write_people

HEADING = "record_id,forename,surname,date_of_birth,gender\n"
FIT = HEADING + "A1,Ann,Sample,1990-02-03,F\nA2,,Placeholder,,\n"
LABEL = "source: Invented police file\nas_at: 2026-02-26\nsynthetic: true\n"


def written(folder: Path, text: str | bytes, *, label: str | None = LABEL) -> Path:
    path = folder / "police.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    if label is not None:
        path.with_suffix(".yaml").write_text(label, "utf-8")
    return path


def refused(path: Path) -> tuple[Problem, ...]:
    with pytest.raises(Unfit) as unfit:
        read_people(path)
    return unfit.value.problems


def told(path: Path) -> list[tuple[str, int | None, str | None, str]]:
    return [(each.file, each.row, each.column, each.rule) for each in refused(path)]


@pytest.mark.parametrize(
    "text", [FIT, "\ufeff" + FIT, FIT.replace("\n", "\r\n")], ids=["plain", "mark", "windows"]
)
def test_a_fit_file_is_read_with_empty_values_as_none(tmp_path: Path, text: str) -> None:
    source = read_people(written(tmp_path, text))
    assert (source.name, source.as_at, source.synthetic) == ("Invented police file", date(2026, 2, 26), True)
    assert source.people.select(["record_id", "forename", "date_of_birth", "gender"]).to_pylist() == [
        {"record_id": "A1", "forename": "Ann", "date_of_birth": date(1990, 2, 3), "gender": "F"},
        {"record_id": "A2", "forename": None, "date_of_birth": None, "gender": None},
    ]
    assert source.filled == {"record_id", "forename", "surname", "date_of_birth", "gender"}


def test_a_heading_alone_is_a_source_of_nobody(tmp_path: Path) -> None:
    source = read_people(written(tmp_path, HEADING))
    assert (source.people.num_rows, source.filled) == (0, frozenset())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (HEADING + "A1,Ann,Sample,3/2/1990,F\n", (1, "date_of_birth", "wrong-type")),
        (HEADING + "A1,Ann,Sample,1990-02-30,F\n", (1, "date_of_birth", "wrong-type")),
        (HEADING + "A1,Ann,Sample,19900203,F\n", (1, "date_of_birth", "wrong-type")),
        (HEADING + "A1,Ann,Sample,1990-02-03\n", (1, None, "row-length")),
        (HEADING + "A1,Ann,Sample,,F\n,Ben,Sample,,M\n", (2, "record_id", "missing-key")),
        (HEADING + "A1,Ann,Sample,1899-12-31,F\n", (1, "date_of_birth", "birth-date")),
        (HEADING + "A1,Ann,Sample,2026-02-27,F\n", (1, "date_of_birth", "birth-date")),
        (HEADING + "A1,Ann,Sample,,female\n", (1, "gender", "code")),
        (HEADING.replace("gender", "phone"), (None, "phone", "unknown-column")),
        (HEADING.replace("surname,", ""), (None, "surname", "missing-column")),
        (HEADING.replace("gender", "surname"), (None, "surname", "repeated-column")),
        (HEADING.encode() + b"A1,Ren\xe9,Sample,,M\n", (1, None, "encoding")),
    ],
)
def test_what_is_wrong_is_named_by_file_row_and_rule(
    tmp_path: Path, text: str | bytes, expected: tuple[int | None, str | None, str]
) -> None:
    assert told(written(tmp_path, text)) == [("police.csv", *expected)]


def test_a_key_that_stands_twice_is_named_in_each_row_and_no_value_is_shown(tmp_path: Path) -> None:
    problems = refused(written(tmp_path, HEADING + "A1,Ann,Sample,,\nA2,Ben,Sample,,\nA1,Cat,Sample,,\n"))
    assert [(each.row, each.rule) for each in problems] == [(1, "repeated-key"), (3, "repeated-key")]
    assert {each.value for each in problems} == {None}


def test_of_many_bad_rows_the_first_twenty_are_listed_and_all_counted(tmp_path: Path) -> None:
    problems = refused(written(tmp_path, HEADING + "".join(f"A{n},x,y,,?\n" for n in range(30))))
    assert [each.row for each in problems] == [*range(1, 21), None]
    assert problems[-1].message.worded() == "30 rows in all; the first 20 are listed."


@pytest.mark.parametrize(
    ("label", "rule"),
    [
        (None, "missing-label"),
        ("source: [", "label"),
        ("source: ''\nas_at: 2026-02-26\nsynthetic: true\n", "label"),
        ("source: x\nas_at: soon\nsynthetic: true\n", "label"),
        ("source: x\nas_at: 2026-02-26\nsynthetic: maybe\n", "label"),
    ],
)
def test_a_file_without_a_fit_label_is_refused(tmp_path: Path, label: str | None, rule: str) -> None:
    assert told(written(tmp_path, FIT, label=label)) == [("police.yaml", None, None, rule)]


def test_what_is_no_person_file_is_refused(tmp_path: Path) -> None:
    assert told(tmp_path / "nobody.csv") == [("nobody.csv", None, None, "missing-file")]
    damaged = tmp_path / "police.parquet"
    damaged.write_bytes(b"PAR1 but not really")
    damaged.with_suffix(".yaml").write_text(LABEL, "utf-8")
    assert told(damaged) == [("police.parquet", None, None, "unreadable")]


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_a_source_that_is_written_is_read_as_it_was(tmp_path: Path, suffix: str) -> None:
    source = read_people(written(tmp_path, FIT))
    write_people(source, tmp_path / f"again{suffix}")
    again = read_people(tmp_path / f"again{suffix}")
    assert again.people == source.people
    assert (again.name, again.as_at, again.synthetic) == (source.name, source.as_at, source.synthetic)


def test_parquet_may_hold_birth_dates_as_text_and_no_other_kind(tmp_path: Path) -> None:
    rows = {"record_id": ["A1"], "forename": ["Ann"], "surname": ["Sample"], "date_of_birth": ["1990-02-03"]}
    path = tmp_path / "police.parquet"
    path.with_suffix(".yaml").write_text(LABEL, "utf-8")
    pq.write_table(pa.table(rows), path)
    assert read_people(path).people["date_of_birth"].to_pylist() == [date(1990, 2, 3)]
    pq.write_table(pa.table({**rows, "date_of_birth": [19900203]}), path)
    assert told(path) == [("police.parquet", None, "date_of_birth", "wrong-type")]


def test_synthetic_people_are_linked_with_synthetic_people_only_and_two_sources_have_two_names() -> None:
    one = Source(name="one", as_at=date(2026, 2, 26), synthetic=True, people=in_columns(pa.table({})))
    check_pair(one, replace(one, name="other"))
    for other, rule in ((replace(one, name="other", synthetic=False), "synthetic"), (one, "source")):
        with pytest.raises(Unfit) as unfit:
            check_pair(one, other)
        assert [each.rule for each in unfit.value.problems] == [rule]
