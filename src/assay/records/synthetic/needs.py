"""The parts of assessments, the needs their plans took up, and the services people were referred to."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa

from assay.records.synthetic.assessing import Assessments
from assay.records.synthetic.cases import ROSH, Cases
from assay.records.synthetic.columns import EMPTY, EMPTY_DAY, Coded, Keys, Numbers, table
from assay.records.synthetic.delivering import PROGRAMME, Requirements
from assay.records.synthetic.draws import between, chosen, evening, happens, stream
from assay.records.synthetic.rates import rate

PARTS = (
    "rosh_screening", "full_rosh_analysis", "analysis_waived", "risk_management_plan", "sentence_plan",
    "predictors",
)  # fmt: skip
SCREENING, FULL, WAIVED, RISK_PLAN = range(4)
NEEDS = (
    "accommodation", "employment", "finance", "relationships", "lifestyle", "drugs", "alcohol", "emotional",
    "thinking", "attitudes",
)  # fmt: skip
COMMON = (0.2, 0.28, 0.12, 0.3, 0.22, 0.26, 0.22, 0.2, 0.5, 0.24)
"""How common each need is; a plan takes up two or three."""

KINDS = ("accredited_programme", "structured", "commissioned", "toolkit", "treatment")
SERVICE = np.array([2, 2, 2, 1, 3, 4, 4, 4, 1, 3])
"""What kind of service answers each need."""

ENDS = ("completed", "not_completed", "not_started", "refused", "withdrawn")


def part_table(assessed: Assessments, cases: Cases, keys: Keys, *, as_at: date, seed: int) -> pa.Table:
    """What was filled in of every signed assessment: the full analysis in most cases that call for it, and a
    decision against it, countersigned or not, in some of the others."""
    rng = stream(seed, as_at, "assessment parts")
    signed = np.flatnonzero((assessed.signed != EMPTY_DAY) & (assessed.type < 3))
    person, good = assessed.person[signed], assessed.good[signed]
    count = len(signed)
    called = (cases.rosh[person] >= 1) | cases.need_police[person] | cases.need_children[person]
    full = called & happens(rng, np.where(good, 0.98, rate("full_analysis_when_thin")), count)
    waived = called & ~full & happens(rng, 0.35, count)
    plan = (cases.rosh[person] >= 1) & happens(rng, np.where(good, 0.99, 0.9), count)
    some = (
        np.ones(count, dtype=bool),
        full,
        waived,
        plan,
        happens(rng, 0.95, count),
        happens(rng, 0.93, count),
    )
    row, part = np.nonzero(np.stack(some, axis=1))
    which = signed[row]
    day = np.maximum(assessed.signed[which] - between(rng, 0, 3, len(row)), assessed.begun[which])
    level = cases.rosh[person][row]
    understated = (part == SCREENING) & ~good[row] & happens(rng, 0.08, len(row))
    level = np.where(part <= FULL, np.maximum(level - understated, 0), EMPTY)
    second = np.where(
        (part == WAIVED) & happens(rng, 0.5, len(row)), day + between(rng, 0, 10, len(row)), EMPTY_DAY
    )
    return table(
        "assessment_part",
        {
            "part_id": keys.of("AP", np.arange(len(row))),
            "assessment_id": keys.of("AS", which),
            "crn": keys.crn(assessed.person[which]),
            "part": Coded(part.astype(np.int16), PARTS),
            "level": Coded(level.astype(np.int16), ROSH),
            "completed_on": day.astype(np.int32),
            "countersigned_on": np.where(second <= cases.as_at, second, EMPTY_DAY).astype(np.int32),
            "recorded_at": assessed.signed[which].astype(np.int64) * 86_400 + 57_600,
        },
    )


def need_tables(
    assessed: Assessments, cases: Cases, required: Requirements, keys: Keys, *, as_at: date, seed: int
) -> dict[str, pa.Table]:
    """The needs plans took up, and referrals for about half of them."""
    rng = stream(seed, as_at, "needs")
    planned = np.flatnonzero((assessed.signed != EMPTY_DAY) & (assessed.type < 2))
    own = rng.random((cases.count, len(NEEDS))) < np.array(COMMON)
    own[:, NEEDS.index("relationships")] |= cases.need_police
    held = own[assessed.person[planned]] & (rng.random((len(planned), len(NEEDS))) < 0.92)
    row, need = np.nonzero(held)
    which = planned[row]
    needs = table(
        "plan_need",
        {
            "plan_need_id": keys.of("PN", np.arange(len(row))),
            "assessment_id": keys.of("AS", which),
            "crn": keys.crn(assessed.person[which]),
            "need": Coded(need.astype(np.int16), NEEDS),
            "planned_on": assessed.signed[which],
            "recorded_at": assessed.signed[which].astype(np.int64) * 86_400 + 57_600,
        },
    )
    first = assessed.first[which]
    rows = np.flatnonzero(first & happens(rng, rate("planned_need_referred"), len(row)))
    day = assessed.signed[which[rows]] + between(rng, 1, 70, len(rows))
    person, kind = assessed.person[which[rows]], SERVICE[need[rows]]
    programme = np.flatnonzero(required.kind == PROGRAMME)
    owners = required.person[programme]
    person = np.concatenate([person, owners])
    kind = np.concatenate([kind, np.zeros(len(owners), dtype=np.int64)])
    answers = np.concatenate([need[rows], np.full(len(owners), NEEDS.index("thinking"))])
    day = np.concatenate([day, cases.begun[owners] + between(rng, 5, 60, len(owners))])
    keep = np.flatnonzero((day <= cases.last[person]) & (day >= cases.begun[person]))
    made = _interventions(rng, cases, keys, person[keep], kind[keep], answers[keep], day[keep])
    return {"plan_need": needs, "intervention": made}


def _interventions(
    rng: np.random.Generator,
    cases: Cases,
    keys: Keys,
    person: Numbers,
    kind: Numbers,
    need: Numbers,
    day: Numbers,
) -> pa.Table:
    """Referrals, and how they went: begun by most, completed by somewhat more than half of those."""
    order = np.lexsort((kind, day, person))
    person, kind, need, day = person[order], kind[order], need[order], day[order].astype(np.int32)
    count, last = len(person), cases.last[person]
    start = day + between(rng, 5, 75, count)
    began = happens(rng, rate("referral_begun"), count) & (start <= last)
    over = start + between(rng, 30, 220, count)
    ended = began & (over <= last)
    closed = ~began & (day + 120 <= last)
    finished = chosen(rng, count, {"completed": 0.6, "not_completed": 0.32, "withdrawn": 0.08})
    end = np.where(ended, np.array([0, 1, 4])[finished.index], EMPTY)
    never = chosen(rng, count, {"not_started": 0.7, "refused": 0.2, "withdrawn": 0.1})
    end = np.where(closed, np.array([2, 3, 4])[never.index], end)
    ended_on = np.where(ended, over, np.where(closed, day + 120, EMPTY_DAY))
    told = np.maximum(np.where(began, start, day), ended_on)
    return table(
        "intervention",
        {
            "intervention_id": keys.of("IV", np.arange(count)),
            "crn": keys.crn(person),
            "sentence_id": keys.of("SE", person),
            "kind": Coded(kind.astype(np.int16), KINDS),
            "need": Coded(np.where(happens(rng, 0.9, count), need, EMPTY).astype(np.int16), NEEDS),
            "referred_on": day,
            "started_on": np.where(began, start, EMPTY_DAY).astype(np.int32),
            "ended_on": ended_on.astype(np.int32),
            "outcome": Coded(end.astype(np.int16), ENDS),
            "recorded_at": evening(rng, np.minimum(told, cases.as_at).astype(np.int32)),
        },
    )
