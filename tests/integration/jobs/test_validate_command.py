"""``assay validate``: figures that can be counted on fingers, and what reads come to."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import typer
from typer.testing import CliRunner

from assay.assurance.duties import calibration
from assay.jobs import validate, validity_pages
from assay.jobs.truths import TRUTHS
from assay.jobs.validity import Tally, Validity, validity
from assay.records.store import Pair, open_pair
from tests.factories.records import AS_AT
from tests.factories.truths import CRN, night_of_six, truth

TYPES = ("community_order",)
PAGE = Path(__file__).parents[3] / "docs" / "reference" / "validity.md"


@dataclass(frozen=True)
class Six:
    """The six people's home, and its lapses by duty and person."""

    home: Path
    pair: Pair
    lapses: dict[tuple[str, str], list[str]]


@pytest.fixture(scope="module")
def six(tmp_path_factory: pytest.TempPathFactory) -> Six:
    home = tmp_path_factory.mktemp("six") / "records"
    pair = night_of_six(home)
    found: dict[tuple[str, str], list[str]] = {}
    with open_pair(pair) as reader:
        rows = reader.rows(
            "SELECT DISTINCT duty, case_id, lapse_id FROM n.lapse WHERE clock = 'date' AND closed_on IS NULL "
            "ORDER BY ALL"
        )
    names = {crn: name for name, crn in CRN.items()}
    for row in rows:
        if row["case_id"] in names:
            found.setdefault((row["duty"], names[row["case_id"]]), []).append(row["lapse_id"])
    return Six(home, pair, found)


def figures(six: Six, told: dict[str, pa.Table]) -> Validity:
    with open_pair(six.pair) as reader:
        return validity(reader, told, on=AS_AT, types=TYPES)


def tally(people: int, unknown: int, right: int, wrong: int, missing: int | None, found: int | None) -> Tally:
    return Tally(
        people=people,
        unknown=unknown,
        lapses=right + wrong,
        right=right,
        wrong=wrong,
        missing=missing,
        found=found,
    )


def test_each_figure_is_what_fingers_count(six: Six) -> None:
    found = figures(six, truth())
    everybody = {duty: each["everybody"] for duty, each in found.duties.items()}
    # Right of the one never asked, wrong of the one without a need; missing of the one on no register.
    assert everybody["S01"] == tally(3, 0, 1, 1, 2, 1)
    assert (everybody["S01"].precision, everybody["S01"].recall, everybody["S01"].unknown_share) == (
        0.5,
        0.5,
        0.0,
    )
    # The answer and its chase, of one enquiry.
    assert everybody["S02"] == tally(6, 0, 2, 0, 1, 1)
    # The row of the one who was seen in March is gone.
    assert everybody["S09"] == tally(6, 0, 1, 1, 1, 1)
    assert everybody["S16"] == tally(6, 0, 1, 1, 1, 1)
    assert everybody["S12"] == tally(3, 0, 2, 1, 2, 2)
    # Nothing about children is on record of anybody.
    assert everybody["S04"] == tally(6, 6, 0, 0, 0, 0)
    assert everybody["S04"].unknown_share == 1.0
    assert everybody["S04"].precision is None


def test_what_nobody_can_tell_counts_neither_way() -> None:
    some = Tally(people=40, unknown=10, lapses=10, right=3, wrong=1, missing=None, found=None)
    assert (some.judged, some.precision, some.recall, some.unknown_share) == (4, 0.75, None, 0.25)


def test_by_kind_of_flaw_the_people_with_it_stand_beside_those_with_none(six: Six) -> None:
    found = figures(six, truth())
    assert found.groups == {"everybody": 6, "none": 4, "deleted": 1, "missing_domestic_abuse_flag": 1}
    s01, s16 = found.duties["S01"], found.duties["S16"]
    assert s01["none"] == tally(3, 0, 1, 1, 1, 1)
    assert s01["missing_domestic_abuse_flag"] == tally(0, 0, 0, 0, 1, 0)
    assert (s01["none"].recall, s01["missing_domestic_abuse_flag"].recall) == (1.0, 0.0)
    assert s16["none"] == tally(4, 0, 1, 0, 1, 1)
    assert s16["deleted"] == tally(1, 0, 0, 1, 0, 0)
    assert (s16["none"].precision, s16["deleted"].precision) == (1.0, 0.0)


def test_where_the_truth_has_no_table_nobody_can_tell(six: Six) -> None:
    found = figures(six, truth())
    assert {"S13", "S15", "S21"} & found.told == set()  # no truth at all, no visits, no oversight
    assert (found.duties["S15"]["everybody"].missing, found.duties["S13"]["everybody"].missing) == (
        None,
        None,
    )
    assert "cannot tell" in validity_pages.figures(found.duties["S15"]["everybody"], told=False)


def test_without_a_list_of_flaws_no_row_stands_for_what_happened(six: Six) -> None:
    bare = {name: table for name, table in truth().items() if name != "flaw"}
    found = figures(six, bare)
    assert found.groups == {"everybody": 6}
    assert found.told == {"S01", "S04", "S09", "S16"}
    assert found.duties["S02"]["everybody"] == Tally(
        people=6, unknown=0, lapses=2, right=0, wrong=0, missing=None, found=None
    )


def test_a_flaw_in_a_table_that_stands_for_what_happened_silences_its_duties(six: Six) -> None:
    told = truth()
    told["flaw"] = pa.concat_tables(
        [
            told["flaw"],
            pa.table(
                {
                    "flaw": ["wrong_date"],
                    "table": ["enquiry"],
                    "crn": [CRN["unseen"]],
                    "row_id": ["E1"],
                    "day": pa.array([None], pa.date32()),
                }
            ),
        ]
    )
    found = figures(six, told)
    assert "S02" not in found.told
    assert {"S01", "S12"} <= found.told


app = typer.Typer()
app.command()(validate.validate)


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, list(arguments), env={"COLUMNS": "220", "ASSAY_QUARANTINE_LIMIT": "80%"})


def test_the_command_prints_the_figures_by_a_truth(six: Six, tmp_path: Path) -> None:
    for name, table in truth().items():
        pq.write_table(table, tmp_path / f"{name}.parquet")
    given = ("--truth", str(tmp_path), "--home", str(six.home))
    done = run(*given, "--format", "json")
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert (said["as_at"], len(said["duties"])) == ("2026-03-31", 29)
    s01 = said["duties"]["S01"]["figures"]["everybody"]
    assert (s01["precision"], s01["judged"], s01["recall"], s01["true_lapses"]) == (0.5, 2, 0.5, 2)
    assert said["duties"]["S19"]["told"] is False
    assert said["duties"]["S19"]["figures"]["everybody"]["precision"] is None
    printed = run(*given)
    assert "0.50 (1 of 2)" in printed.stdout
    assert "Synthetic: a contact that took place is gone, 1 people" in printed.stdout


def test_a_folder_that_is_no_truth_is_refused(six: Six, tmp_path: Path) -> None:
    done = run("--truth", str(tmp_path), "--home", str(six.home))
    assert done.exit_code == 2
    assert "case.parquet is missing" in done.stderr


HEADING = ("lapse_id", "case", "duty", "judgement", "reader")


def readings(folder: Path, *rows: tuple[str, ...], heading: tuple[str, ...] = HEADING) -> Path:
    file = folder / "readings.csv"
    with file.open("w", encoding="utf-8", newline="") as opened:
        csv.writer(opened).writerows([heading, *rows])
    return file


def test_reads_are_counted_and_bad_rows_set_apart_with_a_sentence(six: Six, tmp_path: Path) -> None:
    never, no_need = six.lapses["S01", "asked_never"][0], six.lapses["S01", "no_need"][0]
    answer, chase = six.lapses["S02", "unanswered"]
    file = readings(
        tmp_path,
        ("", CRN["asked_never"], "S01", "right", "Reader A"),
        (no_need, "", "", "Wrong", "Reader A"),
        (answer, "", "", "cannot_tell", "Reader A"),
        (chase, "", "", "right", "Reader A"),
        (chase, "", "", "wrong", "Reader B"),
        ("", CRN["unanswered"], "S02", "right", "Reader B"),
        ("", CRN["unseen"], "S01", "right", "Reader B"),
        ("no such lapse", "", "", "right", "Reader B"),
        (never, "", "S02", "right", "Reader B"),
        (never, "", "", "perhaps", "Reader B"),
        (never, "", "", "right", ""),
        (never, "", "", "wrong", "Reader A"),
        ("", "", "S01", "right", "Reader B"),
    )
    record = tmp_path / calibration.FILE
    done = run("--readings", str(file), "--home", str(six.home), "--to", str(record), "--format", "json")
    assert done.exit_code == 0, done.output
    s01, s02 = json.loads(done.stdout)
    # One more is held about somebody whom the truth does not know.
    assert (s01["duty"], s01["lapses"], s01["drawn"], s01["reads"], s01["right"]) == ("S01", 3, 2, 2, 1)
    assert (s01["standing"], s01["because"]) == ("trial", "2 of 50 reads so far.")
    assert (s02["duty"], s02["lapses"], s02["drawn"], s02["reads"]) == ("S02", 2, 2, 0)
    assert (s02["cannot_tell"], s02["disagreed"], s02["wilson"], s02["exact"]) == (2, 1, None, None)
    with (tmp_path / "quarantine.csv").open(encoding="utf-8", newline="") as opened:
        apart = [(int(row["row"]), row["rule"], row["sentence"]) for row in csv.DictReader(opened)]
    assert apart == [
        (
            6,
            "which-lapse",
            "The case has 2 lapses of S02 on 2026-03-31: name the one that was read by its lapse_id.",
        ),
        (7, "lapse", "The case has no lapse of S01 on 2026-03-31."),
        (8, "lapse", "No such lapse is held on 2026-03-31."),
        (9, "another-lapse", "The lapse is of another case or another duty."),
        (10, "judgement", "The judgement is none of: right, wrong, cannot tell."),
        (11, "reader", "No reader is named. Each judgement is somebody's."),
        (12, "read-twice", "The same reader judged this lapse in row 1."),
        (13, "lapse", "The row names neither a lapse nor a case with a duty."),
    ]
    made = calibration.read(record)
    assert (made.kind, made.policy) == ("reads", six.pair.night.versions["policy"])
    assert set(made.duties) == {"S01", "S02"}
    assert made.duties["S01"].precision == 0.5
    assert "Reader" not in record.read_text("utf-8").replace("A reader", "")


def test_too_many_bad_rows_change_nothing(six: Six, tmp_path: Path) -> None:
    file = readings(tmp_path, ("no such lapse", "", "", "right", "Reader A"))
    record = tmp_path / calibration.FILE
    done = run("--readings", str(file), "--home", str(six.home), "--to", str(record))
    assert done.exit_code == 2
    assert "1 of 1 rows are bad; the limit is 80%." in done.stderr
    assert sorted(each.name for each in tmp_path.iterdir()) == ["readings.csv"]


@pytest.mark.parametrize(
    ("heading", "lacking"),
    [
        (("lapse_id", "judgement"), "reader"),
        (("lapse_id", "reader"), "judgement"),
        (("case", "judgement", "reader"), "lapse_id"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused(
    six: Six, tmp_path: Path, heading: tuple[str, ...], lacking: str
) -> None:
    file = readings(tmp_path, heading=heading)
    done = run("--readings", str(file), "--home", str(six.home))
    assert done.exit_code == 2
    assert f"The heading lacks: {lacking}." in done.stderr


def test_the_synthetic_record_is_not_overwritten(six: Six, tmp_path: Path) -> None:
    file = readings(tmp_path, (six.lapses["S01", "no_need"][0], "", "", "wrong", "Reader A"))
    record = tmp_path / calibration.FILE
    record.write_text(
        "kind: synthetic\nsaid: Synthetic.\nmade_on: 2026-03-31\nassay: '0'\npolicy: '0'\nduties: {}\n",
        "utf-8",
    )
    before = record.read_bytes()
    done = run("--readings", str(file), "--home", str(six.home), "--to", str(record))
    assert done.exit_code == 2
    assert "This is the synthetic record" in done.stderr
    assert record.read_bytes() == before


def test_reads_of_an_earlier_day_are_of_the_lapses_held_then(six: Six, tmp_path: Path) -> None:
    """On 12 January the enquiry to police was not overdue, and the first one never asked was not in lapse."""
    file = readings(tmp_path, (six.lapses["S02", "unanswered"][0], "", "", "right", "Reader A"))
    given = ("--readings", str(file), "--home", str(six.home))
    then = run(*given, "--as-at", "2026-01-12", "--format", "json")
    assert then.exit_code == 2
    assert "No such lapse is held on 2026-01-12." in then.stderr
    later = run(*given, "--as-at", "2026-04-01")
    assert (later.exit_code, "no day after 2026-03-31" in later.stderr) == (3, True)


@pytest.mark.parametrize(
    "given",
    [
        ("--truth", "a", "--readings", "b"),
        ("--to", "calibration.yaml"),
        ("--readings", "b", "--page", "page.md"),
    ],
)
def test_options_that_do_not_go_together_are_refused(given: tuple[str, ...]) -> None:
    assert run(*given).exit_code == 2


def test_the_page_shows_figures_with_their_counts_and_says_where_there_are_none(six: Six) -> None:
    page = validity_pages.page(figures(six, truth()), people=6, seed=1, policy="0")
    lines = page.splitlines()
    assert (
        "| [S01](duties/s01.md) Police enquiry about domestic abuse | 0.50 (1 of 2) | 0.50 (1 of 2) | "
        "0.00 (0 of 3) | 2 | 0 |" in lines
    )
    assert "| [S19](duties/s19.md) Steps of a recall | cannot tell | no list | nobody | 0 | 0 |" in lines
    assert "| Duty | `none` | `deleted` | `missing_domestic_abuse_flag` |" in lines
    assert "| S16 | (1 of 1) | (0 of 1) |  |" in lines
    assert "- `deleted`: a contact that took place is gone (1 people)" in lines
    assert any(line.startswith("- **S15** Right: Nobody went inside") for line in lines)
    assert "  This region's truth lacks a table for it, so nobody can tell." in lines
    assert (
        "- **S19** Nobody can tell: the truth of an invented region says nothing of the steps of recalls."
        in lines
    )


def test_the_page_in_the_manual_says_of_every_duty_what_the_truth_says() -> None:
    """Its figures are made by the command it names; its words must be those of the duties as they are."""
    page = PAGE.read_text("utf-8")
    for duty, said in TRUTHS.items():
        assert f"[{duty}](duties/{duty.lower()}.md)" in page
        assert said.says in page
        assert said.right is None or said.needs in page


def test_the_made_on_day_of_a_record_is_a_day(six: Six, tmp_path: Path) -> None:
    file = readings(tmp_path, (six.lapses["S01", "no_need"][0], "", "", "wrong", "Reader A"))
    record = tmp_path / calibration.FILE
    assert run("--readings", str(file), "--home", str(six.home), "--to", str(record)).exit_code == 0
    assert calibration.read(record).made_on >= date(2026, 1, 1)
