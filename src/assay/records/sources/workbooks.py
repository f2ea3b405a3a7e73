"""Opens an Excel workbook that others made, and finds its headings. Nothing in it is run or worked out.

The reader takes a whole sheet into memory, so what a small file may unpack to is looked at first, by
unpacking it and keeping nothing: what a container says of its own sizes is not believed.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, TypeAlias

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum

from assay.core.errors import Problem, Unfit
from assay.core.messages import Message, message

Cell: TypeAlias = object
Row: TypeAlias = Sequence[Cell]

# A heading stands within so many rows from the top: titles and empty rows may come before it.
TITLE_ROWS = 20
_CHUNK = 1 << 20
# The place of a cell or row, in whatever part and order of attributes it is written.
_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{0,3})(\d{1,7})["']""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The most a file may be: its own size, what it unpacks to, and the cells of one sheet, empty ones
    between others counted."""

    packed: int
    unpacked: int
    cells: int = 30_000_000


NIGHTLY = Bounds(packed=150_000_000, unpacked=1_500_000_000)
UPLOADED = Bounds(packed=10_000_000, unpacked=150_000_000, cells=5_000_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRows:
    """One sheet: its name, and its rows from the first, so that row 1 is the one Excel calls 1."""

    name: str
    rows: Sequence[Row]


class Sheets:
    """A workbook's sheets by their plain names; each is read when it is asked for, and not kept."""

    def __init__(self, book: CalamineWorkbook, file: str) -> None:
        self.file = file
        self._book = book
        worksheets = (each for each in book.sheets_metadata if each.typ == SheetTypeEnum.WorkSheet)
        self.names = tuple(each.name for each in worksheets)
        """As the workbook writes them, in its order; sheets that are charts alone are none."""

    def sheet(self, name: str) -> SheetRows | None:
        """The sheet of that very name, else of that name in other case, spaces and marks; None if there is
        none."""
        spelt = [each for each in self.names if each == name or plain(each) == plain(name)]
        if not spelt:
            return None
        found = name if name in spelt else spelt[0]
        try:
            rows = self._book.get_sheet_by_name(found).to_python(skip_empty_area=False)
        except CalamineError:
            raise Unfit([_problem(self.file, "unreadable", _UNREADABLE)]) from None
        return SheetRows(name=found, rows=rows)


def open_workbook(content: IO[bytes], *, file: str, bounds: Bounds) -> Sheets:
    """The workbook in these bytes; ``file`` is what a person knows it by. ``Unfit`` where it is none, is too
    large, or unpacks to more than it may. What a file is called says nothing of what it is."""
    _check(content, file=file, bounds=bounds)
    content.seek(0)
    try:
        return Sheets(CalamineWorkbook.from_filelike(io.BytesIO(content.read())), file)
    except CalamineError:
        raise Unfit([_problem(file, "unreadable", _UNREADABLE)]) from None


def plain(heading: Cell) -> str:
    """A name without its case, spaces and marks: "V-CRN_Count " is "vcrncount"."""
    return re.sub(r"[^a-z0-9]", "", str(heading).lower())


def words(cell: Cell) -> str:
    """A cell as text: a whole number without its ".0", since codes are often stored as numbers."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if not isinstance(cell, str):
        return "" if cell is None else str(cell)
    return " ".join(cell.split())


def whole(cell: Cell) -> int | None:
    """A count that is not below zero; an empty cell is none; None for what is no count."""
    if isinstance(cell, float) and cell.is_integer() and 0 <= cell < 1e9:
        return int(cell)
    text = words(cell)
    if not text:
        return 0
    return int(text) if re.fullmatch(r"\d{1,9}", text) else None


_WRITTEN_DAYS = (
    "%Y-%m-%d",
    "%d/%m/%Y",
    "%d-%m-%Y",
    "%d.%m.%Y",
    "%d %B %Y",
    "%d %b %Y",
    "%d-%b-%Y",
    "%d-%b-%y",
)


def day(cell: Cell) -> date | None:
    """A day, stored as one or written as one: day before month, as here. None for what is no day; an empty
    cell is none too."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = words(cell).split("T")[0]
    if not text:
        return None
    text = re.sub(r" \d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$", "", text)
    for form in _WRITTEN_DAYS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no time zone
        except ValueError:
            continue
    return None


def filled(row: Sequence[Cell]) -> list[str]:
    """The words of the cells that hold any, from left to right."""
    return [each for each in map(words, row) if each]


@dataclass(frozen=True, slots=True, kw_only=True)
class Headings:
    """Where the headings of a sheet stand (``row`` as Excel counts), which column each names, and where the
    headings stand that nobody asked for."""

    row: int
    columns: Mapping[str, int]
    unknown: Mapping[str, int]

    def of(self, row: Sequence[Cell]) -> dict[str, Cell]:
        """The row's cells by column; a row that is too short has empty ones."""
        return {name: row[at] if at < len(row) else "" for name, at in self.columns.items()}


def headings(
    sheet: SheetRows, *, names: Mapping[str, Sequence[str]], needed: Sequence[str], file: str
) -> Headings:
    """Finds the row of headings near the top. ``names`` gives each column the headings it goes by.

    ``Unfit`` names every needed column that is not there, or that is there twice.
    """
    known = {plain(each): column for column, spelt in names.items() for each in (column, *spelt)}
    best: tuple[int, int] = (0, 0)
    for number, row in enumerate(sheet.rows[:TITLE_ROWS], start=1):
        hits = len({known[plain(each)] for each in row if plain(each) in known})
        best = max(best, (hits, -number))
    number = -best[1]
    row = sheet.rows[number - 1] if number else []
    columns: dict[str, int] = {}
    twice = set()
    for at, each in enumerate(row):
        column = known.get(plain(each))
        if column in columns:
            twice.add(column)
        elif column is not None:
            columns[column] = at
    problems = [_missing(file, sheet.name, each) for each in needed if each not in columns]
    problems += [_twice(file, sheet.name, each) for each in sorted(twice)]
    if problems:
        raise Unfit(problems)
    unknown = {words(each): at for at, each in enumerate(row) if words(each) and plain(each) not in known}
    return Headings(row=number, columns=columns, unknown=unknown)


def rows_below(sheet: SheetRows, found: Headings) -> Iterator[tuple[int, Row]]:
    """The rows below the headings, each with its number as Excel counts."""
    yield from enumerate(sheet.rows[found.row :], start=found.row + 1)


def _check(content: IO[bytes], *, file: str, bounds: Bounds) -> None:
    size = content.seek(0, io.SEEK_END)
    if size > bounds.packed:
        most = bounds.packed // 1_000_000
        raise Unfit([_problem(file, "file-size", message("The file is larger than {most} MB.", most=most))])
    content.seek(0)
    try:
        with zipfile.ZipFile(content) as packed:
            names = set(packed.namelist())
            if not {"[Content_Types].xml", "xl/workbook.xml"} <= names:
                raise Unfit([_problem(file, "no-workbook", _NO_WORKBOOK)])
            _unpack(packed, file=file, bounds=bounds)
    except (zipfile.BadZipFile, EOFError, RuntimeError, zipfile.zlib.error):  # type: ignore[attr-defined]
        raise Unfit([_problem(file, "no-workbook", _NO_WORKBOOK)]) from None


def _unpack(packed: zipfile.ZipFile, *, file: str, bounds: Bounds) -> None:
    """Reads every part to its end and keeps none of it."""
    left = bounds.unpacked
    for part in packed.infolist():
        last_row, widest, tail = 0, 0, b""
        with packed.open(part) as opened:
            while chunk := opened.read(_CHUNK):
                left -= len(chunk)
                if left < 0:
                    most = bounds.unpacked // 1_000_000
                    sentence = message("The file unpacks to more than {most} MB.", most=most)
                    raise Unfit([_problem(file, "unpacked-size", sentence)])
                places = _PLACE.findall(tail + chunk)
                widest = max(widest, *map(_column, {letters.upper() for letters, _ in places}), 0)
                last_row = max(last_row, *(int(number) for _, number in places), 0)
                tail = chunk[-40:]
        if last_row * widest > bounds.cells:
            sentence = message(
                "A sheet reaches to row {row} and column {column}: that is too large.",
                row=last_row,
                column=widest,
            )
            raise Unfit([_problem(file, "sheet-size", sentence)])


def _column(letters: bytes) -> int:
    number = 0
    for each in letters:
        number = number * 26 + each - 64
    return number


_UNREADABLE = message("The workbook cannot be read to its end; it may be cut short, damaged or protected.")
_NO_WORKBOOK = message("This is no Excel workbook (.xlsx), whatever it is called.")


def _problem(file: str, rule: str, sentence: Message) -> Problem:
    return Problem(
        file=file,
        rule=rule,
        message=sentence,
        remedy=message("Save it again in Excel as an .xlsx workbook, without a password, and bring that."),
    )


def _missing(file: str, sheet: str, column: str) -> Problem:
    return Problem(
        file=file,
        rule="missing-column",
        column=column,
        message=message(
            "Sheet {sheet} has no column {column} in its first rows.", sheet=sheet, column=column
        ),
        remedy=message("Give the column its heading back, or ask for a workbook that has it."),
    )


def _twice(file: str, sheet: str, column: str) -> Problem:
    return Problem(
        file=file,
        rule="repeated-column",
        column=column,
        message=message("Sheet {sheet} has the column {column} more than once.", sheet=sheet, column=column),
        remedy=message("Keep one of them."),
    )
