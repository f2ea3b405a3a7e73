"""An earlier inspection of the region, read in full: answers that follow the hidden truth with a reader's
noise, so that a score has something to learn from."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa

from assay.records.synthetic.assessing import Assessments
from assay.records.synthetic.cases import Cases
from assay.records.synthetic.columns import EMPTY_DAY, Coded, Keys, Numbers, table
from assay.records.synthetic.draws import happens, stream
from assay.records.synthetic.ladder import Ladder
from assay.records.synthetic.oversight import Oversight

NAME = "Synthetic inspection of the year before"
ANSWERS = ("yes", "no", "does_not_apply")
YES, NO, NOT_APPLICABLE = 0, 1, 2
STAGES = {"C1": "abc", "C2": "abcd", "C3": "abcd", "C4": "abcd"}
EASE = {"C1": -0.05, "C2": 0.05, "C3": -0.2, "C4": -0.05}
"""How much more often a stage was found sufficient than the work as a whole."""


def past_table(
    cases: Cases,
    assessed: Assessments,
    ladder: Ladder,
    oversight: Oversight,
    keys: Keys,
    *,
    most: int,
    as_at: date,
    seed: int,
) -> pa.Table:
    """Every answer about every case read, in the framework's question codes."""
    rng = stream(seed, as_at, "past inspection")
    read = cases.as_at - 400
    window = (cases.started >= read - 240) & (cases.started <= read - 170)
    window &= (cases.type.index != 4) & ((cases.ended == EMPTY_DAY) | (cases.ended > read))
    people = np.flatnonzero(window)
    people = np.sort(rng.permutation(people)[:most])
    answers = _stages(rng, people, _quality(rng, cases, assessed, ladder, oversight))
    for agency, code in ((0, "I1"), (1, "I2")):
        answers |= _information(rng, cases, ladder, people, agency=agency, code=code)
    answers |= _management(rng, oversight, people)
    codes = tuple(answers)
    given = np.stack([answers[each] for each in codes], axis=1)
    person = np.repeat(people, len(codes))
    return table(
        "past_answer",
        {
            "past_answer_id": keys.of("PA", np.arange(len(person))),
            "inspection": Coded(np.zeros(len(person), dtype=np.int16), (NAME,)),
            "crn": keys.crn(person),
            "sentence_id": keys.of("SE", person),
            "question": Coded(np.tile(np.arange(len(codes)), len(people)).astype(np.int16), codes),
            "answer": Coded(given.ravel().astype(np.int16), ANSWERS),
            "read_on": np.full(len(person), read, dtype=np.int32),
        },
    )


def _quality(
    rng: np.random.Generator, cases: Cases, assessed: Assessments, ladder: Ladder, oversight: Oversight
) -> Numbers:
    """How well a case was truly worked, about 0 on average."""
    good = np.zeros(cases.count)
    first = assessed.first & (assessed.completed != EMPTY_DAY)
    good[assessed.person[first]] = assessed.good[first]
    asked, used = np.zeros((2, cases.count)), np.zeros((2, cases.count))
    asked[ladder.agency, ladder.person] = 1
    used[ladder.agency[ladder.analysed], ladder.person[ladder.analysed]] = 1
    missed = cases.need_police * (1 - asked[0]) + cases.need_children * (1 - asked[1])
    gained = used[0] + used[1]
    quality: Numbers = (
        2.2 * good
        + 0.9 * gained
        - 0.9 * missed
        + 0.7 * (oversight.result - 0.6)
        + rng.normal(-0.4, 0.6, cases.count)
    )
    return quality


def _stages(rng: np.random.Generator, people: Numbers, quality: Numbers) -> dict[str, Numbers]:
    made: dict[str, Numbers] = {}
    base = quality[people]

    def answer(ease: float) -> Numbers:
        return np.where(happens(rng, 1 / (1 + np.exp(-1.6 * (base + ease))), len(people)), YES, NO)

    for stage, parts in STAGES.items():
        for part in parts:
            made[stage + part] = answer(EASE[stage] + 0.2)
        made[stage] = answer(EASE[stage])
    made["E1"] = answer(0.0)
    return made


def _information(
    rng: np.random.Generator, cases: Cases, ladder: Ladder, people: Numbers, *, agency: int, code: str
) -> dict[str, Numbers]:
    need = (cases.need_police, cases.need_children)[agency][people]
    rows = np.flatnonzero((ladder.agency == agency) & ~ladder.again)

    def known(values: Numbers) -> Numbers:
        whole = np.zeros(cases.count, dtype=bool)
        whole[ladder.person[rows]] = values[rows]
        return whole[people]

    asked = known(np.ones(len(ladder.person), dtype=bool))
    answered = known(ladder.answered != EMPTY_DAY)
    detailed = answered & ~known(ladder.vague)
    present = answered & (known(ladder.analysed) | happens(rng, 0.5, len(people)))
    used = known(ladder.used)

    def of(base: Numbers, value: Numbers) -> Numbers:
        return np.where(base, np.where(value, YES, NO), NOT_APPLICABLE)

    got = need & answered
    return {
        f"{code}a": np.where(need, YES, NO),
        f"{code}b": of(need, asked),
        f"{code}c": of(need, answered),
        f"{code}d": of(got, detailed),
        f"{code}e": of(got, present),
        f"{code}f": of(got & present, known(ladder.analysed)),
        f"{code}g": of(got, used),
    }


def _management(rng: np.random.Generator, oversight: Oversight, people: Numbers) -> dict[str, Numbers]:
    required = oversight.required[people] | happens(rng, 0.5, len(people))
    there = oversight.result[people] > 0
    return {
        "O1a": np.where(required, YES, NO),
        "O1b": np.where(required, np.where(there, YES, NO), NOT_APPLICABLE),
        "O1c": np.where(required & there, np.where(oversight.result[people] == 2, YES, NO), NOT_APPLICABLE),
    }
