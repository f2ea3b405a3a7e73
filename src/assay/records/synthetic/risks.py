"""Risk of serious harm, registers, tiers and predictors, each with its history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from assay.records.synthetic import marginals
from assay.records.synthetic.cases import ROSH, Cases
from assay.records.synthetic.columns import EMPTY, EMPTY_DAY, Coded, Keys, Numbers, day_number, table
from assay.records.synthetic.draws import between, chosen, evening, happens, stream
from assay.records.synthetic.events import Events
from assay.records.synthetic.rates import rate

TIER_V3 = date(2026, 2, 2)
"""From when the newer tier is calculated beside the older; the day is ours."""

MAPPA_CATEGORIES = ("X9", "M1", "M2", "M3", "M4")
ROSH_REGISTER = ("RLRH", "RMRH", "RHRH", "RVHR")
DRIVEN = (
    "ADVP", "REG30", "RCHD", "RCCO", "RCPR", "REG15", "REG17", "AV2S", "MAPP", "ARSO", "PRC", "SPO", "RSTO",
)  # fmt: skip
FILLERS = {
    "ALSH": 3.0, "RVLN": 3.0, "AMHL": 2.5, "WEAP": 2.0, "INVI": 1.2, "RMDO": 0.8, "STRG": 0.7, "IIOM": 0.8,
    "RVAD": 0.8, "ADVV": 1.0, "ALERT": 1.0, "IRMO": 0.4, "REG22": 0.6, "REG16": 0.5, "CUCK": 0.4, "RPIR": 0.2,
}  # fmt: skip
FILLER_NAMES = tuple(FILLERS)
TYPES = DRIVEN + FILLER_NAMES + ROSH_REGISTER
CONCERNS = ("ADVP", "RCHD", "RCCO", "RCPR")
"""Registers that a new concern brings, all on one day."""

REVIEW_MONTHS = {
    "ADVP": 3,
    "RCHD": 3,
    "RCCO": 3,
    "RCPR": 3,
    "MAPP": 3,
    "ARSO": 3,
    "REG30": 0,
    "PRC": 0,
    "RVLN": 0,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Risks:
    """RoSH steps as rows, and which registers each person is truly on, with the flags left out on purpose.
    ``concern_found`` is the day their concern came to light if it was not known from the start."""

    step_person: Numbers
    step_level: Numbers
    step_opened: Numbers
    step_closed: Numbers
    registered: Numbers
    concern_found: Numbers
    missing_abuse: Numbers
    missing_child: Numbers

    def on(self, name: str) -> Numbers:
        """Who is on the register."""
        return self.registered[:, DRIVEN.index(name)]


def make_risks(cases: Cases, events: Events, *, as_at: date, seed: int) -> Risks:
    """Steps of RoSH and the registers that follow from the truth, less the flaws."""
    rng = stream(seed, as_at, "risks")
    count = cases.count
    room = cases.last - cases.started
    changes = happens(rng, 0.2, count) & (room > 90) & (cases.type.index != 4)
    day = cases.started + (room * (0.1 + 0.75 * rng.random(count))).astype(np.int32)
    before = np.clip(cases.rosh + np.where(rng.random(count) < 0.6, -1, 1), 0, 2)
    changes &= before != cases.rosh
    rows = np.flatnonzero(changes)
    person = np.concatenate([rows, np.arange(count)])
    opened = np.concatenate([cases.started[rows], np.where(changes, day, cases.started)])
    closed = np.concatenate([day[rows], cases.ended])
    level = np.concatenate([before[rows], cases.rosh])
    order = np.lexsort((opened, person))
    registered, no_abuse, no_child = _registers(rng, cases, events)
    found = happens(rng, rate("concern_found_later"), count) & (room > 30)
    found &= registered[:, [DRIVEN.index(name) for name in CONCERNS]].any(axis=1)
    found_on = cases.begun + 5 + ((cases.last - cases.begun - 5) * rng.random(count)).astype(np.int32)
    return Risks(
        step_person=person[order].astype(np.int32),
        step_level=level[order].astype(np.int16),
        step_opened=opened[order].astype(np.int32),
        step_closed=closed[order].astype(np.int32),
        registered=registered,
        concern_found=np.where(found & (found_on <= cases.last), found_on, EMPTY_DAY).astype(np.int32),
        missing_abuse=no_abuse,
        missing_child=no_child,
    )


def _registers(rng: np.random.Generator, cases: Cases, events: Events) -> tuple[Numbers, Numbers, Numbers]:
    count = cases.count
    no_abuse = cases.need_police & happens(rng, rate("flaw_missing_domestic_abuse_flag"), count)
    no_child = cases.need_children & ~cases.child_plan & happens(rng, rate("flaw_missing_child_flag"), count)
    abuse = cases.need_police & ~no_abuse
    child = cases.need_children & ~no_child
    held = {
        "ADVP": abuse | happens(rng, 0.015, count),
        "REG30": happens(rng, np.where(cases.need_police, 0.12, 0.03), count),
        "RCHD": child & (happens(rng, 0.55, count) | (cases.offence.index == 1)),
        "RCCO": child & happens(rng, 0.42, count),
        "RCPR": cases.child_plan,
        "REG15": (cases.rosh >= 1) & happens(rng, np.where(cases.need_police, 0.75, 0.15), count),
        "REG17": (cases.rosh >= 1) & happens(rng, 0.45, count),
        "AV2S": happens(rng, 0.05 + 0.03 * cases.rosh, count),
        "MAPP": cases.mappa != EMPTY,
        "ARSO": cases.mappa == 1,
        "PRC": events.suspended_from != EMPTY_DAY,
        "SPO": (cases.offence.index == 10) & happens(rng, 0.2, count),
        "RSTO": cases.need_police & happens(rng, 0.25, count),
    }
    return np.stack([held[name] for name in DRIVEN], axis=1), no_abuse, no_child


def rosh_table(cases: Cases, risks: Risks, keys: Keys, *, as_at: date, seed: int) -> pa.Table:
    """Who is at risk at each step: the overall level is always the highest of the four."""
    rng = stream(seed, as_at, "rosh")
    person, level = risks.step_person, risks.step_level
    count = len(person)

    def part(chance: Numbers | float) -> Numbers:
        lower = np.maximum(level - rng.integers(0, 3, count), 0)
        return np.where(rng.random(count) < chance, level, lower)

    children = np.where(cases.need_children[person], part(0.55), np.minimum(level, 0))
    adult = np.where(cases.need_police[person], part(0.8), part(0.15))
    staff = np.minimum(part(0.03), level)
    public = np.where(np.maximum(np.maximum(children, adult), staff) < level, level, part(0.4))
    columns = {"children": children, "public": public, "known_adult": adult, "staff": staff}
    recorded = np.minimum(risks.step_opened + between(rng, 0, 4, count), cases.as_at)
    return table(
        "rosh",
        {
            "rosh_id": keys.of("RO", np.arange(count)),
            "crn": keys.crn(person),
            "level": Coded(level, ROSH),
            **{name: Coded(value.astype(np.int16), ROSH) for name, value in columns.items()},
            "opened_on": risks.step_opened,
            "closed_on": risks.step_closed,
            "recorded_at": evening(rng, recorded),
        },
    )


def registration_table(
    cases: Cases, events: Events, risks: Risks, keys: Keys, *, as_at: date, seed: int
) -> pa.Table:
    """RoSH registers by step, registers that follow from the truth, and fillers up to a drawn number."""
    rng = stream(seed, as_at, "registrations")
    driven_person, driven_type = np.nonzero(risks.registered)
    wanted = chosen(rng, cases.count, marginals.REGISTERS.shares).index
    lacking = np.maximum(wanted - 1 - risks.registered.sum(axis=1), 0)
    weights = np.array(list(FILLERS.values()))
    ranks = np.argsort(
        np.argsort(rng.exponential(1.0 / weights, (cases.count, len(weights))), axis=1), axis=1
    )
    filler_person, filler_type = np.nonzero(ranks < lacking[:, None])
    person = np.concatenate([driven_person, filler_person, risks.step_person])
    kind = np.concatenate(
        [driven_type, filler_type + len(DRIVEN), risks.step_level + len(DRIVEN) + len(FILLERS)]
    )
    room = np.maximum(cases.last - cases.started, 0)[person]
    later = np.minimum((rng.exponential(25, len(person))).astype(np.int32), room)
    found = risks.concern_found[person]
    concern = np.isin(kind, [DRIVEN.index(name) for name in CONCERNS])
    opened = cases.started[person] + np.where(concern, 0, later)
    opened = np.where(concern & (found != EMPTY_DAY), found, opened)
    opened = np.where(
        _set_before_release(rng, cases, person, kind),
        opened - later - between(rng, 20, 200, len(person)),
        opened,
    )
    opened = np.where(kind == DRIVEN.index("PRC"), events.suspended_from[person], opened)
    opened[len(driven_person) + len(filler_person) :] = risks.step_opened
    closed = cases.ended[person].copy()
    removable = (
        (kind < len(DRIVEN) + len(FILLERS))
        & (kind != DRIVEN.index("MAPP"))
        & (rng.random(len(person)) < 0.08)
    )
    removed = opened + 30 + (room * rng.random(len(person))).astype(np.int32)
    closed = np.where(removable & (removed <= cases.last[person]), removed, closed)
    closed[len(driven_person) + len(filler_person) :] = risks.step_closed
    months = np.array([REVIEW_MONTHS.get(name, 6) for name in TYPES])[kind]
    overdue = rng.random(len(person)) < 0.25
    periods = np.maximum((cases.as_at - opened) // np.maximum(months * 30, 1) + np.where(overdue, 0, 1), 1)
    review = np.where(months == 0, EMPTY_DAY, opened + periods * months * 30)
    order = np.lexsort((kind, opened, person))
    person, kind, opened = person[order], kind[order], opened[order].astype(np.int32)
    mappa = kind == DRIVEN.index("MAPP")
    recorded = np.minimum(opened + between(rng, 0, 3, len(person)), cases.as_at)
    return table(
        "registration",
        {
            "registration_id": keys.of("RG", np.arange(len(person))),
            "crn": keys.crn(person),
            "type": Coded(kind.astype(np.int16), TYPES),
            "level": Coded(np.where(mappa, cases.mappa_level[person], EMPTY), ("M0", "M1", "M2", "M3")),
            "category": Coded(np.where(mappa, cases.mappa[person], EMPTY), MAPPA_CATEGORIES),
            "opened_on": opened,
            "closed_on": closed[order].astype(np.int32),
            "next_review_on": review[order].astype(np.int32),
            "recorded_at": evening(rng, recorded),
        },
    )


def _set_before_release(rng: np.random.Generator, cases: Cases, person: Numbers, kind: Numbers) -> Numbers:
    """The registers of MAPPA that were set in prison: most of those of people who were there long enough."""
    mappa = np.isin(kind, [DRIVEN.index("MAPP"), DRIVEN.index("ARSO")])
    inside = cases.after_custody[person] & (cases.started[person] - cases.sentenced[person] > 210)
    return np.asarray(mappa & inside & happens(rng, rate("mappa_set_before_release"), len(person)))


def tier_table(cases: Cases, events: Events, keys: Keys, *, as_at: date, seed: int) -> pa.Table:
    """The letter-and-digit tier since the start; a provisional one before scores are known. Since both are
    published together, the single letter stands beside it for everybody under supervision."""
    rng = stream(seed, as_at, "tiers")
    protect = np.array([0, 1, 2, 3])[cases.rosh] + (cases.mappa_level >= 2)
    letter = np.array(["D", "C", "B", "A"])[np.minimum(protect, 3)]
    change = chosen(rng, cases.count, {"3": 0.22, "2": 0.4, "1": 0.38})
    digit = np.where(cases.type.index == 4, "0", np.array(change.values)[change.index])
    suspended = events.suspended_from != EMPTY_DAY
    final = np.char.add(np.char.add(letter, digit), np.where(suspended, "S", ""))
    settled = np.minimum(cases.started + between(rng, 5, 30, cases.count), cases.last)
    first = settled > cases.started
    rows = np.flatnonzero(first)
    person = np.concatenate([rows, np.arange(cases.count)])
    opened = np.concatenate([cases.started[rows], np.where(first, settled, cases.started)])
    closed = np.concatenate([settled[rows], cases.ended])
    names = np.concatenate([np.char.add(letter[rows], "2"), final])
    provisional = np.concatenate([np.ones(len(rows)), happens(rng, 0.03, cases.count)])
    model = np.zeros(len(person), dtype=np.int16)
    live = np.flatnonzero(cases.active & (cases.as_at >= day_number(TIER_V3)))
    person = np.concatenate([person, live])
    opened = np.concatenate([opened, np.maximum(cases.started[live], day_number(TIER_V3))])
    closed = np.concatenate([closed, cases.ended[live]])
    names = np.concatenate([names, _single_letters(cases)[live]])
    provisional = np.concatenate([provisional, happens(rng, 0.05, len(live))])
    model = np.concatenate([model, np.ones(len(live), dtype=np.int16)])
    order = np.lexsort((opened, person))
    return table(
        "tier",
        {
            "tier_id": keys.of("TI", np.arange(len(order))),
            "crn": keys.crn(person[order]),
            "model": Coded(model[order], ("v2", "v3")),
            "tier": pa.array(names[order].tolist(), pa.string()),
            "provisional": provisional[order].astype(np.int8),
            "opened_on": opened[order].astype(np.int32),
            "closed_on": closed[order].astype(np.int32),
            "recorded_at": evening(rng, opened[order].astype(np.int32)),
        },
    )


def _single_letters(cases: Cases) -> Numbers:
    """Tiers A to G, roughly as the newer calculation has them: by MAPPA and level of risk, then abuse and
    sexual offences, else low."""
    mappa = cases.mappa != EMPTY
    highest = np.where(mappa, np.array([4, 3, 2, 0])[cases.rosh], np.array([6, 5, 3, 2])[cases.rosh])
    listed = np.where(cases.need_police | cases.child_plan | (cases.offence.index == 1), 4, 6)
    return np.array(list("ABCDEFG"))[np.minimum(highest, listed)]


def predictor_table(cases: Cases, keys: Keys, *, as_at: date, seed: int) -> pa.Table:
    """RSR and OGRS3 for most people, once near the start; a few have none."""
    rng = stream(seed, as_at, "predictors")
    has = np.flatnonzero(happens(rng, 0.96, cases.count))
    person = np.repeat(has, 2)
    kind = np.tile(np.array([0, 1]), len(has))
    serious = np.exp(rng.normal(0.35 + 0.55 * cases.rosh[person], 0.6)).clip(max=60)
    general = 100 * rng.beta(2.0, 2.2, len(person))
    day = np.minimum(cases.started[person] + between(rng, 0, 20, len(person)), cases.last[person])
    return table(
        "predictor",
        {
            "predictor_id": keys.of("PR", np.arange(len(person))),
            "crn": keys.crn(person),
            "name": Coded(kind.astype(np.int16), ("RSR", "OGRS3")),
            "score": np.round(np.where(kind == 0, serious, general), 2),
            "basis": Coded((rng.random(len(person)) < 0.5).astype(np.int16), ("static", "dynamic")),
            "scored_on": day.astype(np.int32),
            "recorded_at": evening(rng, day.astype(np.int32)),
        },
    )
