"""S10: the initial assessment and plan."""

from __future__ import annotations

from datetime import date

import ibis

from assay.assurance.duties.parts import signed, whole
from assay.assurance.duties.records import Records
from assay.assurance.duties.rules import Once, evidence, excused, named, noted, raised
from assay.assurance.duties.types import Clause, Duty
from assay.assurance.duties.verbs import Table, merge, next_after, union, without
from assay.core.messages import message

DUTY = Duty(
    code="S10",
    name=message("Initial assessment and plan"),
    sentence=message(
        "Within fifteen working days after the first appointment a person attended, an assessment is signed "
        "with its plan, its risk of serious harm and its predictors."
    ),
    population=message(
        "People under a community order, a suspended sentence, a licence or post-sentence supervision, and "
        "those with unpaid work alone unless their risk is low."
    ),
    evidence=message(
        "A layer 1 or layer 3 assessment, signed on or after the start, with its sentence plan, its "
        "predictors and its screening or analysis of risk filled in."
    ),
    exclusions=message(
        "An assessment of at most four months before, whole in the same way, with a review on record on or "
        "after the first appointment."
    ),
    limits=message(
        "Nothing is due until the person attended, so that a first appointment missed is duty S09 and not "
        "this one. The signature counts, not the countersignature after it. Whether the day of the "
        "appointment is the true one, and whether a review really carried the plan forward, is not in the "
        "records."
    ),
    severity="2",
    windows=("initial_plan", "initial_plan_carried_forward", "initial_plan_severity"),
    codes=(
        "supervised_sentences",
        "starting_sentences",
        "unpaid_work_sentences",
        "low_risk_levels",
        "face_to_face_appointments",
        "attended_outcomes",
        "initial_assessments",
        "plan_parts",
        "predictor_parts",
        "risk_parts",
        "plan_reviews",
    ),
    tables=("assessment", "assessment_part"),
    clauses={
        "first_seen": Clause(message("The first appointment the person attended"), "contact"),
        "supervised": Clause(message("Under supervision"), "sentence"),
        "unpaid_work": Clause(message("Unpaid work alone, and risk is not recorded as low"), "sentence"),
        "carried_forward": Clause(
            message("An assessment of the last four months was reviewed and carried forward"), "contact"
        ),
        "not_whole": Clause(message("An assessment was signed with a part of it missing"), "assessment"),
    },
    source="Published service level SL006; proposed public-protection measures, S10",
    author="Assay",
    checker="Not yet checked outside Assay",
    next_review=date(2027, 3, 31),
    version=1,
)


def rule(records: Records) -> Once:
    sentences = records.sentences
    supervised = sentences.filter(sentences.type.isin(sorted(records.codes("supervised_sentences"))))
    unpaid = sentences.filter(sentences.type.isin(sorted(records.codes("unpaid_work_sentences"))))
    low = records.rosh.filter(records.rosh.level.isin(sorted(records.codes("low_risk_levels"))))
    unpaid = records.keep(without(unpaid, low))
    done = signed(records, "initial_assessments")
    complete = whole(records, done, "plan_parts", "predictor_parts", "risk_parts")
    part_missing = done.anti_join(complete, ["case_id", "row_id"])
    return Once(
        population=merge(supervised, unpaid),
        triggers=_first_seen(records),
        evidence=evidence(complete),
        because=union(named(supervised, "supervised"), named(unpaid, "unpaid_work")),
        severity=records.number("initial_plan_severity"),
        excuses=_carried_forward(records, complete),
        near=noted(part_missing, "not_whole"),
    )


def _first_seen(records: Records) -> Table:
    """The first appointment attended after each start. One may be the first after two: what was signed since
    the later of them counts."""
    sentences = records.sentences
    types = records.codes("starting_sentences") | records.codes("unpaid_work_sentences")
    starts = sentences.filter(sentences.type.isin(sorted(types)))
    starts = records.keep(starts.select("case_id", on=starts.opened, event_id=ibis.row_number()))
    appointments = records.contacts("face_to_face_appointments")
    seen = appointments.filter(appointments.outcome.isin(sorted(records.codes("attended_outcomes"))))
    first = next_after(starts, seen).filter(lambda rows: rows.met.notnull())
    first = first.group_by(first_case="case_id", first_row="met_row").agg(since=first.on.max())
    found = seen.join(first, [seen.case_id == first.first_case, seen.row_id == first.first_row])
    return raised(found, "first_seen", table="contact", on="on", since="since", window="initial_plan")


def _carried_forward(records: Records, complete: Table) -> Table:
    """Pairs of an assessment and a later review: they stand for what was raised between the two, as long as
    the assessment is recent enough."""
    reviews = records.contacts("plan_reviews")
    before = complete.select(old_case="case_id", old_on="on", old_known="known")
    pairs = reviews.join(before, [reviews.case_id == before.old_case, before.old_on < reviews.on])
    last = ibis.least(pairs.on, pairs.old_on + records.length("initial_plan_carried_forward"))
    pairs = pairs.mutate(known=ibis.greatest(pairs.known, pairs.old_known))
    return excused(pairs, "carried_forward", on=pairs.on, first=pairs.old_on + 1, last=last)
