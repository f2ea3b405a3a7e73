"""People in prison whose release lies ahead: known to the region, and not yet under supervision.

They are drawn like everybody else, as ``Cases`` whose start lies after the as-at day. Only what is known of
somebody in prison is made of them; their keys follow those of the people under supervision.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pyarrow as pa

from assay.records.synthetic import lives
from assay.records.synthetic.cases import FIRST_NEW_RULES, LAST_OLD_RULES, LICENCE, ROSH, Cases, make_cases
from assay.records.synthetic.columns import EMPTY, EMPTY_DAY, Coded, Keys, Numbers, Pointed, day_number, table
from assay.records.synthetic.draws import between, chosen, evening, happens, stream, worked, working
from assay.records.synthetic.ladder import AGENCIES, KINDS, REPLIES, day_before_release
from assay.records.synthetic.rates import rate
from assay.records.synthetic.risks import MAPPA_CATEGORIES, ROSH_REGISTER
from assay.records.synthetic.sentencing import offence_table, sentence_table
from assay.records.synthetic.staff import Staff
from assay.records.synthetic.units import Shape

ROWS_LATER = 50_000_000
"""How far the keys of their rows lie above those of other rows."""

LATER_SEED = 1_000_003
"""What is added to the seed of what is drawn of them, so that nobody in prison is somebody's double."""

REGISTERS = (*ROSH_REGISTER, "ADVP", "RCHD", "MAPP", "ARSO")


def make_waiting(count: int, *, shape: Shape, as_at: date, seed: int) -> Cases:
    """Draw them. A release lies up to ten months ahead, and the time served before today varies."""
    rng = stream(seed, as_at, "waiting")
    drawn = make_cases(count, shape=shape, as_at=as_at, seed=seed + LATER_SEED)
    today = day_number(as_at)
    release = working((today + 1 + 300 * rng.random(count) ** 1.4).astype(np.int32))
    edges = [day for day in map(day_number, (LAST_OLD_RULES, FIRST_NEW_RULES)) if day > today]
    release[: len(edges)] = edges[:count]
    months = np.maximum(drawn.months, 9)
    nobody = np.full(count, EMPTY_DAY, dtype=np.int32)
    return replace(
        drawn,
        type=Coded(np.full(count, LICENCE, dtype=np.int16), drawn.type.values),
        sentenced=working((today - 20 - 800 * rng.random(count) ** 1.6).astype(np.int32)),
        started=release,
        arrived=nobody,
        expected_end=(release + months * 365 // 12).astype(np.int32),
        ended=nobody,
        end_reason=Coded(np.full(count, EMPTY, dtype=np.int16), drawn.end_reason.values),
        months=months,
        died=nobody,
    )


def waiting_tables(
    inside: Cases, staff: Staff, allocated: Numbers, keys: Keys, *, as_at: date, seed: int
) -> dict[str, pa.Table]:
    """What the records hold of them besides custody and handover. ``allocated`` is the day each got a
    community offender manager."""
    seed += LATER_SEED
    called = lives.make_names(inside, as_at=as_at, seed=seed, merged=0)
    unreleased = replace(inside, started=np.full(inside.count, EMPTY_DAY, dtype=np.int32))
    rng = stream(seed, as_at, "waiting tables")
    return {
        "person": lives.person_table(inside, called, keys, as_at=as_at, seed=seed),
        "sentence": sentence_table(unreleased, keys, as_at=as_at, seed=seed),
        "offence": offence_table(inside, keys, as_at=as_at, seed=seed),
        "address": _addresses(rng, inside, staff, keys),
        "allocation": _allocations(rng, staff, allocated, keys),
        "rosh": _levels(rng, inside, keys),
        "registration": _registrations(rng, inside, keys),
        "predictor": _predictors(rng, inside, keys),
        "enquiry": _enquiries(rng, inside, keys),
    }


def _addresses(rng: np.random.Generator, inside: Cases, staff: Staff, keys: Keys) -> pa.Table:
    """The address proposed for release, where one is known."""
    rows = np.flatnonzero(happens(rng, 0.7, inside.count))
    councils = [each for group in staff.units.councils for each in group]
    per_pdu = len(staff.units.councils[0])
    council = inside.pdu[rows] * per_pdu + rng.integers(0, per_pdu, len(rows))
    known = _since_sentence(rng, inside, rows)
    return table(
        "address",
        {
            "address_id": keys.of("AD", np.arange(len(rows))),
            "crn": keys.crn(rows),
            "type": Coded(np.zeros(len(rows), dtype=np.int16), ("proposed",)),
            "local_authority": Coded(council.astype(np.int16), tuple(councils)),
            "opened_on": known,
            "recorded_at": evening(rng, known),
        },
    )


def _allocations(rng: np.random.Generator, staff: Staff, allocated: Numbers, keys: Keys) -> pa.Table:
    rows = np.flatnonzero(allocated != EMPTY_DAY)
    holder = staff.waiting_holder[rows]
    return table(
        "allocation",
        {
            "allocation_id": keys.of("AL", np.arange(len(rows))),
            "crn": keys.crn(rows),
            "staff_code": Pointed(staff.codes, holder),
            "team_code": Coded(staff.team[holder], staff.units.team_codes),
            "reason": Coded(np.zeros(len(rows), dtype=np.int16), ("initial",)),
            "opened_on": allocated[rows],
            "recorded_at": evening(rng, allocated[rows]),
        },
    )


def _levels(rng: np.random.Generator, inside: Cases, keys: Keys) -> pa.Table:
    rows, level = np.arange(inside.count), inside.rosh.astype(np.int16)
    children = np.where(inside.need_children, level, 0).astype(np.int16)
    opened = _since_sentence(rng, inside, rows)
    return table(
        "rosh",
        {
            "rosh_id": keys.of("RO", rows),
            "crn": keys.crn(rows),
            "level": Coded(level, ROSH),
            "children": Coded(children, ROSH),
            "public": Coded(level, ROSH),
            "known_adult": Coded(np.where(inside.need_police, level, 0).astype(np.int16), ROSH),
            "staff": Coded(np.zeros(len(rows), dtype=np.int16), ROSH),
            "opened_on": opened,
            "recorded_at": evening(rng, opened),
        },
    )


def _registrations(rng: np.random.Generator, inside: Cases, keys: Keys) -> pa.Table:
    """The register of the level, and those of abuse, children and MAPPA. MAPPA is set six months before
    release in most cases, and later or not at all in others."""
    level = np.arange(4) == inside.rosh[:, None]
    set_by_now = happens(rng, np.where(inside.started - inside.as_at < 183, 0.75, 0.25), inside.count)
    mappa = (inside.mappa != EMPTY) & set_by_now
    more = [inside.need_police, inside.need_children, mappa, mappa & (inside.mappa == 1)]
    person, kind = np.nonzero(np.concatenate([level, np.stack(more, axis=1)], axis=1))
    is_mappa = kind == REGISTERS.index("MAPP")
    opened = _since_sentence(rng, inside, person)
    return table(
        "registration",
        {
            "registration_id": keys.of("RG", np.arange(len(person))),
            "crn": keys.crn(person),
            "type": Coded(kind.astype(np.int16), REGISTERS),
            "level": Coded(np.where(is_mappa, inside.mappa_level[person], EMPTY), ("M0", "M1", "M2", "M3")),
            "category": Coded(np.where(is_mappa, inside.mappa[person], EMPTY), MAPPA_CATEGORIES),
            "opened_on": opened,
            "next_review_on": np.where(is_mappa, opened + 180, EMPTY_DAY).astype(np.int32),
            "recorded_at": evening(rng, opened),
        },
    )


def _predictors(rng: np.random.Generator, inside: Cases, keys: Keys) -> pa.Table:
    rows = np.arange(inside.count)
    scored = _since_sentence(rng, inside, rows)
    return table(
        "predictor",
        {
            "predictor_id": keys.of("PR", rows),
            "crn": keys.crn(rows),
            "name": Coded(np.zeros(len(rows), dtype=np.int16), ("RSR",)),
            "score": np.round(np.exp(rng.normal(0.35 + 0.55 * inside.rosh, 0.6)).clip(max=60), 2),
            "basis": Coded(np.zeros(len(rows), dtype=np.int16), ("static",)),
            "scored_on": scored,
            "recorded_at": evening(rng, scored),
        },
    )


def _enquiries(rng: np.random.Generator, inside: Cases, keys: Keys) -> pa.Table:
    """What police and children's services were asked before release, where the work was done."""
    parts = []
    for number, name in enumerate(("police", "children")):
        luck = worked(rng, inside.care)
        need = (inside.need_police, inside.need_children)[number]
        day = day_before_release(inside, luck)
        chance = np.where(need, rate(f"{name}_asked"), rate(f"{name}_asked_without_need"))
        rows = np.flatnonzero((luck < chance) & (day != EMPTY_DAY) & (inside.started - inside.as_at < 120))
        parts.append((rows, np.full(len(rows), number), day[rows]))
    person, agency, asked = (np.concatenate(each) for each in zip(*parts, strict=True))
    answered = working(asked, later=between(rng, 1, 15, len(asked)))
    back = happens(rng, 0.7, len(asked)) & (answered <= inside.as_at)
    reply = np.where(
        back, chosen(rng, len(asked), {"known": 0.5, "not_known": 0.35, "partial": 0.15}).index, EMPTY
    )
    told = np.where(back, answered, EMPTY_DAY).astype(np.int32)
    return table(
        "enquiry",
        {
            "enquiry_id": keys.of("EN", np.arange(len(person))),
            "crn": keys.crn(person),
            "agency": Coded(agency.astype(np.int16), AGENCIES),
            "kind": Coded((2 * agency).astype(np.int16), KINDS),
            "outcome": Coded(np.zeros(len(person), dtype=np.int16), ("sent",)),
            "asked_on": asked,
            "answered_on": told,
            "reply": Coded(reply.astype(np.int16), REPLIES),
            "recorded_at": evening(rng, asked),
            "answer_recorded_at": np.where(back, evening(rng, answered), EMPTY),
        },
    )


def _since_sentence(rng: np.random.Generator, inside: Cases, rows: Numbers) -> Numbers:
    """A day in prison up to today."""
    served = np.maximum(inside.as_at - inside.sentenced[rows], 0)
    days: Numbers = (inside.sentenced[rows] + served * rng.random(len(rows))).astype(np.int32)
    return days
