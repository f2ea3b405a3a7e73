"""S12, slowly: the specialist assessment."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from assay.assurance.duties.reference_cases import ONE, Case, Thing
from assay.assurance.duties.reference_sentences import Sentence, excused, raised
from assay.assurance.duties.twins.extracts import unbrought
from assay.core.spans import FOREVER

KINDS = {
    "abuse": "current_abuse_registers",
    "sexual": "specialist_sexual_registers",
    "stalking": "specialist_stalking_registers",
    "terrorism": "specialist_terrorism_registers",
}


def sentence(case: Case) -> Sentence:
    made = {kind: assessments_of(case, kind) for kind in KINDS}
    flagged = {kind: case.registered(codes) for kind, codes in KINDS.items()}
    good = timedelta(days=case.length("specialist_still_good"))
    triggers, excuses = [], []
    for kind, rows in flagged.items():
        days = [each.start for each in made[kind]]
        starts = [each for each in case.supervised_rows if any(flag.holds(each.start) for flag in rows)]
        more = {
            "since": lambda r, days=days: min((day for day in days if day >= r.start), default=FOREVER),
            "unsure": lambda r, kind=kind: "no_type" if kind == "terrorism" else None,
        }
        window = f"specialist_{kind}"
        triggers += raised(starts, f"start_{kind}", f"sentence_{kind}", window, **more)
        since = case.later(rows, case.supervised)
        triggers += raised(since, f"flag_{kind}", "registration", window, **more)
        for each in made[kind]:
            first, last = each.start + ONE, each.start + good
            excuses.append(excused(each, "recent", first=first, last=last, window=window))
    everything = [each for rows in flagged.values() for each in rows]
    return Sentence(
        applies=lambda day: case.is_supervised(day) and any(each.holds(day) for each in everything),
        unknown=unbrought(case, "registration", case.is_supervised),
        triggers=triggers,
        evidence=[each for rows in made.values() for each in rows],
        excuses=excuses,
        exempt=[("not_trained", each) for each in untrained(case)],
        severity=case.number("specialist_severity"),
        severe=case.number("specialist_severity_high"),
        severe_on=lambda day: any(each.holds(day) for each in case.high),
    )


def assessments_of(case: Case, kind: str) -> list[Thing]:
    def of(codes: str) -> list[Thing]:
        return [each for each in case.assessments if each.row["type"] in case.codes(codes)]

    if kind == "abuse":
        full = [each for each in of("full_assessments") if each.row["domestic_abuse"] is not None]
        return [*of("abuse_assessments"), *full]
    if kind == "sexual":
        scores = case.events("predictor", "predictor_id", "scored_on")
        ours = [each for each in scores if each.row["name"] in case.codes("sexual_predictors")]
        return [*of("sexual_assessments"), *ours]
    return of("stalking_assessments") if kind == "stalking" else []


def untrained(case: Case) -> list[Thing]:
    staff = {row["staff_code"]: row for row in case.tables["practitioner"]}
    found = []
    for each in case.spans("allocation", "allocation_id"):
        holder = staff[each.row["staff_code"]]
        if holder["grade"] in case.codes("trainee_grades"):
            found.append(each)
        elif holder["grade"] in case.codes("support_grades"):
            found.append(replace(each, end=min(each.end, holder["accredited_on"] or FOREVER)))
    return found
