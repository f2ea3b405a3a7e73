"""Whether a duty is on: it must have been right at least half of the time on fifty reads, on record.

The record is a file. The one shipped is synthetic: lapses of an invented region, looked up in the truth
behind it. It shows that the machinery finds what was planted and nothing about a real region, so it counts in
a demonstration alone. A real region reads fifty lapses of each duty and keeps a record of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from assay.assurance.duties.types import Duty, Standing
from assay.core.errors import Problem, Unfit
from assay.core.messages import message

FEWEST_READS, LEAST_PRECISION = 50, 0.5
FILE = "calibration.yaml"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Reads(_Part):
    """What became of the lapses drawn for one duty. ``reads`` ended in a judgement; those of which nobody
    can tell are counted apart, and :attr:`lowest` counts them as wrong."""

    version: int = Field(ge=1)
    lapses: int = Field(ge=0)
    drawn: int = Field(ge=0)
    reads: int = Field(ge=0)
    right: int = Field(ge=0)
    cannot_tell: int = Field(ge=0)
    precision: float | None = Field(ge=0, le=1)
    truth: str = Field(min_length=1)

    @model_validator(mode="after")
    def _adds_up(self) -> Reads:
        if not self.right <= self.reads or self.reads + self.cannot_tell != self.drawn:
            raise ValueError("what was right, read and drawn does not add up")
        if self.drawn > self.lapses:
            raise ValueError("more was drawn than there was")
        if self.precision != share(self.right, self.reads):
            raise ValueError("the precision is not what was right of what was read")
        return self

    @property
    def lowest(self) -> float | None:
        return share(self.right, self.drawn)


class Region(_Part):
    """The invented region that was read."""

    people: int = Field(ge=1)
    seed: int
    as_at: date


class Calibration(_Part):
    """A record of reads. ``synthetic`` ones name their region; ``reads`` are those people made."""

    kind: Literal["synthetic", "reads"]
    said: str = Field(min_length=1)
    made_on: date
    assay: str
    policy: str
    draw_seed: int | None = None
    region: Region | None = None
    duties: Mapping[str, Reads]


def share(right: int, of: int) -> float | None:
    """To three places, as it stands in the file; None of nothing."""
    return round(right / of, 3) if of else None


def read(file: Path | Traversable) -> Calibration:
    """The record in a file; ``Unfit`` says what is wrong with it."""
    try:
        return Calibration.model_validate(yaml.safe_load(file.read_text("utf-8")))
    except (ValidationError, yaml.YAMLError) as wrong:
        raise Unfit(
            [
                Problem(
                    file=file.name,
                    rule="calibration",
                    message=message("This is no record of a calibration: {wrong}", wrong=str(wrong)),
                    remedy=message("Make it again: assay calibrate, or correct the record of the reads."),
                )
            ]
        ) from None


@cache
def shipped() -> Calibration:
    """The synthetic calibration that comes with Assay."""
    return read(resources.files("assay.assurance.duties").joinpath(FILE))


def standing(duty: Duty, record: Calibration | None) -> Standing:
    """Off if the definition says so; on by the record of this very version; else on trial."""
    if duty.standing == "off":
        return "off"
    reads = record.duties.get(duty.code) if record is not None else None
    if reads is None or reads.version != duty.version or reads.reads < FEWEST_READS:
        return "trial"
    return "on" if reads.right >= LEAST_PRECISION * reads.reads else "trial"


def with_standing(duty: Duty, record: Calibration | None) -> Duty:
    """The duty as the record lets it stand."""
    return replace(duty, standing=standing(duty, record))
