"""Rows of plans: fuller where the assessment was good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from assay.records.synthetic.assessing import Assessments
from assay.records.synthetic.cases import Cases
from assay.records.synthetic.columns import EMPTY, EMPTY_DAY, Coded, Keys, Numbers, table
from assay.records.synthetic.draws import between, stream
from assay.records.synthetic.ladder import Ladder

PLAN_KINDS = (
    "supervision",
    "monitoring_control",
    "intervention",
    "victim_safety",
    "contingency",
    "objective",
)
PLAN_AGENCIES = ("probation", "police", "childrens_services", "health", "other")
PROTECTS = ("child", "partner", "victim", "other")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRows:
    """One row a line of a plan, as numbers."""

    assessment: Numbers
    kind: Numbers
    protects: Numbers
    agency: Numbers
    due: Numbers


def make_plan(assessed: Assessments, cases: Cases, ladder: Ladder, *, as_at: date, seed: int) -> PlanRows:
    """Plan rows of every signed assessment: fuller where it was good, child and agency named where used."""
    rng = stream(seed, as_at, "plans")
    signed = np.flatnonzero((assessed.signed != EMPTY_DAY) & (assessed.type < 3))
    person = assessed.person[signed]
    good = assessed.good[signed]
    used = (assessed.answers[signed] >= 0) & ladder.used[np.maximum(assessed.answers[signed], 0)]
    about_child = cases.need_children[person]
    about_adult = cases.need_police[person]
    chances = np.stack(
        [
            np.full(len(signed), 0.97),
            np.where(good, 0.95, 0.55) * (cases.rosh[person] > 0),
            np.full(len(signed), 0.7),
            np.where(about_adult, np.where(good, 0.9, 0.35), 0.1),
            np.where(good, 0.9, 0.4),
            np.full(len(signed), 0.85),
        ],
        axis=1,
    )
    held = rng.random(chances.shape) < chances
    held[:, 1] |= used
    row, kind = np.nonzero(held)
    named = (good | used)[row] & np.isin(kind, (1, 3, 4))
    whom = np.where(
        about_child[row] & (used[row] | (kind == 1)),
        0,
        np.where(about_adult[row], np.where(kind == 3, 2, 1), EMPTY),
    )
    whom = np.where(named, whom, EMPTY)
    agency = np.where(used[row] & (kind == 1), np.where(about_child[row], 2, 1), np.where(kind == 2, 4, 0))
    agency = np.where(named & (kind == 4) & about_adult[row], 1, agency)
    agency = np.where(~good[row] & ~used[row] & (rng.random(len(row)) < 0.4), EMPTY, agency)
    base = assessed.signed[signed][row]
    due = np.where(
        rng.random(len(row)) < np.where(good[row], 0.8, 0.3),
        base + between(rng, 14, 120, len(row)),
        EMPTY_DAY,
    )
    return PlanRows(
        assessment=signed[row],
        kind=kind.astype(np.int16),
        protects=whom.astype(np.int16),
        agency=agency.astype(np.int16),
        due=due.astype(np.int32),
    )


def plan_table(plan: PlanRows, assessed: Assessments, keys: Keys) -> pa.Table:
    """The rows of plans."""
    person = assessed.person[plan.assessment]
    return table(
        "plan_row",
        {
            "plan_row_id": keys.of("PL", np.arange(len(person))),
            "assessment_id": keys.of("AS", plan.assessment),
            "crn": keys.crn(person),
            "kind": Coded(plan.kind, PLAN_KINDS),
            "protects": Coded(plan.protects, PROTECTS),
            "owner_agency": Coded(plan.agency, PLAN_AGENCIES),
            "due_on": plan.due,
            "recorded_at": assessed.signed[plan.assessment].astype(np.int64) * 86_400 + 57_600,
        },
    )
