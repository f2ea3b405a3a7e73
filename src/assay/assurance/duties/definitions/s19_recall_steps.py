"""S19: the steps of a recall, and of a decision not to recall."""

from __future__ import annotations

from datetime import date

import ibis

from assay.assurance.duties.inputs import FOREVER
from assay.assurance.duties.records import Records
from assay.assurance.duties.rules import Once, evidence, excused, named, noted, raised
from assay.assurance.duties.types import Clause, Duty
from assay.assurance.duties.verbs import Table, both, merge, union, without
from assay.core.messages import message

DUTY = Duty(
    code="S19",
    name=message("Steps of a recall"),
    sentence=message(
        "When a senior probation officer agrees to a recall, an assistant chief officer endorses it and the "
        "paperwork goes to the casework section within 24 hours, with reasons recorded; when the decision is "
        "not to recall, reasons are recorded and a letter tells the person within five working days."
    ),
    population=message(
        "People under a sentence in the community from the first agreement whether to recall them; where the "
        "sentence ended with the recall, for four weeks from the agreement."
    ),
    evidence=message(
        "The later of endorsement and paperwork, where reasons are recorded; for a decision not to recall, "
        "the letter, where reasons are recorded."
    ),
    exclusions=message("A system outage was logged."),
    limits=message(
        "The hours are counted by the minute, and an unmet recall is told in whole days from the day after "
        "they ran out; custody does not stop them. On which day reasons were written is not in the records. "
        "Whether the type of recall is the right one turns on charges and sentences that are not in the "
        "records."
    ),
    after_the_fact=message("A nightly extract comes too late to prompt anybody within 24 hours."),
    severity="3; 4 in an emergency",
    windows=(
        "recall_steps",
        "recall_hours",
        "no_recall_letter",
        "recall_followed",
        "recall_steps_severity",
        "recall_steps_severity_emergency",
    ),
    codes=(),
    tables=("recall_step",),
    clauses={
        "recall_agreed": Clause(message("A recall was agreed the day before"), "recall_step"),
        "no_recall_agreed": Clause(message("It was decided not to recall"), "recall_step"),
        "sentenced": Clause(message("Under a sentence in the community"), "sentence"),
        "outage": Clause(message("A system outage was logged"), "recall_step"),
        "no_endorsement": Clause(message("No endorsement is on record"), "recall_step"),
        "no_paperwork": Clause(message("No paperwork is on record as sent"), "recall_step"),
        "no_reasons": Clause(message("No reasons are recorded"), "recall_step"),
        "no_letter": Clause(message("No letter is on record"), "recall_step"),
    },
    source="Recall timings as published in Ministry of Justice repositories; proposed public-protection "
    "measures, S19",
    author="Assay",
    checker="Not yet checked outside Assay",
    next_review=date(2027, 3, 31),
    version=1,
)

HOUR = 3600


def rule(records: Records) -> Once:
    steps = _steps(records)
    recalls = steps.filter(steps.choice == "recall")
    recalls = _recalled(records, recalls)
    decided = _let_be(steps.filter(steps.choice == "no_recall"))
    agreed = records.keep(union(recalls, decided))
    done = agreed.filter(agreed.since < FOREVER)
    emergencies = agreed.filter(agreed.emergency)
    outages = steps.filter(steps.outage)
    life = records.keep(merge(records.life, _followed(records, steps)))
    # A recall is raised on the day the hours run out, which may be still to come.
    raising = records.come(agreed)
    return Once(
        population=both(life, _since_first(steps)),
        life=life,
        triggers=union(
            *[
                raised(
                    raising.filter(raising.choice == choice),
                    clause,
                    table="recall_step",
                    on="on",
                    since="since",
                    window=window,
                )
                for choice, clause, window in (
                    ("recall", "recall_agreed", "recall_steps"),
                    ("no_recall", "no_recall_agreed", "no_recall_letter"),
                )
            ]
        ),
        evidence=evidence(done.mutate(on=done.since, known=ibis.greatest(done.known, done.since))),
        because=named(records.sentences, "sentenced"),
        severity=records.number("recall_steps_severity"),
        severe=records.number("recall_steps_severity_emergency"),
        severe_in=merge(emergencies.select("case_id", opened="on", closed="since")),
        excuses=excused(outages, "outage", on=outages.on, for_anchor=outages.row_id),
        near=_wanting(raising),
    )


def _steps(records: Records) -> Table:
    columns = ("choice", "agreed_at", "endorsed_at", "sent_at", "reasons", "letter_on", "emergency", "outage")
    return records.dated("recall_step", "agreed_at", *columns)


COLUMNS = ("case_id", "row_id", "on", "known", "since", "choice", "emergency", "reasons")
WANTED = ("endorsed_at", "sent_at", "letter_on")


def _recalled(records: Records, steps: Table) -> Table:
    """Recalls on the day after they were agreed, with ``since``, the day their steps count as done: never
    after the day the hours run out if done within them, and never on it or before if not."""
    last = steps.on + 1
    second = ibis.greatest(steps.endorsed_at_second, steps.sent_at_second)
    day = ibis.greatest(steps.endorsed_at, steps.sent_at)
    in_time = second - steps.agreed_at_second <= records.number("recall_hours") * HOUR
    done = steps.endorsed_at.notnull() & steps.sent_at.notnull() & steps.reasons
    counts = in_time.ifelse(ibis.least(day, last), ibis.greatest(day, last + 1))
    since = done.ifelse(counts, ibis.literal(FOREVER, "int64"))
    return steps.mutate(since=since, on=last).select(*COLUMNS, *WANTED)


def _let_be(steps: Table) -> Table:
    """Decisions not to recall, with ``since``, the day of the letter."""
    told = steps.reasons & (steps.letter_on >= steps.on).fill_null(False)
    since = told.ifelse(steps.letter_on, ibis.literal(FOREVER, "int64"))
    return steps.mutate(since=since).select(*COLUMNS, *WANTED)


def _followed(records: Records, steps: Table) -> Table:
    spans = steps.select("case_id", opened=steps.on, closed=steps.on + records.length("recall_followed"))
    died = records.deaths.select("case_id", opened="died", closed=ibis.literal(FOREVER, "int64"))
    return without(spans, died)


def _since_first(steps: Table) -> Table:
    first = steps.group_by("case_id").agg(opened=steps.on.min())
    return first.mutate(closed=ibis.literal(FOREVER, "int64"))


def _wanting(steps: Table) -> Table:
    recalls, decided = steps.filter(steps.choice == "recall"), steps.filter(steps.choice == "no_recall")
    return union(
        noted(recalls.filter(recalls.endorsed_at.isnull()), "no_endorsement"),
        noted(recalls.filter(recalls.sent_at.isnull()), "no_paperwork"),
        noted(decided.filter(decided.letter_on.isnull()), "no_letter"),
        noted(steps.filter(~steps.reasons), "no_reasons"),
    )
