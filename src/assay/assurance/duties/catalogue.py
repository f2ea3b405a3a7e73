"""The duties there are, in the order of their codes."""

from __future__ import annotations

from collections.abc import Callable

from assay.assurance.duties.calibration import Calibration, shipped, with_standing
from assay.assurance.duties.definitions import (
    s01_police_enquiry,
    s02_police_answer,
    s03_answer_analysed,
    s04_child_enquiry,
    s05_child_answer,
    s06_answer_analysed,
    s07_enquiry_again,
    s08_court_checks,
    s09_first_appointment,
    s10_initial_plan,
    s11_full_analysis,
    s12_specialist,
    s13_risk_disagreement,
    s14_plan_names,
    s15_home_visit,
    s16_contact_gap,
    s17_agency_silence,
    s18_failure_decided,
    s19_recall_steps,
    s20_review,
    s21_oversight,
    s22_suspension,
    s23_oversight_followed,
    s24_release_ready,
    s25_victim_contact,
    s26_overload,
    s27_ordered_work,
    s28_planned_need,
    s29_engagement,
)
from assay.assurance.duties.records import Records
from assay.assurance.duties.rules import Once, Rolling
from assay.assurance.duties.types import Duty

DEFINITIONS = (
    s01_police_enquiry,
    s02_police_answer,
    s03_answer_analysed,
    s04_child_enquiry,
    s05_child_answer,
    s06_answer_analysed,
    s07_enquiry_again,
    s08_court_checks,
    s09_first_appointment,
    s10_initial_plan,
    s11_full_analysis,
    s12_specialist,
    s13_risk_disagreement,
    s14_plan_names,
    s15_home_visit,
    s16_contact_gap,
    s17_agency_silence,
    s18_failure_decided,
    s19_recall_steps,
    s20_review,
    s21_oversight,
    s22_suspension,
    s23_oversight_followed,
    s24_release_ready,
    s25_victim_contact,
    s26_overload,
    s27_ordered_work,
    s28_planned_need,
    s29_engagement,
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
