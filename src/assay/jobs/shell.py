"""What the commands over figures share: input from a file or a pipe, output as a table, JSON or CSV, and one
sentence with exit status 2 for what cannot be used."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from assay.core.errors import Refused, Unfit
from assay.core.messages import message

BAD_INPUT = 2
PIPE = "-"


class Format(StrEnum):
    """How to print."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


@contextmanager
def refusing() -> Iterator[None]:
    """Around all a command does: what is refused or unfit is told on the error output, a sentence each, and
    the command ends with status 2."""
    try:
        yield
    except Refused as refused:
        typer.echo(refused.message.worded(), err=True)
        raise typer.Exit(BAD_INPUT) from None
    except Unfit as unfit:
        for each in unfit.problems:
            typer.echo(f"{each.message.worded()} {each.remedy.worded()}".strip(), err=True)
        raise typer.Exit(BAD_INPUT) from None


def read_text(source: str) -> str:
    """All of a file, or of the input where the name is ``-``. ``Refused`` where it is not there, or not in
    UTF-8."""
    try:
        content = sys.stdin.buffer.read() if source == PIPE else Path(source).read_bytes()
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(message("{file} is not in UTF-8.", file=_named(source))) from None
    except OSError:
        raise Refused(message("{file}: there is no such file to read.", file=_named(source))) from None


def read_json(source: str) -> Any:
    """The one JSON value of a file or of the input."""
    return _json(read_text(source), source)


def read_rows(source: str) -> list[dict[str, Any]]:
    """The objects of a JSON list, a lone JSON object, an object a line, or the rows of a CSV with a heading:
    values of a CSV are text, and None where a cell is empty. ``Refused`` where it is none of these."""
    text = read_text(source)
    start = text.lstrip()[:1]
    if start in ("[", "{"):
        return _objects(text, source)
    reader = csv.DictReader(io.StringIO(text), strict=True)
    try:
        rows = list(reader)
    except csv.Error as error:
        line = reader.reader.line_num
        said = message("{file}, line {line}: {error}.", file=_named(source), line=line, error=error)
        raise Refused(said) from None
    if reader.fieldnames is None:
        raise Refused(message("{file} is empty.", file=_named(source)))
    for number, row in enumerate(rows, start=1):
        if None in row or None in row.values():
            said = message(
                "{file}, row {row}: it has another number of cells than the heading.",
                file=_named(source),
                row=number,
            )
            raise Refused(said)
    return [{name: value or None for name, value in row.items()} for row in rows]


def _objects(text: str, source: str) -> list[dict[str, Any]]:
    try:
        found = json.loads(text)
    except ValueError:
        lines = [line for line in text.splitlines() if line.strip()]
        found = [_json(line, source) for line in lines] if len(lines) > 1 else _json(text, source)
    rows = found if isinstance(found, list) else [found]
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, dict):
            said = message("{file}, item {row}: an object is expected.", file=_named(source), row=number)
            raise Refused(said)
    return rows


def _json(text: str, source: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise Refused(message("{file} is not JSON: {error}.", file=_named(source), error=error)) from None


def _named(source: str) -> str:
    return "The input" if source == PIPE else Path(source).name


def write_rows(
    rows: Sequence[Mapping[str, Any]],
    format: Format,
    *,
    title: str = "",
    columns: Sequence[str] | None = None,
) -> None:
    """Prints the rows: JSON as one list of them as they are; CSV and table with what is nested as JSON in its
    cell. ``columns`` says which a table and a CSV show, in order; all of the first row's if not given."""
    if format is Format.JSON:
        typer.echo(json.dumps(list(rows), ensure_ascii=False, indent=1, default=str))
        return
    shown = tuple(columns or (rows[0] if rows else ()))
    cells = [[_cell(row.get(name)) for name in shown] for row in rows]
    if format is Format.CSV:
        made = io.StringIO()
        writer = csv.writer(made, lineterminator="\n")
        writer.writerows([shown, *cells])
        typer.echo(made.getvalue(), nl=False)
        return
    table = Table(title=title or None)
    for name in shown:
        table.add_column(escape(name), overflow="fold")
    for each in cells:
        table.add_row(*map(escape, each))
    Console().print(table)


def write_object(value: Mapping[str, Any], format: Format, *, title: str = "") -> None:
    """Prints one object: JSON as it is; CSV and table as rows of name and value."""
    if format is Format.JSON:
        typer.echo(json.dumps(value, ensure_ascii=False, indent=1, default=str))
        return
    rows = [{"name": name, "value": each} for name, each in value.items()]
    write_rows(rows, format, title=title, columns=("name", "value"))


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool | Mapping | list | tuple):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)
