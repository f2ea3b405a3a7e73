"""The duties there are, in the order of their codes."""

from __future__ import annotations

from collections.abc import Callable

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


def duties() -> tuple[Duty, ...]:
    """Every duty, whatever its standing."""
    return tuple(each.DUTY for each in DEFINITIONS)


def duty(code: str) -> Duty:
    """The duty of that code; ``KeyError`` if there is none."""
    for each in duties():
        if each.code == code:
            return each
    raise KeyError(code)


def rules() -> tuple[tuple[Duty, Callable[[Records], Once | Rolling]], ...]:
    """The duties that are not off, each with what it says."""
    return tuple((each.DUTY, each.rule) for each in DEFINITIONS if each.DUTY.standing != "off")
