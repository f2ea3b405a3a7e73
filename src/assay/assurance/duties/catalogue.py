"""The duties there are, in the order of their codes."""

from __future__ import annotations

from collections.abc import Callable

from assay.assurance.duties.calibration import Calibration, shipped, with_standing
from assay.assurance.duties.definitions import (
    s01_police_enquiry,
    s04_child_enquiry,
    s06_answer_analysed,
    s15_home_visit,
    s16_contact_gap,
    s21_oversight,
)
from assay.assurance.duties.records import Records
from assay.assurance.duties.rules import Once, Rolling
from assay.assurance.duties.types import Duty

DEFINITIONS = (
    s01_police_enquiry,
    s04_child_enquiry,
    s06_answer_analysed,
    s15_home_visit,
    s16_contact_gap,
    s21_oversight,
)


def duties(*, by: Calibration | None = None) -> tuple[Duty, ...]:
    """Every duty, with its standing by a record of calibration; by the synthetic one if none is given."""
    record = by if by is not None else shipped()
    return tuple(with_standing(each.DUTY, record) for each in DEFINITIONS)


def uncalibrated() -> tuple[Duty, ...]:
    """Every duty before anybody has read what it raises: on trial, or off."""
    return tuple(with_standing(each.DUTY, None) for each in DEFINITIONS)


def duty(code: str) -> Duty:
    """The duty of that code; ``KeyError`` if there is none."""
    for each in duties():
        if each.code == code:
            return each
    raise KeyError(code)


def rules() -> tuple[tuple[Duty, Callable[[Records], Once | Rolling]], ...]:
    """The duties that are not off, each with what it says."""
    return tuple((each.DUTY, each.rule) for each in DEFINITIONS if each.DUTY.standing != "off")
