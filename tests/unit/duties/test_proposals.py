"""What reads propose: on by half of fifty, trial by anything less, and a record a region can put in force."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from assay.assurance.duties import calibration, catalogue
from assay.jobs import proposals
from assay.jobs.proposals import Proposal
from assay.jobs.readings import Lapse, Read, Readings
from assay.jobs.truths import TRUTHS

DAY = date(2026, 3, 31)
VERSIONS = {each.code: str(each.version) for each in catalogue.duties()} | {"policy": "rules"}


def read(*, right: int, wrong: int, untold: int = 0, disagreed: int = 0, duty: str = "S04") -> Readings:
    """Lapses of one duty, each read by one reader, or by two who disagree."""
    said: list[dict[str, bool | None]] = [
        *({"a": True} for _ in range(right)),
        *({"a": False} for _ in range(wrong)),
        *({"a": None} for _ in range(untold)),
        *({"a": True, "b": False} for _ in range(disagreed)),
    ]
    lapses = [Lapse(lapse_id=f"{number:03}", duty=duty, case_id="X900001") for number in range(len(said) + 5)]
    return Readings(lapses, {f"{number:03}": each for number, each in enumerate(said)})


def made(readings: Readings, **changed: Any) -> calibration.Calibration:
    given: dict[str, Any] = {"versions": VERSIONS, "on": DAY, "made_on": DAY, "assay": "0"} | changed
    return proposals.record_of(readings, **given)


def proposal(readings: Readings, **changed: Any) -> Proposal:
    (only,) = proposals.proposed(readings, made(readings, **changed))
    return only


def test_half_of_fifty_reads_propose_on_with_both_intervals() -> None:
    found = proposal(read(right=25, wrong=25))
    assert (found.standing, found.because.worded()) == ("on", "At least half of 50 reads were right.")
    assert found.wilson == pytest.approx((0.366445, 0.633555), abs=1e-6)
    assert found.exact == pytest.approx((0.355273, 0.644727), abs=1e-6)


@pytest.mark.parametrize(
    ("readings", "because"),
    [
        (read(right=24, wrong=26), "Fewer than half of 50 reads were right."),
        (read(right=49, wrong=0, untold=7), "49 of 50 reads so far."),
        (read(right=49, wrong=0, disagreed=1), "49 of 50 reads so far."),
    ],
    ids=["fewer than half", "too few could be judged", "readers disagree about one"],
)
def test_anything_less_is_trial(readings: Readings, because: str) -> None:
    found = proposal(readings)
    assert (found.standing, found.because.worded()) == ("trial", because)


def test_reads_of_an_older_definition_are_trial() -> None:
    found = proposal(read(right=50, wrong=0), versions=VERSIONS | {"S04": "9"})
    assert found.standing == "trial"
    assert found.because.worded().startswith("The definition has changed")


def test_readers_who_agree_are_one_read_and_who_disagree_are_none() -> None:
    lapses = [Lapse(lapse_id=each, duty="S01", case_id="X900001") for each in ("1", "2", "3", "4")]
    agreed: dict[str, bool | None] = {"a": True, "b": True}
    doubted: dict[str, bool | None] = {"a": True, "b": None}
    readings = Readings(lapses, {"1": agreed, "2": doubted})
    assert readings.readers == 2
    assert readings.reads() == {"S01": Read(lapses=4, right=1, wrong=0, cannot_tell=1, disagreed=1)}


def test_the_record_puts_the_duty_on_and_keeps_what_stood_of_others(tmp_path: Path) -> None:
    file = tmp_path / calibration.FILE
    assert proposals.earlier(file) is None
    proposals.write(made(read(right=30, wrong=20, untold=2)), file)
    proposals.write(made(read(right=10, wrong=40, duty="S16"), before=proposals.earlier(file)), file)
    found = calibration.read(file)
    assert set(found.duties) == {"S04", "S16"}
    assert found.duties["S04"].model_dump() == {
        "version": 1,
        "lapses": 57,
        "drawn": 52,
        "reads": 50,
        "right": 30,
        "cannot_tell": 2,
        "precision": 0.6,
        "truth": "A reader found a real need, and that what should have happened had not.",
    }
    standing = {each.code: each.standing for each in catalogue.duties(by=found)}
    assert standing == dict.fromkeys(TRUTHS, "trial") | {"S04": "on"}
