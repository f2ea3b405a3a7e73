"""What commands over figures share: their input, their output and how they refuse."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer

from assay.core.errors import Problem, Refused, Unfit
from assay.core.messages import message
from assay.jobs.shell import Format, read_json, read_rows, refusing, write_object, write_rows

ROWS = [{"id": "a", "steps": [{"points": 3}], "note": None}, {"id": "b, c", "steps": [], "note": "[x] £"}]


def given(folder: Path, text: str | bytes) -> str:
    path = folder / "given.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def test_rows_of_a_csv_are_text_and_an_empty_cell_is_nothing(tmp_path: Path) -> None:
    assert read_rows(given(tmp_path, "\ufeffid,n\na,1\nb,\n")) == [
        {"id": "a", "n": "1"},
        {"id": "b", "n": None},
    ]


@pytest.mark.parametrize(
    "text", ['[{"id": 1}, {"id": 2}]', '{"id": 1}\n{"id": 2}\n', ' [\n{"id": 1},\n{"id": 2}]']
)
def test_objects_come_in_a_list_or_one_a_line(tmp_path: Path, text: str) -> None:
    assert read_rows(given(tmp_path, text)) == [{"id": 1}, {"id": 2}]


def test_one_object_by_itself_is_one_row(tmp_path: Path) -> None:
    assert read_rows(given(tmp_path, '{\n"id": 1\n}')) == [{"id": 1}]
    assert read_json(given(tmp_path, '{"id": 1}')) == {"id": 1}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "given.csv is empty."),
        ("id,n\na,1\nb\n", "given.csv, row 2: it has another number of cells than the heading."),
        ("id,n\na,1,2\n", "given.csv, row 1: it has another number of cells than the heading."),
        ('id\n"a', "given.csv, line 2: unexpected end of data."),
        ("[1]", "given.csv, item 1: an object is expected."),
        ("{", "given.csv is not JSON: "),
        (b"id\n\xff", "given.csv is not in UTF-8."),
    ],
)
def test_what_cannot_be_read_is_one_sentence_and_status_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str | bytes, said: str
) -> None:
    with pytest.raises(typer.Exit) as left, refusing():
        read_rows(given(tmp_path, text))
    assert left.value.exit_code == 2
    told = capsys.readouterr()
    assert told.err.startswith(said)
    assert told.err.count("\n") == 1
    assert told.out == ""


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        read_json(str(tmp_path / "none.json"))
    assert refused.value.message.worded() == "none.json: there is no such file to read."


def test_every_problem_of_a_definition_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    problems = [
        Problem(file="a", rule="r", message=message("It is {n}.", n=n), remedy=message("Mend it."))
        for n in (1, 2)
    ]
    with pytest.raises(typer.Exit), refusing():
        raise Unfit(problems)
    assert capsys.readouterr().err == "It is 1. Mend it.\nIt is 2. Mend it.\n"


def test_rows_are_printed_in_each_format(capsys: pytest.CaptureFixture[str]) -> None:
    write_rows(ROWS, Format.JSON)
    assert json.loads(capsys.readouterr().out) == ROWS
    write_rows(ROWS, Format.CSV)
    assert capsys.readouterr().out == 'id,steps,note\na,"[{""points"": 3}]",\n"b, c",[],[x] £\n'
    write_rows(ROWS, Format.TABLE, title="Two", columns=("id", "note"))
    shown = capsys.readouterr().out
    assert "Two" in shown
    assert "[x] £" in shown
    assert "steps" not in shown


def test_an_object_is_printed_by_name_and_value(capsys: pytest.CaptureFixture[str]) -> None:
    write_object({"n": 84, "is_small": True}, Format.CSV)
    assert capsys.readouterr().out == "name,value\nn,84\nis_small,true\n"
    write_object({"n": 84}, Format.JSON)
    assert json.loads(capsys.readouterr().out) == {"n": 84}
