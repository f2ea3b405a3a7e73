"""The people and their current sentences, with the hidden truth about each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from assay.records.synthetic import marginals
from assay.records.synthetic.columns import EMPTY, EMPTY_DAY, Coded, Numbers, day_number
from assay.records.synthetic.draws import between, chosen, happens, stream, working
from assay.records.synthetic.rates import rate
from assay.records.synthetic.units import Shape

WINDOW_DAYS = 913
"""Contacts reach back two and a half years."""

ROSH = ("low", "medium", "high", "very_high")
SENTENCES = tuple(marginals.SENTENCE.shares)
ORDER, SUSPENDED, LICENCE, AFTER_LICENCE, UNPAID_WORK = range(5)
MONTHS = {
    "community_order": (12, 12, 12, 18, 24, 24),
    "suspended_sentence": (12, 18, 18, 24, 24),
    "licence": (9, 12, 18, 24, 30, 36, 48),
    "post_sentence_supervision": (6, 8, 10, 11),
    "unpaid_work_only": (12, 12, 12),
}


LAST_OLD_RULES, FIRST_NEW_RULES = date(2026, 3, 30), date(2026, 3, 31)
"""The days on either side of the change to fixed-term recall; somebody is released on each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    """One row a person, in the order of their numbers. Days are counts since 1970; RoSH is 0 to 3. ``care``,
    hidden truth, is what the work on a case has in common: about 0, more where the case is worked well."""

    as_at: int
    provider: str
    count: int
    pdu: Numbers
    gender: Coded
    ethnicity: Coded
    language: Coded
    born: Numbers
    type: Coded
    sentenced: Numbers
    started: Numbers
    arrived: Numbers
    expected_end: Numbers
    ended: Numbers
    end_reason: Coded
    months: Numbers
    died: Numbers
    offence: Coded
    offence_abuse: Numbers
    need_police: Numbers
    need_children: Numbers
    children: Numbers
    child_at_home: Numbers
    partner: Numbers
    child_plan: Numbers
    rosh: Numbers
    mappa: Numbers
    mappa_level: Numbers
    suspendable_at: Numbers
    care: Numbers

    def taken(self, rows: Numbers) -> Cases:
        """These people alone, in that order."""
        columns = {name: getattr(self, name) for name in self.__dataclass_fields__}
        some: dict[str, Any] = {
            name: value.take(rows) if isinstance(value, Coded) else value[rows]
            for name, value in columns.items()
            if not isinstance(value, int | str)
        }
        return replace(self, count=len(rows), **some)

    @property
    def begun(self) -> Numbers:
        """The first day of work on the case here: the start, or the arrival from another region."""
        return np.where(self.arrived == EMPTY_DAY, self.started, self.arrived)

    @property
    def last(self) -> Numbers:
        """The last day that can hold anything: the day before the end, or the as-at day."""
        return np.where(self.ended == EMPTY_DAY, self.as_at, self.ended - 1)

    @property
    def first(self) -> Numbers:
        """The first day of work here within the window of contacts."""
        return np.maximum(self.begun, self.as_at - WINDOW_DAYS)

    @property
    def active(self) -> Numbers:
        """Who is still under supervision."""
        return np.asarray(self.ended == EMPTY_DAY)

    @property
    def after_custody(self) -> Numbers:
        """Who was released from custody."""
        return np.isin(self.type.index, (2, 3))


def make_cases(people: int, *, shape: Shape, as_at: date, seed: int, live: int | None = None) -> Cases:
    """Draw the people. The count of each PDU follows its share. With ``live``, that many are still under
    supervision and the others ended within the window, as many of each kind as a steady service brings;
    without, the others are the few whose time has just passed."""
    rng = stream(seed, as_at, "cases")
    today = day_number(as_at)
    gender = chosen(rng, people, marginals.GENDER.shares)
    offence = chosen(rng, people, marginals.OFFENCES)
    if live is None:
        kind = _sentence_type(rng, people, offence, marginals.SENTENCE.shares)
        times = _times(rng, kind, today)
    else:
        kind, times = _steady(rng, offence, today, live=live)
        _release_on_the_edges(kind, times, today)
    born = today - _age_days(rng, people)
    abuse_prone = np.isin(offence.index, (0, 10, 11))
    need_police = happens(rng, np.where(abuse_prone, 0.71, 0.235), people) & (kind.index != 4)
    sexual = offence.index == 1
    need_children = happens(rng, 0.26 + 0.24 * need_police + 0.25 * sexual, people)
    children = np.where(need_children, between(rng, 1, 3, people), 0) * happens(rng, 0.86, people)
    child_at_home = (children > 0) & happens(rng, 0.45, people)
    plan = need_children & (children > 0) & happens(rng, 0.13, people)
    severity = _severity(rng, people, need_police, need_children | plan, offence, kind)
    mappa, level = _mappa(rng, offence, kind, severity)
    if live is not None:
        level[
            np.flatnonzero((mappa != EMPTY) & (kind.index == LICENCE) & (times["over"] == EMPTY_DAY))[:1]
        ] = 2
    died = _deaths(rng, times, today, steady=live is not None)
    ended, reason = _ends(rng, times, died, today, steady=live is not None)
    room = np.where(ended == EMPTY_DAY, today, ended) - times["started"]
    came = happens(rng, rate("came_from_another_region"), people) & (room > 120) & (kind.index != 4)
    arrived = working((times["started"] + room * (0.1 + 0.4 * rng.random(people))).astype(np.int32))
    language = np.where(
        happens(rng, shape.welsh, people), 1, 2 * happens(rng, rate("other_language"), people)
    )
    return Cases(
        as_at=today,
        provider=shape.code,
        count=people,
        pdu=np.searchsorted(np.cumsum(shape.shares), rng.random(people) * shape.shares.sum()).astype(
            np.int16
        ),
        gender=gender,
        ethnicity=chosen(rng, people, shape.ethnicity),
        language=Coded(language.astype(np.int16), ("en", "cy", "other")),
        born=born,
        type=kind,
        sentenced=times["sentenced"],
        started=times["started"],
        arrived=np.where(came, arrived, EMPTY_DAY).astype(np.int32),
        expected_end=times["expected"],
        ended=ended,
        end_reason=reason,
        months=times["months"],
        died=died,
        offence=offence,
        offence_abuse=need_police & abuse_prone & happens(rng, 0.75, people),
        need_police=need_police,
        need_children=need_children,
        children=children.astype(np.int16),
        child_at_home=child_at_home,
        partner=happens(rng, np.where(need_police, 0.75, 0.3), people),
        child_plan=plan,
        rosh=_levels(severity, times["over"] == EMPTY_DAY),
        mappa=mappa,
        mappa_level=level,
        suspendable_at=(times["started"] + (times["expected"] - times["started"]) * 2 // 3).astype(np.int32),
        care=rng.standard_normal(people),
    )


def _sentence_type(
    rng: np.random.Generator, people: int, offence: Coded, shares: Mapping[str, float]
) -> Coded:
    kind = chosen(rng, people, shares)
    # Grave offences with stand-alone unpaid work would not be believed: they trade places with a licence.
    grave = np.isin(offence.index, (1, 2)) & (kind.index == 4)
    return Coded(np.where(grave, 2, kind.index).astype(np.int16), kind.values)


def _times(rng: np.random.Generator, kind: Coded, today: int) -> dict[str, Numbers]:
    people = len(kind.index)
    months = np.zeros(people, dtype=np.int32)
    for number, name in enumerate(kind.values):
        rows = kind.index == number
        months[rows] = np.asarray(MONTHS[name])[rng.integers(0, len(MONTHS[name]), int(rows.sum()))]
    length = months * 365 // 12
    started = today - (rng.random(people) ** 0.92 * length * 1.17).astype(np.int32)
    long_ago = happens(rng, 0.03, people) & (kind.index == 2)
    started = np.where(long_ago, today - between(rng, 900, 2_900, people), started)
    months = np.where(long_ago, 120, months)
    length = months * 365 // 12
    started = working(started.astype(np.int32))
    started = np.where(started > today, started - 7, started).astype(np.int32)
    custody = np.isin(kind.index, (2, 3))
    sentenced = np.where(
        custody, started - between(rng, 40, 700, people), started - between(rng, 0, 1, people) * 0
    )
    return {
        "months": months,
        "started": started,
        "sentenced": working(sentenced.astype(np.int32) - 3 * custody),
        "expected": (started + length).astype(np.int32),
        "over": np.full(people, EMPTY_DAY, dtype=np.int32),
    }


def _steady(
    rng: np.random.Generator, offence: Coded, today: int, *, live: int
) -> tuple[Coded, dict[str, Numbers]]:
    """Sentences of a service whose numbers hold steady: those alive are met at any time of their length, and
    those that ended did so evenly over the window, the shorter the more of them."""
    people = len(offence.index)
    alive = np.zeros(people, dtype=bool)
    alive[rng.permutation(people)[:live]] = True
    kinds, lengths, weights = _kinds_and_lengths()
    stock = _sentence_type(rng, people, offence, marginals.SENTENCE.shares)
    flow = rng.choice(len(kinds), people, p=weights)
    grave = np.isin(offence.index, (1, 2)) & (kinds[flow] == UNPAID_WORK)
    flow = np.where(grave, np.searchsorted(kinds, LICENCE) + rng.integers(0, 7, people), flow)
    now = _times(rng, stock, today)
    kind = np.where(alive, stock.index, kinds[flow]).astype(np.int16)
    months = np.where(alive, now["months"], lengths[flow])
    length = months * 365 // 12
    over = today - (WINDOW_DAYS * rng.random(people)).astype(np.int32)
    early = happens(rng, rate("ended_early"), people)
    lasted = np.where(early, np.maximum(length * rng.uniform(0.15, 0.95, people), 25), length).astype(
        np.int32
    )
    elapsed = (length * rng.random(people)).astype(np.int32)
    # Those still under a long sentence keep the start they were drawn with.
    met = np.where(now["months"] == 120, now["started"], today - elapsed)
    started = working(np.where(alive, met, over - lasted).astype(np.int32))
    started = np.where(started > today, started - 7, started).astype(np.int32)
    over = np.where(alive, EMPTY_DAY, np.maximum(over, started + 1)).astype(np.int32)
    inside = np.isin(kind, (LICENCE, AFTER_LICENCE))
    sentenced = np.where(inside, working(started - between(rng, 40, 700, people) - 3), started)
    return Coded(kind, stock.values), {
        "months": months,
        "started": started,
        "sentenced": sentenced.astype(np.int32),
        "expected": np.where(alive, np.maximum(started + length, today + 1), started + length).astype(
            np.int32
        ),
        "over": over,
    }


def _release_on_the_edges(kind: Coded, times: dict[str, Numbers], today: int) -> None:
    """Somebody still on licence was released on the last day of the old rules, and somebody on the first of
    the new, where those days lie in the last months."""
    days = [day for day in map(day_number, (LAST_OLD_RULES, FIRST_NEW_RULES)) if 0 <= today - day < 300]
    live = np.flatnonzero((kind.index == LICENCE) & (times["over"] == EMPTY_DAY))
    for row, day in zip(live, days, strict=False):
        times["started"][row] = day
        times["sentenced"][row] = min(times["sentenced"][row], working(np.array([day - 300]))[0])
        times["expected"][row] = max(day + times["months"][row] * 365 // 12, today + 1)


def _kinds_and_lengths() -> tuple[Numbers, Numbers, Numbers]:
    """Every kind of sentence with every length in months, and its share of those that ended: its share of
    those alive over its length."""
    kinds = np.repeat(np.arange(len(SENTENCES)), [len(MONTHS[each]) for each in SENTENCES])
    lengths = np.concatenate([MONTHS[each] for each in SENTENCES])
    share = np.array([marginals.SENTENCE.shares[each] / len(MONTHS[each]) for each in SENTENCES])
    weights = share[kinds] / lengths
    return kinds, lengths, weights / weights.sum()


def _deaths(rng: np.random.Generator, times: dict[str, Numbers], today: int, *, steady: bool) -> Numbers:
    """Some died in the last year; in a steady service on the day that ended their time."""
    people = len(times["started"])
    dies = happens(rng, rate("died"), people)
    day = np.maximum(times["started"] + 3, today - between(rng, 5, 300, people))
    if steady:
        day, dies = times["over"], dies & (times["over"] != EMPTY_DAY)
    return np.where(dies & (day <= today), day, EMPTY_DAY).astype(np.int32)


def _age_days(rng: np.random.Generator, people: int) -> Numbers:
    low = {"18-25": 18, "26-35": 26, "36-55": 36, "56+": 56}
    high = {"18-25": 25, "26-35": 35, "36-55": 55, "56+": 78}
    band = chosen(rng, people, marginals.AGE.shares)
    lows = np.array([low[each] for each in band.values])[band.index]
    highs = np.array([high[each] for each in band.values])[band.index]
    years = lows + np.floor(rng.random(people) ** 1.25 * (highs - lows + 1))
    return np.asarray(years * 365.25 + rng.integers(1, 365, people), dtype=np.int32)


def _severity(
    rng: np.random.Generator, people: int, police: Numbers, children: Numbers, offence: Coded, kind: Coded
) -> Numbers:
    grave = np.isin(offence.index, (0, 1, 2, 10))
    drift = 0.55 * police + 0.35 * children + 0.8 * (offence.index == 1) + 0.45 * grave
    return np.asarray(rng.normal(0, 1, people) + drift + 0.35 * (kind.index == 2) - 1.2 * (kind.index == 4))


def _levels(severity: Numbers, alive: Numbers) -> Numbers:
    """RoSH by rank, so that the shares are met exactly, among those alive and among the others."""
    edges = np.cumsum([marginals.ROSH.shares[each] for each in ROSH])[:-1]
    found = np.zeros(len(severity), dtype=np.int8)
    for group in (np.flatnonzero(alive), np.flatnonzero(~alive)):
        rank = np.argsort(np.argsort(severity[group], kind="stable"), kind="stable") / max(1, len(group))
        found[group] = np.searchsorted(edges, rank, side="right")
    return found


def _mappa(
    rng: np.random.Generator, offence: Coded, kind: Coded, severity: Numbers
) -> tuple[Numbers, Numbers]:
    people = len(severity)
    first = (offence.index == 1) & happens(rng, 0.9, people)
    second = ~first & (kind.index == 2) & np.isin(offence.index, (0, 2)) & happens(rng, 0.26, people)
    draw = rng.random(people)
    category = np.where(first, 1, np.where(second, 2, EMPTY))
    category = np.where((category == EMPTY) & (draw < 0.0006), 3, category)
    category = np.where((category == EMPTY) & (draw > 0.9998), 4, category)
    level = np.where(category == EMPTY, EMPTY, 1)
    level = np.where((category != EMPTY) & happens(rng, 0.012, people), 2, level)
    level = np.where((category == 3) & (level == 1), 2, level)
    return category.astype(np.int8), np.where((level == 2) & (draw < 0.15), 3, level).astype(np.int8)


def _ends(
    rng: np.random.Generator, times: dict[str, Numbers], died: Numbers, today: int, *, steady: bool
) -> tuple[Numbers, Coded]:
    people, over = len(died), times["over"] != EMPTY_DAY
    by_time = (times["expected"] <= today) & ~over
    early = happens(rng, 0.0 if steady else 0.04, people) & ~by_time
    early_day = times["started"] + ((today - times["started"]) * (0.3 + 0.6 * rng.random(people))).astype(
        np.int32
    )
    early &= early_day > times["started"] + 20
    ended = np.where(by_time, times["expected"], np.where(early, early_day, EMPTY_DAY))
    reason = np.where(by_time, 2 * happens(rng, 0.3, people), np.where(early, 1, EMPTY))
    ended = np.where(over, times["over"], ended)
    cut_short = over & (ended < times["expected"] - 3)
    reason = np.where(over, np.where(cut_short, 1, 2 * happens(rng, 0.3, people)), reason)
    dead = (died != EMPTY_DAY) & ((ended == EMPTY_DAY) | (died <= ended))
    reason = np.where(dead, 3, reason)
    ended = np.where(dead, died, ended).astype(np.int32)
    return ended, Coded(reason.astype(np.int16), ("completed", "revoked", "expired", "died"))
