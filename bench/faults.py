"""What is planted: small mistakes somebody could make in the engine or in a rule, each a text and another.

Each has one test that must fail by it. A worked example is a test and a page of the manual at once, so most
of them are examples.
"""

from __future__ import annotations

from dataclasses import dataclass


def example(name: str) -> str:
    """The test of a worked example by the engine, for instance ``S01-4``."""
    return f"tests/spec/duties/test_duty_examples.py::test_rows_give_the_state_the_manual_says[{name}-engine]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """``text`` stands once in ``file``, under ``src/assay``; with ``instead`` in its place ``test`` fails."""

    what: str
    file: str
    text: str
    instead: str
    test: str


VERBS = "tests/unit/duties/test_verbs.py::"
TABLES = "tests/integration/duties/test_night_tables.py::"
HISTORY = "tests/unit/duties/test_history.py::"
RULES = "tests/unit/oversight/test_oversight_rules.py::"
TRIED = "tests/unit/duties/test_whatif_counting.py::test_an_obligation_is_counted_by_the_day_tried"

FAULTS = (
    Fault(
        what="A lapse begins on the day it is due",
        file="assurance/duties/obligations.py",
        text="opened=late.due + 1,",
        instead="opened=late.due,",
        test=example("S01-1"),
    ),
    Fault(
        what="Bank holidays count as working days",
        file="assurance/duties/inputs.py",
        text=", holidays=sorted(bank_holidays())",
        instead="",
        test=example("S01-1"),
    ),
    Fault(
        what="Evidence of the very day does not count",
        file="assurance/duties/verbs.py",
        text="place=events[since] * 2,",
        instead="place=events[since] * 2 + 2,",
        test=example("S01-3"),
    ),
    Fault(
        what="The recorded clock ends on the day of the event",
        file="assurance/duties/obligations.py",
        text="late.met_known.fill_null(FOREVER)",
        instead="late.met.fill_null(FOREVER)",
        test=example("S01-4"),
    ),
    Fault(
        what="A pause does not stop the clock",
        file="assurance/duties/verbs.py",
        text="target=counted.start_worked + counted.length + counted.added",
        instead="target=counted.start_worked + counted.length",
        test=example("S01-7"),
    ),
    Fault(
        what="A pause does not interrupt a lapse",
        file="assurance/duties/obligations.py",
        text="records.keep(without(standing, records.pauses))",
        instead="standing",
        test=example("S01-8"),
    ),
    Fault(
        what="The dead are still supervised",
        file="assurance/duties/records.py",
        text="closed = ibis.least(joined.closed, joined.died.fill_null(FOREVER))",
        instead="closed = joined.closed",
        test=example("S01-10"),
    ),
    Fault(
        what="What began before the records counts as missed",
        file="assurance/duties/obligations.py",
        text='early = (rows.on < records.records_from).ifelse("before_records", ibis.null("string"))',
        instead='early = ibis.null("string")',
        test=example("S01-11"),
    ),
    Fault(
        what="A transfer does not cut a lapse",
        file="assurance/duties/verbs.py",
        text="opened=ibis.greatest(met.opened, met.held_from), closed=ibis.least(met.closed, met.held_to)",
        instead="opened=met.opened, closed=met.closed",
        test=example("S01-12"),
    ),
    Fault(
        what="An earlier holder keeps a case that has moved on",
        file="assurance/duties/records.py",
        text="held = rows.mutate(closed=ibis.least(rows.closed, following))",
        instead="held = rows",
        test=TABLES + "test_a_case_is_held_by_one_at_a_time_or_by_nobody",
    ),
    Fault(
        what="Severity has no cap",
        file="assurance/duties/lapses.py",
        text='severity=ibis.least(severity, records.number("severity_cap"))',
        instead="severity=severity",
        test=example("S04-2"),
    ),
    Fault(
        what="Silence about children counts as no child",
        file="assurance/duties/definitions/s04_child_enquiry.py",
        text='unknown=unknown.mutate(clause=ibis.literal("nothing_recorded"))',
        instead="unknown=None",
        test=example("S04-3"),
    ),
    Fault(
        what="An answer that nothing is known asks for an assessment, and one with content does not",
        file="assurance/duties/definitions/s06_answer_analysed.py",
        text="~rows.reply.isin(nothing)",
        instead="rows.reply.isin(nothing)",
        test=example("S06-1"),
    ),
    Fault(
        what="A home visit needs no risk assessment",
        file="assurance/duties/definitions/s15_home_visit.py",
        text="evidence=evidence(visits)",
        instead="evidence=evidence(visits, not_assessed)",
        test=example("S15-2"),
    ),
    Fault(
        what="Adjusted expectations are ignored",
        file="assurance/duties/records.py",
        text="adjusted = (joined.opened <= joined.life_opened + soon).fill_null(False)",
        instead="adjusted = (joined.opened < joined.life_opened).fill_null(False)",
        test=example("S15-6"),
    ),
    Fault(
        what="Failed appointments count as contact",
        file="assurance/duties/definitions/s16_contact_gap.py",
        text="evidence=evidence(appointments.filter(seen))",
        instead="evidence=evidence(appointments)",
        test=example("S16-1"),
    ),
    Fault(
        what="What is planned counts as done",
        file="assurance/duties/asking.py",
        text="happened))\n        return rows.filter(rows.on.notnull(), rows.on <= self.as_at)",
        instead="happened))\n        return rows.filter(rows.on.notnull())",
        test=example("S21-1"),
    ),
    Fault(
        what="Oversight of any age excuses",
        file="assurance/duties/definitions/s21_oversight.py",
        text='last=overseen.on + records.length("oversight_still_good")',
        instead="last=overseen.on + 10_000",
        test=example("S21-3"),
    ),
    Fault(
        what="Oversight of a recall may wait",
        file="assurance/duties/definitions/s21_oversight.py",
        text='raised(records.recalls, "recall", table="recall", on="on", window=AT_ONCE)',
        instead='raised(records.recalls, "recall", table="recall", on="on", window=SOON)',
        test=example("S21-4"),
    ),
    Fault(
        what="A merge takes an empty span for one",
        file="assurance/duties/verbs.py",
        text="return rows.filter(rows.opened < rows.closed).select(",
        instead="return rows.select(",
        test=VERBS + "test_an_empty_row_does_not_stretch_a_span_and_tied_rows_merge_whole",
    ),
    Fault(
        what="Spans that touch stay apart",
        file="assurance/duties/verbs.py",
        text="each.opened > each.closed.max().over(before)",
        instead="each.opened >= each.closed.max().over(before)",
        test=VERBS + "test_touching_and_overlapping_spans_become_one_and_empty_ones_vanish",
    ),
    Fault(
        what="A changed window never reaches what is open already",
        file="assurance/duties/obligations.py",
        text='(known.reach == "open") & (days.on < known.from_day)',
        instead='(known.reach == "all") & (days.on < known.from_day)',
        test="tests/integration/jobs/test_reach_of_a_window.py"
        "::test_a_changed_window_reaches_as_far_as_it_says[open-engine]",
    ),
    Fault(
        what="An enquiry marked as not sent counts as asked",
        file="assurance/duties/ladder.py",
        text='asked=sent.ifelse(rungs.on, ibis.null("int64"))',
        instead="asked=rungs.on",
        test=TABLES + "test_the_ladder_has_each_enquiry_and_each_need_that_met_none",
    ),
    Fault(
        what="The first enquiry of all is shown as the last one before",
        file="assurance/duties/lapses.py",
        text="agg(on=before.on.max())",
        instead="agg(on=before.on.min())",
        test=TABLES + "test_the_reasons_name_what_required_it_and_what_came_close_or_late",
    ),
    Fault(
        what="Who is away stays in the population of a rate",
        file="assurance/duties/states.py",
        text='known = _away(records, records.shared("population"))',
        instead='known = records.shared("population")',
        test=TABLES + "test_the_population_is_cut_at_a_transfer_and_leaves_out_the_time_away",
    ),
    Fault(
        what="What is met speaks for a case before what is missed",
        file="assurance/duties/states.py",
        text="enumerate(PRECEDENCE)",
        instead="enumerate(reversed(PRECEDENCE))",
        test=TABLES + "test_what_is_missed_speaks_for_a_case_before_what_is_met",
    ),
    Fault(
        what="A rate leaves out what began before its first week",
        file="assurance/duties/history.py",
        text="greatest(0, (opened_on - ?::DATE + 6) // 7) AS n, 1 AS step",
        instead="(opened_on - ?::DATE + 6) // 7 AS n, 1 AS step",
        test=HISTORY + "test_every_seventh_day_counts_the_cases_whose_spans_hold_it",
    ),
    Fault(
        what="A span still counts on the day it ends",
        file="assurance/duties/history.py",
        text="greatest(0, (closed_on - ?::DATE + 6) // 7), -1",
        instead="greatest(0, (closed_on - ?::DATE + 7) // 7), -1",
        test=HISTORY + "test_every_seventh_day_counts_the_cases_whose_spans_hold_it",
    ),
    Fault(
        what="Weeks of a window are counted as days",
        file="core/policy/types.py",
        text='return self.value * 7 if self.unit == "weeks" else self.value',
        instead="return self.value",
        test=example("S15-3"),
    ),
    Fault(
        what="A matter does not follow a merged record",
        file="assurance/duties/identity.py",
        text="by_case.get((matter.duty, survivor(matter.case_id, merges)), ())",
        instead="by_case.get((matter.duty, matter.case_id), ())",
        test="tests/unit/duties/test_attaching_matters.py::test_after_a_merge_the_matter_follows_the_person",
    ),
    Fault(
        what="A duty is on although fewer than half its lapses were right",
        file="assurance/duties/calibration.py",
        text='return "on" if reads.right >= LEAST_PRECISION * reads.reads else "trial"',
        instead='return "on"',
        test="tests/unit/duties/test_calibration.py"
        "::test_a_duty_that_was_not_right_often_enough_is_on_trial[precision below half]",
    ),
    Fault(
        what="What left the records counts as met",
        file="assurance/oversight/rules.py",
        text="return state if state in (State.GONE, State.CLOSED) else State.GONE",
        instead="return state if state in (State.GONE, State.CLOSED) else State.MET",
        test=RULES + "test_what_leaves_the_records_is_kept_for_a_person_to_close[open]",
    ),
    Fault(
        what="A contact that was there before is taken for the one agreed on",
        file="assurance/oversight/rules.py",
        text="            and contact.contact_id not in text.already\n",
        instead="",
        test=RULES + "test_a_contact_that_was_there_before_is_not_taken_for_it",
    ),
    Fault(
        what="A level of risk that nobody recorded puts a person last",
        file="assurance/oversight/rules.py",
        text='return _ROSH.get(level or "", 2)',
        instead='return _ROSH.get(level or "", 0)',
        test=RULES + "test_a_level_nobody_recorded_does_not_put_a_person_last",
    ),
    Fault(
        what="Under a window tried, what stopped being required the day after the last is unmet",
        file="assurance/duties/whatif_counting.py",
        text="coalesce(p.closed_on, $never) > r.{due} + 1",
        instead="coalesce(p.closed_on, $never) > r.{due}",
        test=TRIED + "[required until the last day]",
    ),
    Fault(
        what="Under a window tried, what was met the day after the last is in time",
        file="assurance/duties/whatif_counting.py",
        text="(l.n IS NOT NULL OR r.met_on = r.{due} + 1)",
        instead="l.n IS NOT NULL",
        test=TRIED + "[met the day after the last]",
    ),
    Fault(
        what="Under a window tried, an excuse of the last day comes too late",
        file="assurance/duties/whatif_counting.py",
        text="r.excused_on <= r.{due} AND",
        instead="r.excused_on < r.{due} AND",
        test=TRIED + "[excused on the last day, and met later]",
    ),
    Fault(
        what="Under a window tried, what its life ended goes on",
        file="assurance/duties/whatif_counting.py",
        text=", coalesce(ended_on, $never)) AS over_on",
        instead=") AS over_on",
        test=TRIED + "[over the day after the last]",
    ),
    Fault(
        what="Under a window tried, a case that may not count is taken for one that does",
        file="assurance/duties/whatif_counting.py",
        text="AND p.duty = $duty AND p.unknown_because IS NULL\n",
        instead="AND p.duty = $duty\n",
        test=TRIED + "[whether the case counts is unknown]",
    ),
)
