"""A source of people to be linked: the person file of another body, or what the case record gives.

A person file is one CSV or Parquet file with the columns of ``COLUMNS`` (those it lacks are left out) and,
beside it under the same name, a label in YAML: ``source`` (what decisions know it by, so that it must not
change from one file to the next), ``as_at`` and ``synthetic``. ``Unfit`` names file, row and rule.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import yaml

from assay.core.errors import Problem, Unfit
from assay.core.messages import Message, message
from assay.records.standard import Column

COLUMNS = (
    Column(name="record_id", kind="text", about="The record's own key in its source.", required=True),
    Column(name="forename", kind="text", about="Forename; the first alone is compared."),
    Column(name="surname", kind="text", about="Surname."),
    Column(name="date_of_birth", kind="date", about="Date of birth."),
    Column(name="gender", kind="text", about="F or M; N, or nothing, is not compared.", codes="gender"),
    Column(name="council", kind="text", about="The council of the last known address."),
    Column(name="postcode", kind="text", about="The postcode of the last known address."),
    Column(name="crn", kind="text", about="Case reference number, where the source knows one."),
    Column(name="pnc", kind="text", about="Police National Computer number, where the source knows one."),
)
NAMES = tuple(each.name for each in COLUMNS)
NEEDED = ("record_id", "forename", "surname", "date_of_birth")
SCHEMA = pa.schema([(each.name, pa.date32() if each.kind == "date" else pa.string()) for each in COLUMNS])
WHO = ("surname", "date_of_birth", "crn", "pnc")
GENDERS = ("F", "M", "N")
EARLIEST_BIRTH = date(1900, 1, 1)
SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """People of one source. ``people`` has the columns of ``SCHEMA``; ``case_record`` says that its keys are
    case reference numbers; ``left_out`` counts who is not among them, by why."""

    name: str
    as_at: date
    synthetic: bool
    people: pa.Table
    case_record: bool = False
    left_out: Mapping[str, int] = field(default_factory=dict)

    @property
    def filled(self) -> frozenset[str]:
        """The columns with any value."""
        rows = self.people.num_rows
        return frozenset(each for each in NAMES if self.people[each].null_count < rows)


def check_pair(left: Source, right: Source) -> None:
    """``Unfit`` where two sources must not be linked: synthetic beside real, or one name for both."""
    if left.synthetic != right.synthetic:
        raise Unfit([_problem(right.name, "synthetic", *_MIXED)])
    if left.name == right.name:
        raise Unfit([_problem(right.name, "source", *_ONE_NAME)])


def in_common(left: Source, right: Source) -> frozenset[str]:
    """The columns in which both sources have values, by which they can be compared. ``Unfit`` where that is
    nothing that says who somebody is; a source of nobody has all that is needed."""
    if not (left.people.num_rows and right.people.num_rows):
        return frozenset(NEEDED)
    both = left.filled & right.filled
    if not both & frozenset(WHO):
        raise Unfit([_problem(right.name, "in-common", *_NOTHING)])
    return both


def read_people(path: Path) -> Source:
    """The people of a person file. ``Unfit`` if the file or its label is missing or wrong."""
    if path.suffix not in (".csv", ".parquet") or not path.is_file():
        raise Unfit([_problem(path.name, "missing-file", *_NO_FILE)])
    label = _label(path.with_suffix(".yaml"))
    table = _from_csv(path) if path.suffix == ".csv" else _from_parquet(path)
    if problems := _of_rows(path.name, table, as_at=label["as_at"]):
        raise Unfit(problems)
    return Source(name=label["source"], as_at=label["as_at"], synthetic=label["synthetic"], people=table)


def write_people(source: Source, path: Path) -> None:
    """Writes a person file with its label; columns without a value are left out. For trials and examples."""
    kept = [each for each in NAMES if each in source.filled or each in NEEDED]
    table = source.people.select(kept)
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as opened:
            writer = csv.writer(opened, lineterminator="\n")
            writer.writerow(kept)
            writer.writerows(zip(*(table[each].to_pylist() for each in kept), strict=True))
    else:
        pq.write_table(table, path, compression="zstd", compression_level=1)
    label = {"source": source.name, "as_at": source.as_at, "synthetic": source.synthetic}
    path.with_suffix(".yaml").write_text(yaml.safe_dump(label, sort_keys=False), "utf-8")


def in_columns(table: pa.Table) -> pa.Table:
    """The table with every column of ``SCHEMA``; what it lacks is empty."""
    rows = table.num_rows
    columns = [
        table[each.name].cast(each.type) if each.name in table.column_names else pa.nulls(rows, each.type)
        for each in SCHEMA
    ]
    return pa.table(columns, schema=SCHEMA)


def _label(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise Unfit(
            [_problem(path.name, "missing-label", message("There is no label beside the file."), _LABEL)]
        )
    try:
        said = yaml.safe_load(path.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError):
        raise Unfit([_problem(path.name, "label", message("The label cannot be read."), _LABEL)]) from None
    for name, kind in {"source": str, "as_at": date, "synthetic": bool}.items():
        if not isinstance(said, dict) or type(said.get(name)) is not kind or said[name] == "":
            what = message("{name} is missing or of the wrong kind.", name=name)
            raise Unfit([_problem(path.name, "label", what, _LABEL)])
    return dict(said)


def _from_csv(path: Path) -> pa.Table:
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n")
        raise Unfit([_problem(path.name, "encoding", *_ENCODING, row=row or None)]) from None
    lines = csv.reader(io.StringIO(text, newline=""))
    heading = next(lines, [])
    _check_heading(path.name, heading)
    rows = list(lines)
    ragged = [number for number, row in enumerate(rows, start=1) if len(row) != len(heading)]
    if ragged:
        raise Unfit(_shown(path.name, "row-length", None, *_RAGGED, rows=ragged))
    given = dict(zip(heading, zip(*rows, strict=True), strict=True)) if rows else dict.fromkeys(heading, ())
    texts = {
        name: pa.array([each.strip() or None for each in values], pa.string())
        for name, values in given.items()
    }
    return in_columns(pa.table({**texts, "date_of_birth": _days(path.name, texts["date_of_birth"])}))


def _from_parquet(path: Path) -> pa.Table:
    try:
        table = pq.read_table(path)
    except pa.ArrowInvalid:
        raise Unfit([_problem(path.name, "unreadable", *_UNREADABLE)]) from None
    _check_heading(path.name, table.column_names)
    kind = table.schema.field("date_of_birth").type
    if not pa.types.is_date(kind) and not pa.types.is_string(kind):
        raise Unfit([_problem(path.name, "wrong-type", *_DAY, column="date_of_birth")])
    if pa.types.is_string(kind):
        at = table.column_names.index("date_of_birth")
        table = table.set_column(at, "date_of_birth", _days(path.name, table["date_of_birth"]))
    return in_columns(table)


def _check_heading(file: str, heading: Sequence[str]) -> None:
    problems = [
        _problem(file, "repeated-column", *_REPEATED, column=each)
        for each, n in Counter(heading).items()
        if n > 1
    ]
    problems += [
        _problem(file, "missing-column", *_MISSING, column=each) for each in NEEDED if each not in heading
    ]
    problems += [
        _problem(file, "unknown-column", *_UNKNOWN, column=each) for each in heading if each not in NAMES
    ]
    if problems:
        raise Unfit(problems)


def _days(file: str, values: Any) -> Any:
    """Days from text, each different one read once."""
    known = {each: _day(each) for each in pc.unique(values).to_pylist() if each is not None}
    written: list[str | None] = values.to_pylist()
    wrong = [row for row, each in enumerate(written, start=1) if each is not None and known[each] is None]
    if wrong:
        raise Unfit(_shown(file, "wrong-type", "date_of_birth", *_DAY, rows=wrong))
    return pa.array([None if each is None else known[each] for each in written], pa.date32())


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value) if len(value) == len("2026-03-05") else None
    except ValueError:
        return None


def _of_rows(file: str, table: pa.Table, *, as_at: date) -> list[Problem]:
    """What is wrong with single rows: no key, a key twice, a birth date that cannot be, an unknown gender."""
    ids: Any = table["record_id"]
    days: Any = table["date_of_birth"]
    genders: Any = table["gender"]
    counted: Any = pc.value_counts(ids).flatten()
    twice = counted[0].filter(pc.greater(counted[1], pa.scalar(1))).drop_null()
    early, late = pc.less(days, pa.scalar(EARLIEST_BIRTH)), pc.greater(days, pa.scalar(as_at))
    known = pc.is_in(genders, pa.array([*GENDERS, None], pa.string()))
    return [
        *_where(file, "missing-key", "record_id", _NO_KEY, pc.fill_null(pc.equal(ids, pa.scalar("")), True)),
        *_where(file, "repeated-key", "record_id", _KEY_TWICE, pc.is_in(ids, twice)),
        *_where(file, "birth-date", "date_of_birth", _BIRTH, pc.or_(early, late)),
        *_where(file, "code", "gender", _GENDER, pc.invert(known)),
    ]


def _where(file: str, rule: str, column: str, said: tuple[Message, Message], wrong: Any) -> Iterator[Problem]:
    """The rows where ``wrong`` is true; where it is not known, nothing is wrong."""
    rows = [at + 1 for at in pc.indices_nonzero(pc.fill_null(wrong, False)).to_pylist()]
    yield from _shown(file, rule, column, *said, rows=rows)


def _shown(
    file: str, rule: str, column: str | None, what: Message, remedy: Message, *, rows: list[int]
) -> Iterator[Problem]:
    """The first rows, then how many there are in all. No value is shown: it may be a name."""
    yield from (_problem(file, rule, what, remedy, column=column, row=row) for row in rows[:SHOWN])
    if len(rows) > SHOWN:
        more = message("{count} rows in all; the first {shown} are listed.", count=len(rows), shown=SHOWN)
        yield _problem(file, rule, more, remedy, column=column)


def _problem(
    file: str, rule: str, what: Message, remedy: Message, *, row: int | None = None, column: str | None = None
) -> Problem:
    return Problem(file=file, rule=rule, row=row, column=column, message=what, remedy=remedy)


_LABEL = message(
    "Write a YAML file of the same name with source, as_at (a day) and synthetic (true or false)."
)
_NO_FILE = (
    message("There is no such person file."),
    message("Name a file that ends in .csv or .parquet, or the folder of an extract."),
)
_MIXED = (
    message("One of the two sources is synthetic and the other is not."),
    message("Link synthetic people with synthetic people only; correct the label if it is wrong."),
)
_ONE_NAME = (
    message("Both sources have the same name."),
    message("Give each its own name in its label: decisions know a record by source and key."),
)
_NOTHING = (
    message("The two sources have no surname, birth date or number in common."),
    message("Bring files that both hold at least one of these."),
)
_ENCODING = (
    message("The file is not in UTF-8."),
    message("Write it again in UTF-8. Windows-1252 is the usual cause."),
)
_UNREADABLE = (
    message("The file cannot be read to its end; it may be cut short or damaged."),
    message("Copy or write the file again, and compare its size with the original."),
)
_RAGGED = (
    message("The row has more or fewer values than the heading."),
    message("Quote values that hold a comma or a line break."),
)
_REPEATED = (message("The column is there more than once."), message("Keep one of them."))
_MISSING = (
    message("The column is missing."),
    message("Add the column; leave its values empty where they are not known."),
)
_UNKNOWN = (
    message("A person file has no such column."),
    message("Correct its name, or leave it out: what is not compared is not to be handed over."),
)
_DAY = (message("The birth date is not a day."), message("Write days as 2026-03-05."))
_NO_KEY = (message("The row has no key."), message("Give every row the key it has in its source."))
_KEY_TWICE = (message("The key stands in more than one row."), message("Bring one row for each record."))
_BIRTH = (
    message("The birth date is before 1900 or after the day of the file."),
    message("Correct it at the source, or leave it empty if it is not known."),
)
_GENDER = (message("The gender is none of F, M and N."), message("Use the codes of the record standard."))
