"""Which windows can be tried, and of which duties the night's own tables say what another would give."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from assay.assurance.duties import whatif
from assay.assurance.duties.whatif_statements import Said, Slow, Statements, why_slow
from assay.core.errors import Refused
from assay.core.policy import load

ON = date(2026, 3, 31)
POLICY = load()


def asked(setting: str, *known: str) -> tuple[str, int, str]:
    window = whatif.window_asked(setting, duty="S04", known=known, policy=POLICY, on=ON)
    return window.name, window.value, window.unit


@pytest.mark.parametrize(
    ("setting", "found"),
    [
        ("days=10", ("child_enquiry", 10, "days")),
        ("working_days=3", ("child_enquiry", 3, "working_days")),
        ("weeks = 2", ("child_enquiry", 2, "weeks")),
        ("child_enquiry=0", ("child_enquiry", 0, "working_days")),
    ],
)
def test_a_length_is_set_by_unit_or_by_name(setting: str, found: tuple[str, int, str]) -> None:
    assert asked(setting, "child_enquiry") == found


@pytest.mark.parametrize(
    ("setting", "known", "said"),
    [
        (
            "months=1",
            ("child_enquiry",),
            "S04 has no window months to set. What can be set: working_days=NUMBER, days=NUMBER, "
            "weeks=NUMBER, child_enquiry=NUMBER.",
        ),
        (
            "days=10",
            ("oversight", "oversight_same_day"),
            "S04 has no window days to set. What can be set: oversight=NUMBER, oversight_same_day=NUMBER.",
        ),
        ("", ("child_enquiry",), "S04 has no window '' to set. What can be set: "),
        ("days=-1", ("child_enquiry",), "-1 is no length of a window. Give a whole number from 0 to 1000."),
        ("days=1001", ("child_enquiry",), "1001 is no length of a window."),
        ("days=²", ("child_enquiry",), "² is no length of a window."),
        ("days", ("child_enquiry",), "'' is no length of a window."),
        ("days=10", (), "S04 raised nothing with a window in the night in force."),
    ],
)
def test_what_cannot_be_set_is_refused_with_what_can(setting: str, known: tuple[str, ...], said: str) -> None:
    with pytest.raises(Refused) as refused:
        asked(setting, *known)
    assert refused.value.message.worded().startswith(said)


def test_the_tried_policy_changes_every_version_of_one_window_and_nothing_else() -> None:
    window = whatif.window_asked("days=9", duty="S04", known=["child_enquiry"], policy=POLICY, on=ON)
    other = whatif.tried_policy(POLICY, window)
    assert {(each.value, each.unit) for each in other.windows["child_enquiry"]} == {(9, "days")}
    assert [(each.in_force_from, each.in_force_to) for each in other.windows["child_enquiry"]] == [
        (each.in_force_from, each.in_force_to) for each in POLICY.windows["child_enquiry"]
    ]
    assert {name for name in POLICY.windows if other.windows[name] != POLICY.windows[name]} == {
        "child_enquiry"
    }


@pytest.mark.parametrize(
    ("duty", "window", "why"),
    [
        ("S04", "child_enquiry", None),
        ("S04", "child_enquiry_still_good", Slow.READ),
        ("S02", "police_answer", Slow.READ),
        ("S02", "police_chase", None),
        ("S09", "first_appointment", Slow.SHARED),
        ("S11", "full_analysis", Slow.DOUBT),
        ("S16", "contact_monthly", Slow.ROLLING),
        ("S21", "oversight", Slow.TWICE),
    ],
)
def test_the_definition_says_whether_the_night_is_enough(duty: str, window: str, why: Slow | None) -> None:
    assert why_slow(POLICY, on=ON, duty=duty, window=window) is why


NOTHING = Statements(tables={}, steps=(), last="")


@pytest.mark.parametrize(
    ("name", "value", "unit", "by_definition", "why"),
    [
        ("child_enquiry", 10, "days", None, None),
        ("child_enquiry", 0, "days", None, Slow.SAME_DAY),
        ("handover_met", 5, "days", None, Slow.SAME_DAY),
        ("release_ready", 5, "days", None, Slow.SAME_DAY),
        ("failure_decision", 9, "working_days", Slow.TWICE, None),
        ("failure_decision", 9, "days", Slow.TWICE, Slow.TWICE),
        ("child_enquiry", 10, "days", Slow.READ, Slow.READ),
    ],
)
def test_the_lengths_say_it_too(
    name: str, value: int, unit: Any, by_definition: Slow | None, why: Slow | None
) -> None:
    window = replace(POLICY.windows[name][-1], value=value, unit=unit)
    spoken = Said(pauses=NOTHING, due=NOTHING, holders=NOTHING, slow=by_definition)
    assert whatif.why_run_again(spoken, POLICY, window) is why


def test_a_share_has_the_unknown_beside_it_and_in_it() -> None:
    counts = whatif.Counts(population=40, unknown=10, lapsed=8, in_time=30, late=5, missed=15, unknown_due=25)
    state, flow = counts.state(unknown_as_unmet=True), counts.flow(unknown_as_unmet=True)
    assert (counts.state().numerator, counts.state().denominator) == (8, 40)
    assert (state.numerator, state.denominator) == (18, 50)
    assert (counts.flow().numerator, counts.flow().denominator) == (20, 50)
    assert (flow.numerator, flow.denominator) == (45, 75)
