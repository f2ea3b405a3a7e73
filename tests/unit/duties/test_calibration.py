"""Promise 5: a duty is on by a precision of half or more on fifty reads, and by nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pyarrow as pa
import pytest
import yaml

from assay.assurance.duties import catalogue
from assay.assurance.duties.calibration import FILE, Calibration, Reads, read, shipped, standing
from assay.assurance.oversight.queries.windows import duties_by_code
from assay.core.errors import Unfit
from assay.jobs import calibrate, judging
from assay.jobs.truths import TRUTHS, silent

CODES = tuple(each.code for each in catalogue.duties())
DAY = date(2026, 3, 31)


def reads(*, right: int = 25, of: int = 50, cannot_tell: int = 0, version: int = 1) -> Reads:
    drawn = of + cannot_tell
    return Reads(
        version=version,
        lapses=drawn,
        drawn=drawn,
        reads=of,
        right=right,
        cannot_tell=cannot_tell,
        precision=round(right / of, 3) if of else None,
        truth="What makes it right.",
    )


def record(kind: str = "synthetic", **changed: Reads) -> Calibration:
    every = {code: reads() for code in CODES} | changed
    return Calibration(
        kind=kind,  # type: ignore[arg-type]
        said="For tests.",
        made_on=DAY,
        assay="0",
        policy="0",
        duties=every,
    )


def standings(by: Calibration) -> dict[str, str]:
    return {each.code: each.standing for each in catalogue.duties(by=by)}


def test_half_right_on_fifty_reads_is_just_enough() -> None:
    assert standings(record()) == dict.fromkeys(CODES, "on")


@pytest.mark.parametrize(
    "planted",
    [
        reads(right=24),
        reads(right=49, of=49),
        reads(right=0, of=0),
        reads(right=50, version=2),
        reads(right=20, of=49, cannot_tell=40),
    ],
    ids=["precision below half", "too few reads", "no reads", "another version", "too few could be judged"],
)
def test_a_duty_that_was_not_right_often_enough_is_on_trial(planted: Reads) -> None:
    assert standings(record(S16=planted)) == dict.fromkeys(CODES, "on") | {"S16": "trial"}


def test_a_duty_without_a_line_in_the_record_is_on_trial_and_one_that_is_off_stays_off() -> None:
    whole = record()
    duty = catalogue.duty("S01")
    without = Calibration(**{**whole.model_dump(), "duties": {"S04": reads()}})
    assert standing(duty, without) == "trial"
    assert standing(duty, None) == "trial"
    assert standing(replace(duty, standing="off"), whole) == "off"


def test_no_definition_says_by_hand_that_it_is_on() -> None:
    assert {each.DUTY.standing for each in catalogue.DEFINITIONS} <= {"trial", "off"}


def test_the_shipped_record_is_synthetic_says_so_and_is_of_the_definitions_as_they_are() -> None:
    found = shipped()
    assert found.kind == "synthetic"
    assert found.said.startswith("Synthetic.")
    assert found.region is not None
    assert {code: each.version for code, each in found.duties.items()} == {
        each.code: each.version for each in catalogue.duties()
    }
    assert {code: each.truth for code, each in found.duties.items()} == {
        code: each.says for code, each in TRUTHS.items()
    }
    assert {code for code, each in found.duties.items() if each.drawn == 0} >= set(silent.WHAT)
    # Fewer than fifty only where there were no more lapses to draw, or none of them could be looked up.
    assert all(each.reads == 50 or each.drawn in (0, each.lapses) for each in found.duties.values())


def test_a_duty_of_which_nobody_can_tell_is_on_trial_with_no_reads_and_a_reason() -> None:
    made = calibrate.counted({"S19": found(right=0, wrong=0, cannot_tell=70)}, reads=50, seed=1)
    assert set(made) == set(CODES)
    s19 = made["S19"]
    assert (s19.lapses, s19.drawn, s19.reads, s19.cannot_tell, s19.precision) == (70, 0, 0, 0, None)
    assert (
        s19.truth == "Nobody can tell: the truth of an invented region says nothing of the steps of recalls."
    )
    assert standings(record(S19=s19))["S19"] == "trial"


def test_a_duty_that_is_not_among_those_read_stays_on_trial() -> None:
    both = {code: found(right=60, wrong=0, cannot_tell=0) for code in ("S01", "S02")}
    made = calibrate.counted(both, reads=50, seed=1, only=("S01",))
    assert [(made[code].drawn, made[code].lapses) for code in ("S01", "S02")] == [(50, 60), (0, 60)]


@pytest.mark.parametrize(
    "changed",
    [{"precision": 0.9}, {"right": 51}, {"drawn": 60}, {"lapses": 49}, {"reader": "a name"}],
    ids=["precision", "more right than read", "drawn", "lapses", "a field there is none of"],
)
def test_a_record_that_does_not_add_up_is_unfit(tmp_path: Path, changed: dict[str, Any]) -> None:
    body = record().model_dump()
    body["duties"]["S01"] |= changed
    file = tmp_path / FILE
    file.write_text(yaml.safe_dump(body), "utf-8")
    with pytest.raises(Unfit) as caught:
        read(file)
    assert [(each.file, each.rule) for each in caught.value.problems] == [(FILE, "calibration")]


@pytest.fixture
def real_installation(settings: Any, tmp_path: Path) -> Path:
    settings.DEMONSTRATION, settings.HOME = False, tmp_path
    return tmp_path / FILE


def here() -> dict[str, str]:
    return {code: each.standing for code, each in duties_by_code().items()}


def test_a_real_region_starts_with_every_duty_on_trial(real_installation: Path) -> None:
    assert not real_installation.exists()
    assert here() == dict.fromkeys(CODES, "trial")


def test_a_synthetic_record_puts_nothing_on_in_a_real_region(real_installation: Path) -> None:
    real_installation.write_text(yaml.safe_dump(record().model_dump()), "utf-8")
    assert here() == dict.fromkeys(CODES, "trial")


def test_reads_of_its_own_put_a_duty_on_in_a_real_region(real_installation: Path) -> None:
    own = record("reads", S04=reads(right=10), S21=reads(of=30))
    real_installation.write_text(yaml.safe_dump(own.model_dump()), "utf-8")
    assert here() == dict.fromkeys(CODES, "on") | {"S04": "trial", "S21": "trial"}


def test_the_synthetic_record_counts_in_a_demonstration(settings: Any) -> None:
    settings.DEMONSTRATION = True
    assert here() == {each.code: each.standing for each in catalogue.duties(by=shipped())}


def found(right: int, wrong: int, cannot_tell: int = 0) -> dict[str, bool | None]:
    said: list[bool | None] = [True] * right + [False] * wrong + [None] * cannot_tell
    return {f"{number:04}": each for number, each in enumerate(said)}


def test_drawing_goes_on_past_what_nobody_can_tell_and_counts_it() -> None:
    made = calibrate.counted({"S21": found(right=60, wrong=0, cannot_tell=60)}, reads=50, seed=3)["S21"]
    assert (made.lapses, made.reads, made.right, made.precision) == (120, 50, 50, 1.0)
    assert made.drawn == 50 + made.cannot_tell
    assert 30 <= made.cannot_tell <= 60
    assert made.lowest is not None
    assert made.lowest < 1.0


def test_fewer_lapses_than_reads_are_all_read() -> None:
    made = calibrate.counted({"S06": found(right=9, wrong=3, cannot_tell=2)}, reads=50, seed=1)
    assert (made["S06"].drawn, made["S06"].reads, made["S06"].right) == (14, 12, 9)
    assert (made["S01"].lapses, made["S01"].precision) == (0, None)


def test_the_command_writes_a_record_that_sets_standing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fault planted: a duty whose lapses are right once in four."""
    judged = {code: found(right=90, wrong=10) for code in CODES} | {"S15": found(right=100, wrong=300)}
    monkeypatch.setattr(calibrate, "region_judged", lambda *_, **__: ("a policy", judged))
    files = [tmp_path / "one.yaml", tmp_path / "two.yaml"]
    for file in files:
        calibrate.calibrate(
            to=file, people=200, seed=5, as_at=calibrate.datetime(2026, 3, 31), reads=50, draw_seed=9
        )
    assert files[0].read_text("utf-8") == files[1].read_text("utf-8")
    made = read(files[0])
    assert (made.kind, made.policy, made.draw_seed) == ("synthetic", "a policy", 9)
    assert made.region is not None
    assert (made.region.people, made.region.seed, made.region.as_at) == (200, 5, DAY)
    assert standings(made) == dict.fromkeys(CODES, "on") | {"S15": "trial"}


def test_the_truth_decides_and_what_it_does_not_know_is_not_told() -> None:
    """One lapse of each duty for each verdict, by hand."""
    connection = duckdb.connect()
    connection.execute("CREATE SCHEMA n; CREATE SCHEMA r")
    rows = [
        # duty, person, anchor, triggered
        ("S01", "need", "SE1"),
        ("S01", "asked", "SE2"),
        ("S01", "asked about another thing", "SE3"),
        ("S01", "no need", "SE4"),
        ("S04", "need", "SE1"),
        ("S04", "asked", "SE2"),
        ("S06", "need", "EN1"),
        ("S06", "asked", "EN2"),
        ("S06", "need", "CO1"),
        ("S15", "need", "SE1"),
        ("S15", "asked", "SE2"),
        ("S15", "no need", "SE4"),
        ("S16", "need", "CO1"),
        ("S16", "asked", "CO2"),
        ("S21", "need", "AL1"),
        ("S21", "asked", "AL2"),
        ("S21", "no need", "AL4"),
        ("S21", "need", "SU1"),
        ("S01", "nobody the truth knows", "SE9"),
    ]
    obligations = pa.table(
        {
            "obligation_id": [str(number) for number in range(len(rows))],
            "duty": [duty for duty, _, _ in rows],
            "case_id": [person for _, person, _ in rows],
            "anchor_id": [anchor for _, _, anchor in rows],
            "triggered_on": [date(2026, 1, 5)] * len(rows),
        }
    )
    lapses = pa.table(
        {
            "lapse_id": [f"L{number}" for number in range(len(rows))],
            "obligation_id": obligations["obligation_id"],
            "duty": obligations["duty"],
            "case_id": obligations["case_id"],
            "clock": ["date"] * len(rows),
            "opened_on": [date(2026, 2, 1)] * len(rows),
            "closed_on": pa.array([None] * len(rows), pa.date32()),
        }
    )
    windows = pa.table(
        {
            "window": ["oversight"],
            "window_from": [date(2014, 1, 1)],
            "value": [5],
            "unit": ["working_days"],
        }
    )
    for name, table in (("obligation", obligations), ("lapse", lapses), ("window", windows)):
        connection.register(f"given_{name}", table)
        connection.execute(f"CREATE TABLE n.{name} AS SELECT * FROM given_{name}")
    connection.execute("CREATE TABLE r.suspension AS SELECT 'SU1' AS suspension_id")
    nothing = pa.array([], pa.string())
    people = ["need", "asked", "asked about another thing", "no need"]
    later = date(2026, 2, 20)
    truth = {
        "case": pa.table(
            {
                "crn": people,
                "true_need_police": [True, True, True, False],
                "true_need_child": [True, True, True, False],
                "oversight_required": [False, True, True, False],
            }
        ),
        "enquiry": pa.table(
            {
                "enquiry_id": ["EN1", "EN2", "EN3", "EN4", "EN5"],
                "crn": ["need", "asked", "asked", "asked about another thing", "need"],
                "agency": ["childrens_services", "childrens_services", "police", "police", "police"],
                "asked_on": [date(2025, 12, 1), later, later, later, later],
                "sent": [True, True, True, True, False],
                "to_the_point": [True, True, True, False, True],
                "analysed": [False, True, False, False, False],
            }
        ),
        "visit": pa.table({"crn": ["asked", "no need"], "day": [later, later], "doorstep": [False, True]}),
        "seen": pa.table({"crn": ["asked", "need"], "day": [later, date(2026, 1, 5)]}),
        "needed_oversight": pa.table({"crn": ["need"], "day": [date(2026, 1, 5)]}),
        "oversight": pa.table({"crn": ["asked", "need"], "day": [later, later], "effective": [True, False]}),
        "flaw": pa.table({"flaw": nothing, "table": nothing, "crn": nothing, "row_id": nothing}),
    }

    def ask(sql: str, values: dict[str, Any]) -> list[dict[str, Any]]:
        answer = connection.execute(sql, values)
        names = [each[0] for each in answer.description]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]

    reader: Any = SimpleNamespace(connection=connection, rows=ask)
    told = judging.judged(reader, truth, on=DAY)
    by_place = {int(lapse[1:]): right for each in told.values() for lapse, right in each.items()}
    assert [by_place.get(place, "left out") for place in range(len(rows))] == [
        True, False, True, False,  # S01
        True, False,  # S04
        True, False, None,  # S06
        True, False, True,  # S15
        True, False,  # S16
        True, False, False, None,  # S21
        "left out",
    ]  # fmt: skip
    connection.close()
