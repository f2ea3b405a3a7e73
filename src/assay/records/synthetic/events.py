"""What happened to each person besides supervision: absences, suspensions, arrests, moves of home."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from assay.records.synthetic.cases import Cases
from assay.records.synthetic.columns import EMPTY, EMPTY_DAY, Numbers, day_number
from assay.records.synthetic.draws import between, chosen, happens, stream, worked
from assay.records.synthetic.rates import rate

RESET = date(2024, 4, 29)
IMPACT = date(2025, 4, 1)
FTR48, FTR56 = date(2025, 9, 2), date(2026, 3, 31)
ABSENCES = ("custody", "hospital", "unlawfully_at_large", "transferred_out", "agreed_leave")


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """One of each at most a person; ``EMPTY_DAY`` where there was none. ``child_known`` is the day a child
    became known who was not from the start."""

    absence: Numbers
    away_from: Numbers
    away_until: Numbers
    recalled: Numbers
    re_released: Numbers
    fixed_term: Numbers
    fixed_days: Numbers
    scheme: Numbers
    suspended_from: Numbers
    suspended_until: Numbers
    suspended_wrongly: Numbers
    arrested: Numbers
    arrest_reviewed: Numbers
    arrest_for_abuse: Numbers
    moved_home: Numbers
    child_known: Numbers
    home: Numbers
    drift_from: Numbers
    drift_until: Numbers

    def supervised(self, person: Numbers, day: Numbers) -> Numbers:
        """Whether appointments could be expected: present, not suspended."""
        away = (day >= self.away_from[person]) & (self.away_from[person] != EMPTY_DAY)
        away &= (day < self.away_until[person]) | (self.away_until[person] == EMPTY_DAY)
        paused = (day >= self.suspended_from[person]) & (self.suspended_from[person] != EMPTY_DAY)
        paused &= (day < self.suspended_until[person]) | (self.suspended_until[person] == EMPTY_DAY)
        return np.asarray(~away & ~paused)

    def drifting(self, person: Numbers, day: Numbers) -> Numbers:
        """Whether the case was let drift on that day."""
        return np.asarray((day >= self.drift_from[person]) & (day < self.drift_until[person]))


def make_events(cases: Cases, *, as_at: date, seed: int) -> Events:
    """Draw the events of each person."""
    rng = stream(seed, as_at, "events")
    count = cases.count
    room = np.maximum(cases.last - cases.begun, 0)
    within = cases.begun + (room * (0.12 + 0.8 * rng.random(count))).astype(np.int32)
    draw = rng.random(count)
    licence = cases.type.index == 2
    edges = np.cumsum(
        [rate("hospital"), rate("unlawfully_at_large"), 0.003, rate("agreed_leave"), rate("remanded")]
    )
    kind = np.array([1, 2, 3, 4, 0, EMPTY])[np.searchsorted(edges, draw, side="right")]
    recalled = licence & (draw >= edges[-1]) & (draw < edges[-1] + rate("recalled")) & (room > 40)
    kind = np.where(recalled, 0, np.where(room > 40, kind, EMPTY))
    came = cases.arrived != EMPTY_DAY
    recalled &= ~came
    kind = np.where(came, ABSENCES.index("transferred_out"), kind)
    fixed, fixed_days = _fixed_terms(rng, cases, within)
    fixed &= recalled
    median = np.array([45.0, 20.0, 60.0, 200.0, 12.0])[kind.clip(min=0)]
    stay = np.maximum(2, np.exp(rng.normal(np.log(median), 0.5))).astype(np.int32)
    stay = np.where(fixed, fixed_days, np.where(recalled, stay + 90, stay))
    away_from = np.where(came, cases.started, np.where(kind == EMPTY, EMPTY_DAY, within)).astype(np.int32)
    back = np.where(came, cases.arrived, within + stay)
    over = (kind != EMPTY) & (back <= cases.last)
    arrested = happens(rng, rate("arrested") + 0.06 * cases.need_police, count) & (room > 30)
    arrest_day = cases.begun + (room * (0.08 + 0.85 * rng.random(count))).astype(np.int32)
    moved = happens(rng, 0.18, count) & (room > 20)
    later = happens(rng, rate("child_known_later"), count) & (cases.children > 0) & (room > 20)
    drift = (worked(rng, cases.care) > 1 - rate("drift")) & (room > 150)
    drift_from = cases.begun + (room * (0.15 + 0.6 * rng.random(count))).astype(np.int32)
    home = chosen(
        rng, count, {"main": 0.86, "no_fixed_abode": 0.05, "temporary": 0.06, "approved_premises": 0.03}
    )
    home_kind = np.where((home.index == 3) & ~licence, 0, home.index)
    return Events(
        absence=kind.astype(np.int8),
        away_from=away_from,
        away_until=np.where(over, back, EMPTY_DAY).astype(np.int32),
        recalled=recalled,
        re_released=recalled & over,
        fixed_term=fixed,
        fixed_days=fixed_days.astype(np.int32),
        arrested=np.where(arrested, arrest_day, EMPTY_DAY).astype(np.int32),
        arrest_reviewed=happens(rng, rate("reviewed_after_arrest"), count),
        arrest_for_abuse=cases.need_police & happens(rng, 0.6, count),
        moved_home=np.where(moved, cases.begun + (room * rng.random(count)).astype(np.int32) + 1, EMPTY_DAY),
        child_known=np.where(later, cases.begun + (room * rng.random(count)).astype(np.int32) + 1, EMPTY_DAY),
        home=np.where((home.index == 1) & cases.child_at_home, 0, home_kind).astype(np.int8),
        drift_from=np.where(drift, drift_from, EMPTY_DAY).astype(np.int32),
        drift_until=np.where(drift, drift_from + between(rng, 40, 95, count), EMPTY_DAY).astype(np.int32),
        **_suspensions(rng, cases),
    )


def _fixed_terms(rng: np.random.Generator, cases: Cases, day: Numbers) -> tuple[Numbers, Numbers]:
    """Who would be recalled for a fixed term on that day, and for how many days, by the rules of the day.
    Since September 2025 sentences under four years mostly are, since 31 March 2026 nearly all that are not
    excluded; a few excluded ones are too, which is a flaw."""
    often = np.where(day >= day_number(FTR56), 0.94, np.where(day >= day_number(FTR48), 0.78, 0.6))
    days = np.where(day >= day_number(FTR56), 56, np.where(cases.months < 12, 14, 28))
    excluded = fixed_term_excluded(cases) & (day >= day_number(FTR48))
    flawed = happens(rng, rate("flaw_recall_type"), cases.count)
    return np.where(excluded, flawed, happens(rng, often, cases.count)), days


def fixed_term_excluded(cases: Cases) -> Numbers:
    """MAPPA level 2 or 3, or terrorism: never recalled for a fixed term under the new rules."""
    return np.asarray((cases.mappa_level >= 2) | (cases.mappa == 4))


def wrongly_fixed(events: Events, cases: Cases) -> Numbers:
    """Who was recalled for a fixed term though the rules of the day exclude it."""
    since = events.away_from >= day_number(FTR48)
    return np.asarray(events.recalled & events.fixed_term & since & fixed_term_excluded(cases))


def _suspensions(rng: np.random.Generator, cases: Cases) -> dict[str, Numbers]:
    """Reset from April 2024, Impact from April 2025, in the final third; never those always supervised,
    but for the few suspended wrongly. Some post-sentence supervision is suspended from the start."""
    count = cases.count
    reset, impact = day_number(RESET), day_number(IMPACT)
    day = np.maximum(cases.suspendable_at, reset)
    from_start = (cases.type.index == 3) & (cases.started >= impact) & happens(rng, 0.5, count)
    day = np.where(from_start, cases.started + between(rng, 0, 40, count), day)
    always = (cases.mappa != EMPTY) | (cases.rosh == 3) | cases.child_plan | (cases.type.index == 4)
    eligible = (day <= cases.last) & (day >= cases.begun) & (cases.rosh < 2)
    wrong = eligible & always & happens(rng, rate("suspended_wrongly") * 5, count)
    given = (eligible & ~always & (from_start | happens(rng, rate("suspended_when_eligible"), count))) | wrong
    resumed = given & happens(rng, 0.06, count) & (day + 60 < cases.last)
    return {
        "scheme": np.where(day >= impact, 1, 0).astype(np.int8),
        "suspended_from": np.where(given, day, EMPTY_DAY).astype(np.int32),
        "suspended_until": np.where(resumed, day + between(rng, 15, 60, count), EMPTY_DAY).astype(np.int32),
        "suspended_wrongly": wrong,
    }
