"""Which duties a night tells of too late, by their windows."""

from __future__ import annotations

from datetime import date

from assay.assurance.duties.catalogue import duties
from assay.core.policy import Policy, Window, load
from assay.records.sources.domain_events import TOLD_BY_EVENTS

DAYS = (date(2024, 4, 1), date(2026, 3, 31), date(2026, 9, 1))
# Due on a day that is written down long before it: a day agreed on, a handover, a release.
KNOWN_BEFORE = {"S23", "S24"}


def _short_windows(policy: Policy) -> set[str]:
    """Windows of a day or less on any of the days."""
    found = (each for day in DAYS for each in policy.in_force(day) if isinstance(each, Window))
    return {each.name for each in found if each.unit in ("days", "working_days") and each.value <= 1}


def test_a_window_of_a_day_or_less_is_told_after_the_fact() -> None:
    windows = _short_windows(load())
    short = {each.code for each in duties() if windows.intersection(each.windows)}
    told = {each.code for each in duties() if each.after_the_fact is not None}
    assert short - KNOWN_BEFORE == told
    assert short >= KNOWN_BEFORE
    assert told == {"S03", "S07", "S08", "S09", "S11", "S14", "S19", "S21", "S22", "S25"}


def test_events_tell_of_duties_that_would_be_told_of_too_late() -> None:
    told = {each.code for each in duties() if each.after_the_fact is not None}
    assert set(TOLD_BY_EVENTS) == {"S19"}
    assert told > set(TOLD_BY_EVENTS)
