"""What reads propose for each duty, trial or on, and the record that puts it in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from assay.assurance.duties.calibration import (
    FEWEST_READS,
    LEAST_PRECISION,
    Calibration,
    Reads,
    read,
    share,
    standing,
)
from assay.assurance.duties.catalogue import duty as duty_of
from assay.core.errors import Problem, Unfit
from assay.core.estimation.intervals import clopper_pearson, normal_quantile, wilson
from assay.core.messages import Message, message

if TYPE_CHECKING:
    from assay.jobs.readings import Readings

LEVEL = 0.95
HEAD = (
    "# Made by `assay validate` from reads that people made. A duty is on only if it was right at least\n"
    "# half of the time on fifty of them. It names no reader and no person.\n"
)
RIGHT = "A reader found a real need, and that what should have happened had not."


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One duty's reads, how sure they make us of its precision (Wilson's and the exact interval, at 95%), and
    the standing they come to. ``because`` says why."""

    duty: str
    reads: Reads
    disagreed: int
    wilson: tuple[float, float] | None
    exact: tuple[float, float] | None
    standing: str
    because: Message


def proposed(readings: Readings, record: Calibration) -> list[Proposal]:
    """What the reads come to by the record made of them, by duty."""
    return [
        _proposal(code, record, disagreed=each.disagreed) for code, each in sorted(readings.reads().items())
    ]


def _proposal(code: str, record: Calibration, *, disagreed: int) -> Proposal:
    duty, reads = duty_of(code), record.duties[code]
    judged = reads.reads
    between = wilson(reads.right / judged, n=judged, quantile=normal_quantile(LEVEL)) if judged else None
    return Proposal(
        duty=code,
        reads=reads,
        disagreed=disagreed,
        wilson=between,
        exact=clopper_pearson(reads.right, judged, level=LEVEL) if judged else None,
        standing=standing(duty, record),
        because=_because(reads, version=duty.version),
    )


def _because(reads: Reads, *, version: int) -> Message:
    if reads.version != version:
        return message("The definition has changed since these lapses were found; read those of the new one.")
    if reads.reads < FEWEST_READS:
        return message("{reads} of {wanted} reads so far.", reads=reads.reads, wanted=FEWEST_READS)
    if reads.right < LEAST_PRECISION * reads.reads:
        return message("Fewer than half of {reads} reads were right.", reads=reads.reads)
    return message("At least half of {reads} reads were right.", reads=reads.reads)


def record_of(
    readings: Readings,
    *,
    versions: Mapping[str, str],
    on: date,
    made_on: date,
    assay: str,
    before: Calibration | None = None,
) -> Calibration:
    """The record of the reads. ``versions`` are those of the night whose lapses were read; what ``before``
    says of duties not read now stays."""
    made = {
        code: Reads(
            version=int(versions[code]),
            lapses=each.lapses,
            drawn=each.right + each.wrong + each.cannot_tell,
            reads=each.right + each.wrong,
            right=each.right,
            cannot_tell=each.cannot_tell,
            precision=share(each.right, each.right + each.wrong),
            truth=RIGHT,
        )
        for code, each in readings.reads().items()
    }
    kept = dict(before.duties) if before is not None else {}
    return Calibration(
        kind="reads",
        said=f"Lapses held on {on}, read by {readings.readers} readers; earlier reads of other duties stand.",
        made_on=made_on,
        assay=assay,
        policy=versions["policy"],
        duties=dict(sorted((kept | made).items())),
    )


def earlier(file: Path) -> Calibration | None:
    """The record that stands in the file; None where there is none. ``Unfit`` if it is not one of reads."""
    if not file.is_file():
        return None
    found = read(file)
    if found.kind != "reads":
        raise Unfit(
            [
                Problem(
                    file=file.name,
                    rule="calibration",
                    message=message("This is the synthetic record, and no record of reads."),
                    remedy=message(
                        "Name another file: the synthetic record is made by assay calibrate alone."
                    ),
                )
            ]
        )
    return found


def write(record: Calibration, file: Path) -> None:
    """The record, as a region puts it in force."""
    body: dict[str, Any] = record.model_dump(exclude_none=True)
    for code, reads in record.duties.items():
        body["duties"][code]["precision"] = reads.precision
    text = yaml.safe_dump(body, sort_keys=False, allow_unicode=True, width=110)
    file.write_text(HEAD + text, encoding="utf-8")
